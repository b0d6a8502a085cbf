import Testing

@testable import Inference

@Suite("The tokenizer's policy")
struct TokenizerPolicyTests {
    private let policy = TokenizerPolicy()

    @Test("A thread takes texts in order, up to the size of a piece, and at least one")
    func pieces() {
        let kilo = 1 << 10
        #expect(policy.piece([10, 10, 10], freeForLong: false) == 3)
        #expect(policy.piece(Array(repeating: kilo, count: 100), freeForLong: false) == 16)
        #expect(policy.piece([40 * kilo, 10], freeForLong: false) == 1)
        #expect(policy.piece([], freeForLong: true) == 0)
    }

    @Test("A long text is a piece of its own, for a thread that may take it")
    func long() {
        let long = policy.longTextBytes
        #expect(policy.piece([long, 10], freeForLong: true) == 1)
        #expect(policy.piece([long, 10], freeForLong: false) == 0)
        #expect(policy.piece([10, long], freeForLong: true) == 1)
    }

    @Test("There is always a thread for short texts beside one for long ones")
    func threads() {
        #expect(TokenizerPolicy.threads(workers: 1) == 2)
        #expect(TokenizerPolicy.threads(workers: 8) == 8)
    }
}
