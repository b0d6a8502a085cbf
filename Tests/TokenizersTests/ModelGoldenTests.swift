import OrderedJSON
import Testing

@testable import Tokenizers

@Suite("Each model cuts words as the reference does")
struct ModelGoldenTests {
    private func checkFolder(_ name: String) throws {
        let tokenizer = try Tokenizer(directory: Goldens.directory("models/\(name)"))
        check(tokenizer, try Goldens.cases("models/\(name)"))
    }

    @Test(
        "Byte pair encoding with every option",
        arguments: [
            "bpe", "bpe-strings-without-type", "bpe-whole-text", "bpe-prefix", "bpe-suffix", "bpe-prefix-suffix", "bpe-fused",
            "bpe-dropped", "bpe-bytes", "bpe-some-bytes", "bpe-some-bytes-unfused", "bpe-whole-words", "bpe-odd",
        ])
    func bytePairEncoding(name: String) throws { try checkFolder(name) }

    @Test(
        "Unigram with every option",
        arguments: [
            "unigram", "unigram-whole-text", "unigram-bytes", "unigram-some-bytes", "unigram-without-type", "unigram-ties",
            "unigram-positive",
        ])
    func unigram(name: String) throws { try checkFolder(name) }

    @Test("Whole words", arguments: ["word-level", "word-level-without-type"])
    func wordLevel(name: String) throws { try checkFolder(name) }
}
