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

    private static func serve(_ queue: BatchQueue) {
        var forwardPasses: [String: ForwardPass] = [:]
        while let taken = queue.take() {
            let jobs = taken.filter { $0.submission.begin() }
            guard let model = jobs.first?.model else { continue }
            let forward = forwardPasses[model.name] ?? model.model.makeForwardPass()
            forwardPasses[model.name] = forward
            let outputs = forward(PackedBatch(jobs.map(\.input)), .alone)
            for (job, output) in zip(jobs, outputs) { job.submission.complete(job.index, output) }
        }
    }
}
