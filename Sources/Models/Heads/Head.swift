import Tensors

/// A head: which hidden states it reads, and the layers from there to its logits.
struct Head: Sendable {
    /// What it reads of the last layer's output.
    enum Input: Sendable {
        case first
        case last
        /// The mean over a sequence's tokens.
        case mean
        /// Each token for itself.
        case each

        var readout: Readout {
            switch self {
            case .first: .first
            case .last: .last
            case .mean, .each: .all
            }
        }
    }

    /// A linear layer, an activation and perhaps a LayerNorm.
    struct Step: Sendable {
        let linear: Linear
        var activation = Activation.identity
        /// Whether what the head reads is added to the product.
        var addsHeadInput = false
        var norm: LayerNorm?
    }

    let task: HeadTask
    let input: Input
    let steps: [Step]
    var labels: SequenceClassificationLabels?
    /// Where answers inside of the question are ruled out: the token that ends it.
    var questionSeparatorID: Int32?

    var outputs: Int { steps[steps.count - 1].linear.outputs }
    var byteCount: Int { steps.reduce(0) { $0 + $1.linear.weight.byteCount } }

    var summary: HeadSummary { HeadSummary(task: task, outputs: outputs, labels: labels) }

    /// `logits[rows, outputs]` from `rows[rows, hiddenSize]`; the result lies in the workspace.
    func forward(_ rows: Rows, in workspace: HeadWorkspace, team: ThreadTeam, scratch: ProductScratch) -> Rows {
        steps.apply(to: rows, in: workspace, team: team, scratch: scratch)
    }

    /// Makes answers inside of the question all but impossible; its first token stays, for texts without an answer.
    /// - Parameter logits: of one sequence, `[tokens, outputs]`.
    func ruleOutQuestion(_ ids: [Int32], _ logits: inout [Float]) {
        guard let questionSeparatorID, let end = ids.firstIndex(of: questionSeparatorID), end > 0 else { return }
        for index in outputs..<(end + 1) * outputs { logits[index] -= 1e6 }
    }
}

extension [Head.Step] {
    func apply(to rows: Rows, in workspace: HeadWorkspace, team: ThreadTeam, scratch: ProductScratch) -> Rows {
        var input = rows
        for (index, step) in enumerated() {
            let product = workspace.rows(rows.count, columns: step.linear.outputs, step: index)
            step.linear.multiply(
                input, into: product, residual: step.addsHeadInput ? rows : nil, activation: step.activation, team: team, scratch: scratch)
            step.norm?.apply(to: product, team: team)
            input = product
        }
        return input
    }
}

/// The memory that heads write in; it grows and is reused.
final class HeadWorkspace {
    private struct Shape: Hashable {
        var columns: Int
        var step: Int
    }

    private var matrices: [Shape: Matrix] = [:]

    func rows(_ count: Int, columns: Int, step: Int) -> Rows {
        let shape = Shape(columns: columns, step: step)
        let matrix = matrices[shape] ?? Matrix(columns: columns)
        matrices[shape] = matrix
        return matrix.rows(count)
    }
}
