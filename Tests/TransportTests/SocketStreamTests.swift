import Glibc
import Synchronization
import Testing

@testable import Transport

/// A connected pair: one end is a stream on a loop, the other a plain descriptor.
private actor Endpoint {
    private nonisolated let loop: EventLoop
    nonisolated let peer: Int32
    private let stream: SocketStream
    private(set) var received: [UInt8] = []
    private(set) var outcomes: [ReadOutcome] = []
    private var waiters: [(condition: @Sendable (isolated Endpoint) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    private var writableCount = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init() {
        loop = EventLoop(label: "endpoint")
        var pair: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair)
        peer = pair[1]
        stream = SocketStream(AcceptedSocket(descriptor: pair[0], peer: BoundAddress(host: "", port: 0)), loop: loop)
    }

    func start(reading: Bool) {
        stream.start(onReadable: { self.assumeIsolated { $0.readable() } }, onWritable: { self.assumeIsolated { $0.writable() } })
        stream.setInterest(reading: reading, writing: false)
    }

    func setInterest(reading: Bool, writing: Bool) { stream.setInterest(reading: reading, writing: writing) }

    func write(_ bytes: [UInt8]) -> WriteOutcome { stream.write(bytes.span) }

    func close(reset: Bool) { stream.close(reset: reset) }

    var timesWritable: Int { writableCount }

    var isPeerReachable: Bool { stream.isPeerReachable }

    private func readable() {
        let outcome = stream.read { span in span.withUnsafeBufferPointer { received.append(contentsOf: $0) } }
        outcomes.append(outcome)
        if outcome == .endOfStream { stream.setInterest(reading: false, writing: false) }
        wake()
    }

    private func writable() {
        writableCount += 1
        stream.setInterest(reading: false, writing: false)
        wake()
    }

    private func wake() {
        waiters.removeAll { waiter in
            guard waiter.condition(self) else { return false }
            waiter.continuation.resume()
            return true
        }
    }

    func when(_ condition: @escaping @Sendable (isolated Endpoint) -> Bool) async {
        if condition(self) { return }
        await withCheckedContinuation { waiters.append((condition, $0)) }
    }
}

@Suite("The socket stream", .timeLimit(.minutes(5)))
struct SocketStreamTests {
    @Test("Bytes come in order, then the end")
    func reads() async {
        let endpoint = Endpoint()
        await endpoint.start(reading: true)
        _ = send(endpoint.peer, "hello", 5, 0)
        await endpoint.when { $0.received.count == 5 }
        shutdown(endpoint.peer, Int32(SHUT_WR))
        await endpoint.when { $0.outcomes.last == .endOfStream }
        #expect(await endpoint.received == Array("hello".utf8))
        await endpoint.close(reset: false)
        Glibc.close(endpoint.peer)
    }

    @Test("Nothing is read while reading is suspended, and all of it afterwards")
    func suspends() async {
        let endpoint = Endpoint()
        await endpoint.start(reading: false)
        _ = send(endpoint.peer, "hello", 5, 0)
        for _ in 0..<100 { await Task.yield() }
        #expect(await endpoint.outcomes.isEmpty)
        await endpoint.setInterest(reading: true, writing: false)
        await endpoint.when { $0.received.count == 5 }
        await endpoint.close(reset: false)
        Glibc.close(endpoint.peer)
    }

    @Test("A full buffer takes no more, tells when it has room, again and again on one source")
    func writes() async {
        let endpoint = Endpoint()
        await endpoint.start(reading: false)
        let bytes = [UInt8](repeating: 1, count: 4_000_000)
        var buffer = [UInt8](repeating: 0, count: 65536)
        for round in 1...3 {
            guard case .wrote(let count) = await endpoint.write(bytes) else {
                Issue.record("write failed")
                return
            }
            #expect(count < bytes.count)
            #expect(await endpoint.write(bytes) == .wrote(0))
            await endpoint.setInterest(reading: false, writing: true)
            for _ in 0..<10 { await Task.yield() }
            #expect(await endpoint.timesWritable == round - 1)
            while recv(endpoint.peer, &buffer, buffer.count, 0) > 0 {}
            await endpoint.when { $0.timesWritable == round }
        }
        await endpoint.close(reset: false)
        Glibc.close(endpoint.peer)
    }

    @Test("Writing to a peer that has gone is an error and no signal")
    func brokenPipe() async {
        let endpoint = Endpoint()
        await endpoint.start(reading: false)
        #expect(await endpoint.isPeerReachable)
        // Not `close`: a process that another test starts at this moment may hold a copy of the descriptor.
        shutdown(endpoint.peer, Int32(SHUT_RDWR))
        #expect(await !endpoint.isPeerReachable)
        #expect(await endpoint.write([1]) == .failed(EPIPE))
        await endpoint.close(reset: false)
        Glibc.close(endpoint.peer)
    }

    @Test("Closing in every state of suspension stops nothing but the stream", arguments: [false, true], [false, true])
    func closes(reading: Bool, writing: Bool) async {
        for wasWriting in [false, true] {
            let endpoint = Endpoint()
            await endpoint.start(reading: reading)
            if wasWriting { await endpoint.setInterest(reading: reading, writing: true) }
            await endpoint.setInterest(reading: reading, writing: writing)
            await endpoint.close(reset: false)
            await endpoint.close(reset: false)
            #expect(await endpoint.write([1]) == .failed(EPIPE))
            // The descriptor closes once the sources are cancelled: the peer reads the end.
            var byte: UInt8 = 0
            while recv(endpoint.peer, &byte, 1, 0) != 0 { await Task.yield() }
            Glibc.close(endpoint.peer)
        }
    }
}
