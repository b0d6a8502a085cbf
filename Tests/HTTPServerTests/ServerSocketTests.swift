import Glibc
import HTTPCore
import HTTPTypes
import Synchronization
import Testing

@testable import HTTPServer

@Suite("The server over real sockets", .timeLimit(.minutes(5)))
struct ServerSocketTests {
    @Test("A connection serves many requests, from handlers that suspend and that do not")
    func keepAlive() async throws {
        try await withServer { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                for index in 0..<50 {
                    let path = index % 2 == 0 ? "/now\(index)" : "/async\(index)"
                    client.send(postText("body \(index)").replacing("POST /", with: "POST \(path)"))
                    let response = client.response()
                    #expect(response?.status == 200)
                    #expect(response?.body == "POST \(path) body \(index)")
                }
            }
        }
    }

    @Test("A thousand pipelined requests are answered in order")
    func pipelining() async throws {
        try await withServer { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                let requests = (0..<1000).map { getText($0 % 3 == 0 ? "/async/\($0)" : "/now/\($0)") }.joined()
                client.send(requests)
                for index in 0..<1000 {
                    #expect(client.response()?.body == "GET \(index % 3 == 0 ? "/async/" : "/now/")\(index) ")
                }
            }
        }
    }

    @Test("A chunked body is put together")
    func chunkedBody() async throws {
        try await withServer { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                client.send("2;x\r\nde\r\n0\r\nT: 1\r\n\r\n")
                #expect(client.response()?.body == "POST /c abcde")
            }
        }
    }

    @Test("A large body arrives whole, and its echo too")
    func largeBody() async throws {
        try await withServer(handler: { ServerResponse(status: .ok, body: .bytes($0.body)) }) { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                let text = String(repeating: "0123456789abcdef", count: 300_000)
                client.send(postText(text))
                #expect(client.response()?.body == text)
            }
        }
    }

    @Test("100-continue is sent when the body is wanted")
    func continues() async throws {
        try await withServer { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
                #expect(client.response()?.status == 100)
                client.send("abc")
                #expect(client.response()?.body == "POST /e abc")
            }
        }
    }

    @Test("HEAD is answered with the length of GET and no body")
    func head() async throws {
        try await withServer { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send("HEAD /h HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                let text = try #require(client.receiveAll())
                #expect(text.contains("Content-Length: 8\r\n"))
                #expect(text.hasSuffix("\r\n\r\n"))
            }
        }
    }

    @Test(
        "A refused request gets its answer to read before the connection ends",
        arguments: [
            ("GET /" + String(repeating: "x", count: 9000) + " HTTP/1.1\r\n", 414),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 40_000) + "\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 101) + "\r\n", 431),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n" + String(repeating: "x", count: 400_000), 413),
            ("GET / HTTP/3.0\r\n\r\n", 505), ("GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417), ("\u{16}\u{3}\u{1}", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501), ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ])
    func refusals(text: String, status: Int) async throws {
        try await withServer { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send(text)
                client.endWriting()
                let answer = try #require(client.receiveAll())
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
                #expect(answer.contains("Connection: close\r\n"))
            }
        }
    }

    @Test("A header section that does not come is answered with 408")
    func headerTimeout() async throws {
        var limits = Limits.patient
        limits.headerReadTimeout = .milliseconds(300)
        try await withServer(limits: limits) { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send("GET / HT")
                #expect(client.receiveAll()?.hasPrefix("HTTP/1.1 408 ") == true)
            }
        }
    }

    @Test("A body that does not come is answered with 408")
    func bodyTimeout() async throws {
        var limits = Limits.patient
        limits.bodyReadTimeout = .milliseconds(30)
        try await withServer(limits: limits) { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
                #expect(client.receiveAll()?.hasPrefix("HTTP/1.1 408 ") == true)
            }
        }
    }

    @Test("An idle connection is closed in its time")
    func idleTimeout() async throws {
        var limits = Limits.patient
        limits.idleTimeout = .milliseconds(30)
        try await withServer(limits: limits) { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send(getText())
                #expect(client.response()?.status == 200)
                #expect(client.receiveAll() == "")
            }
        }
    }

    @Test("A stream comes in chunks, and the connection serves on")
    func stream() async throws {
        try await withServer { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send(getText("/stream") + getText("/after"))
                let text = client.receive(until: "GET /after ")
                #expect(text.contains("\r\n\r\n7\r\npart 0\n\r\n7\r\npart 1\n\r\n7\r\npart 2\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"))
            }
        }
    }

    @Test("A stream that fails resets the connection")
    func brokenStream() async throws {
        let records = Signal<AccessRecord>()
        try await withServer(onAccess: { records.post($0) }) { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send("GET /broken HTTP/1.0\r\n\r\n")
                #expect(client.receiveAll() == nil)
            }
            let record = try await records.next()
            #expect(record.outcome == .aborted)
        }
    }

    @Test("Five hundred connections at once are all served")
    func manyConnections() async throws {
        try await withServer { server, port in
            try await blocking {
                let clients = try (0..<500).map { _ in try TestClient(port: port) }
                for (index, client) in clients.enumerated() { client.send(getText("/async\(index)")) }
                for (index, client) in clients.enumerated() { #expect(client.response()?.body == "GET /async\(index) ") }
                #expect(server.openConnections == 500)
                for (index, client) in clients.enumerated().reversed() { client.send(getText("/again\(index)")) }
                for (index, client) in clients.enumerated() { #expect(client.response()?.body == "GET /again\(index) ") }
            }
        }
    }

    @Test("Connections above the limit wait until another ends")
    func connectionLimit() async throws {
        var limits = Limits.patient
        limits.connections = 2
        try await withServer(limits: limits) { _, port in
            try await blocking {
                var clients = try (0..<3).map { _ in try TestClient(port: port) }
                for client in clients { client.send(getText()) }
                #expect(clients[0].response()?.status == 200)
                #expect(clients[1].response()?.status == 200)
                var query = pollfd(fd: clients[2].descriptor, events: Int16(POLLIN), revents: 0)
                #expect(poll(&query, 1, 50) == 0)
                clients.removeFirst()
                #expect(clients[1].response()?.status == 200)
            }
        }
    }

    @Test("An access record tells each request, answered or refused")
    func accessRecords() async throws {
        let records = Signal<AccessRecord>()
        try await withServer(onAccess: { records.post($0) }) { _, port in
            try await blocking {
                let client = try TestClient(port: port)
                client.send(postText("abc").replacing("POST /", with: "POST /p?q=1"))
                #expect(client.response()?.status == 200)
                client.send("GET / HTTP/1.1\r\n\r\n")
                #expect(client.response()?.status == 400)
            }
            let answered = try await records.next()
            #expect(answered.method == .post)
            #expect(answered.path == "/p?q=1")
            #expect(answered.status == 200)
            #expect(answered.requestBytes == 3)
            #expect(answered.responseBytes == "POST /p abc".utf8.count)
            #expect(answered.remoteAddress == "127.0.0.1")
            #expect(answered.responseHeaderFields[.contentType] == "text/plain")
            #expect(answered.outcome == .answered)
            let refused = try await records.next()
            #expect(refused.status == 400)
            #expect(refused.path == "/")
            guard case .rejected(let error) = refused.outcome else {
                Issue.record("\(refused.outcome)")
                return
            }
            #expect(error.code == "malformed_request")
        }
    }
}
