import Glibc
import Testing

@testable import Tensors

@Suite("Sums over attention weights")
struct WeightSumsTests {
    @Test("They agree with their definition in double precision, at every width", arguments: [0, 1, 2, 15, 16, 17, 31, 32, 33, 100])
    func definition(_ tokens: Int) {
        var random = Seeded(UInt64(tokens))
        // Small and large ones, zeros, ones, and the least number that is not subnormal.
        let special: [Float] = [0, 1, 1 - 0x1p-24, 0.5, 0x1p-126, 0.70710677, 0.70710678]
        let before = 3
        let weights = (0..<before + tokens * tokens).map { index in
            index % 5 == 0 ? special[index / 5 % special.count] : expf(Float.random(in: -80...0, using: &random))
        }
        var entropy = 0.0, distance = 0.0
        for query in 0..<tokens {
            for key in 0..<tokens {
                let weight = Double(weights[before + query * tokens + key])
                if weight > 0 { entropy -= weight * log(weight) }
                distance += weight * Double(abs(query - key))
            }
        }
        let sums = WeightSums(weights, at: before, tokens: tokens)
        #expect(abs(sums.entropy - entropy) <= 3e-7 * entropy)
        #expect(abs(sums.distance - distance) <= 3e-7 * distance)
    }

    @Test("The logarithm is good to 3e-7 of its size over all of its range, and next to 1")
    func logarithm() {
        for step in 1...20_000 {
            let weight = step <= 10_000 ? expf(-Float(step) * 0.0087) : 1 - Float(step - 10_000) * 0x1p-24
            let expected = -Double(weight) * log(Double(weight))
            #expect(abs(WeightSums([weight], at: 0, tokens: 1).entropy - expected) <= 3e-7 * expected)
        }
    }

    @Test("A NaN is not hidden")
    func notANumber() {
        let sums = WeightSums([.nan], at: 0, tokens: 1)
        #expect(sums.entropy.isNaN)
        #expect(sums.distance.isNaN)
    }
}
