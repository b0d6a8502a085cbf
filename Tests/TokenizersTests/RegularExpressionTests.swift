import OrderedJSON
import Testing

@testable import Tokenizers

@Suite("Regular expressions")
struct RegularExpressionTests {
    private func words(_ pattern: String, _ text: String) throws -> [String] {
        let utf8 = Array(text.utf8)
        return try RegularExpression(pattern).matches(in: utf8).map { String(decoding: utf8[$0], as: UTF8.self) }
    }

    @Test("Patterns of tokenizers, and all that Oniguruma writes otherwise than PCRE2, match what they match for the reference")
    func goldens() throws {
        for value in try #require(try Goldens.read("normalizers/regular-expressions.json").arrayValue) {
            let fields = JSONFields(file: "regular-expressions.json", object: try #require(value.objectValue))
            let name = try fields.string("name")
            let expression = try RegularExpression(try fields.string("pattern"))
            for golden in try fields.array("cases") {
                let golden = try #require(golden.arrayValue)
                let text = try #require(golden[0].stringValue)
                let utf8 = Array(text.utf8)
                let matches = expression.matches(in: utf8)
                let scalarIndices = NormalizedText(text).sources.map { Int($0) } + [text.unicodeScalars.count]
                let offsets = matches.filter { !$0.isEmpty }.flatMap { [scalarIndices[$0.lowerBound], scalarIndices[$0.upperBound]] }
                #expect(offsets == golden[1].arrayValue?.compactMap(\.intValue), "\(name): \(text.debugDescription)")
                var replaced = ""
                var end = 0
                for match in matches {
                    replaced += String(decoding: utf8[end..<match.lowerBound], as: UTF8.self) + "\u{E000}"
                    end = match.upperBound
                }
                replaced += String(decoding: utf8[end...], as: UTF8.self)
                // The reference finds nothing in an empty text.
                let expected = utf8.isEmpty ? Array(replaced.utf8) : golden[2].stringValue.map { Array($0.utf8) }
                #expect(Array(replaced.utf8) == expected, "\(name): \(text.debugDescription)")
            }
        }
    }

    @Test("A part of a text is all that an expression sees")
    func parts() throws {
        let text = Array("abcabc".utf8)
        #expect(try RegularExpression("^b|c$|(?<=a)b").matches(in: text, 1..<6) == [1..<2, 4..<5, 5..<6])
        #expect(try RegularExpression("a(?!b)").matches(in: text, 0..<4) == [3..<4])
        #expect(try RegularExpression("x*").matches(in: text, 2..<2) == [2..<2])
    }

    @Test("An expression that backtracks for ever ends promptly, and what it found stays", .timeLimit(.minutes(1)))
    func catastrophic() throws {
        let text = "b" + String(repeating: "a", count: 50_000) + "c"
        #expect(try words("b|(a+)+$", text) == ["b"])
        #expect(try words("b|(?:a|a)+$", text) == ["b"])
    }

    @Test("What needs more than the stack of compiled code matches all the same")
    func deep() throws {
        let text = String(repeating: "ab", count: 20_000)
        #expect(try words("(?:(a)|(b))+c|a", text + "c") == [text + "c"])
    }

    @Test("What cannot be compiled says why and where")
    func invalid() {
        let error = #expect(throws: RegularExpressionError.self) { try RegularExpression("a(b") }
        #expect(error?.description == "missing closing parenthesis at byte 3 of the regular expression")
        let unknown = #expect(throws: RegularExpressionError.self) { try RegularExpression("\\p{Nothing}") }
        #expect(unknown?.description == "unknown property after \\P or \\p in the regular expression")
    }

    @Test(
        "What only Oniguruma has is refused rather than read otherwise",
        arguments: [
            "(?~ab)", "(*FAIL)", "(?{x})", "\\y", "\\C-a", "(?W)a", "[a", "[b-a]", "a)", "[[:alpha", "\\k'x'",
            String(repeating: "[", count: 60_000), String(repeating: "(", count: 60_000), String(repeating: "\\b", count: 30_000),
        ])
    func unsupported(pattern: String) {
        #expect(throws: RegularExpressionError.self) { try RegularExpression(pattern) }
    }

    @Test("A pattern of more than 64 KiB is refused")
    func tooLong() throws {
        #expect(try words("(?#\(String(repeating: "a", count: 65_531)))a", "a") == ["a"])
        let error = #expect(throws: RegularExpressionError.self) { try RegularExpression(String(repeating: "a", count: 65_537)) }
        #expect(error?.reason == "65537 bytes are more than 65536")
    }
}
