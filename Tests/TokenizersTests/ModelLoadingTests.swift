import Testing

@testable import Tokenizers

@Suite("A model of tokenizer.json is loaded, or the error says what is wrong with it")
struct ModelLoadingTests {
    private func load(_ model: String) throws -> Tokenizer {
        try Tokenizer(tokenizerJSON: Array("{\"model\": \(model)}".utf8), file: "t.json")
    }

    private func error(_ model: String) -> String? {
        let error = #expect(throws: TokenizerError.self) { try load(model) }
        return error?.description
    }

    private func bpe(
        _ fields: String = #""fuse_unk": false"#, vocab: String = #"{"a": 0, "b": 1, "ab": 2}"#, merges: String = #"["a b"]"#
    ) -> String {
        #"{"type": "BPE", "vocab": \#(vocab), "merges": \#(merges), \#(fields)}"#
    }

    @Test("Merges that are not two tokens of the vocabulary are named")
    func merges() {
        #expect(error(bpe(merges: #"["ab"]"#)) == "t.json: model.merges[0]: expected two tokens with a space between, found \"ab\"")
        #expect(
            error(bpe(merges: #"["a b", "a  b"]"#))
                == "t.json: model.merges[1]: expected two tokens with a space between, found \"a  b\"")
        #expect(error(bpe(merges: #"[["a", "b", "c"]]"#)) == "t.json: model.merges[0]: expected two tokens")
        #expect(error(bpe(merges: #"[["a", 1]]"#)) == "t.json: model.merges[0]: expected two tokens")
        #expect(error(bpe(merges: "[7]")) == "t.json: model.merges[0]: expected two tokens, as a string or an array, found a number")
        #expect(error(bpe(merges: #"["a c"]"#)) == "t.json: model.merges[0]: \"c\" is not in the vocabulary")
        #expect(error(bpe(merges: #"["a b", "b a"]"#)) == "t.json: model.merges[1]: \"ba\" is not in the vocabulary")
        #expect(
            error(bpe("\"continuing_subword_prefix\": \"##\""))
                == "t.json: model.merges[0]: \"b\" is shorter than the prefix \"##\"")
        #expect(error(#"{"type": "BPE", "vocab": {}}"#) == "t.json: model.merges: missing; expected an array")
        #expect(error(#"{"type": "BPE", "merges": []}"#) == "t.json: model.vocab: missing; expected an object")
    }

