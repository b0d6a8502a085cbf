import Glibc
import HTTPTypes
import TLSTestSupport
import TestSupport
import Testing
import Transport

@testable import HTTPServer

@Suite("The server over TLS", .timeLimit(.minutes(5)))
struct ServerTLSTests {
    private let authority: TestAuthority

    init() throws { authority = try TestAuthority() }

    /// Runs `body` with the port of a server that speaks TLS, and drains it afterwards.
    private func withTLSServer(
        limits: Limits = .patient, onFailure: (@Sendable (String, String) -> Void)? = nil, handler: @escaping AsyncHandler = testHandler,
        _ body: (HTTPServer, Int, TLSClient.Settings) async throws -> Void
    ) async throws {
        var configuration = HTTPServerConfiguration(limits: limits, handler: handler)
        configuration.onFailure = onFailure
        let server = HTTPServer(configuration: configuration)
        let port = try server.listen(at: .internet(host: "127.0.0.1", port: 0), credentials: try authority.credentials()).port
        do { try await body(server, port, authority.clientSettings) } catch {
            await server.drain(gracePeriod: .zero)
            throw error
        }
        await server.drain(gracePeriod: .zero)
        #expect(server.openConnections == 0)
    }

    @Test("Requests are answered one after another, and pipelined")
    func requests() async throws {
        try await withTLSServer { _, port, settings in
            try await blocking {
                let client = try TLSTestClient(port: port, settings)
                for index in 0..<20 {
                    client.send(getText("/\(index)"))
                    #expect(client.receive(until: "GET /\(index) ").hasPrefix("HTTP/1.1 200 OK\r\n"))
                }
                client.send((0..<100).map { getText("/async\($0)") }.joined())
                #expect(client.receive(until: "GET /async99 ").ranges(of: "HTTP/1.1 200 OK\r\n").count == 100)
            }
        }
    }

    @Test("A large body arrives whole, and its echo too")
    func largeBody() async throws {
        try await withTLSServer(handler: { ServerResponse(status: .ok, body: .bytes($0.body)) }) { _, port, settings in
            try await blocking {
                let client = try TLSTestClient(port: port, settings)
                let text = (0..<400_000).map { "\($0)," }.joined()
                client.send(postText(text, "Connection: close\r\n"))
                let answer = client.receive()
                #expect(answer.hasSuffix("\r\n\r\n" + text))
                #expect(client.tls.peerHasEnded)
            }
        }
    }

    @Test("A client that ended its half with the request gets its answer, then the end")
    func halfClosed() async throws {
        try await withTLSServer { _, port, settings in
            try await blocking {
                let client = try TLSTestClient(port: port, settings)
                client.tls.write(Array(getText("/async").utf8))
                client.tls.end()
                client.sendRecords()
                #expect(client.receive().hasSuffix("GET /async "))
                #expect(client.tls.peerHasEnded)
            }
        }
    }

    @Test("A client that connects and says nothing, or not enough, is let go in its time", arguments: [0, 20])
    func handshakeTimeout(sent: Int) async throws {
        var limits = Limits.patient
        limits.handshakeTimeout = .milliseconds(500)
        try await withTLSServer(limits: limits) { _, port, settings in
            try await blocking {
                let client = try TLSTestClient(port: port, settings, shakesHands: false)
                client.socket.send(Array(client.tls.takeRecords().prefix(sent)))
                #expect(client.socket.receiveAll() == "")
            }
        }
    }

    @Test("A client that shakes hands and asks nothing is let go in the same time")
    func silent() async throws {
        var limits = Limits.patient
        limits.handshakeTimeout = .seconds(3)
        try await withTLSServer(limits: limits) { _, port, settings in
            try await blocking {
                let client = try TLSTestClient(port: port, settings)
                #expect(client.receive() == "")
                #expect(client.tls.failure == nil)
            }
        }
    }

    @Test("Plain HTTP on the port of TLS is told to use https, and why goes to the log")
    func plainHTTP() async throws {
        let failures = Signal<String>()
        try await withTLSServer(onFailure: { reason, address in failures.post("\(address): \(reason)") }) { _, port, _ in
            try await blocking {
                let client = try TestClient(port: port)
                client.send(postText(String(repeating: "x", count: 2000)))
                let answer = try #require(client.receiveAll())
                #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
                #expect(answer.hasSuffix("use https.\n"))
            }
            let failure = try await failures.next()
            #expect(failure == "127.0.0.1: TLS: http request")
        }
    }

    @Test("Draining ends handshakes under way and lets requests finish")
    func drain() async throws {
        let (began, go) = (Signal<Void>(), Signal<Void>())
        let server = HTTPServer(configuration: HTTPServerConfiguration(limits: .patient, handler: { _ in
            began.post(())
            try? await go.next()
            return ServerResponse(status: .ok, body: .bytes(Array("done".utf8)))
        }))
        let port = try server.listen(at: .internet(host: "127.0.0.1", port: 0), credentials: try authority.credentials()).port
        let settings = authority.clientSettings
        let (busy, early) = try await blocking {
            let busy = UncheckedBox(try TLSTestClient(port: port, settings))
            let early = UncheckedBox(try TLSTestClient(port: port, settings, shakesHands: false))
            early.value.socket.send(Array(early.value.tls.takeRecords().dropLast(1)))
            busy.value.send(getText())
            return (busy, early)
        }
        try await began.next()
        try await until { server.openConnections == 2 }
        async let drained: Void = server.drain(gracePeriod: .seconds(300))
        try await blocking { #expect(early.value.socket.receiveAll() == "") }
        go.post(())
        try await blocking {
            #expect(busy.value.receive().hasSuffix("done"))
            #expect(busy.value.tls.peerHasEnded)
        }
        await drained
        #expect(server.openConnections == 0)
    }

    @Test("After garbage on many connections the next one is served")
    func garbage() async throws {
        try await withTLSServer { _, port, settings in
            try await blocking {
                var generator = SeededGenerator(state: 11)
                for round in 0..<200 {
                    let client = try TLSTestClient(port: port, settings, shakesHands: round % 2 == 0)
                    if client.tls.isEstablished { client.tls.write(Array(getText().utf8)) }
                    var bytes = client.tls.takeRecords()
                    for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator) }
                    client.socket.send(bytes)
                    if Bool.random(using: &generator) { client.socket.reset() }
                }
                let client = try TLSTestClient(port: port, settings)
                client.send(getText("/alive"))
                #expect(client.receive(until: "GET /alive ").hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }
    }
}
