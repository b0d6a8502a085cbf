import CNGHTTP2
import HTTPCore
import HTTPTypes
import Testing
import Transport

@testable import HTTPServer

/// A frame of RFC 9113 §4.1.
struct HTTP2Frame: Equatable {
    /// The types of §6, in the order of their numbers.
    enum Kind: UInt8 { case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation }

    static let endStream: UInt8 = 0x1
    static let acknowledgement: UInt8 = 0x1
    static let endHeaders: UInt8 = 0x4

    var kind: Kind
    var flags: UInt8 = 0
    var stream: Int32 = 0
    var payload: [UInt8] = []

    var bytes: [UInt8] {
        Array(Self.word(UInt32(payload.count)).dropFirst()) + [kind.rawValue, flags] + Self.word(UInt32(stream)) + payload
    }

    /// The number at `place` of the payload, without the bit that is reserved in all that are read here.
    func word(at place: Int = 0) -> Int { payload[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF }

    static func word(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

    static func data(_ stream: Int32, _ bytes: [UInt8], ends: Bool = true) -> HTTP2Frame {
        HTTP2Frame(kind: .data, flags: ends ? endStream : 0, stream: stream, payload: bytes)
    }
    static func data(_ stream: Int32, _ text: String, ends: Bool = true) -> HTTP2Frame { data(stream, Array(text.utf8), ends: ends) }
    static func reset(_ stream: Int32) -> HTTP2Frame { HTTP2Frame(kind: .resetStream, stream: stream, payload: word(HTTP2Code.cancel)) }
    static func window(_ stream: Int32, _ increment: Int) -> HTTP2Frame {
        HTTP2Frame(kind: .windowUpdate, stream: stream, payload: word(UInt32(increment)))
    }
    static func settings(_ values: [(UInt16, UInt32)]) -> HTTP2Frame {
        HTTP2Frame(kind: .settings, payload: values.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] + word($1) })
    }
    static let settingsAcknowledged = HTTP2Frame(kind: .settings, flags: acknowledgement)
    static let ping = HTTP2Frame(kind: .ping, payload: Array("12345678".utf8))
}

/// The error codes of RFC 9113 §7 that occur here.
enum HTTP2Code {
    static let none: UInt32 = 0
    static let protocolError: UInt32 = 1
    static let internalError: UInt32 = 2
    static let flowControlError: UInt32 = 3
    static let refusedStream: UInt32 = 7
    static let cancel: UInt32 = 8
    static let enhanceYourCalm: UInt32 = 11
}

/// The client's half of HTTP/2: frames made and read by hand, with libnghttp2's HPACK, so that it can break any rule.
final class HTTP2Client {
    struct Response: Equatable {
        /// Statuses below 200.
        var interim: [String] = []
        var fields: [String: String] = [:]
        var body: [UInt8] = []
        var isComplete = false
        /// The code of RST_STREAM.
        var error: UInt32?

        var status: String? { fields[":status"] }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private(set) var frames: [HTTP2Frame] = []
    private(set) var responses: [Int32: Response] = [:]
    private var unread: [UInt8] = []
    private var deflater: OpaquePointer?
    private var inflater: OpaquePointer?

    init() {
        nghttp2_hd_deflate_new(&deflater, 4096)
        nghttp2_hd_inflate_new(&inflater)
    }

    deinit {
        nghttp2_hd_deflate_del(deflater)
        nghttp2_hd_inflate_del(inflater)
    }

    /// Last stream and code of each GOAWAY.
    var goAways: [(last: Int, code: UInt32)] {
        frames.filter { $0.kind == .goAway }.map { ($0.word(), UInt32($0.word(at: 4))) }
    }

    func frames(_ kind: HTTP2Frame.Kind, of stream: Int32 = 0) -> [HTTP2Frame] { frames.filter { $0.kind == kind && $0.stream == stream } }

    /// Bytes that WINDOW_UPDATE has granted so far, beyond the initial window.
    func granted(_ stream: Int32) -> Int { frames(.windowUpdate, of: stream).reduce(0) { $0 + $1.word() } }

