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
            (#"{"added_tokens_decoder": {"x": {}}}"#, "added_tokens_decoder.x: expected a token id as the name"),
        ])
    func wrongValues(json: String, message: String) throws {
        let error = #expect(throws: TokenizerError.self) { try configuration(["tokenizer_config.json": json]) }
        #expect(error?.description.hasSuffix("tokenizer_config.json: \(message)") == true)
    }
}
