import FoundationEssentials
import OrderedJSON

@testable import Tokenizers

/// What scripts/goldens/tokenization.py wrote.
enum Goldens {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func directory(_ name: String) -> String { "\(root.path(percentEncoded: false))Tests/Goldens/tokenizers/\(name)" }

    /// The bundled model's directory.
    static let sentiment = "\(root.path(percentEncoded: false))config/models/sentiment"

    static func read(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: directory(name)))))
    }

    static func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: directory(name))), as: UTF8.self)
    }

    static func cases(_ name: String) throws -> [GoldenCase] {
        try (read("\(name).cases.json").arrayValue ?? []).map { try GoldenCase($0) }
    }
}

struct GoldenError: Error {}

/// A text and what the reference makes of it.
struct GoldenCase: CustomStringConvertible {
    let text: String
    let pair: String?
    let maximumLength: Int?
    let addSpecialTokens: Bool
    let specialTokensMask: [Bool]
    let expected: Expected

    enum Expected {
        case encoding(Encoding, tokens: [String?])
        /// Of a long text.
        case digest(count: Int, hash: String)
    }

    init(_ value: JSONValue) throws {
        guard let object = value.objectValue, let text = object["text"]?.stringValue else { throw GoldenError() }
        self.text = String(repeating: text, count: object["repeat"]?.intValue ?? 1)
        pair = object["pair"]?.stringValue
        maximumLength = object["max_length"]?.intValue
        addSpecialTokens = object["add_special_tokens"]?.boolValue ?? true
        specialTokensMask = object["special_tokens_mask"]?.arrayValue?.map { $0.intValue == 1 } ?? []
        if let count = object["count"]?.intValue, let hash = object["hash"]?.stringValue {
            expected = .digest(count: count, hash: hash)
            return
        }
        func integers(_ name: String) -> [Int] { object[name]?.arrayValue?.compactMap(\.intValue) ?? [] }
        let offsets = object["offsets"]?.arrayValue?.compactMap { $0.arrayValue?.compactMap(\.intValue) } ?? []
        expected = .encoding(
            Encoding(
                ids: integers("ids").map { Int32($0) }, typeIDs: integers("type_ids").map { Int32($0) },
                offsets: offsets.map { $0[0]..<$0[1] }),
            tokens: object["tokens"]?.arrayValue?.map(\.stringValue) ?? [])
    }

    var description: String {
        "\(String(reflecting: String(text.prefix(80)))) pair \(String(reflecting: pair)) maximum \(String(reflecting: maximumLength))"
    }
}

/// FNV-1a over 64-bit words, as the script's `digest`.
struct Digest {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func combine(_ number: Int) {
        state = (state ^ UInt64(number)) &* 0x100_0000_01B3
    }

    mutating func combine(_ encoding: Encoding) {
        for id in encoding.ids { combine(Int(id)) }
        for offsets in encoding.offsets {
            combine(offsets.lowerBound)
            combine(offsets.upperBound)
        }
    }

    var hexadecimal: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
