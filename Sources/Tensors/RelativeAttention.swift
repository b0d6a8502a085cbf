import CKernels

/// What attention adds to a score by the distance between query and key, before the scores are scaled.
///
/// A distance is the key's position less the query's.
public struct RelativeAttention: Sendable {
    /// A number by head and distance: `[heads, 2 * positions - 1]`, the middle column for distance 0.
    public var bias: Table?
    /// `query · row`, the row of `[rows, heads * headSize]` that stands for the distance.
    public var keys: Distances?
    /// `key · row`, likewise.
    public var queries: Distances?
    /// Added to the queries that `keys` are multiplied with, `[heads * headSize]`.
    public var queryBias: Vector?
    /// Added where query and key are of different segments: `(query + bias) · difference`.
    public var segments: Segments?
    /// Tokens that a sequence may have.
    public let positions: Int

    /// Rows of a table by distance.
    public struct Distances: Sendable {
        let table: Table
        /// `[2 * positions - 1]`, the middle one for distance 0.
        let rows: [Int32]

        public init(_ table: Table, rows: [Int32]) {
            precondition(rows.count % 2 == 1 && rows.allSatisfy { $0 >= 0 && $0 < table.rows })
            self.table = table
            self.rows = rows
        }
    }

    /// `[heads * headSize]` each.
    public struct Segments: Sendable {
        let difference: Vector
        let queryBias: Vector

        public init(difference: Vector, queryBias: Vector) {
            self.difference = difference
            self.queryBias = queryBias
        }
    }

    public init(positions: Int, bias: Table? = nil, keys: Distances? = nil, queries: Distances? = nil, queryBias: Vector? = nil, segments: Segments? = nil) {
        precondition(bias.map { $0.columns == 2 * positions - 1 } ?? true)
        precondition([keys, queries].allSatisfy { $0.map { $0.rows.count == 2 * positions - 1 } ?? true })
        self.positions = positions
        self.bias = bias
        self.keys = keys
        self.queries = queries
        self.queryBias = queryBias
        self.segments = segments
    }

    var hasSegments: Bool { segments != nil }

    func reaches(_ tokens: Int) -> Bool { tokens <= positions }

    /// The terms as the kernel reads them, valid inside `body`.
    func withTerms(_ body: (attendant_relative_terms) -> Void) {
        defer { withExtendedLifetime(self) {} }
        var terms = attendant_relative_terms()
        let middle = positions - 1
        if let bias {
            terms.bias = bias.row(0) + middle
            terms.bias_stride = bias.columns
        }
        terms.query_bias = queryBias?.pointer
        terms.segment_difference = segments?.difference.pointer
        terms.segment_query_bias = segments?.queryBias.pointer
        (keys?.rows ?? []).withUnsafeBufferPointer { keyRows in
            (queries?.rows ?? []).withUnsafeBufferPointer { queryRows in
                if let keys {
                    terms.keys = keys.table.row(0)
                    terms.keys_stride = keys.table.columns
                    terms.key_rows = keyRows.baseAddress! + middle
                }
                if let queries {
                    terms.queries = queries.table.row(0)
                    terms.queries_stride = queries.table.columns
                    terms.query_rows = queryRows.baseAddress! + middle
                }
                body(terms)
            }
        }
    }
}
