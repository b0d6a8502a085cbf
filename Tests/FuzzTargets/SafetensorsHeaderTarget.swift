import Checkpoints

/// A safetensors file, or the header of one alone.
enum SafetensorsHeaderTarget {
    /// Tried as a file, and as the JSON of a header before as many bytes of data as it seems to speak of.
    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        try runFile(input)
        let data = [UInt8](repeating: 0, count: largestNumber(input))
        try runFile((0..<8).map { UInt8(truncatingIfNeeded: input.count >> (8 * $0)) } + input + data)
    }

    private static func runFile(_ file: [UInt8]) throws(FuzzFinding) {
        guard let entries = parse(file) else { return }
        let dataStart = 8 + (0..<8).reduce(0) { $0 | Int(file[$1]) << (8 * $1) }
        var owners = [Int](repeating: 0, count: file.count)
        for entry in entries {
            try check(dataStart <= entry.range.lowerBound && entry.range.upperBound <= file.count, "\(entry) lies outside the data")
            let count = entry.shape.reduce(entry.type.byteCount) { $0.multipliedReportingOverflow(by: $1).partialValue }
            try check(entry.shape.allSatisfy { $0 >= 0 } && entry.range.count == count, "the range of \(entry) is not of its size")
            for byte in entry.range { owners[byte] += 1 }
        }
        try check(owners[dataStart...].allSatisfy { $0 == 1 }, "a byte of the data has no tensor or several")
        try check(Set(entries.map { Array($0.name.utf8) }).count == entries.count, "two tensors have one name")
        try check(parse(Array(file.dropLast())) == nil, "the file is accepted without its last byte")
        try check(parse(file + [0]) == nil, "the file is accepted with a byte more")
    }

    private static func parse(_ file: [UInt8]) -> [SafetensorsHeader.Entry]? {
        file.withUnsafeBytes { try? SafetensorsHeader(file: $0, path: "fuzzed").entries }
    }

    /// The largest number in the text that data of a test could have as its size.
    private static func largestNumber(_ text: [UInt8]) -> Int {
        text.split { $0 < UInt8(ascii: "0") || $0 > UInt8(ascii: "9") }
            .compactMap { Int(String(decoding: $0, as: UTF8.self)) }.filter { $0 <= 1 << 16 }.max() ?? 0
    }
}
