import HTTPCore
import HTTPTypes
import Testing
import Transport

@testable import HTTPServer

@Suite("HTTP/2: clients that only make work")
struct HTTP2AbuseTests {
    private static let calm = HTTP2Code.enhanceYourCalm

    @Test("Streams beyond the limit are refused with REFUSED_STREAM until the client knows it; the others are served")
    func concurrency() {
        var driver = HTTP2Driver(begins: false) { $0.concurrentStreams = 2 }
        driver.receive(HTTP2Client.preface)
        driver.send(.settings([]))
        driver.get(1, 3, 5)
        #expect(driver.log == ["handle 1", "handle 3"])
        // RFC 9113 §8.7: the request was not processed, and may be sent again.
        #expect(driver.response(5)?.error == HTTP2Code.refusedStream)
        driver.respond(1)
        driver.get(7)
        #expect(driver.log == ["handle 1", "handle 3", "handle 7"])
        #expect(driver.client.goAways.isEmpty)
    }

    @Test("A client that goes beyond the limit it has acknowledged breaks the protocol (RFC 9113 §5.1.2)")
    func acknowledgedConcurrency() {
        var driver = HTTP2Driver { $0.concurrentStreams = 2 }
        driver.get(1, 3, 5)
        #expect(!driver.log.contains("handle 5"))
        #expect(driver.response(5)?.error == HTTP2Code.refusedStream || driver.client.goAways.last?.code == HTTP2Code.protocolError)
    }

    @Test("Requests begun and taken back end the connection once they are too many, at once or each in its own turn (CVE-2023-44487)", arguments: [false, true])
    func rapidReset(apart: Bool) {
        var driver = HTTP2Driver {
            $0.streamResets = 10
            $0.streamResetsPerSecond = 1
        }
        for index in Int32(0)..<10 {
            let stream = 2 * index + 1
            if apart { driver.get(stream) } else { driver.send(driver.client.request(stream), .reset(stream)) }
            if apart { driver.send(.reset(stream)) }
        }
        #expect(driver.client.goAways.isEmpty)
        driver.get(21)
        driver.send(.reset(21))
        #expect(driver.client.goAways.last?.code == Self.calm)
        #expect(driver.log.last == "shutdownWriting")
    }

    @Test("Streams that the client has us reset count as if it did (CVE-2025-8671)")
    func madeYouReset() {
        var driver = HTTP2Driver {
            $0.streamResets = 10
            $0.streamResetsPerSecond = 1
        }
        // RFC 9113 §6.9.1: a window beyond 2^31-1 is an error of the stream.
        for index in Int32(0)..<10 { driver.send(driver.client.request(2 * index + 1), .window(2 * index + 1, 0x7FFF_FFFF)) }
        #expect(driver.response(19)?.error == HTTP2Code.flowControlError)
        #expect(driver.client.goAways.isEmpty)
        driver.send(driver.client.request(21), .window(21, 0x7FFF_FFFF))
        #expect(driver.client.goAways.last?.code == Self.calm)
    }

    @Test("Resets at a rate that is allowed go on for ever, as do those of answered streams")
    func allowedResets() {
        var driver = HTTP2Driver(settings: [(4, 1)]) {
            $0.streamResets = 2
            $0.streamResetsPerSecond = 10
        }
        for index in Int32(0)..<100 {
            driver.pass(.milliseconds(105))
            driver.get(4 * index + 1, 4 * index + 3)
            driver.respond(4 * index + 3, "answer")
            driver.send(.reset(4 * index + 1), .reset(4 * index + 3))
        }
        #expect(driver.client.goAways.isEmpty)
        #expect(driver.machine.streams.isEmpty)
    }

    @Test("A rate limit gives its burst at once and its rate in the long run, however the moments fall")
    func rateLimit() {
        var limit = RateLimit(burst: 3, perSecond: 10, now: MonotonicTime(nanoseconds: 0))
        func take(_ count: Int, after milliseconds: Int) -> Bool {
            limit.take(count, now: MonotonicTime(nanoseconds: Int64(milliseconds) * 1_000_000))
        }
        let burst = take(3, after: 0)
        #expect(burst)
        // Each 150 ms earn one and a half.
        for index in 1...100 {
            let isTaken = take(index % 2 == 0 ? 2 : 1, after: index * 150)
            #expect(isTaken, "after \(index * 150) ms")
        }
        let oneMore = take(1, after: 15_000)
        #expect(!oneMore)

        limit = RateLimit(burst: 1, perSecond: 0, now: MonotonicTime(nanoseconds: 0))
        let (nothing, first, second) = (take(0, after: 0), take(1, after: 0), take(1, after: 1_000_000))
        #expect(nothing && first && !second)
    }

