import OrderedJSON
import Testing

@testable import Tokenizers

@Suite("Every code point of Unicode is treated as the reference treats it")
struct CodePointTests {
    @Test(
        "Normalized, split and found as part of a word",
        arguments: ["uncased", "stripped", "lowercase", "single-word"])
    func blocks(name: String) throws {
        let golden = try #require(try Goldens.read("code-points.json").objectValue)
        let size = try #require(golden["code_points_per_block"]?.intValue)
        let configuration = try #require(
            golden["configurations"]?.arrayValue?.compactMap(\.objectValue).first { $0["name"]?.stringValue == name })
        let hashes = try #require(configuration["hashes"]?.arrayValue).compactMap(\.stringValue)
        #expect(hashes.count * size == 0x110000)

        let description = JSONFields(file: "code-points.json", object: configuration)
        let tokenizer = try Tokenizer(try description.fields("tokenizer"), configuration: TokenizerConfiguration())
        let normalizer = try description.fields("tokenizer").optionalObject("normalizer")?.makeNormalizer()
        for (block, hash) in hashes.enumerated() {
            let standsBetweenLetters = [0, 1, 2, 14].contains((block * size) >> 16)
            var text = ""
            for codePoint in block * size..<(block + 1) * size {
                guard let scalar = Unicode.Scalar(UInt32(codePoint)) else { continue }
                text += standsBetweenLetters ? "a\(scalar)b " : "\(scalar)"
            }
            var normalized = NormalizedText(text)
            normalizer?.normalize(&normalized)
            var digest = Digest()
            var position = 0
            while let scalar = normalized.utf8.scalar(at: position) {
                digest.combine(Int(scalar.value))
                position += scalar.width
            }
            digest.combine(tokenizer.encode(text))
            #expect(digest.hexadecimal == hash, "code points from \(String(block * size, radix: 16))")
        }
    }

    @Test("Combining marks of every class take their places in a run")
    func combiningClasses() throws {
        let golden = try #require(try Goldens.read("combining-runs.json").objectValue)
        let run = try #require(golden["run"]?.stringValue)
        let positions = try #require(golden["positions"]?.arrayValue?.compactMap { $0.arrayValue?.compactMap(\.intValue) })
        #expect(positions.count > 700)
        for pair in positions {
            let mark = try #require(Unicode.Scalar(UInt32(pair[0])))
            var text = NormalizedText("a\(run)\(mark)")
            NormalizationForm.nfd.normalize(&text)
            let scalars = Array(String(decoding: text.utf8, as: UTF8.self).unicodeScalars)
            #expect(scalars.lastIndex(of: mark) == pair[1] + 1, "U+\(String(mark.value, radix: 16))")
        }
    }
}