    @Test("What would be random is refused", arguments: ["0.1", "1", "-1", "1e300", "\"0\""])
    func dropout(value: String) {
        #expect(
            error(bpe("\"dropout\": \(value)"))
                == "t.json: model.dropout: merges left out at random are for training; expected null or 0")
    }

    @Test("No merges left out at random is as good as none said", arguments: ["null", "0", "0.0"])
    func noDropout(value: String) throws {
        #expect(try load(bpe("\"dropout\": \(value)")).encode("ab").ids == [2])
    }

    @Test("Bytes with a prefix or a suffix are refused", arguments: ["continuing_subword_prefix", "end_of_word_suffix"])
    func byteFallback(affix: String) {
        let description = error(bpe("\"byte_fallback\": true, \"\(affix)\": \"@\""))
        #expect(description?.hasPrefix("t.json: model.byte_fallback: bytes have no prefix and no suffix") == true)
    }

    @Test("Ids that cannot be are refused", arguments: ["-1", "0.5", "2147483648", "1e5", "18446744073709551616", "null"])
    func impossibleIDs(id: String) {
        let message = "t.json: model.vocab.a: expected an id from 0 to 2147483647"
        #expect(error(bpe(vocab: "{\"a\": \(id)}", merges: "[]")) == message)
        #expect(error("{\"type\": \"WordLevel\", \"unk_token\": \"a\", \"vocab\": {\"a\": \(id)}}") == message)
    }

    @Test("Of repeated tokens the last counts, and ids may have holes up to the greatest")
    func vocabularies() throws {
        let tokenizer = try load(bpe(vocab: #"{"a": 0, "b": 2147483647, "a": 5, "ab": 9}"#))
        #expect(tokenizer.encode("ba").ids == [2_147_483_647, 5])
        #expect(tokenizer.encode("ab").ids == [9])
        #expect(tokenizer.token(for: 0) == nil)
        #expect(tokenizer.token(for: 2_147_483_647) == "b")
    }

    @Test("Characters are dropped where no unknown token stands for them", arguments: ["null", "\"<unk>\""])
    func noUnknownToken(token: String) throws {
        let encoding = try load(bpe("\"unk_token\": \(token)")).encode("xaby")
        #expect(encoding.ids == [2])
        #expect(encoding.offsets == [0..<2])
        #expect(try load(#"{"type": "Unigram", "unk_id": null, "vocab": [["ab", -1]]}"#).encode("xaby").ids == [0])
    }

    @Test("A unigram vocabulary is pairs of a piece and its score")
    func pieces() {
        let message = "t.json: model.vocab[1]: expected a piece and its score, such as [\"▁the\", -3.5]"
        for wrong in ["[\"b\"]", "[\"b\", \"c\"]", "[1, 2]", "[\"b\", 1, 2]", "null", "\"b\"", "[\"b\", null]"] {
            #expect(error("{\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\", -1], \(wrong)]}") == message)
        }
        #expect(error(#"{"type": "Unigram"}"#) == "t.json: model.vocab: missing; expected an array")
        #expect(error(#"{"type": "Unigram", "vocab": {"a": 1}}"#) == "t.json: model.vocab: expected an array, found an object")
    }

    @Test("An unknown piece outside the vocabulary is refused", arguments: ["1", "2147483647"])
    func unknownPieces(id: String) {
        #expect(
            error("{\"type\": \"Unigram\", \"unk_id\": \(id), \"vocab\": [[\"a\", -1]]}")
                == "t.json: model.unk_id: expected an index of the vocabulary's 1 pieces, found \(id)")
        #expect(
            error("{\"type\": \"Unigram\", \"unk_id\": \(id), \"vocab\": []}")
                == "t.json: model.unk_id: expected an index of the vocabulary's 0 pieces, found \(id)")
    }

    @Test("An unknown piece that is no index is refused", arguments: ["-1", "0.0", "\"0\"", "99999999999999999999"])
    func impossibleUnknownPieces(id: String) {
        let description = error("{\"type\": \"Unigram\", \"unk_id\": \(id), \"vocab\": [[\"a\", -1]]}")
        #expect(description?.hasPrefix("t.json: model.unk_id: expected an id from 0 to 2147483647, found a") == true)
    }

    @Test("Whole words need their unknown token")
    func wholeWords() {
        #expect(
            error(#"{"type": "WordLevel", "unk_token": "x", "vocab": {"a": 1}}"#)
                == "t.json: model.unk_token: \"x\" is not in the vocabulary")
        #expect(error(#"{"type": "WordLevel", "vocab": {"a": 1}}"#) == "t.json: model.unk_token: missing; expected a string")
    }

    @Test("Another model is named, with or without its type")
    func unsupportedModels() {
        #expect(
            error(#"{"type": "Viterbi"}"#)
                == "t.json: model type \"Viterbi\" is not supported; supported are BPE, Unigram, WordLevel, WordPiece")
        #expect(error(#"{"vocab": {}}"#)?.contains("\"unknown\" is not supported") == true)
    }

    @Test("Empty vocabularies are no error")
    func empty() throws {
        #expect(try load(bpe(vocab: "{}", merges: "[]")).encode("abc").ids.isEmpty)
        #expect(try load(#"{"type": "Unigram", "unk_id": null, "vocab": []}"#).encode("abc").ids.isEmpty)
        #expect(try load(#"{"type": "Unigram", "unk_id": 0, "vocab": [["", 0]]}"#).encode("abc").ids == [0])
    }

    @Test(
        "Long words are cut in a time that is near to linear", .timeLimit(.minutes(5)),
        arguments: [
            #"{"type": "BPE", "vocab": {"a": 0, "aa": 1, "aaaa": 2, "aaa": 3}, "merges": ["a a", "aa aa", "aa a"]}"#,
            #"{"type": "BPE", "unk_token": "a", "fuse_unk": true, "vocab": {"a": 0, "aa": 1}, "merges": ["a a"]}"#,
            #"{"type": "Unigram", "unk_id": 0, "vocab": [["u", 0], ["a", -1], ["aa", -1.5], ["aaaaaaa", -3]]}"#,
            #"{"type": "Unigram", "unk_id": 0, "vocab": [["u", 0]]}"#,
        ])
    func longWords(model: String) throws {
        let tokenizer = try load(model)
        #expect(tokenizer.encode(String(repeating: "a", count: 300_000), maximumLength: 512).count <= 512)
        #expect(tokenizer.encode(String(repeating: "aé", count: 150_000), maximumLength: 512).count <= 512)
    }
}