    /// HEADERS whose section is spread over `frames` CONTINUATION frames.
    private func spread(_ client: HTTP2Client, _ frames: Int, ends: Bool) -> [HTTP2Frame] {
        var head = client.request(1)
        head.flags = HTTP2Frame.endStream
        var result = [head]
        for index in 0..<frames {
            result.append(HTTP2Frame(kind: .continuation, flags: ends && index == frames - 1 ? HTTP2Frame.endHeaders : 0, stream: 1))
        }
        return result
    }

    @Test("A header section in as many CONTINUATION frames as allowed is read; one more ends the connection (CVE-2024-28182)", arguments: [1, 8, 20])
    func continuationFlood(limit: Int) {
        var driver = HTTP2Driver { $0.continuationFrames = limit }
        for frame in spread(driver.client, limit, ends: true) { driver.send(frame) }
        #expect(driver.log == ["handle 1"])
        var flood = HTTP2Driver { $0.continuationFrames = limit }
        for frame in spread(flood.client, limit + 1, ends: false) { flood.send(frame) }
        #expect(flood.handled.isEmpty)
        #expect(flood.client.goAways.last?.code == Self.calm)
        #expect(flood.log == ["shutdownWriting"])
    }

    static let idleFrames: [(String, HTTP2Frame)] = [
        ("PING", .ping), ("SETTINGS", .settings([])), ("empty DATA", .data(1, "", ends: false)),
        ("DATA of padding alone", HTTP2Frame(kind: .data, flags: 0x8, stream: 1, payload: [3, 0, 0, 0])),
        ("PRIORITY", HTTP2Frame(kind: .priority, stream: 1, payload: [0, 0, 0, 0, 15])),
        ("RST_STREAM of a stream that is over", .reset(3)),
    ]

    @Test("Frames without use end the connection once they are too many at once, and not before (CVE-2019-9511 to 9518)", arguments: idleFrames)
    func idleFlood(name: String, frame: HTTP2Frame) {
        var driver = HTTP2Driver {
            $0.idleFrames = 100
            $0.idleFramesPerSecond = 10
        }
        driver.send(driver.client.request(1, "POST", "/", ends: false), driver.client.request(3))
        driver.respond(3)
        // SETTINGS and its acknowledgement began the connection.
        for _ in 0..<98 { driver.send(frame) }
        #expect(driver.client.goAways.isEmpty)
        driver.pass(.seconds(1))
        for _ in 0..<10 { driver.send(frame) }
        #expect(driver.client.goAways.isEmpty)
        driver.send(frame)
        #expect(driver.client.goAways.last?.code == Self.calm)
        #expect(driver.log.suffix(2) == ["shutdownWriting", "cancel 1"])
    }

    @Test("A client that does not read the answers to its frames is not read either, and then cut off")
    func unreadAnswers() {
        var driver = HTTP2Driver {
            $0.idleFrames = 100
            $0.idleFramesPerSecond = 1_000_000
            $0.writeTimeout = .seconds(60)
        }
        driver.room = 0
        var sent = 0
        while driver.machine.wantsToRead, sent < 100_000 {
            driver.pass(.milliseconds(1))
            driver.send(.ping)
            sent += 1
        }
        #expect(!driver.machine.wantsToRead)
        // 17 bytes are in each answer; what does not wait as a frame waits as bytes.
        #expect(driver.machine.output.count <= 64 * 1024 + 17)
        #expect(sent <= 64 * 1024 / 17 + 110)
        driver.read(.max)
        #expect(driver.machine.wantsToRead)
        #expect(driver.client.frames(.ping).count == sent)
        driver.room = 0
        driver.send(.ping)
        driver.pass(.seconds(60))
        #expect(driver.log == ["abort"])
    }

