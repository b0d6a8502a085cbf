import DequeModule

/// What waits for one model, in the order of service: requests take turns, a sequence each, so that one of a thousand
/// texts and one of a single text that came later get on side by side.
struct BatchLine {
    private struct Part {
        let submission: Submission
        var jobs: Deque<BatchQueue.Job>
    }

    private var parts: Deque<Part> = []
    /// Sequences in the line.
    private(set) var count = 0
    /// Their tokens.
    private(set) var tokens = 0

    var isEmpty: Bool { parts.isEmpty }

    mutating func append(_ jobs: [BatchQueue.Job], of submission: Submission) {
        parts.append(Part(submission: submission, jobs: Deque(jobs)))
        count += jobs.count
        tokens += Self.tokens(jobs)
    }

    /// Takes a request's sequences out.
    mutating func remove(_ submission: Submission) {
        guard let index = parts.firstIndex(where: { $0.submission === submission }) else { return }
        let jobs = parts.remove(at: index).jobs
        count -= jobs.count
        tokens -= Self.tokens(jobs)
    }

    /// Takes the next batch, as large as the policy says.
    mutating func take(_ policy: BatchPolicy, freeWorkers: Int) -> [BatchQueue.Job] {
        let waiting = tokens
        var batch = BatchPolicy.Batch()
        var jobs: [BatchQueue.Job] = []
        while let job = parts.first?.jobs.first,
            policy.admits(job.input.ids.count, to: batch, waitingTokens: waiting, freeWorkers: freeWorkers)
        {
            batch.add(job.input.ids.count)
            jobs.append(job)
            var part = parts.removeFirst()
            part.jobs.removeFirst()
            if !part.jobs.isEmpty { parts.append(part) }
        }
        count -= jobs.count
        tokens -= batch.tokens
        return jobs
    }

    private static func tokens(_ jobs: some Sequence<BatchQueue.Job>) -> Int {
        jobs.reduce(0) { $0 + $1.input.ids.count }
    }
}
