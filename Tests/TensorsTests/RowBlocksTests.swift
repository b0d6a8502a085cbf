import Tensors
import Testing

@Suite("Blocks of rows")
struct RowBlocksTests {
    private func blocks(rows: Int, threads: Int, weightBytes: Int = 0) -> RowBlocks {
        RowBlocks(rows: rows, columns: 1536, threads: threads, weightBytes: weightBytes, cacheBytes: 1 << 21)
    }

    @Test("Rows too few to outlast the fetching of the weights stay together", arguments: [1, 16, 35])
    func few(_ rows: Int) {
        #expect(blocks(rows: rows, threads: 2).count == 1)
    }

    @Test("Rows stay together while weights that all threads would fetch outweigh what the rows exchange")
    func heavyWeights() {
        #expect(blocks(rows: 128, threads: 2, weightBytes: 7 << 20).count == 2)
        #expect(blocks(rows: 128, threads: 2, weightBytes: 28 << 20).count == 1)
        #expect(blocks(rows: 1024, threads: 2, weightBytes: 28 << 20).count > 1)
        #expect(blocks(rows: 128, threads: 1, weightBytes: 28 << 20).count == 2)
    }

    @Test("More rows go in as many blocks for each thread", arguments: [36, 128, 512, 1024, 4096])
    func many(_ rows: Int) {
        #expect(blocks(rows: rows, threads: 2).count % 2 == 0)
    }

    @Test("A block of the widest matrix fits into half of the second cache", arguments: [1, 2, 3, 8])
    func fit(_ threads: Int) {
        let blocks = blocks(rows: 5000, threads: threads)
        for block in 0..<blocks.count { #expect(blocks[block].count * 1536 * 4 <= 1 << 20) }
    }

    @Test("Every row is in one block", arguments: [0, 1, 55, 57, 999])
    func cover(_ rows: Int) {
        for threads in [1, 2, 5] {
            let blocks = blocks(rows: rows, threads: threads)
            #expect((0..<blocks.count).flatMap { Array(blocks[$0]) } == Array(0..<rows))
        }
    }
}
