import DequeModule

/// What waits for all models: a line for each, which take turns.
struct BatchLines {
    private var lines: [String: BatchLine] = [:]
    /// The models in `lines`, the next to be served first.
    private var turns: Deque<String> = []
    private(set) var load = BatchLoad()

    var isEmpty: Bool { turns.isEmpty }

    mutating func append(_ jobs: [BatchJob], of submission: Submission, model: String, _ added: BatchLoad) {
        if lines[model] == nil { turns.append(model) }
        lines[model, default: BatchLine()].append(jobs, of: submission, added)
        load += added
    }

    /// Takes a request's sequences out.
    mutating func remove(_ submission: Submission, model: String) {
        change(model) { $0.remove(submission) }
    }

    /// The next batch, all for one model, whose next turn comes after all others'; nil when nothing waits.
    mutating func take(_ policy: BatchPolicy, freeWorkers: Int) -> [BatchJob]? {
        guard let model = turns.popFirst() else { return nil }
        turns.append(model)
        return change(model) { $0.take(policy, freeWorkers: freeWorkers) }
    }

    /// Changes a line, and forgets it when nothing is left in it.
    private mutating func change<Result>(_ model: String, _ body: (inout BatchLine) -> Result?) -> Result? {
        guard var line = lines.removeValue(forKey: model) else { return nil }
        load -= line.load
        let result = body(&line)
        load += line.load
        if line.isEmpty {
            turns.removeAll { $0 == model }
        } else {
            lines[model] = line
        }
        return result
    }
}
