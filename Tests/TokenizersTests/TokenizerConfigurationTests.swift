import FoundationEssentials
import Testing

@testable import Tokenizers

@Suite("The files beside a tokenizer")
struct TokenizerConfigurationTests {
    /// A configuration read from a directory that holds these files.
    private func configuration(_ files: [String: String]) throws -> TokenizerConfiguration {
        let directory = FileManager.default.temporaryDirectory.appending(path: "attendant-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, content) in files { try Data(content.utf8).write(to: directory.appending(path: name)) }
        return try TokenizerConfiguration(directory: directory.path(percentEncoded: false))
    }

    @Test("No files leave the defaults")
    func defaults() throws {
        let configuration = try configuration([:])
        #expect(configuration == TokenizerConfiguration())
        #expect(configuration.maximumLength == nil)
        #expect(configuration.truncationSide == .right)
        #expect(configuration.doLowerCase)
    }

    @Test("The very large integer stands for no limit", arguments: ["1000000000000000019884624838656", "1e30", "null"])
    func noLimit(length: String) throws {
        #expect(try configuration(["tokenizer_config.json": "{\"model_max_length\": \(length)}"]).modelMaxLength == nil)
    }

    @Test("max_seq_length of sentence_bert_config.json comes before model_max_length")
    func maximumLength() throws {
        let both = try configuration([
            "tokenizer_config.json": #"{"model_max_length": 512}"#, "sentence_bert_config.json": #"{"max_seq_length": 256}"#,
        ])
        #expect(both.maximumLength == 256)
        #expect(both.modelMaxLength == 512)
        let unset = try configuration([
            "tokenizer_config.json": #"{"model_max_length": 512}"#, "sentence_bert_config.json": #"{"max_seq_length": null}"#,
        ])
        #expect(unset.maximumLength == 512)
    }

    @Test("A length is at least 1, and whole however it is written", arguments: [("1", 1), ("512.0", 512), ("5.12e2", 512)])
    func lengths(written: String, length: Int) throws {
        let configuration = try configuration(["sentence_bert_config.json": "{\"max_seq_length\": \(written)}"])
        #expect(configuration.maximumLength == length)
    }

    @Test("Segments are given unless model_input_names leaves them out", arguments: [
        (#"{}"#, true), (#"{"model_input_names": ["input_ids", "token_type_ids", "attention_mask"]}"#, true),
        (#"{"model_input_names": ["input_ids", "attention_mask"]}"#, false),
    ])
    func segments(file: String, given: Bool) throws {
        #expect(try configuration(["tokenizer_config.json": file]).givesSegments == given)
    }

    @Test("A wrong max_seq_length is named")
    func wrongMaximumLength() {
        let error = #expect(throws: TokenizerError.self) {
            try configuration(["sentence_bert_config.json": #"{"max_seq_length": 0.5}"#])
        }
        #expect(
            error?.description.hasSuffix(
                "sentence_bert_config.json: max_seq_length: expected a whole number of tokens, at least 1, found 0.5") == true)
    }

    @Test("Flags and special tokens are read in both forms")
    func flags() throws {
        let configuration = try configuration([
            "tokenizer_config.json": """
            {"do_lower_case": false, "strip_accents": true, "tokenize_chinese_chars": false, "truncation_side": "left",
             "cls_token": "<s>", "mask_token": {"content": "<m>", "lstrip": true, "normalized": false}}
            """
        ])
        #expect(!configuration.doLowerCase)
        #expect(configuration.stripAccents == true)
        #expect(!configuration.tokenizeChineseChars)
        #expect(configuration.truncationSide == .left)
        #expect(configuration.clsToken == AddedToken(content: "<s>", normalized: false, special: true))
        #expect(configuration.maskToken == AddedToken(content: "<m>", lstrip: true, normalized: false, special: true))
        #expect(configuration.sepToken.content == "[SEP]")
    }

    @Test("Old files beside it name special tokens, where it lists none")
    func oldFiles() throws {
        let files = [
            "special_tokens_map.json": """
            {"cls_token": {"content": "<c>", "lstrip": true}, "unk_token": "<u>", "additional_special_tokens": ["x"]}
            """,
            "added_tokens.json": #"{"word": 30, "<c>": 7}"#,
        ]
        let configuration = try configuration(files)
        #expect(configuration.clsToken == AddedToken(content: "<c>", lstrip: true, normalized: false, special: true))
        #expect(configuration.unkToken.content == "<u>")
        #expect(configuration.addedTokens == [AddedToken(special: "<c>"), AddedToken(content: "word")])
        let listed = try self.configuration(files.merging(["tokenizer_config.json": #"{"added_tokens_decoder": {}}"#]) { $1 })
        #expect(listed.addedTokens.isEmpty)
        #expect(listed.clsToken.content == "[CLS]")
    }

    @Test(
        "The class, or else the model's type, says whose special tokens are meant where none are named",
        arguments: [
            (#"{"tokenizer_class": "RobertaTokenizerFast"}"#, #"{"model_type": "bert"}"#, "<mask>"),
            (#"{"tokenizer_class": "PreTrainedTokenizerFast"}"#, #"{"model_type": "xlm-roberta"}"#, "<mask>"),
            ("{}", #"{"model_type": "xlm"}"#, "<special1>"), ("{}", #"{"model_type": "unheard-of"}"#, "[MASK]"),
            (#"{"tokenizer_class": "BertTokenizer"}"#, #"{"model_type": "roberta"}"#, "[MASK]"),
        ])
    func families(tokenizerConfig: String, config: String, mask: String) throws {
        let configuration = try configuration(["tokenizer_config.json": tokenizerConfig, "config.json": config])
        #expect(configuration.maskToken.content == mask)
        #expect(configuration.doLowerCase)
    }

    @Test("Other special tokens are those of one list or the other, in both forms")
    func extraTokens() throws {
        let tokens = ["<x>", #"{"content": "<y>", "rstrip": true, "normalized": false}"#]
        for name in ["additional_special_tokens", "extra_special_tokens"] {
            let json = "{\"\(name)\": [\"\(tokens[0])\", \(tokens[1])]}"
            let configuration = try configuration(["tokenizer_config.json": json])
            #expect(
                configuration.extraTokens
                    == [AddedToken(special: "<x>"), AddedToken(content: "<y>", rstrip: true, normalized: false, special: true)])
        }
        #expect(try configuration([:]).extraTokens == nil)
    }

    @Test(
        "A wrong value is named",
        arguments: [
            (#"{"model_max_length": "512"}"#, "model_max_length: expected a whole number of tokens, at least 1, found a string"),
            (#"{"model_max_length": 0}"#, "model_max_length: expected a whole number of tokens, at least 1, found 0"),
            (#"{"model_max_length": -1}"#, "model_max_length: expected a whole number of tokens, at least 1, found -1"),
            (#"{"model_max_length": 0.5}"#, "model_max_length: expected a whole number of tokens, at least 1, found 0.5"),
            (#"{"model_max_length": 8.5}"#, "model_max_length: expected a whole number of tokens, at least 1, found 8.5"),
            (#"{"model_max_length": -1e30}"#, "model_max_length: expected a whole number of tokens, at least 1, found -1e+30"),
            (#"{"truncation_side": "up"}"#, "truncation_side: expected \"left\" or \"right\", found \"up\""),
            (#"{"do_lower_case": 1}"#, "do_lower_case: expected a boolean, found a number"),
            (#"{"extra_special_tokens": ["a", 1]}"#,
                "extra_special_tokens[1]: expected a string or an object with \"content\", found a number"),
            (#"{"added_tokens_decoder": {"x": {}}}"#, "added_tokens_decoder.x: expected a token id as the name"),
        ])
    func wrongValues(json: String, message: String) throws {
        let error = #expect(throws: TokenizerError.self) { try configuration(["tokenizer_config.json": json]) }
        #expect(error?.description.hasSuffix("tokenizer_config.json: \(message)") == true)
    }
}
