import HTTPCore
import HTTPTypes
import Testing

@testable import HTTPServer

@Suite("HTTP/2: time")
struct HTTP2TimeTests {
    @Test("A connection on which no request comes ends with GOAWAY: the first one must come as fast as a header section")
    func silence() {
        var driver = HTTP2Driver { $0.headerReadTimeout = .seconds(10) }
        driver.send(.ping)
        driver.pass(.seconds(9))
        #expect(driver.client.goAways.isEmpty)
        driver.pass(.seconds(1))
        #expect(driver.client.goAways.map(\.code) == [HTTP2Code.none])
        #expect(driver.client.goAways.map(\.last) == [0])
        #expect(driver.log == ["shutdownWriting"])
        driver.endPeer()
        #expect(driver.log == ["shutdownWriting", "close"])
    }

    @Test("A connection without streams ends with GOAWAY after its idle time, counted from the end of the last one")
    func idle() {
        var driver = HTTP2Driver { $0.idleTimeout = .seconds(75) }
        driver.get(1)
        driver.pass(.seconds(100))
        driver.respond(1)
        driver.pass(.seconds(74))
        // What is no request does not keep it.
        driver.send(.ping)
        #expect(driver.client.goAways.isEmpty)
        driver.pass(.seconds(1))
        #expect(driver.client.goAways.map(\.last) == [1])
        #expect(driver.log == ["handle 1", "shutdownWriting"])
    }

    @Test("A header section whose CONTINUATION does not come ends the connection, though others are under way")
    func endlessHeaders() {
        var driver = HTTP2Driver { $0.headerReadTimeout = .seconds(10) }
        driver.get(1)
        driver.pass(.seconds(60))
        var head = driver.client.request(3)
        head.flags = HTTP2Frame.endStream
        driver.send(head)
        driver.pass(.seconds(9))
        driver.send(HTTP2Frame(kind: .continuation, stream: 3))
        #expect(driver.client.goAways.isEmpty)
        driver.pass(.seconds(1))
        #expect(driver.client.goAways.map(\.code) == [HTTP2Code.enhanceYourCalm])
        #expect(Set(driver.log) == ["handle 1", "cancel 1", "shutdownWriting"])
    }

    @Test("A header section that is completed in time leaves no deadline behind")
    func slowHeaders() {
        var driver = HTTP2Driver { $0.headerReadTimeout = .seconds(10) }
        var head = driver.client.request(1)
        head.flags = HTTP2Frame.endStream
        driver.send(head)
        driver.pass(.seconds(9))
        driver.send(HTTP2Frame(kind: .continuation, flags: HTTP2Frame.endHeaders, stream: 1))
        driver.pass(.seconds(9))
        #expect(driver.log == ["handle 1"])
        #expect(driver.client.goAways.isEmpty)
    }

    @Test("A body that does not come in time is answered with 408 on its stream alone; each byte buys time")
    func slowBody() {
        var driver = HTTP2Driver {
            $0.bodyReadTimeout = .seconds(30)
            $0.minimumBodyRate = 10
        }
        driver.send(driver.client.request(1, "POST", "/", ends: false), driver.client.request(3, "POST", "/", ends: false))
        driver.send(.data(3, String(repeating: "x", count: 50), ends: false))
        driver.pass(.seconds(29))
        #expect(driver.log.isEmpty)
        driver.pass(.seconds(1))
        #expect(driver.log == ["reject 1 408"])
        #expect(driver.response(1)?.status == "408")
        #expect(driver.response(1)?.isComplete == true)
        #expect(driver.response(1)?.error == HTTP2Code.none)
        driver.pass(.seconds(4))
        #expect(driver.log.count == 1)
        driver.pass(.seconds(1))
        #expect(driver.log == ["reject 1 408", "reject 3 408"])
        #expect(driver.rules.bodyBudget.used == 0)
        #expect(driver.client.goAways.isEmpty)
    }

