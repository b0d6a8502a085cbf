import HTTPCore
import HTTPTypes
import Testing

@testable import HTTPServer

@Suite("HTTP/2: flow control (RFC 9113 §5.2)")
struct HTTP2FlowControlTests {
    /// The window of a stream and of the connection that the server has granted before anything is sent.
    private static let window = HTTP2Limits().windowBytes

    private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }

    /// DATA frames of the largest size that is allowed without asking (§6.5.2).
    private static func data(_ stream: Int32, _ body: [UInt8], ends: Bool = true) -> [UInt8] {
        stride(from: 0, to: body.count, by: 16_384).flatMap { start in
            HTTP2Frame.data(stream, Array(body[start..<min(start + 16_384, body.count)]), ends: ends && start + 16_384 >= body.count).bytes
        }
    }

    @Test("A window for each stream, and four times that for the connection, are granted at the beginning")
    func windows() throws {
        let driver = HTTP2Driver()
        let settings = try #require(driver.client.frames.first)
        let values = stride(from: 0, to: settings.payload.count, by: 6).map { (settings.payload[$0 + 1], settings.word(at: $0 + 2)) }
        // SETTINGS_INITIAL_WINDOW_SIZE is 4; the connection's window begins at 65535 and no setting changes that (§6.9.2).
        #expect(values.first { $0.0 == 4 }?.1 == Self.window)
        #expect(65_535 + driver.client.granted(0) == 4 * Self.window)
    }

    @Test("A client that keeps to the windows sends a body many times as large, in as many turns as it needs")
    func largeUpload() {
        var driver = HTTP2Driver()
        let body = Self.bytes(3_000_000)
        driver.send(driver.client.request(1, "POST", "/", [("content-length", "3000000")], ends: false))
        var (sent, turns) = (0, 0)
        while sent < body.count {
            let open = min(Self.window + driver.client.granted(1), 65_535 + driver.client.granted(0)) - sent
            guard open > 0 else { break }
            let piece = Array(body[sent..<min(body.count, sent + open)])
            driver.receive(Self.data(1, piece, ends: sent + piece.count == body.count))
            sent += piece.count
            turns += 1
        }
        #expect(sent == body.count)
        #expect(turns > 1)
        #expect(driver.handled.first?.body.bytes == body)
    }

    @Test("The window of a stream is opened again only as its bytes are taken")
    func exhaustedWindow() {
        var driver = HTTP2Driver()
        driver.room = 0
        driver.send(driver.client.request(1, "POST", "/", ends: false))
        driver.receive(Self.data(1, Self.bytes(Self.window), ends: false))
        #expect(driver.client.granted(1) == 0)
        driver.read(.max)
        #expect(driver.client.granted(1) <= Self.window)
        #expect(driver.client.granted(1) > 0)
        #expect(driver.response(1) == nil)
        #expect(driver.machine.streams[1]?.body.count == Self.window)
    }

    @Test("A client that overruns the window of a stream has it reset with FLOW_CONTROL_ERROR")
    func overrunStream() {
        var driver = HTTP2Driver()
        let head = driver.client.request(1, "POST", "/", ends: false).bytes
        driver.receive(head + Self.data(1, Self.bytes(3 * Self.window), ends: false))
        #expect(driver.response(1)?.error == HTTP2Code.flowControlError)
        #expect(driver.log == ["cancel 1"])
        #expect(driver.rules.bodyBudget.used == 0)
        driver.get(3)
        #expect(driver.log.last == "handle 3")
    }

    @Test("A client that overruns the window of the connection has it ended with FLOW_CONTROL_ERROR")
    func overrunConnection() {
        var driver = HTTP2Driver()
        let bytes = stride(from: Int32(1), to: 21, by: 2).flatMap { stream in
            driver.client.request(stream, "POST", "/", ends: false).bytes + Self.data(stream, Self.bytes(Self.window), ends: false)
        }
        driver.receive(bytes)
        #expect(driver.client.goAways.last?.code == HTTP2Code.flowControlError)
        #expect(driver.log.contains("shutdownWriting"))
        #expect(driver.rules.bodyBudget.used == 0)
    }

    @Test("A response goes no further than the client's window, and on with each WINDOW_UPDATE")
    func smallClientWindow() {
        var driver = HTTP2Driver(settings: [(4, 10)])
        driver.get(1)
        driver.respond(1, "0123456789abcdefghijklmno")
        #expect(driver.response(1)?.text == "0123456789")
        driver.send(.window(1, 10))
        #expect(driver.response(1)?.text == "0123456789abcdefghij")
        #expect(driver.response(1)?.isComplete == false)
        driver.send(.window(1, 10))
        #expect(driver.response(1)?.text == "0123456789abcdefghijklmno")
        #expect(driver.response(1)?.isComplete == true)
    }

    @Test("SETTINGS that open the window let a response go on (§6.9.2)")
    func windowBySettings() {
        var driver = HTTP2Driver(settings: [(4, 0)])
        driver.get(1)
        driver.respond(1, "answer")
        #expect(driver.response(1)?.status == "200")
        #expect(driver.response(1)?.body.isEmpty == true)
        driver.send(.settings([(4, 100)]))
        #expect(driver.response(1)?.text == "answer")
    }

    @Test("Responses share the connection's window, and go on when it opens")
    func fullConnectionWindow() {
        var driver = HTTP2Driver(settings: [(4, 1 << 20)])
        driver.get(1, 3)
        let text = String(repeating: "x", count: 60_000)
        driver.respond(1, text)
        driver.respond(3, text)
        #expect((driver.response(1)?.body.count ?? 0) + (driver.response(3)?.body.count ?? 0) == 65_535)
        driver.send(.window(0, 100_000))
        #expect(driver.response(1)?.text == text)
        #expect(driver.response(3)?.text == text)
        #expect(driver.response(3)?.isComplete == true)
    }

    @Test("Streams take turns at the connection, whatever their order (RFC 9113 §5.3)")
    func turns() {
        var driver = HTTP2Driver(settings: [(4, 1 << 20)])
        driver.send(.window(0, 1 << 20))
        driver.room = 0
        driver.get(1)
        driver.send(driver.client.request(3, "GET", "/", [("priority", "u=7")]))
        driver.respond(1, String(repeating: "x", count: 500_000))
        driver.respond(3, String(repeating: "y", count: 100_000))
        driver.read(.max)
        let order = driver.client.frames.filter { $0.kind == .data }.map(\.stream)
        #expect(order.lastIndex(of: 3)! < order.count / 2)
        #expect(driver.response(1)?.body.count == 500_000)
    }

    @Test("Writers wait while much of their own response has not been sent, and go on when little is left; others are not held up")
    func backPressure() {
        var driver = HTTP2Driver(settings: [(4, 0)]) {
            $0.outboundHighWaterMark = 4000
            $0.outboundLowWaterMark = 400
        }
        driver.get(1, 3)
        driver.beginStream(1)
        driver.beginStream(3)
        driver.write(1, String(repeating: "x", count: 1000))
        #expect(!driver.machine.isFull(1))
        driver.write(1, "y")
        #expect(driver.machine.isFull(1))
        #expect(!driver.machine.hasRoom(1))
        #expect(!driver.machine.isFull(3))
        driver.send(.window(1, 900))
        #expect(!driver.machine.isFull(1))
        #expect(!driver.machine.hasRoom(1))
        driver.send(.window(1, 1))
        #expect(driver.machine.hasRoom(1))
    }

    @Test("Frames are made as the connection takes them: what waits as frames is bounded, however much waits as content")
    func boundedOutput() {
        var driver = HTTP2Driver(settings: [(4, 1 << 24)])
        driver.send(.window(0, 1 << 24))
        driver.room = 0
        driver.get(1, 3, 5, 7)
        let text = String(repeating: "x", count: 1_000_000)
        for stream: Int32 in [1, 3, 5, 7] { driver.respond(stream, text) }
        // 64 KiB, and the frame that passes it.
        #expect(driver.machine.output.count <= 64 * 1024 + 16_384 + 9)
        for _ in 0..<100 {
            driver.read(50_000)
            #expect(driver.machine.output.count <= 64 * 1024 + 16_384 + 9)
        }
        for stream: Int32 in [1, 3, 5, 7] { #expect(driver.response(stream)?.body.count == 1_000_000) }
        #expect(driver.machine.output.isEmpty)
    }

    @Test("A client that takes a stream back while its response waits frees what waits")
    func resetWhileWaiting() {
        var driver = HTTP2Driver(settings: [(4, 10)])
        driver.get(1)
        driver.beginStream(1)
        driver.write(1, String(repeating: "x", count: 100_000))
        #expect(driver.machine.isFull(1))
        driver.send(.reset(1))
        #expect(driver.log.last == "cancel 1")
        #expect(driver.machine.hasRoom(1))
        #expect(driver.machine.session.unsentBytes(of: 1) == 0)
    }

    @Test("A window opened by nothing is a protocol error, and one beyond 2^31-1 is FLOW_CONTROL_ERROR of its stream (§6.9, §6.9.1)")
    func badWindowUpdate() {
        var driver = HTTP2Driver()
        driver.get(1, 3)
        driver.send(.window(3, 0x7FFF_FFFF))
        #expect(driver.response(3)?.error == HTTP2Code.flowControlError)
        #expect(driver.log == ["handle 1", "handle 3", "cancel 3"])
        driver.send(.window(1, 0))
        // §5.4.2: an error of a stream may be taken for one of the connection.
        #expect((driver.response(1)?.error ?? driver.client.goAways.last?.code) == HTTP2Code.protocolError)
        #expect(driver.log.last == "cancel 1")
    }
}
