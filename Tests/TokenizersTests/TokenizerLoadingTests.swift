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
        #expect(tokenizer.encode("a").ids == [4])
        #expect(tokenizer.encode("\u{E9}").ids == [2])
        #expect(tokenizer.encode("e\u{301}").ids == [3])
        #expect(tokenizer.encode("b").ids == [5])
        #expect(tokenizer.encode("c").ids == [5])
        #expect(tokenizer.token(for: 1) == nil)
        #expect(tokenizer.token(for: 4) == "a")
        #expect(tokenizer.token(for: -1) == nil)
        #expect(tokenizer.token(for: .max) == nil)
    }

    @Test("The bundled model's vocabulary is whole")
    func sentiment() throws {
        let tokenizer = try Tokenizer(directory: Goldens.sentiment)
        #expect(tokenizer.token(for: 101) == "[CLS]")
        #expect(tokenizer.token(for: 30521) == "##～")
        #expect(tokenizer.token(for: 30522) == nil)
        #expect(tokenizer.addedTokenCount(isPair: false) == 2)
        #expect(tokenizer.addedTokenCount(isPair: true) == 3)
        #expect(tokenizer.largestTemplateID == 102)
        #expect(tokenizer.largestTypeID(isPair: false) == 0)
        #expect(tokenizer.largestTypeID(isPair: true) == 1)
        #expect(tokenizer.configuration.maximumLength == 512)
    }

    @Test("A directory without a tokenizer says what it should hold")
    func noTokenizer() {
        let error = #expect(throws: TokenizerError.self) { try Tokenizer(directory: Goldens.directory("nowhere")) }
        #expect(
            error?.description.hasSuffix(
                "nowhere: no tokenizer: expected tokenizer.json, or vocab.txt, vocab.json with merges.txt, or a SentencePiece model, "
                    + "with tokenizer_config.json") == true)
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
        "A normalizer that could make a text very long is refused",
        arguments: [
            #"{"type": "Replace", "pattern": {"String": "a"}, "content": "\#(String(repeating: "a", count: 129))"}"#,
            #"{"type": "Prepend", "prepend": "\#(String(repeating: "a", count: 128))"}"#,
            #"""
            {"type": "Sequence", "normalizers": [{"type": "Replace", "pattern": {"Regex": "a"}, "content": "aaaaaaaaaaaaaaa"},
            {"type": "Replace", "pattern": {"Regex": "a"}, "content": "aaaaaaaaaaaaaaa"}]}
            """#,
        ])
    func growth(normalizer: String) {
        let error = error(#"{\#(Self.model), "normalizer": \#(normalizer)}"#)
        #expect(error?.description.contains("it can make a text more than 128 times as long") == true)
    }

    @Test(
        "A component that is not supported is named beside those that are",
        arguments: [
            ("normalizer", "Uppercase", "BertNormalizer"), ("decoder", "Wordpiece", "WordPiece"),
            ("pre_tokenizer", "Spaces", "BertPreTokenizer"), ("post_processor", "GPT", "TemplateProcessing"),
        ])
    func unsupported(component: String, type: String, supported: String) {
        let error = error(#"{\#(Self.model), "\#(component)": {"type": "\#(type)"}}"#)
        #expect(error?.description.hasPrefix("t.json: \(component) type \"\(type)\" is not supported; supported are ") == true)
        #expect(error?.description.contains(supported) == true)
    }

    /// A tokenizer.json with a template over the special tokens `[C]` (1 and 7), `[S]` (5) and `[N]` (none).
    private func template(single: String, pair: String = "") -> String {
        """
        {\(Self.model), "post_processor": {"type": "TemplateProcessing", "single": [\(single)], "pair": [\(pair)],
        "special_tokens": {"[C]": {"ids": [1, 7]}, "[S]": {"ids": [5]}, "[N]": {"ids": []}}}}
        """
    }

    private func sequence(_ id: String, _ typeID: Int) -> String {
        #"{"Sequence": {"id": "\#(id)", "type_id": \#(typeID)}}"#
    }

    private func special(_ id: String, _ typeID: Int) -> String {
        #"{"SpecialToken": {"id": "\#(id)", "type_id": \#(typeID)}}"#
    }

    @Test("A template that names what it does not have is refused")
    func templates() {
        #expect(
            error(template(single: special("[X]", 0)))?.description
                == "t.json: post_processor.single[0].SpecialToken.id: \"[X]\" is not one of special_tokens")
        #expect(
            error(template(single: sequence("B", 0)))?.description
                == "t.json: post_processor.single: the template for one text names the second, B")
        #expect(
            error(template(single: "7"))?.description == "t.json: post_processor.single[0]: expected an object, found a number")
    }
    @Test("A template that repeats a text is refused", arguments: ["A", "B"])
    func repeatedTexts(id: String) {
        let once = "\(sequence("A", 0)), \(sequence("B", 1))"
        #expect(
            error(template(single: sequence("A", 0), pair: "\(once), \(sequence(id, 2))"))?.description
                == "t.json: post_processor.pair[2].Sequence.id: the template names the text \(id) a second time; "
                + "expected each at most once")
        #expect(throws: Never.self) {
            try Tokenizer(tokenizerJSON: Array(template(single: sequence("A", 0), pair: once).utf8))
        }
    }

    @Test("The greatest ids that a template gives are known")
    func templateBounds() throws {
        func load(_ json: String) throws -> Tokenizer { try Tokenizer(tokenizerJSON: Array(json.utf8)) }
        let templates = try load(
            template(
                single: "\(special("[S]", 4)), \(sequence("A", 2)), \(special("[N]", 9))",
                pair: "\(special("[C]", 0)), \(sequence("A", 1)), \(sequence("B", 6))"))
        #expect(templates.largestTemplateID == 7)
        #expect(templates.largestTypeID(isPair: false) == 4)
        #expect(templates.largestTypeID(isPair: true) == 6)

        let bert = try load(
            #"{\#(Self.model), "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 8], "cls": ["[CLS]", 3]}}"#)
        #expect(bert.largestTemplateID == 8)
        #expect(bert.largestTypeID(isPair: false) == 0)
        #expect(bert.largestTypeID(isPair: true) == 1)

        let bare = try load("{\(Self.model)}")
        #expect(bare.largestTemplateID == nil)
        #expect(bare.largestTypeID(isPair: false) == 0)
        #expect(bare.largestTypeID(isPair: true) == 1)

        let empty = try load(template(single: "", pair: ""))
        #expect(empty.largestTemplateID == nil)
        #expect(empty.largestTypeID(isPair: true) == 0)
    }

    @Test(
        "A pre-tokenizer that cannot be is named",
        arguments: [
            (#"{"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated", "invert": false}"#, "pattern.Regex: missing closing parenthesis"),
            (#"{"type": "Split", "pattern": {}, "behavior": "Isolated", "invert": false}"#, "pattern.String: missing"),
            (#"{"type": "Split", "pattern": {"String": "x"}, "behavior": "isolated", "invert": false}"#, "behavior: expected one of \"Removed\", "),
            (#"{"type": "Punctuation", "behavior": null}"#, "behavior: expected a string, found null"),
            (#"{"type": "FixedLength", "length": 0}"#, "length: expected a number of characters, at least 1"),
            (#"{"type": "CharDelimiterSplit", "delimiter": "ab"}"#, "delimiter: expected one character, found 2"),
            (#"{"type": "Metaspace", "replacement": ""}"#, "replacement: expected one character, found 0"),
            (#"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "last"}"#, "prepend_scheme: expected \"always\", "),
            (#"{"type": "Metaspace", "replacement": "_", "add_prefix_space": false}"#, "add_prefix_space: false, but prepend_scheme is \"always\""),
            (#"{"type": "ByteLevel", "add_prefix_space": true}"#, "trim_offsets: missing"),
            (#"{"type": "Sequence", "pretokenizers": [{"type": "Digits"}]}"#, "pretokenizers[0].individual_digits: missing"),
        ])
    func preTokenizers(json: String, message: String) {
        let error = error(#"{\#(Self.model), "pre_tokenizer": \#(json)}"#)
        #expect(error?.description.hasPrefix("t.json: pre_tokenizer.\(message)") == true, "\(String(describing: error))")
    }

    @Test("A sequence that would do work without end is refused, nested or not")
    func longSequences() {
        func sequence(_ step: String, _ count: Int) -> String {
            #"{"type": "Sequence", "pretokenizers": [\#(Array(repeating: step, count: count).joined(separator: ","))]}"#
        }
        let byteLevel = #"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true}"#
        func description(_ preTokenizer: String) -> String? {
            error(#"{\#(Self.model), "pre_tokenizer": \#(preTokenizer)}"#)?.description
        }
        #expect(description(sequence(#"{"type": "Whitespace"}"#, 65)) == "t.json: pre_tokenizer.pretokenizers: expected at most 64 steps")
        #expect(
            description(sequence(sequence(byteLevel, 2), 3))
                == "t.json: pre_tokenizer.pretokenizers: 6 steps rewrite the text (ByteLevel, Metaspace); expected at most 4")
    }

    @Test("A post-processor that cannot be is named")
    func postProcessors() {
        let roberta = #"{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": true, "add_prefix_space": true}"#
        let byteLevel = #"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true}"#
        func description(_ postProcessor: String) -> String? {
            error(#"{\#(Self.model), "post_processor": \#(postProcessor)}"#)?.description
        }
        #expect(
            description(#"{"type": "Sequence", "processors": [\#(roberta), \#(roberta)]}"#)
                == "t.json: post_processor.processors[1].type: adds special tokens, as a step before does; expected at most one such step")
        #expect(
            description(#"{"type": "Sequence", "processors": [\#(roberta), \#(byteLevel)]}"#)
                == "t.json: post_processor.processors[1].type: trims offsets behind a step that adds special tokens; expected it before")
        #expect(
            description(roberta.replacing(#", "trim_offsets": true"#, with: ""))
                == "t.json: post_processor.trim_offsets: missing; expected a boolean")
        #expect(
            description(roberta.replacing(#"["<s>", 1]"#, with: #"["<s>", -1]"#))
                == "t.json: post_processor.cls: expected an array of a token and its id, such as [\"[SEP]\", 102]")
    }

    @Test("A template that a few lines make endless is refused")
    func endlessTemplate() throws {
        let ids = Array(repeating: "1", count: 1000).joined(separator: ",")
        func template(_ count: Int) -> String {
            let pieces = Array(repeating: special("[X]", 0), count: count).joined(separator: ",")
            return """
                {\(Self.model), "post_processor": {"type": "TemplateProcessing", "single": [\(pieces)], "pair": [],
                "special_tokens": {"[X]": {"ids": [\(ids)]}}}}
                """
        }
        #expect(
            error(template(66))?.description == "t.json: post_processor.single: expected a template that adds at most 65536 tokens")
        #expect(try Tokenizer(tokenizerJSON: Array(template(65).utf8)).addedTokenCount(isPair: false) == 65_000)
    }

    @Test("The greatest ids that RobertaProcessing gives are known, in a sequence too")
    func robertaBounds() throws {
        let roberta = #"{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 7], "trim_offsets": true, "add_prefix_space": true}"#
        let byteLevel = #"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true}"#
        for processor in [roberta, #"{"type": "Sequence", "processors": [\#(byteLevel), \#(roberta)]}"#] {
            let tokenizer = try Tokenizer(tokenizerJSON: Array(#"{\#(Self.model), "post_processor": \#(processor)}"#.utf8))
            #expect(tokenizer.largestTemplateID == 7)
            #expect(tokenizer.largestTypeID(isPair: true) == 0)
            #expect(tokenizer.addedTokenCount(isPair: false) == 2)
            #expect(tokenizer.addedTokenCount(isPair: true) == 4)
            #expect(tokenizer.encode("a", pair: "a").typeIDs == [0, 0, 0, 0, 0, 0])
        }
        let bare = try Tokenizer(tokenizerJSON: Array(#"{\#(Self.model), "post_processor": \#(byteLevel)}"#.utf8))
        #expect(bare.largestTemplateID == nil)
        #expect(bare.addedTokenCount(isPair: true) == 0)
        #expect(bare.largestTypeID(isPair: true) == 1)
        #expect(bare.encode("a", pair: "a").typeIDs == [0, 1])
    }
}