    /// A compressed header section.
    func block(_ fields: [(String, String)]) -> [UInt8] {
        var text = fields.flatMap { Array($0.0.utf8) + Array($0.1.utf8) }
        var output = [UInt8](repeating: 0, count: text.count * 2 + fields.count * 16 + 64)
        let count = text.withUnsafeMutableBufferPointer { text in
            var next = text.baseAddress!
            var values: [nghttp2_nv] = fields.map { name, value in
                defer { next += name.utf8.count + value.utf8.count }
                return nghttp2_nv(name: next, value: next + name.utf8.count, namelen: name.utf8.count, valuelen: value.utf8.count, flags: 0)
            }
            return nghttp2_hd_deflate_hd(deflater, &output, output.count, &values, values.count)
        }
        return Array(output[..<count])
    }

    func headers(_ stream: Int32, _ fields: [(String, String)], ends: Bool = true) -> HTTP2Frame {
        HTTP2Frame(kind: .headers, flags: HTTP2Frame.endHeaders | (ends ? HTTP2Frame.endStream : 0), stream: stream, payload: block(fields))
    }

    func request(_ stream: Int32, _ method: String = "GET", _ path: String = "/", _ fields: [(String, String)] = [], ends: Bool = true) -> HTTP2Frame {
        headers(stream, [(":method", method), (":scheme", "http"), (":authority", "a"), (":path", path)] + fields, ends: ends)
    }

    func receive(_ bytes: some Collection<UInt8>) {
        unread += bytes
        var start = 0
        while unread.count - start >= 9 {
            let length = unread[start..<(start + 3)].reduce(0) { $0 << 8 | Int($1) }
            guard unread.count - start >= 9 + length else { break }
            let stream = unread[(start + 5)..<(start + 9)].reduce(0) { $0 << 8 | Int32($1) }
            let payload = Array(unread[(start + 9)..<(start + 9 + length)])
            take(HTTP2Frame(kind: HTTP2Frame.Kind(rawValue: unread[start + 3])!, flags: unread[start + 4], stream: stream, payload: payload))
            start += 9 + length
        }
        unread.removeFirst(start)
    }

    private func take(_ frame: HTTP2Frame) {
        frames.append(frame)
        switch frame.kind {
        case .headers:
            let fields = fields(frame.payload)
            if let status = fields[":status"], status.hasPrefix("1") {
                responses[frame.stream, default: Response()].interim.append(status)
            } else {
                responses[frame.stream, default: Response()].fields = fields
            }
        case .data: responses[frame.stream, default: Response()].body += frame.payload
        case .resetStream: responses[frame.stream, default: Response()].error = UInt32(frame.word())
        default: return
        }
        if frame.kind != .resetStream, frame.flags & HTTP2Frame.endStream != 0 { responses[frame.stream]?.isComplete = true }
    }

    private func fields(_ block: [UInt8]) -> [String: String] {
        var result: [String: String] = [:]
        block.withUnsafeBufferPointer { block in
            var read = 0
            while true {
                var (field, flags) = (nghttp2_nv(), Int32(0))
                let count = nghttp2_hd_inflate_hd2(inflater, &field, &flags, block.baseAddress! + read, block.count - read, 1)
                guard count >= 0 else { break }
                read += count
                if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                    let name = String(decoding: UnsafeBufferPointer(start: field.name, count: field.namelen), as: UTF8.self)
                    #expect(result[name] == nil, "\(name) came twice")
                    result[name] = String(decoding: UnsafeBufferPointer(start: field.value, count: field.valuelen), as: UTF8.self)
                }
                if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 { break }
            }
        }
        nghttp2_hd_inflate_end_headers(inflater)
        return result
    }
}

/// Plays the part of the connection, the socket, the clock and the client for the state machine of HTTP/2.
struct HTTP2Driver {
    var machine: HTTP2StateMachine
    let rules: ConnectionRules
    let client = HTTP2Client()
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    /// How many bytes the kernel's buffer has room for.
    var room = Int.max
    /// Names of the actions that came out, `wait` left out.
    var log: [String] = []
    var handled: [(stream: Int32, request: HTTPRequest, body: RequestBody)] = []
    /// Answers each request at once, where it is set.
    var answer: ((HTTPRequest, [UInt8]) -> ServerResponse)?

