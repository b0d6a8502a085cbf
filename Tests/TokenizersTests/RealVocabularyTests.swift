import Testing

@testable import Tokenizers

@Suite("Real vocabularies, cut down to a sample of texts in many scripts, give the reference's tokens and offsets")
struct RealVocabularyTests {
    @Test("XLM-R's: SentencePiece's whole character map, Metaspace, Unigram")
    func unigram() throws {
        try check(Tokenizer(directory: Goldens.directory("real/multilingual-e5-small")), Goldens.cases("real/multilingual-e5-small"))
    }

    @Test("GPT-2's: bytes and merges, from vocab.json and merges.txt")
    func bytePairs() throws {
        try check(Tokenizer(directory: Goldens.directory("real/gpt2")), Goldens.cases("real/gpt2"))
    }
}