    @Test("An exchange that takes longer than it may is reset with CANCEL, whether it is read, handled or written")
    func exchangeDeadline() {
        var driver = HTTP2Driver {
            $0.exchangeTimeout = .seconds(900)
            $0.bodyReadTimeout = .seconds(10_000)
        }
        driver.send(driver.client.request(1, "POST", "/", ends: false))
        driver.get(3, 5, 7)
        driver.beginStream(5)
        driver.write(5, "begin")
        driver.respond(7, "answered in time")
        driver.pass(.seconds(899))
        #expect(!driver.log.contains { $0.hasPrefix("cancel") })
        driver.pass(.seconds(1))
        #expect(Set(driver.log.suffix(3)) == ["cancel 1", "cancel 3", "cancel 5"])
        for stream: Int32 in [1, 3, 5] { #expect(driver.response(stream)?.error == HTTP2Code.cancel) }
        #expect(driver.response(7)?.isComplete == true)
        #expect(driver.machine.streams.isEmpty)
        driver.get(9)
        #expect(driver.log.last == "handle 9")
    }

    @Test("Streams that the server gives up do not count as the client's resets")
    func ownResets() {
        var driver = HTTP2Driver {
            $0.exchangeTimeout = .seconds(900)
            $0.streamResets = 1
            $0.streamResetsPerSecond = 0
        }
        driver.get(1, 3, 5)
        driver.beginStream(1)
        driver.failStream(1)
        driver.pass(.seconds(900))
        #expect(Set(driver.log.suffix(2)) == ["cancel 3", "cancel 5"])
        #expect(driver.client.goAways.isEmpty)
    }

    @Test("A client that never opens its window has the stream reset, with nothing kept; it may have opened others")
    func closedWindow() {
        var driver = HTTP2Driver(settings: [(4, 10)]) {
            $0.writeTimeout = .seconds(60)
            $0.minimumWriteRate = 1
        }
        driver.get(1, 3, 5)
        driver.beginStream(1)
        driver.write(1, String(repeating: "x", count: 20))
        driver.respond(3, String(repeating: "y", count: 20))
        driver.respond(5, "short")
        driver.pass(.seconds(59))
        driver.send(.window(3, 5))
        driver.pass(.seconds(1))
        #expect(driver.log.last == "cancel 1")
        #expect(driver.response(1)?.error == HTTP2Code.cancel)
        #expect(driver.response(3)?.error == nil)
        // Five bytes bought five seconds at the rate of one a second; the answer was handed over long ago, so that nobody is cancelled.
        driver.pass(.seconds(5))
        #expect(driver.response(3)?.error == HTTP2Code.cancel)
        #expect(driver.log.last == "cancel 1")
        #expect(driver.machine.streams.isEmpty)
        #expect(driver.client.goAways.isEmpty)
    }

    @Test("Streams whose time is up behind an output that nobody takes leave no deadline in the past")
    func deadlinesBehindFullOutput() {
        var driver = HTTP2Driver {
            $0.writeTimeout = .seconds(600)
            $0.exchangeTimeout = .seconds(100)
        }
        driver.room = 0
        driver.get(1, 3)
        driver.respond(1, String(repeating: "x", count: 65_000))
        for _ in 0..<300 { driver.send(.ping) }
        driver.pass(.seconds(100))
        driver.pass(.seconds(1))
        #expect(driver.log == ["handle 1", "handle 3", "cancel 3"])
        driver.read(.max)
        #expect(driver.response(3)?.error == HTTP2Code.cancel)
        #expect(driver.client.frames(.resetStream, of: 3).count == 1)
    }

    @Test("A client that takes nothing at all is cut off")
    func unreadConnection() {
        var driver = HTTP2Driver { $0.writeTimeout = .seconds(60) }
        driver.room = 0
        driver.get(1)
        driver.beginStream(1)
        driver.write(1, "x")
        driver.pass(.seconds(59))
        #expect(driver.log == ["handle 1", "stream"])
        driver.pass(.seconds(1))
        #expect(driver.log.last == "abort")
        #expect(driver.machine.deadline == nil)
        #expect(!driver.machine.wantsToRead)
    }
}
