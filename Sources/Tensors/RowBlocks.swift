/// How the rows of a batch are shared by a team in the parts of a layer where a row needs no other row.
///
/// Few rows stay together, and each product shares its panels: every thread then reads its part of the weights once. Many rows go in
/// blocks, each through all steps on one thread while it stays in that thread's second cache, without meeting the others in between; then
/// every thread reads all weights.
public struct RowBlocks: Equatable, Sendable {
    public let rows: Int
    /// 1 where the rows stay together.
    public let count: Int

    /// - Parameters:
    ///   - columns: of the widest matrix that a block passes through.
    ///   - threads: of the team.
    ///   - weightBytes: of the weights that a block is multiplied with.
    public init(rows: Int, columns: Int, threads: Int, weightBytes: Int, cacheBytes: Int = Processor.secondCacheBytes) {
        self.rows = rows
        let tile = PackedWeights.tileRows
        if threads > 1 {
            // Rows that stay together cross from core to core between two products, about twice the widest matrix; a third of the speed at
            // which weights come in, for those are asked for ahead (measured with MiniLM and BERT-base, 128 tokens).
            let exchanged = 2 * rows * columns * MemoryLayout<Float>.stride, fetchedAgain = weightBytes / threads * (threads - 1)
            // Two tiles are the least for which multiplying takes longer than fetching the weights.
            guard rows >= 2 * tile * threads, fetchedAgain <= 3 * exchanged else {
                count = 1
                return
            }
        }
        // Half of the cache leaves room for the other matrices and a panel of weights. More than eight tiles gain nothing, and leave fewer
        // blocks for threads to even out their speeds with.
        let most = max(2, min(8, cacheBytes / 2 / (4 * columns) / tile)) * tile
        let blocks = max(1, (rows + most - 1) / most)
        // As many for each thread, so that none waits for another's last block.
        count = (blocks + threads - 1) / threads * threads
    }

    public subscript(block: Int) -> Range<Int> { rows * block / count..<rows * (block + 1) / count }

    /// Runs `body` for each block: alone on a member of the team, or once with the team where the rows stay together.
    public func forEach(_ team: ThreadTeam, _ body: (_ rows: Range<Int>, _ team: ThreadTeam, _ member: Int) -> Void) {
        if count == 1 {
            body(0..<rows, team, 0)
        } else {
            team.forEach(count) { block, member in body(self[block], .alone, member) }
        }
    }
}
