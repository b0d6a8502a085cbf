import Testing

@testable import API

@Suite("The number writer")
struct NumberWriterTests {
    private func write(_ values: [Float], decimals: Int? = nil) -> String {
        var text: [UInt8] = []
        NumberWriter(decimals: decimals).append(values[...], to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func writeEach(_ values: [Float], decimals: Int? = nil) -> [Substring] {
        write(values, decimals: decimals).split(separator: ",")
    }

    /// What a number's text says without its exponent, and without zeros at either end.
    private func digits(_ text: some StringProtocol) -> [UInt8] {
        let mantissa = text.utf8.prefix { $0 != UInt8(ascii: "e") }.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") }
        var digits = Array(mantissa.drop { $0 == UInt8(ascii: "0") })
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return digits
    }

    /// The reference is Swift's own `description`, which is the shortest, and of those the nearest, too.
    private func expectShortest(_ values: [Float]) {
        let texts = writeEach(values)
        #expect(texts.count == values.count)
        for (value, text) in zip(values, texts) {
            let expected = value.description
            // An #expect for each would take longer than all the rest.
            guard Float(text)?.bitPattern == value.bitPattern, digits(text) == digits(expected) else {
                Issue.record("\(text) was written for \(expected)")
                return
            }
        }
    }

    @Test("A number is the shortest that gives back the same float, whatever its exponent")
    func everyExponent() {
        var random = SystemRandomNumberGenerator()
        let values = (UInt32(0)..<255).flatMap { exponent in
            let fractions = [0, 1, 2, 3, 0x3f_ffff, 0x40_0000, 0x7f_fffe, 0x7f_ffff] + (0..<8).map { _ in UInt32.random(in: 0...0x7f_ffff, using: &random) }
            return fractions.flatMap { fraction in
                [Float(bitPattern: exponent << 23 | fraction), -Float(bitPattern: exponent << 23 | fraction)]
            }
        }
        expectShortest(values)
        // Few bits, and so few digits, of the smallest numbers.
        expectShortest((0..<64).map { Float(bitPattern: UInt32(1) << min($0, 22) | UInt32($0)) })
    }

    @Test("A number is the shortest that gives back the same float, for random ones of all sizes and for weights")
    func randomNumbers() {
        var random = SystemRandomNumberGenerator()
        expectShortest((0..<60_000).map { _ in Float(bitPattern: UInt32.random(in: 0...0x7f7f_ffff, using: &random)) })
        expectShortest((0..<60_000).map { _ in Float.random(in: 0...1, using: &random) })
        expectShortest((0..<20_000).map { _ in Float(Int.random(in: -100_000_000...100_000_000, using: &random)) / 1000 })
    }

    @Test("Decimals of few digits are written as they are", arguments: [
        (Float(0), "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-1, "-1.0"), (10, "10.0"), (0.1, "0.1"), (0.25, "0.25"), (-0.007, "-0.007"), (0.0001, "0.0001"),
        (0.00012345678, "0.00012345678"), (0.00001, "1e-5"), (0.000015, "1.5e-5"), (1e-30, "1e-30"), (12.5, "12.5"), (100, "100.0"), (123456.7, "123456.7"),
        (16_777_216, "16777216.0"), (99_999_992, "99999990.0"), (1e8, "1e+8"), (1.5e8, "1.5e+8"), (1e20, "1e+20"), (.leastNonzeroMagnitude, "1e-45"),
        (.leastNormalMagnitude, "1.1754944e-38"), (.greatestFiniteMagnitude, "3.4028235e+38"), (-1.2345679e-12, "-1.2345679e-12"), (0x1p-10, "0.0009765625"),
    ])
    func layout(_ value: Float, _ expected: String) {
        #expect(write([value]) == expected)
    }

    @Test("Many numbers have a comma between two, and none have no text", arguments: [nil, 3])
    func separators(decimals: Int?) {
        #expect(write([], decimals: decimals) == "")
        for count in [1, 2, 63, 64, 65, 128, 511, 512, 513, 1025] {
            let values = (0..<count).map { Float($0) + 0.5 }
            #expect(write(values, decimals: decimals) == values.map(\.description).joined(separator: ","))
        }
    }

    @Test("With decimals it is rounded, half to even, without zeros at the end", arguments: [
        (Float(0.12345), 3, "0.123"), (0.5, 0, "0"), (1.5, 0, "2"), (0.125, 2, "0.12"), (0.375, 2, "0.38"), (1, 4, "1"),
        (0.99999, 2, "1"), (0, 3, "0"), (0.05, 3, "0.05"), (0.0004, 3, "0"), (-0.25, 1, "-0.2"), (0.1, 9, "0.100000001"),
        (123456.5, 1, "123456.5"), (1e20, 2, "1e+20"), (-0.0001, 2, "0"), (-0.0, 2, "0"), (0.9, 1, "0.9"), (0.9, 0, "1"),
    ])
    func rounded(_ value: Float, _ decimals: Int, _ expected: String) {
        #expect(write([value], decimals: decimals) == expected)
    }

    // Expected: Python's decimal.Decimal(value).quantize(…, ROUND_HALF_EVEN).
    @Test("Rounding is right where the places of a number end", arguments: [
        (Float(9.4999999), 0, "10"), (9.5, 0, "10"), (10.5, 0, "10"), (9.95, 1, "9.9"), (9.996, 2, "10"), (99.995, 2, "100"), (-9.9999995, 6, "-9.999999"),
        (10, 3, "10"), (10.5, 9, "10.5"), (123.456, 4, "123.456"), (16777217.5, 3, "16777218"), (1048576.0625, 3, "1048576"),
        (4503599627370496, 0, "4503599627370496"), (1e15, 0, "999999986991104"), (-1234.5, 0, "-1234"), (1235.5, 0, "1236"), (8388608.5, 0, "8388608"),
        (0.0009765625, 9, "0.000976562"), (0.00048828125, 9, "0.000488281"), (.leastNonzeroMagnitude, 9, "0"), (0.9999999, 9, "0.999999881"), (9.9999999, 9, "10"),
        (7.25, 1, "7.2"), (-0.75, 1, "-0.8"), (9e6, 9, "9000000"), (1e-9, 9, "0.000000001"), (5e-10, 9, "0"), (7e-10, 9, "0.000000001"),
    ])
    func roundedAtEnds(_ value: Float, _ decimals: Int, _ expected: String) {
        #expect(write([value], decimals: decimals) == expected)
    }

    @Test("A rounded number is at most half a unit off, and has no digit too many", arguments: 0...9)
    func halfAUnit(decimals: Int) {
        let values: [Float] = (0..<2000).map { _ in Float.random(in: -1...1) * [1, 1e-4, 12, 3000][Int.random(in: 0..<4)] }
        let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
        for (value, text) in zip(values, writeEach(values, decimals: decimals)) {
            let exact = Double(value) * scale
            let fraction = text.split(separator: ".").dropFirst().first ?? ""
            guard let read = Double(text), abs(read * scale - exact) < 0.5 + 1e-3, fraction.count <= decimals, fraction.last != "0", text != "-0" else {
                Issue.record("\(text) was written for \(value)")
                return
            }
        }
    }
}
