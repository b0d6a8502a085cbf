import Tensors

/// The memory that one worker's forward passes through a BERT write in; it grows to the largest batch and is reused.
public final class BertWorkspace {
    /// What each thread needs for the rows it passes through a layer.
    struct Member {
        let attended: Matrix  // [rows, hiddenSize]
        let intermediate: Matrix  // [rows, intermediateSize]
        let scratch = ProductScratch()

        init(_ config: BertConfig) {
            attended = Matrix(columns: config.hiddenSize)
            intermediate = Matrix(columns: config.intermediateSize)
        }
    }

    let hidden: Matrix  // [tokens, hiddenSize]
    let queryKeyValue: Matrix  // [tokens, 3 * hiddenSize]
    let context: Matrix  // [tokens, hiddenSize]
    let first: Matrix  // [sequences, hiddenSize]
    let firstContext: Matrix  // [sequences, hiddenSize]
    let pooled: Matrix  // [sequences, hiddenSize]
    let logits: Matrix  // [sequences, labels]
    private(set) var members: [Member] = []
    private let config: BertConfig

    init(_ config: BertConfig, labels: Int) {
        self.config = config
        hidden = Matrix(columns: config.hiddenSize)
        queryKeyValue = Matrix(columns: 3 * config.hiddenSize)
        context = Matrix(columns: config.hiddenSize)
        first = Matrix(columns: config.hiddenSize)
        firstContext = Matrix(columns: config.hiddenSize)
        pooled = Matrix(columns: config.hiddenSize)
        logits = Matrix(columns: labels)
    }

    func prepare(for team: ThreadTeam) {
        while members.count < team.maximumSize { members.append(Member(config)) }
    }
}
