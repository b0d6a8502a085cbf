import Dispatch
import Glibc
import HTTPCore
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import Transport

@testable import HTTPServer

@Suite("Clients that leave, readers that dawdle, and draining", .timeLimit(.minutes(5)))
struct ServerLifecycleTests {
    /// A handler that says when it begins and ends once its task is cancelled.
    private static func waiting(_ began: Signal<Void>, _ cancelled: Signal<Void>) -> AsyncHandler {
        { _ in
            began.post(())
            try? await Task.sleep(for: .seconds(30))
            if Task.isCancelled { cancelled.post(()) }
            return ServerResponse(status: .ok)
        }
    }

    @Test("A client that resets the connection cancels its handler")
    func resetCancels() async throws {
        let (began, cancelled, records) = (Signal<Void>(), Signal<Void>(), Signal<AccessRecord>())
        try await withServer(onAccess: { records.post($0) }, handler: Self.waiting(began, cancelled)) { _, port in
            let client = UncheckedBox(try TestClient(port: port))
            client.value.send(getText("/left"))
            try await began.next()
            client.value.reset()
            try await cancelled.next()
            let record = try await records.next()
            #expect(record.outcome == .clientLeft)
            #expect(record.path == "/left")
            #expect(record.status == nil)
        }
    }

    @Test("A client that closes in order and is gone cancels its handler")
    func closeCancels() async throws {
        let (began, cancelled) = (Signal<Void>(), Signal<Void>())
        var limits = Limits.patient
        limits.livenessInterval = .milliseconds(10)
        try await withServer(limits: limits, handler: Self.waiting(began, cancelled)) { _, port in
            let client = UncheckedBox(Optional(try TestClient(port: port)))
            client.value?.send(getText())
            try await began.next()
            client.value = nil
            try await cancelled.next()
        }
    }

