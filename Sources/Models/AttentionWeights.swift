import Tensors

/// Which layers and heads of a model somebody wants to see, in the order they want them, and what of them.
public struct AttentionSelection: Sendable, Equatable {
    public struct Parts: OptionSet, Sendable {
        public let rawValue: Int

        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// Softmax weights.
        public static let weights = Parts(rawValue: 1)
        /// Queries as they meet the keys: behind a rotary embedding, and before a term that the distance adds.
        public static let queries = Parts(rawValue: 2)
        public static let keys = Parts(rawValue: 4)
    }

    public var layers: [Int]
    public var heads: [Int]
    public var parts: Parts

    public init(layers: [Int], heads: [Int], parts: Parts = .weights) {
        self.layers = layers
        self.heads = heads
        self.parts = parts
    }

    /// The number of floats for a sequence of that many tokens.
    public func valueCount(tokens: Int, headSize: Int) -> Int {
        let matrices = layers.count * heads.count
        let vectors = (parts.contains(.queries) ? 1 : 0) + (parts.contains(.keys) ? 1 : 0)
        return matrices * tokens * ((parts.contains(.weights) ? tokens : 0) + vectors * headSize)
    }
}

/// What the attention of one sequence was, as far as somebody asked for it.
public struct AttentionWeights: Sendable {
    public let selection: AttentionSelection
    public let tokens: Int
    public let headSize: Int
    /// The softmax weights, `[layers, heads, tokens, tokens]`: from query position to key position.
    public private(set) var values: [Float]
    /// `[layers, heads, tokens, headSize]`
    public private(set) var queries: [Float]
    /// `[layers, heads, tokens, headSize]`
    public private(set) var keys: [Float]

    init(selection: AttentionSelection, tokens: Int, headSize: Int) {
        self.selection = selection
        self.tokens = tokens
        self.headSize = headSize
        let matrices = selection.layers.count * selection.heads.count
        func zeros(_ part: AttentionSelection.Parts, _ count: Int) -> [Float] {
            [Float](repeating: 0, count: selection.parts.contains(part) ? count : 0)
        }
        values = zeros(.weights, matrices * tokens * tokens)
        queries = zeros(.queries, matrices * tokens * headSize)
        keys = zeros(.keys, matrices * tokens * headSize)
    }

    /// Whether no number is infinite or NaN.
    public var isFinite: Bool { values.isFinite && queries.isFinite && keys.isFinite }

    /// The weights of one selected layer and head, `[tokens, tokens]`, counted in the selection's order.
    public func matrix(layer: Int, head: Int) -> ArraySlice<Float> {
        let start = (layer * selection.heads.count + head) * tokens * tokens
        return values[start..<start + tokens * tokens]
    }

    /// Has `attention` write the weights of a layer of the model where the selection has it, as often as it has it.
    /// - Parameter heads: of the model.
    mutating func record(layer: Int, heads: Int, _ attention: (_ values: inout [Float], _ starts: [Int?]) -> Void) {
        let size = tokens * tokens
        var starts = [Int?](repeating: nil, count: heads), copies: [(from: Int, to: Int)] = []
        for (place, head) in places(of: layer) {
            if let first = starts[head] { copies.append((first, place * size)) } else { starts[head] = place * size }
        }
        attention(&values, starts)
        for copy in copies { values.replaceSubrange(copy.to..<copy.to + size, with: values[copy.from..<copy.from + size]) }
    }

    /// Takes the queries and keys of a layer that are wanted from `[tokens, 3 * heads * headSize]`.
    mutating func record(layer: Int, _ queryKeyValue: Rows) {
        let hiddenSize = queryKeyValue.columns / 3, size = tokens * headSize
        let places = places(of: layer), headSize = headSize
        func copy(_ first: Int, into target: inout [Float]) {
            for (place, head) in places {
                let start = first + head * headSize
                target.replaceSubrange(place * size..<(place + 1) * size, with: queryKeyValue[columns: start..<start + headSize].values)
            }
        }
        if selection.parts.contains(.queries) { copy(0, into: &queries) }
        if selection.parts.contains(.keys) { copy(hiddenSize, into: &keys) }
    }

    /// Where the selection has a layer of the model, matrix by matrix.
    private func places(of layer: Int) -> [(place: Int, head: Int)] {
        selection.layers.indices.filter { selection.layers[$0] == layer }.flatMap { l in
            selection.heads.enumerated().map { (l * selection.heads.count + $0.offset, $0.element) }
        }
    }
}
