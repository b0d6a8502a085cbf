import Models
import Tensors

/// The threads that run forward passes, each with workspaces of its own for the models it has met.
enum WorkerPool {
    /// Starts `count` workers on the queue. They end when it is closed and empty.
    static func start(count: Int, on queue: BatchQueue) {
        for _ in 0..<count {
            PlainThread.start { serve(queue) }
        }
    }

    /// A box around the closure, which a dictionary would else wrap once more each time it is stored and read.
    private struct Runner {
        let forward: ForwardPass
    }

    private static func serve(_ queue: BatchQueue) {
        var runners: [String: Runner] = [:]
        while let assignment = queue.take() {
            switch assignment {
            case .help(let team):
                team.help { queue.isIdle }
                queue.leave(team)
            case .lead(let taken, let team):
                let jobs = taken.filter { $0.submission.begin() }
                var outputs: [SequenceOutput] = []
                if let model = jobs.first?.model {
                    let runner = runners[model.name] ?? Runner(forward: model.model.makeForwardPass())
                    runners[model.name] = runner
                    outputs = runner.forward(PackedBatch(jobs.map(\.input)), team)
                }
                // Before the answers are delivered: helpers have something better to do then than to wait.
                queue.finish(team)
                for (job, output) in zip(jobs, outputs) { job.submission.complete(job.index, output) }
            }
        }
    }
}