    /// - Parameters:
    ///   - settings: the client's.
    ///   - begins: whether the preface has been exchanged.
    init(settings: [(UInt16, UInt32)] = [], begins: Bool = true, _ change: (inout Limits) -> Void = { _ in }) {
        var limits = Limits()
        change(&limits)
        rules = ConnectionRules(limits)
        machine = HTTP2StateMachine(rules, now: now)
        guard begins else { return }
        receive(HTTP2Client.preface + HTTP2Frame.settings(settings).bytes)
        send(.settingsAcknowledged)
    }

    var isOver: Bool { log.last == "close" || log.last == "abort" }

    func response(_ stream: Int32) -> HTTP2Client.Response? { client.responses[stream] }

    /// The frames arrive together.
    mutating func send(_ frames: HTTP2Frame...) { receive(frames.flatMap(\.bytes)) }

    mutating func receive(_ bytes: [UInt8]) { settle(machine.received(bytes.span, now: now)) }

    mutating func get(_ streams: Int32...) { receive(streams.flatMap { client.request($0, "GET", "/\($0)").bytes }) }

    mutating func endPeer() { settle(machine.peerEnded(now: now)) }

    mutating func drain() { settle(machine.drain(now: now)) }

    mutating func respond(_ stream: Int32, _ text: String = "", _ status: HTTPResponse.Status = .ok, fields: HTTPFields = HTTPFields()) {
        let response = ServerResponse(status: status, headerFields: fields, body: .bytes(Array(text.utf8)))
        settle(machine.respond(Int(stream), response, date: MachineDriver.date, now: now))
    }

    mutating func beginStream(_ stream: Int32, _ status: HTTPResponse.Status = .ok, fields: HTTPFields = HTTPFields()) {
        let response = ServerResponse(status: status, headerFields: fields, body: .stream { _ in })
        settle(machine.respond(Int(stream), response, date: MachineDriver.date, now: now))
    }

    mutating func write(_ stream: Int32, _ text: String) { settle(machine.bodyPart(Int(stream), Array(text.utf8))) }

    mutating func endStream(_ stream: Int32) { settle(machine.bodyEnded(Int(stream), now: now)) }

    mutating func failStream(_ stream: Int32) { settle(machine.bodyFailed(Int(stream))) }

    /// Makes room in the kernel's buffer.
    mutating func read(_ count: Int) {
        room = count
        settle(.wait)
    }

    /// Lets the time pass, and the deadline with it, which must not stay behind.
    mutating func pass(_ duration: Duration) {
        now = now + duration.wholeNanoseconds
        if let deadline = machine.deadline, deadline <= now { settle(machine.deadlinePassed(now: now)) }
        if let deadline = machine.deadline { #expect(deadline > now) }
    }

    /// As `HTTPConnection` does it.
    private mutating func settle(_ first: ConnectionAction) {
        var action = first
        while !isOver {
            switch action {
            case .wait, .stream:
                if case .stream = action { log.append("stream") }
                guard let next = machine.nextAction() ?? flush() ?? machine.nextAction() else { return }
                action = next
                continue
            case .handle(let id, let request, let body):
                log.append("handle \(id)")
                handled.append((Int32(id), request, body))
                if let answer {
                    action = machine.respond(id, answer(request, body.bytes), date: MachineDriver.date, now: now)
                    continue
                }
            case .reject(let id, let error, _):
                log.append("reject \(id) \(error.status.code)")
                action = machine.respond(id, .plainText(error), date: MachineDriver.date, now: now)
                continue
            case .cancel(let id): log.append("cancel \(id)")
            case .speak, .checkPeer: log.append("not of HTTP/2")
            case .shutdownWriting: log.append("shutdownWriting")
            case .close: log.append("close")
            case .abort: log.append("abort")
            }
            action = .wait
        }
    }

    private mutating func flush() -> ConnectionAction? {
        machine.prepareOutput(now: now)
        while !machine.output.isEmpty {
            let (bytes, offered) = machine.output.withFront { span in (span.withUnsafeBufferPointer { Array($0.prefix(room)) }, span.count) }
            client.receive(bytes)
            if room != .max { room -= bytes.count }
            let action = machine.wrote(bytes.count, now: now)
            if case .wait = action {} else { return action }
            if bytes.count < offered { return nil }
            if machine.output.isEmpty { machine.prepareOutput(now: now) }
        }
        return machine.endsWhenSent ? machine.wrote(0, now: now) : nil
    }
}
