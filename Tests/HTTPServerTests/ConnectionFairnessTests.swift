import HTTPCore
import Synchronization
import Testing
import Transport

@testable import HTTPServer

@Suite("One connection's turn on the event loop", .timeLimit(.minutes(5)))
struct ConnectionFairnessTests {
    /// What a stream was asked for, readable from the test.
    final class Reads: Sendable {
        let count = Atomic<Int>(0)
    }

    /// A client that always has another full buffer to read, up to a bound that keeps a wrong reader from going on for ever.
    final class EndlessStream: ByteStream {
        private let reads: Reads
        private let loop: EventLoop
        private let turn: Signal<Int>

        init(reads: Reads, loop: EventLoop, turn: Signal<Int>) {
            self.reads = reads
            self.loop = loop
            self.turn = turn
        }

        func start(onReadable: @escaping @Sendable () -> Void, onWritable: @escaping @Sendable () -> Void) {
            let (reads, turn) = (reads, turn)
            for _ in 0..<2 {
                loop.execute {
                    onReadable()
                    turn.post(reads.count.load(ordering: .relaxed))
                }
            }
        }

        func read(_ body: (Span<UInt8>) -> Void) -> ReadOutcome {
            guard reads.count.load(ordering: .relaxed) < 100 else { return .wouldBlock }
            let isFirst = reads.count.wrappingAdd(1, ordering: .relaxed).oldValue == 0
            let head = isFirst ? "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n" : ""
            let bytes = Array(head.utf8) + [UInt8](repeating: 0x78, count: 32 * 1024 - head.utf8.count)
            body(bytes.span)
            return .bytes(bytes.count, filledBuffer: true)
        }

        func setInterest(reading: Bool, writing: Bool) {}
        func write(_ bytes: Span<UInt8>) -> WriteOutcome { .wrote(bytes.count) }
        func shutdownWriting() {}
        var isPeerReachable: Bool { true }
        func close(reset: Bool) {}
        var isSecure: Bool { false }
        var applicationProtocol: String? { nil }
        var failure: String? { nil }
        func flush() {}
    }

    @Test("A client that sends without end is read four times an event")
    func readsPerEvent() async throws {
        let (loop, reads, turn) = (EventLoop(label: "test"), Reads(), Signal<Int>())
        let configuration = HTTPServerConfiguration(limits: .patient, handler: testHandler)
        let rules = ConnectionRules(configuration.limits)
        let group = ConnectionGroup(loop: loop, configuration: configuration, rules: rules) { _ in }
        let connection = HTTPConnection(
            stream: EndlessStream(reads: reads, loop: loop, turn: turn), remoteAddress: "", loop: loop, group: group,
            configuration: configuration, rules: rules)
        await connection.start()
        let turns = try await [turn.next(), turn.next()].sorted()
        #expect(turns == [4, 8])
        await connection.abort()
        #expect(rules.bodyBudget.used == 0)
    }
}
