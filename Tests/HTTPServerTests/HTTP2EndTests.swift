import HTTPCore
import HTTPTypes
import Testing

@testable import HTTPServer

@Suite("HTTP/2: the end of a connection (RFC 9113 §6.8)")
struct HTTP2EndTests {
    private static let acknowledgement = HTTP2Frame(kind: .ping, flags: HTTP2Frame.acknowledgement, payload: [UInt8](repeating: 0, count: 8))
    /// A stream that no client can reach.
    private static let any = 0x7FFF_FFFF

    @Test("Draining announces the end, asks whether the client knows, finishes what it has begun, and takes nothing behind that")
    func drain() {
        var driver = HTTP2Driver()
        driver.get(1)
        driver.drain()
        #expect(driver.client.goAways.map(\.last) == [Self.any])
        #expect(driver.client.frames(.ping).count == 1)
        // It was under way when the client heard.
        driver.get(3)
        #expect(driver.log == ["handle 1", "handle 3"])
        driver.send(Self.acknowledgement)
        #expect(driver.client.goAways.map(\.last) == [Self.any, 3])
        #expect(driver.client.goAways.allSatisfy { $0.code == HTTP2Code.none })
        driver.get(5)
        #expect(driver.log == ["handle 1", "handle 3"])
        driver.respond(3, "three")
        #expect(driver.log.last == "handle 3")
        driver.respond(1, "one")
        #expect(driver.response(1)?.text == "one")
        #expect(driver.response(3)?.text == "three")
        #expect(driver.response(5) == nil)
        #expect(driver.log.last == "shutdownWriting")
        driver.endPeer()
        #expect(driver.log.last == "close")
    }

    @Test("Draining twice, or acknowledging twice, changes nothing")
    func drainTwice() {
        var driver = HTTP2Driver()
        driver.get(1)
        driver.send(Self.acknowledgement)
        #expect(driver.client.goAways.isEmpty)
        driver.drain()
        driver.drain()
        #expect(driver.client.frames(.ping).count == 1)
        driver.send(Self.acknowledgement, Self.acknowledgement)
        #expect(Set(driver.client.goAways.map(\.last)) == [Self.any, 1])
        driver.respond(1)
        #expect(driver.log.last == "shutdownWriting")
    }

    @Test("A connection without streams is drained at once")
    func drainIdle() {
        var driver = HTTP2Driver()
        driver.drain()
        #expect(driver.client.goAways.map(\.last) == [0])
        #expect(driver.log == ["shutdownWriting"])
    }

    @Test("A client that does not acknowledge the announced end is not waited for as long as an idle one")
    func silentDrain() {
        var driver = HTTP2Driver {
            $0.idleTimeout = .seconds(75)
            $0.lingerTimeout = .seconds(5)
        }
        driver.get(1)
        driver.drain()
        driver.respond(1)
        driver.pass(.seconds(4))
        #expect(driver.log == ["handle 1"])
        driver.pass(.seconds(1))
        #expect(driver.log == ["handle 1", "shutdownWriting"])
    }

    @Test("The last of the requests that a connection may send announces its end")
    func requestLimit() {
        var driver = HTTP2Driver { $0.requestsPerConnection = 2 }
        driver.get(1)
        #expect(driver.client.goAways.isEmpty)
        driver.get(3)
        #expect(driver.client.goAways.map(\.last) == [Self.any])
        driver.send(Self.acknowledgement)
        driver.respond(1)
        driver.respond(3)
        #expect(driver.response(3)?.isComplete == true)
        #expect(driver.client.goAways.map(\.last) == [Self.any, 3])
        #expect(driver.log == ["handle 1", "handle 3", "shutdownWriting"])
    }

    @Test("Refused requests count among those that a connection may send")
    func refusedRequests() {
        var driver = HTTP2Driver { $0.requestsPerConnection = 2 }
        for stream: Int32 in [1, 3] {
            #expect(driver.client.goAways.isEmpty)
            driver.send(driver.client.request(stream, "GET", "/", [("expect", "miracles")]))
        }
        #expect(driver.client.goAways.map(\.last) == [Self.any])
    }

    @Test(
        "A client that says goodbye gets what it has asked for; then the connection is closed, whatever the length of the answer",
        arguments: [1, 65_400, 65_450, 65_500, 65_536, 65_537, 90_000])
    func clientSaysGoodbye(length: Int) {
        // Among these lengths are such whose last frame fills the output to its bound, and such that leave a frame for the next time.
        var driver = HTTP2Driver(settings: [(4, 1 << 20)])
        driver.send(.window(0, 1 << 20))
        driver.get(1)
        driver.send(HTTP2Frame(kind: .goAway, payload: [UInt8](repeating: 0, count: 8)))
        #expect(driver.log == ["handle 1"])
        driver.respond(1, String(repeating: "x", count: length))
        #expect(driver.response(1)?.body.count == length)
        #expect(driver.log == ["handle 1", "shutdownWriting"])
    }

    @Test("A client that says goodbye with nothing under way is let go")
    func idleGoodbye() {
        var driver = HTTP2Driver()
        driver.send(HTTP2Frame(kind: .goAway, payload: [UInt8](repeating: 0, count: 8)))
        #expect(driver.log == ["shutdownWriting"])
    }

    @Test("A client that ends its half under a request has left; one without requests has only closed")
    func clientLeaves() {
        var busy = HTTP2Driver()
        busy.get(1)
        busy.endPeer()
        #expect(busy.log == ["handle 1", "abort"])
        busy.respond(1, "late")
        #expect(busy.response(1) == nil)
        var idle = HTTP2Driver()
        idle.endPeer()
        #expect(idle.log == ["close"])
    }

    @Test("What comes after the last GOAWAY is dropped, so much and so long")
    func lingers() {
        func ended() -> HTTP2Driver {
            var driver = HTTP2Driver {
                $0.lingerBytes = 100
                $0.lingerTimeout = .seconds(5)
            }
            driver.drain()
            return driver
        }
        var much = ended()
        much.receive([UInt8](repeating: 0, count: 100))
        #expect(much.log == ["shutdownWriting"])
        much.receive([0])
        #expect(much.log == ["shutdownWriting", "abort"])
        var long = ended()
        long.pass(.seconds(4))
        #expect(long.log == ["shutdownWriting"])
        long.pass(.seconds(1))
        #expect(long.log == ["shutdownWriting", "close"])
    }

    @Test("The answers wait for a client that reads slowly before our half is shut")
    func slowEnd() {
        var driver = HTTP2Driver()
        driver.get(1)
        driver.room = 0
        driver.send(HTTP2Frame(kind: .goAway, payload: [UInt8](repeating: 0, count: 8)))
        driver.respond(1, "answer")
        #expect(driver.machine.endsWhenSent)
        #expect(driver.log == ["handle 1"])
        driver.read(10)
        #expect(driver.log == ["handle 1"])
        driver.read(.max)
        #expect(driver.response(1)?.text == "answer")
        #expect(driver.log == ["handle 1", "shutdownWriting"])
    }
}