    @Test("Streams refused by the thousand do not gather frames that nobody reads")
    func unreadRefusals() {
        var driver = HTTP2Driver(begins: false) {
            $0.concurrentStreams = 1
            $0.idleFrames = 100
        }
        driver.receive(HTTP2Client.preface + HTTP2Frame.settings([]).bytes)
        driver.room = 0
        var stream: Int32 = 1
        while driver.machine.wantsToRead, stream < 200_000 {
            driver.get(stream)
            stream += 2
        }
        #expect(!driver.machine.wantsToRead)
        #expect(driver.machine.output.count <= 64 * 1024 + 16_384)
        #expect(driver.machine.session.waitingFrames <= 101)
        #expect(driver.log == ["handle 1"])
    }

    @Test(
        "Bytes that are not HTTP/2 end the connection with PROTOCOL_ERROR",
        arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET / HTTP/1.1\r\n"])
    func notHTTP2(text: String) {
        var driver = HTTP2Driver(begins: false)
        driver.receive(Array(text.utf8))
        driver.receive(Array(text.utf8))
        #expect(driver.client.goAways.last?.code == HTTP2Code.protocolError)
        #expect(driver.log == ["shutdownWriting"])
    }

    @Test("Broken compression ends the connection with COMPRESSION_ERROR and cancels what is under way (RFC 9113 §4.3)")
    func brokenCompression() {
        var driver = HTTP2Driver()
        driver.get(1)
        // RFC 7541 §6.1: an index of zero is an error.
        driver.send(HTTP2Frame(kind: .headers, flags: HTTP2Frame.endHeaders | HTTP2Frame.endStream, stream: 3, payload: [0x80]))
        #expect(driver.client.goAways.last?.code == 9)
        #expect(driver.log == ["handle 1", "shutdownWriting", "cancel 1"])
        driver.respond(1, "late")
        #expect(driver.response(1) == nil)
    }

    /// Each breaks a rule of RFC 9113 §4 to §6 that is an error of the connection, where stream 1 is half closed.
    static let brokenFrames = [
        HTTP2Frame(kind: .ping, payload: [1]), HTTP2Frame(kind: .ping, stream: 1, payload: [1, 2, 3, 4, 5, 6, 7, 8]),
        HTTP2Frame(kind: .settings, payload: [1]), .window(0, 0), .window(0, 0x7FFF_FFFF), .data(0, "x"), .data(1, "x"), .data(99, "x"), .reset(99),
        HTTP2Frame(kind: .pushPromise, flags: 4, stream: 1, payload: [0, 0, 0, 2]), HTTP2Frame(kind: .continuation, stream: 1),
        HTTP2Frame(kind: .headers, flags: 5, stream: 2, payload: [0x82]), HTTP2Frame(kind: .data, stream: 1, payload: [UInt8](repeating: 0, count: 16_385)),
    ]

    @Test("Frames of the wrong size, kind or stream end the connection, and nothing behind them is read", arguments: brokenFrames)
    func brokenFrame(frame: HTTP2Frame) {
        var driver = HTTP2Driver()
        driver.get(1)
        driver.send(frame)
        driver.send(frame)
        #expect(driver.client.goAways.count == 1)
        #expect(driver.client.goAways.last?.code != HTTP2Code.none)
        #expect(driver.log == ["handle 1", "shutdownWriting", "cancel 1"])
    }

    @Test("Behind an error that cannot be sent yet nothing is read any more")
    func errorBehindFullOutput() {
        var driver = HTTP2Driver(settings: [(4, 1 << 20)])
        driver.send(.window(0, 1 << 20))
        driver.get(1)
        driver.room = 0
        driver.respond(1, String(repeating: "x", count: 200_000))
        driver.send(.window(0, 0))
        driver.send(.window(0, 0), .ping, driver.client.request(3))
        #expect(driver.log == ["handle 1"])
        driver.read(.max)
        #expect(driver.client.goAways.map(\.code) == [HTTP2Code.protocolError])
        #expect(driver.client.frames(.ping).isEmpty)
        #expect(driver.log == ["handle 1", "shutdownWriting"])
    }
}
