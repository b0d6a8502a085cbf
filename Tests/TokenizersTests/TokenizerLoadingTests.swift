import Testing

@testable import Tokenizers

@Suite("A tokenizer is loaded, or the error says what is wrong")
struct TokenizerLoadingTests {
    private func error(_ json: String) -> TokenizerError? {
        #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerJSON: Array(json.utf8), file: "t.json") }
    }

    private static let model = """
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, \
        "vocab": {"[UNK]": 0, "a": 1, "b": 5, "c": 5, "\\u00e9": 2, "e\\u0301": 3, "a": 4}}
        """

    @Test("Of repeated tokens the last counts; holes, shared ids and canonical equivalents stay apart")
    func vocabularies() throws {
        let tokenizer = try Tokenizer(tokenizerJSON: Array("{\(Self.model)}".utf8))
        #expect(tokenizer.vocabularySize == 6)
        #expect(tokenizer.id(for: "a") == 4)
        #expect(tokenizer.id(for: "\u{E9}") == 2)
        #expect(tokenizer.id(for: "e\u{301}") == 3)
        #expect(tokenizer.id(for: "b") == 5)
        #expect(tokenizer.id(for: "c") == 5)
        #expect(tokenizer.token(for: 1) == nil)
        #expect(tokenizer.token(for: 4) == "a")
        #expect(tokenizer.token(for: -1) == nil)
        #expect(tokenizer.token(for: .max) == nil)
        #expect(tokenizer.encode("a").ids == [4])
    }

    @Test("The bundled model's vocabulary is whole")
    func sentiment() throws {
        let tokenizer = try Tokenizer(directory: Goldens.sentiment)
        #expect(tokenizer.vocabularySize == 30522)
        #expect(tokenizer.id(for: "[CLS]") == 101)
        #expect(tokenizer.token(for: 30521) == "##～")
        #expect(tokenizer.token(for: 30522) == nil)
        #expect(tokenizer.isSpecial(103))
        #expect(!tokenizer.isSpecial(1996))
        #expect(tokenizer.addedTokenCount(isPair: false) == 2)
        #expect(tokenizer.addedTokenCount(isPair: true) == 3)
        #expect(tokenizer.configuration.maximumLength == 512)
    }

    @Test("A directory without a tokenizer says what it should hold")
    func noTokenizer() {
        let error = #expect(throws: TokenizerError.self) { try Tokenizer(directory: Goldens.directory("nowhere")) }
        #expect(
            error?.description.hasSuffix(
                "nowhere: no tokenizer: expected tokenizer.json, or vocab.txt with tokenizer_config.json") == true)
    }

    @Test("What is not JSON is named with its place")
    func malformed() {
        #expect(error("{")?.description == "t.json: not JSON: expected a name in double quotes at byte 1 (line 1)")
        #expect(error("[]")?.description == "t.json: expected an object at the top, found an array")
    }

    @Test("A missing or mistyped field is named with its path")
    func fields() {
        #expect(error("{}")?.description == "t.json: model: missing; expected an object")
        #expect(
            error(#"{"model": {"type": "WordPiece", "unk_token": 3}}"#)?.description
                == "t.json: model.unk_token: expected a string, found a number")
        #expect(
            error(#"{\#(Self.model), "normalizer": {"type": "BertNormalizer", "clean_text": true}}"#)?.description
                == "t.json: normalizer.handle_chinese_chars: missing; expected a boolean")
        #expect(
            error(#"{\#(Self.model), "added_tokens": [{"id": 1, "content": "x"}]}"#)?.description
                == "t.json: added_tokens[0].single_word: missing; expected a boolean")
        #expect(error(#"{"version": "2.0", \#(Self.model)}"#)?.description == "t.json: version: expected \"1.0\", found \"2.0\"")
    }

    @Test("Ids that cannot be are refused", arguments: ["-1", "1.5", "\"1\"", "4294967296", "null"])
    func impossibleIDs(id: String) {
        let model = Self.model.replacing("\"b\": 5", with: "\"b\": \(id)")
        #expect(
            error("{\(model)}")
                == .invalidField(file: "t.json", path: "model.vocab.b", reason: "expected an id from 0 to 2147483647"))
    }

    @Test("An unknown token outside the vocabulary is refused")
    func unknownToken() {
        let model = Self.model.replacing("\"unk_token\": \"[UNK]\"", with: "\"unk_token\": \"<unk>\"")
        #expect(error("{\(model)}")?.description == "t.json: model.unk_token: \"<unk>\" is not in the vocabulary")
    }

    @Test(
        "A component that is not supported is named beside those that are",
        arguments: [
            ("normalizer", "Precompiled", "BertNormalizer"), ("pre_tokenizer", "ByteLevel", "BertPreTokenizer"),
            ("post_processor", "RobertaProcessing", "TemplateProcessing"),
        ])
    func unsupported(component: String, type: String, supported: String) {
        let error = error(#"{\#(Self.model), "\#(component)": {"type": "\#(type)"}}"#)
        #expect(error?.description.hasPrefix("t.json: \(component) type \"\(type)\" is not supported; supported are ") == true)
        #expect(error?.description.contains(supported) == true)
    }

    @Test("Another model is named, with or without its type")
    func unsupportedModels() {
        #expect(
            error(#"{"model": {"type": "BPE"}}"#)
                == .unsupported(file: "t.json", component: "model", type: "BPE", supported: ["WordPiece"]))
        #expect(error(#"{"model": {"vocab": {}}}"#)?.description.contains("\"unknown\" is not supported") == true)
    }

    @Test("A template that names what it does not have is refused")
    func templates() {
        func template(single: String) -> String {
            #"{\#(Self.model), "post_processor": {"type": "TemplateProcessing", "single": [\#(single)], "pair": [], "special_tokens": {}}}"#
        }
        #expect(
            error(template(single: #"{"SpecialToken": {"id": "[X]", "type_id": 0}}"#))?.description
                == "t.json: post_processor.single[0].SpecialToken.id: \"[X]\" is not one of special_tokens")
        #expect(
            error(template(single: #"{"Sequence": {"id": "B", "type_id": 0}}"#))?.description
                == "t.json: post_processor.single: the template for one text names the second, B")
        #expect(
            error(template(single: "7"))?.description == "t.json: post_processor.single[0]: expected an object, found a number")
    }
}
