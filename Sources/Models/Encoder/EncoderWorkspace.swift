import Tensors

/// The memory that one worker's forward passes through an encoder write in; it grows to the largest batch and is reused.
public final class EncoderWorkspace {
    /// What each thread needs for the rows it passes through a layer.
    struct Member {
        let normalized: Matrix  // [rows, hiddenSize]
        let attended: Matrix  // [rows, hiddenSize]
        let intermediate: Matrix  // [rows, intermediateSize], twice as many with a gate
        let scratch = ProductScratch()
    }

    let embedded: Matrix  // [tokens, embeddingSize]
    let hidden: Matrix  // [tokens, hiddenSize]
    let queryKeyValue: Matrix  // [tokens, 3 * hiddenSize]
    let context: Matrix  // [tokens, hiddenSize]
    let read: Matrix  // [sequences, hiddenSize]
    let readContext: Matrix  // [sequences, hiddenSize]
    let headInput: Matrix  // [sequences or tokens, hiddenSize]
    /// For an `EncoderConvolution`.
    let convolutionInput: Matrix  // [tokens, hiddenSize]
    let convolutionNeighbours: Matrix  // [tokens, kernelSize * hiddenSize]
    let heads = HeadWorkspace()
    private(set) var members: [Member] = []
    private let hiddenSize: Int
    private let intermediateColumns: Int

    init(_ model: EncoderModel) {
        hiddenSize = model.summary.hiddenSize
        intermediateColumns = model.layers.map { $0.feedForward.intermediate.outputs }.max() ?? 0
        embedded = Matrix(columns: model.embeddings.embeddingSize)
        hidden = Matrix(columns: hiddenSize)
        queryKeyValue = Matrix(columns: 3 * hiddenSize)
        context = Matrix(columns: hiddenSize)
        read = Matrix(columns: hiddenSize)
        readContext = Matrix(columns: hiddenSize)
        headInput = Matrix(columns: hiddenSize)
        convolutionInput = Matrix(columns: hiddenSize)
        convolutionNeighbours = Matrix(columns: hiddenSize * (model.convolution?.kernelSize ?? 0))
    }

    func prepare(for team: ThreadTeam) {
        while members.count < team.maximumSize {
            members.append(
                Member(
                    normalized: Matrix(columns: hiddenSize), attended: Matrix(columns: hiddenSize),
                    intermediate: Matrix(columns: intermediateColumns)))
        }
    }
}
