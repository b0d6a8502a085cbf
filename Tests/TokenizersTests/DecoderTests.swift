import OrderedJSON
import Testing

@testable import Tokenizers

@Suite("Tokens become the reference's text")
struct DecoderTests {
    @Test("With every decoder, with and without special tokens")
    func goldens() throws {
        let golden = try #require(try Goldens.read("normalizers/decoders.json").objectValue)
        let members = try #require(golden["tokenizer"]?.objectValue).members
        let configurations = try #require(golden["decoders"]?.arrayValue)
        #expect(configurations.count >= 20)
        for value in configurations {
            let fields = JSONFields(file: "decoders.json", object: try #require(value.objectValue))
            let name = try fields.string("name")
            let description = JSONObject(members: members + [(name: "decoder", value: try #require(fields["decoder"]))])
            let tokenizer = try Tokenizer(JSONFields(file: "decoders.json", object: description), configuration: TokenizerConfiguration())
            for golden in try fields.array("cases") {
                let golden = try #require(golden.arrayValue)
                let ids = try #require(golden[0].arrayValue).compactMap { $0.intValue.map { Int32($0) } }
                for (expected, skipSpecialTokens) in [(golden[1], true), (golden[2], false)] {
                    let text = tokenizer.decode(ids, skipSpecialTokens: skipSpecialTokens)
                    #expect(Array(text.utf8) == expected.stringValue.map { Array($0.utf8) }, "\(name): \(ids)")
                }
            }
        }
    }

    @Test("With the bundled model's tokenizer, and ids that are none")
    func sentiment() throws {
        let tokenizer = try Tokenizer(directory: Goldens.sentiment)
        #expect(tokenizer.decode([101, 2204, 2204, 1012, 102, -1, .max]) == "good good.")
        #expect(tokenizer.decode([101, 2204, 102], skipSpecialTokens: false) == "[CLS] good [SEP]")
        #expect(tokenizer.decode([]).isEmpty)
    }

    private func error(_ decoder: String) -> TokenizerError? {
        #expect(throws: TokenizerError.self) {
            try JSONFile.parseObject(Array(#"{"decoder": \#(decoder)}"#.utf8), file: "t.json").fields("decoder").makeDecoder()
        }
    }

    @Test("What a decoder cannot be is named")
    func invalid() {
        #expect(error(#"{"type": "Wordpiece"}"#)?.description.hasPrefix("t.json: decoder type \"Wordpiece\" is not supported; ") == true)
        #expect(
            error(#"{"type": "Metaspace", "replacement": "__"}"#)?.description
                == "t.json: decoder.replacement: expected one character, found 2")
        #expect(
            error(#"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "last"}"#)?.description
                == "t.json: decoder.prepend_scheme: expected \"always\", \"first\" or \"never\", found \"last\"")
        #expect(
            error(#"{"type": "Metaspace", "replacement": "_", "add_prefix_space": false}"#)?.description
                == "t.json: decoder.add_prefix_space: expected true, or \"never\" as prepend_scheme")
        #expect(
            error(#"{"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": "a", "start": -1}]}"#)?.description
                == "t.json: decoder.decoders[1].start: expected a whole number, not negative, found a number")
    }

    @Test("A token that is dropped from both ends leaves nothing")
    func strip() throws {
        let fields = try JSONFile.parseObject(Array(#"{"d": {"type": "Strip", "content": "_", "start": 2, "stop": 3}}"#.utf8), file: "")
        var tokens = ["___", "_", "", "_a____"].map { Array($0.utf8) }
        try fields.fields("d").makeDecoder().decode(&tokens)
        #expect(tokens.map { String(decoding: $0, as: UTF8.self) } == ["", "", "", "a_"])
    }
}
