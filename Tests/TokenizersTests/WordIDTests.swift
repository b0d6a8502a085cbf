import OrderedJSON
import Testing

@testable import Tokenizers

/// Against what scripts/goldens/word_ids.py wrote.
@Suite("Tokens know their words and their texts as the reference's do")
struct WordIDTests {
    private struct Expected: Equatable {
        var wordIDs: [Int32?]
        var second: Range<Int>?

        init(_ encoding: Encoding) {
            wordIDs = Array(encoding.wordIDs)
            // The reference does not tell a second text without tokens from none.
            second = encoding.secondText.flatMap { $0.isEmpty ? nil : $0 }
        }

        init(_ value: JSONValue) throws {
            wordIDs = try #require(value.objectValue?["word_ids"]?.arrayValue).map { $0.intValue.map { Int32($0) } }
            second = value.objectValue?["second"]?.arrayValue?.compactMap(\.intValue).range
        }

        var hash: String {
            var digest = Digest()
            for id in wordIDs { digest.combine(id.map { Int($0) + 1 } ?? 0) }
            digest.combine(second?.lowerBound ?? 0)
            digest.combine(second?.upperBound ?? 0)
            return digest.hexadecimal
        }
    }

    private static func tokenizer(_ name: String) throws -> Tokenizer {
        guard name.hasPrefix("sentiment") else { return try Tokenizer(directory: Goldens.directory(name)) }
        var tokenizer = try Tokenizer(directory: Goldens.sentiment)
        if name == "sentiment-left" { tokenizer.configuration.truncationSide = .left }
        return tokenizer
    }

    private static func encode(_ golden: GoldenCase, _ tokenizer: Tokenizer) -> Encoding {
        tokenizer.encode(golden.text, pair: golden.pair, addSpecialTokens: golden.addSpecialTokens, maximumLength: golden.maximumLength)
    }

    private static func members(_ name: String) throws -> [(name: String, values: [JSONValue])] {
        let members = try #require(Goldens.read("word-ids.json").objectValue?[name]?.objectValue?.members)
        return members.map { ($0.name, $0.value.arrayValue ?? []) }
    }

    @Test("Texts with emoji, Chinese, accents and added tokens in the middle; pairs; what truncation leaves")
    func shown() throws {
        let texts = try #require(Goldens.read("word-ids.json").objectValue?["texts"]?.arrayValue).map { try GoldenCase($0) }
        let results = try Self.members("results")
        #expect(results.count > 15 && texts.count > 15)
        for (name, expected) in results {
            let tokenizer = try Self.tokenizer(name)
            #expect(expected.count == texts.count)
            for (text, expected) in zip(texts, expected) {
                let encoding = Self.encode(text, tokenizer)
                #expect(try Expected(encoding) == Expected(expected), "\(name): \(text)")
            }
        }
    }

    @Test("The cases of every tokenizer that has goldens")
    func digests() throws {
        let digests = try Self.members("digests")
        #expect(digests.count > 50)
        for (name, hashes) in digests {
            let (tokenizer, cases) = (try Self.tokenizer(name), try Goldens.cases(name))
            #expect(cases.count == hashes.count)
            for (golden, hash) in zip(cases, hashes) {
                #expect(Expected(Self.encode(golden, tokenizer)).hash == hash.stringValue, "\(name): \(golden)")
            }
        }
    }

    @Test("Windows of a long text keep the numbers of its words")
    func windows() throws {
        let tokenizer = try Tokenizer(directory: Goldens.sentiment)
        let windows = try tokenizer.encodeWindows("good film", pair: "a b c d e", maximumLength: 8, strategy: .onlySecond)
        #expect(windows.map { Array($0.wordIDs) } == [[nil, 0, 1, nil, 0, 1, 2, nil], [nil, 0, 1, nil, 3, 4, nil]])
        #expect(windows.map(\.secondText) == [4..<7, 4..<6])
    }

    @Test("A second text without tokens has its place; one text has none")
    func emptySecondText() throws {
        let tokenizer = try Tokenizer(directory: Goldens.sentiment)
        #expect(tokenizer.encode("good", pair: "").secondText == 3..<3)
        #expect(tokenizer.encode("good").secondText == nil)
    }
}

extension [Int] {
    fileprivate var range: Range<Int>? { count == 2 ? self[0]..<self[1] : nil }
}
