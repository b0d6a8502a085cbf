import OrderedJSON
import Testing

@testable import Tokenizers

@Suite("Tokenizers made at random give the reference's tokens")
struct RandomTokenizerTests {
    private static let file = "pre-tokenizers/tokenizers.json"

    private func digest(_ encoding: Encoding, withTypeIDs: Bool = true) -> String {
        var digest = Digest()
        for id in encoding.ids { digest.combine(Int(id)) }
        if withTypeIDs { for id in encoding.typeIDs { digest.combine(Int(id)) } }
        for offsets in encoding.offsets { digest.combine(offsets) }
        for isSpecial in encoding.specialTokensMask { digest.combine(isSpecial ? 1 : 0) }
        return digest.hexadecimal
    }

    private func forEachTokenizer(_ body: (_ tokenizer: inout Tokenizer, _ golden: JSONObject) throws -> Void) throws {
        let goldens = try #require(try Goldens.read(Self.file).arrayValue).compactMap(\.objectValue)
        #expect(goldens.count > 10)
        for golden in goldens {
            let description = try JSONFields(file: Self.file, object: golden).fields("tokenizer")
            var tokenizer = try Tokenizer(description, configuration: TokenizerConfiguration())
            try body(&tokenizer, golden)
        }
    }

    @Test("With added tokens of all flags between words of all kinds, and offsets trimmed or not")
    func encodings() throws {
        try forEachTokenizer { tokenizer, golden in
            for golden in try #require(golden["cases"]?.arrayValue).compactMap(\.objectValue) {
                let text = try #require(golden["text"]?.stringValue)
                let encoding = tokenizer.encode(
                    text, pair: golden["pair"]?.stringValue, addSpecialTokens: golden["add_special_tokens"]?.boolValue ?? true)
                #expect(encoding.ids.map { Int($0) } == golden["ids"]?.arrayValue?.compactMap(\.intValue), "\(text.debugDescription)")
                let offsets = golden["offsets"]?.arrayValue?.compactMap { $0.arrayValue?.compactMap(\.intValue) }
                #expect(encoding.offsets.map { [$0.lowerBound, $0.upperBound] } == offsets, "\(text.debugDescription)")
                #expect(digest(encoding) == golden["hash"]?.stringValue, "\(text.debugDescription)")
            }
        }
    }

    @Test("In windows from both sides, with every strategy, in the reference's order")
    func windows() throws {
        try forEachTokenizer { tokenizer, golden in
            for golden in try #require(golden["windows"]?.arrayValue).compactMap(\.objectValue) {
                let text = try #require(golden["text"]?.stringValue)
                tokenizer.configuration.truncationSide = try #require(TruncationSide(rawValue: golden["side"]?.stringValue ?? ""))
                let strategy = try #require(TruncationStrategy(rawValue: golden["strategy"]?.stringValue ?? ""))
                let windows: [String]
                do throws(WindowError) {
                    windows = try tokenizer.encodeWindows(
                        text, pair: golden["pair"]?.stringValue, addSpecialTokens: golden["add_special_tokens"]?.boolValue ?? true,
                        maximumLength: golden["max_length"]?.intValue ?? 0, stride: golden["stride"]?.intValue ?? 0, strategy: strategy
                    ).enumerated().map { digest($1, withTypeIDs: $0 == 0) }
                } catch {
                    #expect("\(error.name)" == golden["error"]?.stringValue, "\(golden)")
                    continue
                }
                #expect(windows == golden["windows"]?.arrayValue?.compactMap(\.stringValue), "\(golden)")
            }
        }
    }
}

extension WindowError {
    fileprivate var name: String {
        switch self {
        case .noRoom: "noRoom"
        case .strideTooLarge: "strideTooLarge"
        case .textTooShort: "textTooShort"
        case .pairMissing: "pairMissing"
        case .tooManyWindows: "tooManyWindows"
        }
    }
}