    @Test("A client that ended its half gets its answer")
    func halfClosed() async throws {
        let (began, go) = (Signal<Void>(), Signal<Void>())
        try await withServer(handler: { _ in
            began.post(())
            try? await go.next()
            return ServerResponse(status: .ok, body: .bytes(Array("answer".utf8)))
        }) { _, port in
            let client = UncheckedBox(try TestClient(port: port))
            client.value.send(getText())
            client.value.endWriting()
            try await began.next()
            go.post(())
            try await blocking { #expect(client.value.receiveAll()?.hasSuffix("answer") == true) }
        }
    }

    @Test("A slow reader holds the writer back, in bounded memory, and gets all of it")
    func slowReader() async throws {
        var limits = Limits.patient
        limits.outboundHighWaterMark = 128 * 1024
        limits.outboundLowWaterMark = 32 * 1024
        let progress = Progress()
        let piece = [UInt8](repeating: 0x78, count: 16 * 1024)
        let pieces = 4096
        try await withServer(limits: limits, handler: { _ in
            ServerResponse(status: .ok, body: .stream { writer in
                for _ in 0..<pieces {
                    try await writer.write(piece)
                    progress.add()
                }
            })
        }) { _, port in
            let client = UncheckedBox(try TestClient(port: port, receiveBuffer: 64 * 1024))
            client.value.send("GET / HTTP/1.0\r\n\r\n")
            // The writer stands still when the count does not change for many looks at it.
            let stalled = try await progress.whenStalled()
            #expect(stalled < pieces / 2, "\(stalled) pieces of 16 KiB went out to a client that reads nothing")
            try await blocking {
                var total = 0
                while let bytes = client.value.receive(), !bytes.isEmpty { total += bytes.count }
                #expect(total > pieces * piece.count)
                #expect(total < pieces * piece.count + 1000)
            }
        }
    }

    @Test("A writer whose client goes away is told")
    func writerThrows() async throws {
        let errors = Signal<String>()
        try await withServer(handler: { _ in
            ServerResponse(status: .ok, body: .stream { writer in
                do {
                    while true { try await writer.write([UInt8](repeating: 0, count: 10_000)) }
                } catch {
                    errors.post("\(type(of: error))")
                    throw error
                }
            })
        }) { _, port in
            let client = UncheckedBox(try TestClient(port: port))
            client.value.send(getText())
            try await blocking { #expect(client.value.receive()?.isEmpty == false) }
            client.value.reset()
            let name = try await errors.next()
            #expect(["ConnectionClosed", "CancellationError"].contains(name))
        }
    }

    @Test("Draining lets the request under way finish, closes idle connections and takes no new ones")
    func drain() async throws {
        let (began, go) = (Signal<Void>(), Signal<Void>())
        let server = HTTPServer(configuration: HTTPServerConfiguration(limits: .patient, eventLoops: 2, handler: { request in
            if request.path == "/wait" {
                began.post(())
                try? await go.next()
            }
            return ServerResponse(status: .ok, body: .bytes(Array("done".utf8)))
        }))
        let port = try server.listen(at: .internet(host: "127.0.0.1", port: 0)).port
        let (busy, idle) = (UncheckedBox(Optional(try TestClient(port: port))), UncheckedBox(try TestClient(port: port)))
        idle.value.send(getText())
        try await blocking { #expect(idle.value.response()?.body == "done") }
        busy.value?.send(getText("/wait"))
        try await began.next()
        #expect(!server.isDraining)
        async let drained: Void = server.drain(gracePeriod: .seconds(300))
        try await blocking { #expect(idle.value.receiveAll() == "") }
        #expect(server.isDraining)
        #expect(throws: TestClient.ClientError.self) { try TestClient(port: port) }
        #expect(throws: TransportError.closed) { try server.listen(at: .internet(host: "127.0.0.1", port: 0)) }
        go.post(())
        try await blocking {
            let text = try #require(busy.value?.receiveAll())
            #expect(text.contains("Connection: close\r\n"))
            #expect(text.hasSuffix("done"))
            busy.value = nil
        }
        await drained
        #expect(server.openConnections == 0)
    }

    @Test("Draining waits for the loop that may just be accepting, and leaves no connection open")
    func drainWaitsForListener() async throws {
        let (loop, events, gate) = (EventLoop(label: "test"), Events(), DispatchSemaphore(value: 0))
        let server = HTTPServer(configuration: HTTPServerConfiguration(limits: .patient, handler: testHandler), loops: [loop])
        let port = try server.listen(at: .internet(host: "127.0.0.1", port: 0)).port
        // The listener has started when this has run.
        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        loop.execute {
            gate.wait()
            events.add("loop")
        }
        let client = UncheckedBox(try TestClient(port: port))
        let drain = Task {
            await server.drain(gracePeriod: .zero)
            events.add("drained with \(server.openConnections) open")
        }
        try await until { server.isDraining }
        // Time for a drain that does not wait.
        for _ in 0..<1000 { await Task.yield() }
        gate.signal()
        await drain.value
        #expect(events.all == ["loop", "drained with 0 open"])
        try await blocking { _ = client.value.receive() }
    }

    @Test("Draining ends after the grace period, and cancels what is left")
    func drainDeadline() async throws {
        let (began, cancelled) = (Signal<Void>(), Signal<Void>())
        let server = HTTPServer(configuration: HTTPServerConfiguration(handler: Self.waiting(began, cancelled)))
        let port = try server.listen(at: .internet(host: "127.0.0.1", port: 0)).port
        let client = UncheckedBox(try TestClient(port: port))
        client.value.send(getText())
        try await began.next()
        await server.drain(gracePeriod: .milliseconds(20))
        try await cancelled.next()
        #expect(server.openConnections == 0)
        try await blocking { #expect(client.value.receiveAll() == nil) }
    }
}

/// What happened, in order.
final class Events: Sendable {
    private let events = Mutex<[String]>([])

    func add(_ event: String) { events.withLock { $0.append(event) } }

    var all: [String] { events.withLock { $0 } }
}

/// Counts, and tells when the count stands still.
final class Progress: Sendable {
    private let state = Mutex((count: 0, countBefore: 0, timesTheSame: 0))

    func add() { state.withLock { $0.count += 1 } }

    /// The count, once it is above 0 and was the same a hundred times that it was looked at.
    func whenStalled() async throws -> Int {
        try await until {
            self.state.withLock { state in
                state.timesTheSame = state.count == state.countBefore && state.count > 0 ? state.timesTheSame + 1 : 0
                state.countBefore = state.count
                return state.timesTheSame == 100
            }
        }
        return state.withLock { $0.count }
    }
}

/// Used by one task at a time: each test hands its client on only by awaiting.
final class UncheckedBox<Value>: @unchecked Sendable {
    var value: Value
    init(_ value: Value) { self.value = value }
}
