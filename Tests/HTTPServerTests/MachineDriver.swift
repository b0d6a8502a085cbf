import HTTPCore
import HTTPTypes
import Transport

@testable import HTTPServer

/// Plays the part of sockets and clock for a state machine.
struct MachineDriver {
    var machine: HTTP1StateMachine
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    /// What the client has read so far.
    var sent: [UInt8] = []
    /// How many bytes the kernel's buffer has room for.
    var room = Int.max
    /// Names of the actions that came out, `wait` left out.
    var log: [String] = []
    var exchange = 0
    var request: HTTPRequest?
    var requestBody: [UInt8] = []
    var error: HTTPError?

    static let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)

    init(_ change: (inout Limits) -> Void = { _ in }) {
        var limits = Limits()
        change(&limits)
        machine = HTTP1StateMachine(ConnectionRules(limits), now: now)
    }

    var sentText: String { String(decoding: sent, as: UTF8.self) }

    mutating func receive(_ text: String) { receive(Array(text.utf8)) }

    mutating func receive(_ bytes: [UInt8]) {
        settle(machine.received(bytes.span, now: now))
    }

    mutating func endPeer() { settle(machine.peerEnded(now: now)) }

    mutating func losePeer() { settle(machine.peerLeft()) }

    mutating func drain() { settle(machine.drain(now: now)) }

    mutating func respond(_ status: HTTPResponse.Status = .ok, _ text: String = "", fields: HTTPFields = HTTPFields()) {
        let response = ServerResponse(status: status, headerFields: fields, body: .bytes(Array(text.utf8)))
        settle(machine.respond(exchange, response, date: Self.date, now: now))
    }

    mutating func beginStream(_ status: HTTPResponse.Status = .ok, fields: HTTPFields = HTTPFields()) {
        settle(machine.respond(exchange, ServerResponse(status: status, headerFields: fields, body: .stream { _ in }), date: Self.date, now: now))
    }

    mutating func write(_ text: String) { settle(machine.bodyPart(exchange, Array(text.utf8))) }

    mutating func endStream() { settle(machine.bodyEnded(exchange, now: now)) }

    mutating func failStream() { settle(machine.bodyFailed(exchange)) }

    /// Makes room in the kernel's buffer.
    mutating func read(_ count: Int) {
        room = count
        settle(.wait)
    }

    /// Lets the time pass, and the deadline with it.
    mutating func pass(_ duration: Duration) {
        now = now + duration.wholeNanoseconds
        if let deadline = machine.deadline, deadline <= now { settle(machine.deadlinePassed(now: now)) }
    }

    private mutating func settle(_ first: ConnectionAction) {
        var action = first
        while true {
            switch action {
            case .wait:
                let count = min(room, machine.output.withFront { $0.count })
                if count > 0 { sent += machine.output.withFront { span in span.withUnsafeBufferPointer { Array($0[..<count]) } } }
                if room != .max { room -= count }
                action = machine.wrote(count, now: now)
                if case .wait = action, count == 0 || machine.output.isEmpty { return }
                continue
            case .handle(let id, let head, let body):
                log.append("handle")
                exchange = id
                request = head
                requestBody = body.bytes
            case .speak, .cancel: log.append("not of HTTP/1.1")
            case .reject(let id, let error, _):
                log.append("reject \(error.status.code)")
                self.error = error
                action = machine.respond(id, .plainText(error), date: Self.date, now: now)
                continue
            case .stream: log.append("stream")
            case .checkPeer: log.append("checkPeer")
            case .shutdownWriting: log.append("shutdownWriting")
            case .close:
                log.append("close")
                return
            case .abort:
                log.append("abort")
                return
            }
            action = .wait
        }
    }
}

func getText(_ path: String = "/", _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
}

func postText(_ body: String, _ fields: String = "") -> String {
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
}

func answer(_ body: String, _ status: String = "200 OK", connection: String? = nil) -> String {
    let option = connection.map { "Connection: \($0)\r\n" } ?? ""
    return "HTTP/1.1 \(status)\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: \(body.utf8.count)\r\n\(option)\r\n\(body)"
}
