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

    /// Keeps `weights[tokens, tokens]` of a layer and head of the model, where the selection has it, as often as it has it.
    mutating func record(_ weights: Rows, layer: Int, head: Int) {
        for (l, selectedLayer) in selection.layers.enumerated() where selectedLayer == layer {
            for (h, selectedHead) in selection.heads.enumerated() where selectedHead == head {
                weights.copy(into: &values, at: (l * selection.heads.count + h) * tokens * tokens)
            }
        }
    }
}
