import DequeModule

/// What waits for one model, in the order of service: requests take turns, a sequence each, the longest-waiting first, so
/// that one of a thousand texts and one of a single text that came later get on side by side.
struct BatchLine {
    private struct Part {
        let submission: Submission
        let jobs: [BatchJob]
        /// Those before are taken.
        var next = 0
    }

    private var parts: Deque<Part> = []
    private(set) var load = BatchLoad()

    var isEmpty: Bool { parts.isEmpty }

    mutating func append(_ jobs: [BatchJob], of submission: Submission, _ added: BatchLoad) {
        parts.append(Part(submission: submission, jobs: jobs))
        load += added
    }

    /// Takes a request's sequences out.
    mutating func remove(_ submission: Submission) {
        guard let index = parts.firstIndex(where: { $0.submission === submission }) else { return }
        let part = parts.remove(at: index)
        load -= BatchLoad(part.jobs[part.next...])
    }

    /// Takes the next batch, as large as the policy says. A part of the layers is a batch of its own.
    mutating func take(_ policy: BatchPolicy, freeWorkers: Int) -> [BatchJob] {
        var batch = BatchPolicy.Batch()
        var jobs: [BatchJob] = []
        while let part = parts.first, case let job = part.jobs[part.next], jobs.isEmpty || job.input.part == nil,
            policy.admits(job.cost, to: batch, waitingCost: load.cost, freeWorkers: freeWorkers)
        {
            batch.add(job.cost)
            jobs.append(job)
            var rest = parts.removeFirst()
            rest.next += 1
            if rest.next < rest.jobs.count { parts.append(rest) }
            if job.input.part != nil { break }
        }
        load -= BatchLoad(jobs)
        return jobs
    }
}
