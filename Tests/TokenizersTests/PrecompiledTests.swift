import Testing

@testable import Tokenizers

@Suite("A charsmap that is not what it should be is refused or does no harm")
struct PrecompiledTests {
    private static func charsmap() throws -> [UInt8] {
        try #require(Base64.decode(try Goldens.text("normalizers/charsmap.base64")))
    }

    private func error(_ bytes: [UInt8]) -> PrecompiledCharsmap.ParsingError? {
        #expect(throws: PrecompiledCharsmap.ParsingError.self) { try PrecompiledCharsmap(bytes) }
    }

    @Test("Its sizes must agree")
    func sizes() {
        #expect(error([]) == .tooShort)
        #expect(error([4, 0, 0]) == .tooShort)
        #expect(error([0, 0, 0, 0]) == .trieSize(0, available: 0))
        #expect(error([6, 0, 0, 0, 0, 0, 0, 0, 0, 0]) == .trieSize(6, available: 6))
        #expect(error([8, 0, 0, 0, 0, 0, 0, 0]) == .trieSize(8, available: 4))
        #expect(error([0xFC, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]) == .trieSize(0xFFFF_FFFC, available: 4))
    }

    @Test("Its strings must be UTF-8, and short")
    func strings() throws {
        #expect(error([4, 0, 0, 0, 0, 0, 0, 0, 0xC3]) == .notUTF8)
        #expect(error([4, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0x61, count: 129)) == .replacementTooLong(129))
        _ = try PrecompiledCharsmap([4, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0x61, count: 128) + [0, 0x61])
    }

    @Test("What is not base64 is named", arguments: ["A", "AAA=A", "AB==", "AA=A", "====", "AAAA\\n", "BAAAAA"])
    func base64(text: String) {
        let error = #expect(throws: TokenizerError.self) {
            let json = #"{"n": {"type": "Precompiled", "precompiled_charsmap": "\#(text)"}}"#
            return try JSONFile.parseObject(Array(json.utf8), file: "t.json").fields("n").makeNormalizer()
        }
        #expect(error?.description == "t.json: n.precompiled_charsmap: expected base64")
    }

    @Test("Base64 of every length is read")
    func base64Lengths() {
        #expect(Base64.decode("") == [])
        #expect(Base64.decode("/w==") == [0xFF])
        #expect(Base64.decode("+/8=") == [0xFB, 0xFF])
        #expect(Base64.decode("Zm9v") == Array("foo".utf8))
    }

    @Test("Units that lead nowhere, in circles or into the middle of a character replace nothing or something, in well-formed UTF-8")
    func hostileUnits() throws {
        let whole = try Self.charsmap()
        let trie = 4..<4 + Int(whole[0]) + Int(whole[1]) << 8
        let texts = ["e\u{301}\u{FB03}\u{1}\u{3000}ß\u{301} \u{958}", "\u{1D400}abc\u{FF21}\u{1100}"].map { Array($0.utf8) }
        var generator = SeededGenerator(state: 7)
        for round in 0..<300 {
            var bytes = whole
            // Some flip bits, some repeat one unit everywhere, so that every step leads back or out.
            if round % 3 == 0 {
                let unit = (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) }
                for position in stride(from: trie.lowerBound, to: trie.upperBound, by: 4) {
                    bytes.replaceSubrange(position..<position + 4, with: unit)
                }
            } else {
                for _ in 0..<500 {
                    bytes[Int.random(in: trie, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            guard let charsmap = try? PrecompiledCharsmap(bytes) else { continue }
            for text in texts {
                for start in text.indices where !text[start].isUTF8Continuation {
                    guard let replacement = charsmap.replacement(of: text[start...]) else { continue }
                    #expect(String(validating: replacement, as: UTF8.self) != nil)
                }
            }
        }
        for count in stride(from: 0, to: whole.count, by: 97) { _ = try? PrecompiledCharsmap(Array(whole[..<count])) }
    }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
