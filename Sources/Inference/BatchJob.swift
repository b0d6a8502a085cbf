import Models

/// A sequence that waits for a forward pass.
struct BatchJob: Sendable {
    let model: ServedModel
    let input: SequenceInput
    /// By `BatchPolicy.cost`.
    let cost: Int
    let submission: Submission
    /// The sequence's number in its submission.
    let index: Int
}

/// How much waits, of jobs.
struct BatchLoad: Sendable, Equatable {
    private(set) var sequences = 0
    private(set) var tokens = 0
    private(set) var cost = 0

    init(_ jobs: some Sequence<BatchJob> = []) {
        for job in jobs {
            sequences += 1
            tokens += job.input.ids.count
            cost += job.cost
        }
    }

    static func += (load: inout BatchLoad, other: BatchLoad) {
        load.sequences += other.sequences
        load.tokens += other.tokens
        load.cost += other.cost
    }

    static func -= (load: inout BatchLoad, other: BatchLoad) {
        load.sequences -= other.sequences
        load.tokens -= other.tokens
        load.cost -= other.cost
    }
}
