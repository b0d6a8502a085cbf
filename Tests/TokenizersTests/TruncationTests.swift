import Testing

@testable import Tokenizers

@Suite("Truncation")
struct TruncationTests {
    @Test("Special tokens are counted, and always stay")
    func specialTokens() throws {
        let tokenizer = try Tokenizer(directory: Goldens.sentiment)
        #expect(tokenizer.encode("good good good", maximumLength: 4).ids == [101, 2204, 2204, 102])
        #expect(tokenizer.encode("good good good", addSpecialTokens: false, maximumLength: 2).ids == [2204, 2204])
        for maximum in 0...2 {
            #expect(tokenizer.encode("good good", maximumLength: maximum).ids == [101, 102])
            #expect(tokenizer.encode("good", pair: "good", maximumLength: maximum).ids == [101, 102, 102])
        }
        #expect(tokenizer.encode("good", addSpecialTokens: false, maximumLength: 0).ids.isEmpty)
    }

    @Test("A maximum that is not reached changes nothing")
    func longEnough() throws {
        let tokenizer = try Tokenizer(directory: Goldens.sentiment)
        #expect(tokenizer.encode("good film", pair: "bad", maximumLength: 6) == tokenizer.encode("good film", pair: "bad"))
    }
}
