import Tensors

/// Which layers and heads of a model somebody wants to see, in the order they want them.
public struct AttentionSelection: Sendable, Equatable {
    public var layers: [Int]
    public var heads: [Int]

    public init(layers: [Int], heads: [Int]) {
        self.layers = layers
        self.heads = heads
    }

    /// The number of floats for a sequence of that many tokens.
    public func valueCount(tokens: Int) -> Int { layers.count * heads.count * tokens * tokens }
}

/// The softmax weights of one sequence, `[layers, heads, tokens, tokens]`: from query position to key position.
public struct AttentionWeights: Sendable {
    public let selection: AttentionSelection
    public let tokens: Int
    public private(set) var values: [Float]

    init(selection: AttentionSelection, tokens: Int) {
        self.selection = selection
        self.tokens = tokens
        values = [Float](repeating: 0, count: selection.valueCount(tokens: tokens))
    }

    /// Whether no weight is infinite or NaN.
    public var isFinite: Bool { values.isFinite }

    /// The floats of one selected layer and head, `[tokens, tokens]`, counted in the selection's order.
    public func matrix(layer: Int, head: Int) -> ArraySlice<Float> {
        let start = (layer * selection.heads.count + head) * tokens * tokens
        return values[start..<start + tokens * tokens]
    }

    /// Has `attention` write the weights of a layer of the model where the selection has it, as often as it has it.
    /// - Parameter heads: of the model.
    mutating func record(layer: Int, heads: Int, _ attention: (_ values: inout [Float], _ starts: [Int?]) -> Void) {
        let size = tokens * tokens
        var starts = [Int?](repeating: nil, count: heads), copies: [(from: Int, to: Int)] = []
        for (l, selectedLayer) in selection.layers.enumerated() where selectedLayer == layer {
            for (h, head) in selection.heads.enumerated() {
                let start = (l * selection.heads.count + h) * size
                if let first = starts[head] { copies.append((first, start)) } else { starts[head] = start }
            }
        }
        attention(&values, starts)
        for copy in copies { values.replaceSubrange(copy.to..<copy.to + size, with: values[copy.from..<copy.from + size]) }
    }
}
