import OrderedJSON
import Testing

@testable import Tokenizers

@Suite("Texts are split into the reference's words")
struct PreTokenizerTests {
    /// The words of a text, each with the code points that it comes from.
    private func words(_ preTokenizer: any PreTokenizer, _ text: String) -> [(word: ArraySlice<UInt8>, offsets: Range<Int>)] {
        let normalized = NormalizedText(text)
        var preTokenized = PreTokenizedText()
        preTokenized.reset(to: normalized, word: 0..<normalized.utf8.count)
        preTokenizer.preTokenize(&preTokenized)
        return preTokenized.words.map { (preTokenized.text.utf8[$0], preTokenized.text.originalRange(of: $0)) }
    }

    private func digest(_ words: [(word: ArraySlice<UInt8>, offsets: Range<Int>)]) -> Digest {
        var digest = Digest()
        for (word, offsets) in words {
            for scalar in String(decoding: word, as: UTF8.self).unicodeScalars { digest.combine(Int(scalar.value)) }
            digest.combine(offsets)
        }
        return digest
    }

    @Test("With every pre-tokenizer and option")
    func options() throws {
        let golden = try #require(try Goldens.read("pre-tokenizers/words.json").objectValue)
        let texts = try #require(golden["texts"]?.arrayValue).compactMap(\.stringValue)
        let groupSize = try #require(golden["texts_per_hash"]?.intValue)
        let descriptions = try #require(golden["pre_tokenizers"]?.arrayValue).compactMap(\.objectValue)
        #expect(descriptions.count > 60)
        for description in descriptions {
            let name = try #require(description["name"]?.stringValue)
            let preTokenizer = try JSONFields(file: "words.json", object: description).fields("pre_tokenizer").makePreTokenizer()
            let offsets = try #require(description["offsets"]?.arrayValue).map { $0.arrayValue?.compactMap(\.intValue) }
            for (text, expected) in zip(texts, offsets) {
                let found = words(preTokenizer, text).flatMap { [$0.offsets.lowerBound, $0.offsets.upperBound] }
                #expect(found == expected, "\(name) \(text.debugDescription)")
            }
            let hashes = try #require(description["hashes"]?.arrayValue).compactMap(\.stringValue)
            #expect(hashes.count == (texts.count + groupSize - 1) / groupSize)
            for (group, hash) in hashes.enumerated() {
                let texts = texts[group * groupSize..<min(texts.count, (group + 1) * groupSize)]
                #expect(digest(texts.flatMap { words(preTokenizer, $0) }).hexadecimal == hash, "\(name) \(texts)")
            }
        }
    }

    @Test(
        "Every code point of Unicode where it stands",
        arguments: ["Whitespace", "Punctuation", "Digits False", "UnicodeScripts", "ByteLevel False True", "Split Llama 3"])
    func codePoints(name: String) throws {
        let golden = try #require(try Goldens.read("pre-tokenizers/code-points.json").objectValue)
        let blockSize = try #require(golden["code_points_per_block"]?.intValue)
        let textSize = try #require(golden["code_points_per_text"]?.intValue)
        let form = try #require(golden["form"]?.stringValue).replacing("{0}", with: "{").split(separator: "{", omittingEmptySubsequences: false)
        let description = try #require(
            golden["pre_tokenizers"]?.arrayValue?.compactMap(\.objectValue).first { $0["name"]?.stringValue == name })
        let preTokenizer = try JSONFields(file: "code-points.json", object: description).fields("pre_tokenizer").makePreTokenizer()
        let blocks = try #require(description["blocks"]?.arrayValue).compactMap(\.arrayValue)
        #expect(blocks.count > 64)
        for block in blocks {
            let start = try #require(block[0].intValue)
            var digest = Digest()
            for first in stride(from: start, to: start + blockSize, by: textSize) {
                var text = ""
                for codePoint in first..<first + textSize {
                    guard let scalar = Unicode.Scalar(UInt32(codePoint)) else { continue }
                    text += form.joined(separator: String(scalar))
                }
                for (_, offsets) in words(preTokenizer, text) { digest.combine(offsets) }
            }
            #expect(digest.hexadecimal == block[1].stringValue, "code points from \(String(start, radix: 16))")
        }
    }
}

extension Digest {
    mutating func combine(_ range: Range<Int>) {
        combine(range.lowerBound)
        combine(range.upperBound)
    }
}
