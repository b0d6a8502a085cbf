import HTTPCore
import HTTPTypes
import Testing
import Transport

@testable import HTTPServer

@Suite("The connection's state machine: requests and answers")
struct HTTP1StateMachineTests {
    @Test("A connection is kept after an answer, and the next request is handled")
    func keepAlive() {
        var driver = MachineDriver()
        driver.receive(getText("/1"))
        #expect(driver.request?.path == "/1")
        driver.respond(.ok, "one")
        driver.receive(postText("body"))
        #expect(driver.requestBody == Array("body".utf8))
        driver.respond(.ok, "two")
        #expect(driver.log == ["handle", "handle"])
        #expect(driver.sentText == answer("one") + answer("two"))
    }

    @Test("Pipelined requests are handled one at a time and answered in order")
    func pipelining() {
        var driver = MachineDriver()
        driver.receive(getText("/1") + postText("x") + getText("/3"))
        #expect(driver.log == ["handle"])
        driver.respond(.ok, "1")
        #expect(driver.log == ["handle", "handle"])
        #expect(driver.requestBody == Array("x".utf8))
        driver.respond(.ok, "2")
        #expect(driver.request?.path == "/3")
        driver.respond(.ok, "3")
        #expect(driver.sentText == answer("1") + answer("2") + answer("3"))
    }

    @Test("Reading stops when more than the bound is sent ahead, and goes on when it was handled")
    func pipelineBound() {
        var driver = MachineDriver { $0.pipelinedBytes = 100 }
        driver.receive(getText("/1"))
        driver.receive(getText())
        #expect(driver.machine.wantsToRead)
        for _ in 0..<4 { driver.receive(getText()) }
        #expect(!driver.machine.wantsToRead)
        for _ in 0..<6 { driver.respond() }
        #expect(driver.machine.wantsToRead)
        #expect(driver.log == Array(repeating: "handle", count: 6))
    }

