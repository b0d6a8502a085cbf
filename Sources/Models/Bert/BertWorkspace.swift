import Tensors

/// The memory that one worker's forward passes through a BERT write in; it grows to the largest batch and is reused.
public final class BertWorkspace {
    let hidden: Matrix  // [tokens, hiddenSize]
    let attended: Matrix  // [tokens, hiddenSize]
    let queryKeyValue: Matrix  // [tokens, 3 * hiddenSize]
    let context: Matrix  // [tokens, hiddenSize]
    let intermediate: Matrix  // [tokens, intermediateSize]
    let scores: Matrix  // [n, n] for a sequence of n tokens
    let first: Matrix  // [sequences, hiddenSize]
    let pooled: Matrix  // [sequences, hiddenSize]
    let logits: Matrix  // [sequences, labels]

    init(_ config: BertConfig, labels: Int) {
        hidden = Matrix(columns: config.hiddenSize)
        attended = Matrix(columns: config.hiddenSize)
        queryKeyValue = Matrix(columns: 3 * config.hiddenSize)
        context = Matrix(columns: config.hiddenSize)
        intermediate = Matrix(columns: config.intermediateSize)
        scores = Matrix(columns: config.maxPositionEmbeddings)
        first = Matrix(columns: config.hiddenSize)
        pooled = Matrix(columns: config.hiddenSize)
        logits = Matrix(columns: labels)
    }
}
