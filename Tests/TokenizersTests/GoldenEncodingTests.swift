import Testing

@testable import Tokenizers

/// Holds what a tokenizer makes of the cases against what the reference made of them.
func check(_ tokenizer: Tokenizer, _ cases: [GoldenCase]) {
    #expect(!cases.isEmpty)
    for golden in cases {
        var encoding = tokenizer.encode(
            golden.text, pair: golden.pair, addSpecialTokens: golden.addSpecialTokens, maximumLength: golden.maximumLength)
        let specialTokensMask = Array(encoding.specialTokensMask)
        // These have goldens of their own: WordIDTests.
        encoding.wordIDs = WordIDs()
        encoding.secondText = nil
        switch golden.expected {
        case .encoding(let expected, let tokens):
            #expect(encoding == expected, "\(golden)")
            #expect(specialTokensMask == golden.specialTokensMask, "\(golden)")
            let spelled = encoding.ids.map { tokenizer.token(for: $0).map { Array($0.utf8) } }
            #expect(spelled == tokens.map { $0.map { Array($0.utf8) } }, "\(golden)")
        case .digest(let count, let hash):
            var digest = Digest()
            digest.combine(encoding)
            #expect(encoding.count == count, "\(golden)")
            #expect(digest.hexadecimal == hash, "\(golden)")
        }
    }
}

@Suite("Texts become the reference's tokens, segments and offsets")
struct GoldenEncodingTests {
    @Test("With the bundled model's tokenizer")
    func sentiment() throws {
        check(try Tokenizer(directory: Goldens.sentiment), try Goldens.cases("sentiment"))
    }

    @Test("Truncated on the left, where the configuration says so")
    func truncatedLeft() throws {
        var tokenizer = try Tokenizer(directory: Goldens.sentiment)
        tokenizer.configuration.truncationSide = .left
        check(tokenizer, try Goldens.cases("sentiment-left"))
    }

    @Test(
        "With every component and flag of tokenizer.json",
        arguments: [
            "uncased-template", "uncased-short-words", "accents-only", "stripped-without-prefix", "cased", "lowercase-only",
            "decomposed",
            "plain",
        ])
    func components(name: String) throws {
        check(try Tokenizer(directory: Goldens.directory(name)), try Goldens.cases(name))
    }

    @Test(
        "With a vocabulary of characters, which shows what the normalizer leaves",
        arguments: ["characters-uncased", "characters-stripped", "characters-decomposed"])
    func characters(name: String) throws {
        check(try Tokenizer(directory: Goldens.directory(name)), try Goldens.cases(name))
    }

    @Test("With vocab.txt and tokenizer_config.json", arguments: ["vocab-txt", "vocab-txt-cased"])
    func vocabularyTexts(name: String) throws {
        check(try Tokenizer(directory: Goldens.directory(name)), try Goldens.cases(name))
    }
}
