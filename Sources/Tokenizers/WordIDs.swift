/// The number of the word that each token is of, as `Encoding.word_ids` of the `tokenizers` package: words are what the
/// pre-tokenizer leaves of a text, and the added tokens in it; they count from 0 in each text of a pair.
/// Nil stands for special tokens that the template added.
public struct WordIDs: Sendable, Equatable, RandomAccessCollection {
    private static let none: Int32 = -1

    private var numbers: [Int32]

    public init(_ ids: some Sequence<Int32?> = []) {
        numbers = ids.map { $0 ?? Self.none }
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { numbers.count }

    public subscript(position: Int) -> Int32? { numbers[position] == Self.none ? nil : numbers[position] }

    mutating func reserveCapacity(_ count: Int) { numbers.reserveCapacity(count) }

    mutating func appendNone() { numbers.append(Self.none) }

    mutating func append(contentsOf ids: some Collection<Int32>) { numbers.append(contentsOf: ids) }
}
