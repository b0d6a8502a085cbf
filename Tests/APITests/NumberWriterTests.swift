import Testing

@testable import API

@Suite("The number writer")
struct NumberWriterTests {
    private func write(_ values: [Float], decimals: Int? = nil) -> String {
        var text: [UInt8] = []
        NumberWriter(decimals: decimals).append(values[...], to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    @Test("Without decimals a number gives back the same float")
    func roundTrip() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Float(bitPattern: UInt32.random(in: 0...0x7f7f_ffff, using: &random))
            #expect(Float(write([value])) == value)
        }
        #expect(write([0, 1, 0.1, 1e-30]) == "0.0,1.0,0.1,1e-30")
    }

    @Test("With decimals it is rounded, half to even, without zeros at the end", arguments: [
        (Float(0.12345), 3, "0.123"), (0.5, 0, "0"), (1.5, 0, "2"), (0.125, 2, "0.12"), (0.375, 2, "0.38"), (1, 4, "1"),
        (0.99999, 2, "1"), (0, 3, "0"), (0.05, 3, "0.05"), (0.0004, 3, "0"), (-0.25, 1, "-0.2"), (0.1, 9, "0.100000001"),
        (123456.5, 1, "123456.5"), (1e20, 2, "1e+20"), (-0.0001, 2, "0"),
    ])
    func rounded(_ value: Float, _ decimals: Int, _ expected: String) {
        #expect(write([value], decimals: decimals) == expected)
    }
}
