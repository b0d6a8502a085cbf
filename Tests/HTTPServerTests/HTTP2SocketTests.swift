import HTTPCore
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite("HTTP/2 over real sockets", .timeLimit(.minutes(5)))
struct HTTP2SocketTests {
    /// A client of HTTP/2 on a socket, which acknowledges SETTINGS and PING.
    private final class SocketClient {
        let socket: TestClient
        let http = HTTP2Client()
        private var answered = 0

        init(port: Int, settings: [(UInt16, UInt32)] = [], receiveBuffer: Int32? = nil) throws {
            socket = try TestClient(port: port, receiveBuffer: receiveBuffer)
            socket.send(HTTP2Client.preface + HTTP2Frame.settings(settings).bytes)
        }

        func send(_ frames: HTTP2Frame...) { socket.send(frames.flatMap(\.bytes)) }

        /// Reads until `condition` holds; whether it does when the connection has ended or a minute was silent.
        func receive(until condition: (HTTP2Client) -> Bool) -> Bool {
            while !condition(http) {
                guard let bytes = socket.receive(), !bytes.isEmpty else { return false }
                http.receive(bytes)
                for frame in http.frames[answered...] where frame.flags & HTTP2Frame.acknowledgement == 0 {
                    if frame.kind == .settings { send(.settingsAcknowledged) }
                    if frame.kind == .ping { send(HTTP2Frame(kind: .ping, flags: HTTP2Frame.acknowledgement, payload: frame.payload)) }
                }
                answered = http.frames.count
            }
            return true
        }

        /// The response, if it comes whole.
        func response(_ stream: Int32) -> HTTP2Client.Response? {
            receive { $0.responses[stream]?.isComplete == true } ? http.responses[stream] : nil
        }
    }

    @Test("Requests on many streams are answered, from handlers that suspend and that do not, bodies and streams too")
    func requests() async throws {
        try await withServer { _, port in
            try await blocking {
                let client = try SocketClient(port: port)
                for index in Int32(0)..<50 {
                    let path = index % 2 == 0 ? "/now\(index)" : "/async\(index)"
                    client.send(client.http.request(2 * index + 1, "POST", path, ends: false), .data(2 * index + 1, "body \(index)"))
                }
                for index in Int32(0)..<50 {
                    let path = index % 2 == 0 ? "/now\(index)" : "/async\(index)"
                    #expect(client.response(2 * index + 1)?.text == "POST \(path) body \(index)")
                }
                client.send(client.http.request(101, "GET", "/stream"), client.http.request(103, "GET", "/broken"))
                #expect(client.response(101)?.text == "part 0\npart 1\npart 2\n")
                #expect(client.receive { $0.responses[103]?.error == HTTP2Code.internalError })
                client.send(client.http.request(105, "GET", "/%zz"))
                #expect(client.response(105)?.status == "400")
            }
        }
    }

    @Test("HTTP/1.1 and HTTP/2 are spoken on the same port, by whoever begins with the preface")
    func bothVersions() async throws {
        try await withServer { _, port in
            try await blocking {
                let (old, new) = (try TestClient(port: port), try SocketClient(port: port))
                old.send(getText("/old"))
                new.send(new.http.request(1, "GET", "/new"))
                #expect(old.response()?.body == "GET /old ")
                #expect(new.response(1)?.text == "GET /new ")
            }
        }
    }

