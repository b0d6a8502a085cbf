import HTTPCore
import HTTPTypes
import Testing
import Transport

@testable import HTTPServer

@Suite("The connection's state machine: streamed bodies")
struct ConnectionStreamTests {
    @Test("A stream is sent in chunks on HTTP/1.1, and the connection is kept")
    func chunks() {
        var driver = MachineDriver()
        driver.receive(getText())
        driver.beginStream()
        #expect(driver.log == ["handle", "stream"])
        driver.write("hello")
        driver.write("")
        driver.write("0123456789abcdef")
        driver.endStream()
        #expect(driver.sentText.hasSuffix("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"))
        #expect(driver.machine.isIdle)
    }

    @Test("A stream ends with the connection on HTTP/1.0")
    func untilClose() {
        var driver = MachineDriver()
        driver.receive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        driver.beginStream()
        driver.write("hello")
        #expect(!driver.log.contains("shutdownWriting"))
        driver.endStream()
        #expect(driver.sentText.hasSuffix("Connection: close\r\n\r\nhello"))
        #expect(driver.log.last == "shutdownWriting")
    }

    @Test("A stream of stated length is sent without chunks and held to its length")
    func statedLength() {
        var exact = MachineDriver()
        exact.receive(getText())
        exact.beginStream(fields: [.contentLength: "5"])
        exact.write("hello")
        exact.endStream()
        #expect(exact.sentText.hasSuffix("Content-Length: 5\r\n\r\nhello"))
        #expect(exact.machine.isIdle)

        var short = MachineDriver()
        short.receive(getText())
        short.beginStream(fields: [.contentLength: "5"])
        short.write("hell")
        short.endStream()
        #expect(short.log.last == "abort")

        var long = MachineDriver()
        long.receive(getText())
        long.beginStream(fields: [.contentLength: "5"])
        long.write("hello!")
        #expect(long.log.last == "abort")
        #expect(!long.sentText.contains("hello!"))
    }

    @Test("A stream that fails never ends well-formed")
    func failure() {
        var driver = MachineDriver()
        driver.receive(getText())
        driver.beginStream()
        driver.write("hello")
        driver.failStream()
        #expect(driver.log.last == "abort")
        #expect(!driver.sentText.hasSuffix("0\r\n\r\n"))
    }

    @Test("The next request waits for the end of a stream")
    func pipelinedBehindStream() {
        var driver = MachineDriver()
        driver.receive(getText("/1") + getText("/2"))
        driver.beginStream()
        driver.write("a")
        #expect(driver.request?.path == "/1")
        driver.endStream()
        #expect(driver.request?.path == "/2")
    }

    @Test("No further request is begun while the answers before it are not read")
    func backPressure() {
        var driver = MachineDriver {
            $0.outboundHighWaterMark = 1000
            $0.outboundLowWaterMark = 100
        }
        driver.room = 0
        driver.receive(getText("/1") + getText("/2"))
        driver.respond(.ok, String(repeating: "x", count: 2000))
        #expect(driver.log == ["handle"])
        driver.read(1000)
        #expect(driver.log == ["handle"])
        driver.read(1100)
        #expect(driver.log == ["handle", "handle"])
    }

    @Test("A large body arrives whole through a kernel buffer of any size", arguments: [1, 7, 1000, 32 * 1024, 100_000])
    func largeBody(step: Int) {
        var driver = MachineDriver()
        driver.room = 0
        driver.receive(getText() + getText())
        let text = String(repeating: "0123456789", count: step == 1 ? 4_000 : 20_000)
        driver.respond(.ok, text)
        while !driver.machine.output.isEmpty { driver.read(step) }
        driver.respond(.ok, "after")
        while !driver.machine.output.isEmpty { driver.read(step) }
        #expect(driver.sentText == answer(text) + answer("after"))
    }
}

@Suite("The connection's state machine: ends")
struct ConnectionEndTests {
    @Test("A client that ended its half gets all its answers, then the end")
    func halfClosed() {
        var driver = MachineDriver()
        driver.receive(getText("/1") + getText("/2"))
        driver.endPeer()
        driver.respond(.ok, "1")
        driver.respond(.ok, "2")
        #expect(driver.sentText == answer("1") + answer("2"))
        #expect(driver.log == ["handle", "handle", "close"])
    }

    @Test("The end of an idle connection closes it")
    func idleEnd() {
        var driver = MachineDriver()
        driver.receive(getText())
        driver.respond()
        driver.endPeer()
        #expect(driver.log == ["handle", "close"])
    }

    @Test("The end inside a request aborts", arguments: ["G", "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx"])
    func cutOff(text: String) {
        var driver = MachineDriver()
        driver.receive(text)
        driver.endPeer()
        #expect(driver.log == ["abort"])
        #expect(driver.sent.isEmpty)
    }

    @Test("A client that ended its half is probed with an interim response once, and asked after again and again")
    func probe() {
        var driver = MachineDriver { $0.livenessInterval = .milliseconds(250) }
        driver.receive(getText())
        driver.endPeer()
        driver.pass(.milliseconds(249))
        #expect(driver.sent.isEmpty)
        driver.pass(.milliseconds(1))
        driver.pass(.milliseconds(250))
        #expect(driver.sentText == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(driver.log == ["handle", "checkPeer", "checkPeer"])
        driver.respond(.ok, "x")
        #expect(driver.sentText == "HTTP/1.1 100 Continue\r\n\r\n" + answer("x"))
    }

    @Test("A client of HTTP/1.0 is never sent an interim response (RFC 9110 §15.2)")
    func probeOldVersion() {
        var driver = MachineDriver()
        driver.receive("GET / HTTP/1.0\r\n\r\n")
        driver.endPeer()
        driver.pass(.seconds(1))
        #expect(driver.sent.isEmpty)
        #expect(driver.log == ["handle", "checkPeer"])
    }

    @Test("A stream that has begun is not interrupted by an interim response")
    func probeDuringStream() {
        var driver = MachineDriver()
        driver.receive(getText())
        driver.beginStream()
        driver.endPeer()
        driver.pass(.seconds(1))
        #expect(!driver.sentText.contains("100 Continue"))
        #expect(driver.log.last == "checkPeer")
    }

    @Test("A connection that broke under a request aborts")
    func broken() {
        var driver = MachineDriver()
        driver.receive(getText())
        driver.losePeer()
        #expect(driver.log == ["handle", "abort"])
        driver.respond()
        #expect(driver.sent.isEmpty)
    }

    @Test("Draining ends an idle connection, and another after its answer, which says close")
    func drain() {
        var idle = MachineDriver()
        idle.drain()
        #expect(idle.log == ["close"])

        var busy = MachineDriver()
        busy.receive(getText() + getText())
        busy.drain()
        #expect(busy.log == ["handle"])
        busy.respond(.ok, "x")
        #expect(busy.sentText == answer("x", connection: "close"))
        #expect(busy.log == ["handle", "shutdownWriting"])

        var reading = MachineDriver()
        reading.receive("GET / HTTP/1.1\r\n")
        reading.drain()
        reading.receive("Host: a\r\n\r\n")
        reading.respond(.ok, "y")
        #expect(reading.sentText == answer("y", connection: "close"))
    }
}
