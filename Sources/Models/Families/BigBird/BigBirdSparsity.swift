import Glibc
import Tensors

/// BigBird's block-sparse attention (Zaheer et al., arXiv 2007.14062, section 2) as the reference computes it for inference.
///
/// There its random blocks are all the first block, which it then counts again for each: the first block's keys weigh 1 + `num_random_blocks`
/// times. Short texts it gives full attention.
struct BigBirdSparsity: AttentionSparsity {
    private let blockSize: Int
    private let randomBlocks: Int
    /// What makes a key of the first block count so often, before the scores are scaled.
    private let firstBlockBias: Float

    /// Nil where `attention_type` is `original_full`.
    init?(_ keys: ConfigKeys, _ config: EncoderConfig) throws(ModelError) {
        blockSize = try keys.size("block_size", default: 64)
        randomBlocks = try keys.count("num_random_blocks", default: 3)
        firstBlockBias = logf(Float(1 + randomBlocks)) * Float(config.headSize).squareRoot()
        let type = try keys.require("attention_type", oneOf: ["block_sparse", "original_full"], default: "block_sparse")
        guard type == "block_sparse" else { return nil }
    }

    func blocks(tokens: Int) -> [(queries: Range<Int>, keys: SelfAttention.Keys?)]? {
        guard tokens > (5 + 2 * randomBlocks) * blockSize else { return nil }
        let last = (tokens - 1) / blockSize
        return (0...last).map { block in
            (rows(of: block, tokens: tokens), block == 0 || block == last ? nil : keys(of: block, last: last, tokens: tokens))
        }
    }

    private func rows(of block: Int, tokens: Int) -> Range<Int> { block * blockSize..<min((block + 1) * blockSize, tokens) }

    /// The first block, the neighbours, and the last block.
    private func keys(of block: Int, last: Int, tokens: Int) -> SelfAttention.Keys {
        let blocks = Set([0, block - 1, block, block + 1, last]).sorted()
        let rows = blocks.flatMap { self.rows(of: $0, tokens: tokens) }
        return .picked(rows.map(Int32.init), biases: rows.map { $0 < blockSize ? firstBlockBias : 0 })
    }
}