    @Test("The answer to HEAD has the length and not the body")
    func headMethod() {
        var driver = MachineDriver()
        driver.receive("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        driver.respond(.ok, "four")
        #expect(driver.sentText == answer("four").replacing("four", with: ""))
        #expect(driver.machine.isIdle)
    }

    @Test("The answer to HEAD does not run a stream")
    func headStream() {
        var driver = MachineDriver()
        driver.receive("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        driver.beginStream()
        #expect(driver.log == ["handle"])
        #expect(driver.sentText.contains("Transfer-Encoding: chunked"))
        #expect(driver.machine.isIdle)
    }

    @Test("204 and 304 have neither body nor length", arguments: [204, 304])
    func bodyless(code: Int) {
        var driver = MachineDriver()
        driver.receive(getText())
        driver.respond(.init(code: code), "nothing")
        #expect(!driver.sentText.contains("Content-Length"))
        #expect(driver.sentText.hasSuffix("\r\n\r\n"))
        #expect(driver.machine.isIdle)
    }

    @Test("HTTP/1.0 closes unless it asks to keep the connection")
    func oldVersion() {
        var driver = MachineDriver()
        driver.receive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        driver.respond(.ok, "a")
        #expect(driver.sentText == answer("a", connection: "keep-alive"))
        driver.receive("GET / HTTP/1.0\r\n\r\n")
        driver.respond(.ok, "b")
        #expect(driver.sentText == answer("a", connection: "keep-alive") + answer("b", connection: "close"))
        #expect(driver.log == ["handle", "handle", "shutdownWriting"])
    }

    @Test("The last of the requests that a connection may send is answered with close")
    func requestLimit() {
        var driver = MachineDriver { $0.requestsPerConnection = 2 }
        driver.receive(getText() + getText() + getText())
        driver.respond(.ok, "1")
        driver.respond(.ok, "2")
        #expect(driver.sentText == answer("1") + answer("2", connection: "close"))
        #expect(driver.log == ["handle", "handle", "shutdownWriting"])
    }

    @Test("A handler may close the connection with its own field")
    func handlerCloses() {
        var driver = MachineDriver()
        driver.receive(getText())
        driver.respond(.ok, "", fields: [.connection: "close"])
        #expect(driver.sentText == answer("", connection: "close"))
        #expect(driver.log == ["handle", "shutdownWriting"])
    }
}

@Suite("The connection's state machine: 100-continue and errors")
struct ConnectionErrorTests {
    private static let expecting = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"

    @Test("A body that is wanted is asked for (RFC 9110 §10.1.1)")
    func continues() {
        var driver = MachineDriver()
        driver.receive(Self.expecting)
        #expect(driver.sentText == "HTTP/1.1 100 Continue\r\n\r\n")
        driver.receive("body")
        driver.respond(.ok, "x")
        #expect(driver.sentText == "HTTP/1.1 100 Continue\r\n\r\n" + answer("x"))
    }

    @Test("A body that has begun is not asked for")
    func continuesNot() {
        var driver = MachineDriver()
        driver.receive(Self.expecting + "b")
        #expect(driver.sent.isEmpty)
    }

    @Test("A body too large is refused in place of being asked for")
    func refusesExpectation() {
        var driver = MachineDriver { $0.bodyBytes = 3 }
        driver.receive(Self.expecting)
        #expect(driver.sentText.hasPrefix("HTTP/1.1 413 "))
        #expect(driver.sentText.contains("Connection: close\r\n"))
        #expect(driver.log == ["reject 413", "shutdownWriting"])
    }

    @Test("After an error the client's bytes are dropped up to a bound, then its end closes the connection")
    func lingers() {
        var driver = MachineDriver { $0.lingerBytes = 10 }
        driver.receive("bad request\r\n")
        #expect(driver.log == ["reject 400", "shutdownWriting"])
        driver.receive("0123456789")
        #expect(driver.log.count == 2)
        driver.endPeer()
        #expect(driver.log.last == "close")

        var endless = MachineDriver { $0.lingerBytes = 10 }
        endless.receive("bad request\r\n")
        endless.receive("0123456789a")
        #expect(endless.log.last == "abort")
    }

    @Test("Lingering ends with its time")
    func lingerTimeout() {
        var driver = MachineDriver { $0.lingerTimeout = .seconds(5) }
        driver.receive("bad request\r\n")
        driver.pass(.seconds(4))
        #expect(driver.log.last == "shutdownWriting")
        driver.pass(.seconds(1))
        #expect(driver.log.last == "close")
    }

    @Test("Requests before a malformed one are answered first")
    func errorInPipeline() {
        var driver = MachineDriver()
        driver.receive(getText() + "bad\r\n")
        #expect(driver.log == ["handle"])
        driver.respond(.ok, "good")
        #expect(driver.log == ["handle", "reject 400", "shutdownWriting"])
        #expect(driver.sentText.hasPrefix(answer("good") + "HTTP/1.1 400 "))
    }

    @Test("The error to a HEAD request has no body")
    func headError() {
        var driver = MachineDriver()
        driver.receive("HEAD / HTTP/1.1\r\nHost: a\r\nX : y\r\n")
        #expect(driver.sentText.hasPrefix("HTTP/1.1 400 "))
        #expect(driver.sentText.hasSuffix("\r\n\r\n"))
    }
}

@Suite("The connection's state machine: time")
struct ConnectionTimeTests {
    @Test("A connection on which nothing comes is closed without an answer")
    func silentConnection() {
        var driver = MachineDriver { $0.headerReadTimeout = .seconds(10) }
        driver.pass(.seconds(9))
        #expect(driver.log.isEmpty)
        driver.pass(.seconds(1))
        #expect(driver.sent.isEmpty)
        #expect(driver.log == ["close"])
    }

    @Test("A header section that drips in is cut off with 408, counted from the opening")
    func slowHeader() {
        var driver = MachineDriver { $0.headerReadTimeout = .seconds(10) }
        for byte in "GET / HTT" {
            driver.receive(String(byte))
            driver.pass(.seconds(1))
        }
        #expect(driver.log.isEmpty)
        driver.receive("P")
        driver.pass(.seconds(1))
        #expect(driver.log == ["reject 408", "shutdownWriting"])
        #expect(driver.error?.code == "request_timeout")
    }

    @Test("A later header section has its time from its first byte")
    func laterHeader() {
        var driver = MachineDriver {
            $0.headerReadTimeout = .seconds(10)
            $0.idleTimeout = .seconds(75)
        }
        driver.receive(getText())
        driver.respond()
        driver.pass(.seconds(74))
        driver.receive("G")
        driver.pass(.seconds(9))
        driver.receive("E")
        #expect(driver.log == ["handle"])
        driver.pass(.seconds(1))
        #expect(driver.log == ["handle", "reject 408", "shutdownWriting"])
    }

    @Test("An idle connection is closed without an answer")
    func idle() {
        var driver = MachineDriver { $0.idleTimeout = .seconds(75) }
        driver.receive(getText())
        driver.respond(.ok, "a")
        driver.pass(.seconds(74))
        #expect(driver.log == ["handle"])
        driver.pass(.seconds(1))
        #expect(driver.log == ["handle", "close"])
        #expect(driver.sentText == answer("a"))
    }

    @Test("A body that drips in is cut off with 408; each byte buys time at the minimum rate")
    func slowBody() {
        var driver = MachineDriver {
            $0.bodyReadTimeout = .seconds(30)
            $0.minimumBodyRate = 10
        }
        driver.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        driver.pass(.seconds(29))
        driver.receive(String(repeating: "x", count: 100))
        driver.pass(.seconds(10))
        #expect(driver.log.isEmpty)
        driver.pass(.seconds(1))
        #expect(driver.log == ["reject 408", "shutdownWriting"])
    }

    @Test("A handler may take its time")
    func slowHandler() {
        var driver = MachineDriver { $0.exchangeTimeout = .seconds(900) }
        driver.receive(getText())
        driver.pass(.seconds(899))
        driver.respond(.ok, "late")
        #expect(driver.sentText == answer("late"))
    }

    @Test("A request that is not answered within the whole of its time ends with its connection, and each has its own time")
    func exchangeTimeout() {
        var driver = MachineDriver { $0.exchangeTimeout = .seconds(900) }
        driver.receive(getText("/1"))
        driver.pass(.seconds(800))
        driver.respond(.ok, "1")
        driver.receive(getText("/2"))
        driver.pass(.seconds(800))
        #expect(driver.log == ["handle", "handle"])
        driver.pass(.seconds(100))
        #expect(driver.log == ["handle", "handle", "abort"])
    }

    /// With an answer of 2000 bytes under way, none of which was taken.
    private static func blocked() -> MachineDriver {
        var driver = MachineDriver {
            $0.writeTimeout = .seconds(60)
            $0.minimumWriteRate = 10
        }
        driver.room = 0
        driver.receive(getText())
        driver.respond(.ok, String(repeating: "x", count: 2000))
        return driver
    }

    @Test("A reader that takes nothing is cut off")
    func stoppedReader() {
        var driver = Self.blocked()
        driver.pass(.seconds(59))
        #expect(driver.log == ["handle"])
        driver.pass(.seconds(1))
        #expect(driver.log == ["handle", "abort"])
    }

    @Test("A reader that takes a little now and then is cut off; each byte buys time at the minimum rate")
    func slowReader() {
        var driver = Self.blocked()
        driver.pass(.seconds(59))
        driver.read(100)
        driver.pass(.seconds(10))
        #expect(driver.log == ["handle"])
        driver.pass(.seconds(1))
        #expect(driver.log == ["handle", "abort"])
    }

    @Test("A reader at the minimum rate gets all of its answer, however long it takes")
    func steadyReader() {
        var driver = Self.blocked()
        while !driver.machine.output.isEmpty, driver.log.last != "abort" {
            driver.pass(.seconds(50))
            driver.read(500)
        }
        #expect(driver.sentText == answer(String(repeating: "x", count: 2000)))
        #expect(driver.now.nanoseconds > Duration.seconds(200).wholeNanoseconds)
    }

    @Test("A reader that was fast cannot rest longer than one that was not")
    func restingReader() {
        var driver = Self.blocked()
        driver.read(1900)
        driver.pass(.seconds(59))
        #expect(driver.log == ["handle"])
        driver.pass(.seconds(1))
        #expect(driver.log == ["handle", "abort"])
    }

    @Test("A reader that has taken everything is not held to what it took before")
    func newStart() {
        var driver = Self.blocked()
        driver.pass(.seconds(59))
        driver.read(.max)
        driver.room = 0
        driver.receive(getText())
        driver.respond(.ok, "answer")
        driver.pass(.seconds(59))
        #expect(driver.log == ["handle", "handle"])
        driver.pass(.seconds(1))
        #expect(driver.log == ["handle", "handle", "abort"])
    }
}