    @Test("A preface that arrives in pieces is one; what begins like it and goes on otherwise is HTTP/1.1")
    func prefaceInPieces() async throws {
        try await withServer { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                let http = HTTP2Client()
                for byte in HTTP2Client.preface + HTTP2Frame.settings([]).bytes + http.request(1, "GET", "/p").bytes { client.send([byte]) }
                while http.responses[1]?.isComplete != true, let bytes = client.receive(), !bytes.isEmpty { http.receive(bytes) }
                #expect(http.responses[1]?.text == "GET /p ")

                let other = try TestClient(port: port)
                other.send("PRI * HTTP/2.0\r\n\r\n")
                other.send("no\r\n\r\n")
                #expect(other.receiveAll()?.hasPrefix("HTTP/1.1 ") == true)
            }
        }
    }

    @Test("A preface that never comes to its end closes the connection without a word")
    func prefaceThatStops() async throws {
        var limits = Limits.patient
        limits.headerReadTimeout = .milliseconds(300)
        try await withServer(limits: limits) { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send(Array(HTTP2Client.preface.dropLast()))
                #expect(client.receiveAll() == "")
            }
        }
    }

    @Test("A body and its echo of megabytes go through the windows of both sides")
    func largeBody() async throws {
        try await withServer(handler: { ServerResponse(status: .ok, body: .bytes($0.body)) }) { server, port in
            try await blocking {
                let client = try SocketClient(port: port, settings: [(4, 1 << 24)])
                client.send(.window(0, 1 << 24))
                let body = [UInt8]((0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 / 3) })
                // The window of SETTINGS holds once they are there (RFC 9113 §6.9.2).
                #expect(client.receive { $0.frames.contains(.settingsAcknowledged) })
                client.send(client.http.request(1, "POST", "/", ends: false))
                var sent = 0
                while sent < body.count {
                    let open = min(HTTP2Limits().windowBytes + client.http.granted(1), 65_535 + client.http.granted(0)) - sent
                    let count = min(16_384, open, body.count - sent)
                    guard count > 0 else {
                        let granted = client.http.granted(1) + client.http.granted(0)
                        guard client.receive(until: { $0.granted(1) + $0.granted(0) > granted }) else { break }
                        continue
                    }
                    client.send(.data(1, Array(body[sent..<(sent + count)]), ends: sent + count == body.count))
                    sent += count
                }
                #expect(client.response(1)?.body == body)
            }
            #expect(server.bodyBytesHeld == 0)
        }
    }

    @Test("A stream that its client does not read suspends its handler, not the others; the reset wakes it and is logged with what was taken over")
    func backPressure() async throws {
        let (ended, records) = (Signal<Bool>(), Signal<AccessRecord>())
        try await withServer(
            onAccess: { records.post($0) },
            handler: { request in
                guard request.path == "/endless" else { return await testHandler(request) }
                return ServerResponse(status: .ok, body: .stream { writer in
                    do {
                        while true { try await writer.write([UInt8](repeating: 0x78, count: 10_000)) }
                    } catch {
                        ended.post(true)
                        throw error
                    }
                })
            }
        ) { _, port in
            try await blocking {
                let client = try SocketClient(port: port, settings: [(4, 30_000)])
                client.send(client.http.request(1, "GET", "/endless"), client.http.request(3, "GET", "/other"))
                #expect(client.response(3)?.status == "200")
                // The whole window of the stream.
                #expect(client.receive { $0.responses[1]?.body.count == 30_000 })
                client.send(.reset(1), client.http.request(5, "GET", "/after"))
                #expect(client.response(5)?.text == "GET /after ")
            }
            #expect(try await ended.next())
            var record = try await records.next()
            while record.path != "/endless" { record = try await records.next() }
            #expect(record.outcome == .clientLeft)
            #expect(record.status == .ok)
            #expect(record.responseBytes >= 30_000)
        }
    }

    @Test("Writers that wait are woken when another of theirs breaks the length of the response")
    func concurrentWriters() async throws {
        let ended = Signal<Bool>()
        let handler: AsyncHandler = { _ in
            ServerResponse(status: .ok, headerFields: [.contentLength: "200000"], body: .stream { writer in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 { group.addTask { try? await writer.write([UInt8](repeating: 0x78, count: 100_000)) } }
                }
                ended.post(true)
            })
        }
        try await withServer(handler: handler) { _, port in
            let client = UncheckedBox(try SocketClient(port: port, settings: [(4, 0)]))
            client.value.send(client.value.http.request(1))
            try await blocking { #expect(client.value.receive { $0.responses[1]?.error == HTTP2Code.internalError }) }
            #expect(try await ended.next())
        }
    }

    @Test("A client that has said goodbye sees the connection close behind its answer, also behind one that fills the output to its bound")
    func goodbye() async throws {
        // HEADERS and four frames of DATA pass 64 KiB with the last one.
        let handler: AsyncHandler = { _ in ServerResponse(status: .ok, body: .bytes([UInt8](repeating: 0x78, count: 65_536))) }
        try await withServer(handler: handler) { _, port in
            try await blocking {
                let client = try SocketClient(port: port, settings: [(4, 1 << 20)])
                client.send(.window(0, 1 << 20), client.http.request(1))
                #expect(client.response(1)?.body.count == 65_536)
                // From here on nothing comes from the client that could wake the connection.
                #expect(client.receive { $0.frames.contains(.settingsAcknowledged) })
                client.send(client.http.request(3), HTTP2Frame(kind: .goAway, payload: [UInt8](repeating: 0, count: 8)))
                #expect(client.response(3)?.body.count == 65_536)
                #expect(client.socket.receiveAll() == "")
            }
        }
    }

    @Test("Draining finishes the streams under way, tells the client, and closes")
    func drain() async throws {
        let (arrived, release) = (Signal<Bool>(), Signal<Bool>())
        let handler: AsyncHandler = { request in
            arrived.post(true)
            _ = try? await release.next()
            return await testHandler(request)
        }
        try await withServer(handler: handler) { server, port in
            let client = UncheckedBox(try SocketClient(port: port))
            client.value.send(client.value.http.request(1, "GET", "/last"))
            _ = try await arrived.next()
            async let drained: Void = server.drain(gracePeriod: .seconds(60))
            try await blocking { #expect(client.value.receive { $0.goAways.count == 2 }) }
            release.post(true)
            try await blocking {
                #expect(client.value.response(1)?.text == "GET /last ")
                #expect(client.value.socket.receiveAll() != nil)
            }
            await drained
            #expect(client.value.http.goAways.map(\.last) == [0x7FFF_FFFF, 1])
            #expect(server.openConnections == 0)
        }
    }

    @Test("Bodies that wait for their answers give their room back with them, and those of streams that were reset")
    func bodyBudget() async throws {
        var limits = Limits.patient
        limits.bodyBytesInTotal = 100
        try await withServer(limits: limits) { server, port in
            try await blocking {
                let client = try SocketClient(port: port)
                for index in Int32(0)..<10 {
                    let stream = 4 * index + 1
                    client.send(client.http.request(stream, "POST", "/u", ends: false), .data(stream, String(repeating: "x", count: 90), ends: false))
                    client.send(client.http.request(stream + 2, "POST", "/v", ends: false), .data(stream + 2, String(repeating: "x", count: 90)))
                    #expect(client.response(stream + 2)?.status == "429")
                    if index % 2 == 0 {
                        client.send(.data(stream, "0123456789"))
                        #expect(client.response(stream)?.status == "200")
                    } else {
                        client.send(.reset(stream))
                    }
                }
            }
            try await until { server.bodyBytesHeld == 0 }
        }
    }
}
