import Testing

@testable import Tokenizers

@Suite("Scanners match what their regular expressions match")
struct PatternScannerTests {
    private static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    private static let llama3 =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let qwen2 = llama3.replacing("{1,3}", with: "")

    /// Of Unicode 14 and before, which the system's library for regular expressions knows.
    private static let parts = [
        "a", "Z", "é", "e\u{301}", "中", "か", "д", "ſ", "ﬆ", "𝔘", "1", "22", "٣", "½", "Ⅳ", "②", " ", "  ", "\t", "\u{A0}", "\u{3000}", "\u{2028}",
        "\n", "\r\n", "\r", "'", "'s", "'T", "'re", "'Ll", "'v", "’s", ".", "!?", "-", "😁", "\u{200D}", "\u{301}", "_", "\u{0}", "₂", "ª",
    ]

    @Test("On random texts", arguments: [gpt2, llama3, qwen2])
    func randomTexts(pattern: String) throws {
        let scanner = try #require(PatternScanner(pattern))
        let expression = try RegularExpression(pattern)
        var state: UInt64 = 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<2000 {
            let text = Array((0..<random(24)).map { _ in Self.parts[random(Self.parts.count)] }.joined().utf8)
            // Inside a text, too: what stands around the range does not count.
            let range = random(2) == 0 ? 0..<text.count : 2..<text.count + 2
            let surrounded = range.lowerBound == 0 ? text : Array("a ".utf8) + text + Array(" a".utf8)
            var matches: [Range<Int>] = []
            scanner.forEachMatch(in: surrounded, range) { matches.append($0) }
            #expect(matches == expression.matches(in: surrounded, range), "\(String(decoding: text, as: UTF8.self).debugDescription)")
        }
    }

    @Test("Another expression has none")
    func others() {
        #expect(PatternScanner("") == nil)
        #expect(PatternScanner(Self.gpt2 + "|x") == nil)
        #expect(PatternScanner(Self.llama3.replacing("{1,3}", with: "{1,2}")) == nil)
    }

    @Test("A string is found wherever it stands, without overlap")
    func literals() {
        func matches(_ pattern: String, _ text: String) -> [Range<Int>] {
            LiteralPattern(pattern).matches(in: Array("x\(text)x".utf8), 1..<text.utf8.count + 1)
        }
        #expect(matches("aab", "aaab aab") == [2..<5, 6..<9])
        #expect(matches("aa", "aaaaa") == [1..<3, 3..<5])
        #expect(matches("abab", "abacababab") == [5..<9])
        #expect(matches("x", "aa") == [])
        #expect(matches("", "aé") == [1..<1, 2..<2, 4..<4])
        #expect(matches("aa", "") == [])
    }
}
