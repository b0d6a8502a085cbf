import Dispatch
import Glibc

/// Readiness from Dispatch sources.
///
/// Dispatch on Linux keeps one registration for a descriptor: two sources on the same one disturb each other. So the write source, made when a
/// write first blocks, watches a duplicate, and both sources live as long as the connection, suspended and resumed but never made again.
final class DispatchReadiness: Readiness {
    private let descriptor: Int32
    private let queue: DispatchQueue
    private let onWritable: @Sendable () -> Void
    private let readSource: any DispatchSourceRead
    private var writeSource: (any DispatchSourceWrite)?
    private var isReading = false
    private var isWriting = false
    private var isCancelled = false

    init(
        descriptor: Int32, queue: DispatchQueue, onReadable: @escaping @Sendable () -> Void,
        onWritable: @escaping @Sendable () -> Void
    ) {
        self.descriptor = descriptor
        self.queue = queue
        self.onWritable = onWritable
        readSource = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        readSource.setEventHandler { onReadable() }
    }

    func setInterest(reading: Bool, writing: Bool) {
        guard !isCancelled else { return }
        if reading != isReading {
            isReading = reading
            if reading { readSource.resume() } else { readSource.suspend() }
        }
        if writing != isWriting {
            isWriting = writing
            if writing { writableSource().resume() } else { writeSource?.suspend() }
        }
    }

    private func writableSource() -> any DispatchSourceWrite {
        if let writeSource { return writeSource }
        // Out of descriptors, the source shares the connection's own: Dispatch permits it, at the price of spurious wake-ups.
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        let source = DispatchSource.makeWriteSource(fileDescriptor: duplicate < 0 ? descriptor : duplicate, queue: queue)
        let onWritable = onWritable
        source.setEventHandler { onWritable() }
        if duplicate >= 0 { source.setCancelHandler { close(duplicate) } }
        writeSource = source
        return source
    }

    func cancel(_ completion: @escaping @Sendable () -> Void) {
        guard !isCancelled else { return }
        isCancelled = true
        let group = DispatchGroup()
        // A suspended source never runs its cancel handler, and releasing one stops the process.
        if let writeSource {
            group.enter()
            let duplicate = Int32(writeSource.handle)
            let isOwn = duplicate != descriptor
            writeSource.setCancelHandler {
                if isOwn { close(duplicate) }
                group.leave()
            }
            writeSource.cancel()
            if !isWriting { writeSource.resume() }
        }
        group.enter()
        readSource.setCancelHandler { group.leave() }
        readSource.cancel()
        if !isReading { readSource.resume() }
        group.notify(queue: queue) { completion() }
    }
}
