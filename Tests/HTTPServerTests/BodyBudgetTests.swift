import HTTPCore
import HTTPTypes
import TestSupport
import Testing
import Transport

@testable import HTTPServer

@Suite("The budget of all request bodies", .timeLimit(.minutes(5)))
struct BodyBudgetTests {
    private static let unfinished = "POST /u HTTP/1.1\r\nHost: a\r\nContent-Length: 80\r\n\r\n" + String(repeating: "x", count: 60)

    private var limits: Limits {
        var limits = Limits.patient
        limits.bodyBytesInTotal = 100
        return limits
    }

    @Test("A budget gives all or nothing, up to its limit")
    func budget() {
        let budget = ByteBudget(limit: 10)
        #expect(budget.take(7))
        #expect(!budget.take(4))
        #expect(budget.take(3))
        #expect(!budget.take(1))
        budget.giveBack(10)
        #expect(budget.used == 0)
        #expect(!budget.take(.max))
    }

    @Test("A charge grows with its body and is given back once, at the latest when nobody holds it")
    func charge() {
        let budget = ByteBudget(limit: 10)
        var charge = Optional(BodyCharge(budget))
        #expect(charge?.grow(to: 4) == true)
        #expect(charge?.grow(to: 9) == true)
        #expect(budget.used == 9)
        #expect(charge?.grow(to: 11) == false)
        #expect(budget.used == 9)
        charge?.giveBack()
        charge?.giveBack()
        #expect(budget.used == 0)
        charge = BodyCharge(budget)
        #expect(charge?.grow(to: 5) == true)
        charge = nil
        #expect(budget.used == 0)
    }

    @Test("A body that does not fit beside unfinished ones is answered with 429 and close; theirs are finished")
    func unfinishedBodies() async throws {
        try await withServer(limits: limits) { server, port in
            let (first, second) = (UncheckedBox(try TestClient(port: port)), UncheckedBox(try TestClient(port: port)))
            first.value.send(Self.unfinished)
            try await until { server.bodyBytesHeld == 60 }
            second.value.send(Self.unfinished)
            second.value.endWriting()
            try await blocking {
                let refused = try #require(second.value.receiveAll())
                #expect(refused.hasPrefix("HTTP/1.1 429 "))
                #expect(refused.contains("Connection: close\r\n"))
                #expect(refused.contains("the limit of 100 bytes"))
            }
            #expect(server.bodyBytesHeld == 60)
            try await blocking {
                first.value.send(String(repeating: "y", count: 20))
                #expect(first.value.response()?.status == 200)
                // The room is there again before the answer is.
                first.value.send(postText(String(repeating: "z", count: 100)))
                #expect(first.value.response()?.status == 200)
            }
            try await until { server.bodyBytesHeld == 0 }
        }
    }

    @Test("A body of many chunks is charged as it grows, and a complete one that does not fit never reaches the handler")
    func growingBodies() async throws {
        try await withServer(limits: limits) { server, port in
            try await blocking {
                let chunked = try TestClient(port: port)
                chunked.send("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                for _ in 0..<101 { chunked.send("1\r\nx\r\n") }
                #expect(chunked.response()?.status == 429)
                let whole = try TestClient(port: port)
                whole.send(postText(String(repeating: "x", count: 101)))
                #expect(whole.response()?.status == 429)
            }
            try await until { server.bodyBytesHeld == 0 }
        }
    }

    @Test("The body of a connection that ends is given back")
    func endedConnection() async throws {
        try await withServer(limits: limits) { server, port in
            let client = UncheckedBox(try TestClient(port: port))
            client.value.send(Self.unfinished)
            try await until { server.bodyBytesHeld == 60 }
            client.value.reset()
            try await until { server.bodyBytesHeld == 0 }
        }
    }

    @Test("A handler holds its body's share until it answers, and where the client has left until it ends")
    func unansweredBodies() async throws {
        let (began, go, records) = (Signal<Void>(), Signal<Void>(), Signal<AccessRecord>())
        let handler: AsyncHandler = { request in
            began.post(())
            // In a task of its own, which the cancellation does not reach.
            try? await Task { try await go.next() }.value
            return ServerResponse(status: .ok, body: .bytes(request.body))
        }
        try await withServer(limits: limits, onAccess: { records.post($0) }, handler: handler) { server, port in
            let client = UncheckedBox(try TestClient(port: port))
            let text = postText(String(repeating: "x", count: 80))
            client.value.send(text)
            try await began.next()
            #expect(server.bodyBytesHeld == 80)
            try await blocking {
                let other = try TestClient(port: port)
                other.send(Self.unfinished)
                #expect(other.response()?.status == 429)
            }
            #expect(try await records.next().status == .tooManyRequests)
            go.post(())
            try await blocking { #expect(client.value.response()?.status == 200) }
            #expect(server.bodyBytesHeld == 0)
            #expect(try await records.next().outcome == .answered)

            client.value.send(text)
            try await began.next()
            client.value.reset()
            #expect(try await records.next().outcome == .clientLeft)
            #expect(server.bodyBytesHeld == 80)
            go.post(())
            try await until { server.bodyBytesHeld == 0 }
        }
    }

    @Test("A refused body is not held while the connection lingers, however it was refused")
    func dropped() {
        var full = MachineDriver { $0.bodyBytesInTotal = 4 }
        full.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 80\r\n\r\nbody")
        #expect(full.machine.body.count == 4)
        full.receive("!")
        #expect(full.log == ["reject 429", "shutdownWriting"])
        #expect(full.sentText.contains("Connection: close\r\n"))
        #expect(full.machine.body.count == 0)

        var late = MachineDriver()
        late.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 80\r\n\r\nbody")
        late.pass(.seconds(100))
        #expect(late.log == ["reject 408", "shutdownWriting"])
        #expect(late.machine.body.count == 0)
    }
}
