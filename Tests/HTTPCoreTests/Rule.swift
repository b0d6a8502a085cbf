import HTTPCore
import HTTPTypes
import Testing

/// A rule of the RFCs: a message, and how a server has to take it.
struct Rule: Sendable, CustomTestStringConvertible {
    /// What a message that is accepted says. The defaults are those of a plain request.
    struct Meaning: Sendable {
        var path = "/"
        var authority: String? = "a"
        var body = ""
        var persists = true
        var expectsContinue = false
        /// Names of the fields, in lowercase; nil where the row is not about them.
        var fields: [String]?
    }

    enum Verdict: Sendable {
        case accepted(Meaning)
        /// Refused with this status, before it is taken for a whole request.
        case refused(Int)
    }

    var section: String
    var name: String
    var message: [UInt8]
    var verdict: Verdict

    var testDescription: String { "\(section): \(name)" }

    static func accepted(_ section: String, _ name: String, _ message: String, _ meaning: Meaning = Meaning()) -> Rule {
        Rule(section: section, name: name, message: Array(message.utf8), verdict: .accepted(meaning))
    }

    static func accepted(_ section: String, _ name: String, octets message: String, _ meaning: Meaning = Meaning()) -> Rule {
        Rule(section: section, name: name, message: octets(message), verdict: .accepted(meaning))
    }

    static func refused(_ section: String, _ name: String, _ message: String, _ status: Int) -> Rule {
        Rule(section: section, name: name, message: Array(message.utf8), verdict: .refused(status))
    }

    static func refused(_ section: String, _ name: String, octets message: String, _ status: Int) -> Rule {
        Rule(section: section, name: name, message: octets(message), verdict: .refused(status))
    }

    /// Feeds the message in every split. Behind one that is accepted comes another, which must begin where the first one ends: what one
    /// reader takes for the body and the next for a request is how requests are smuggled.
    ///
    /// - Returns: what is wrong, or nil.
    func violation() -> String? {
        switch verdict {
        case .refused(let status):
            let observed = events(message)
            guard case .malformed(let error)? = observed.last else { return "accepted: \(observed)" }
            if observed.contains(.end) { return "taken for a whole request first: \(observed)" }
            if error.status.code != status { return "refused with \(error.status.code): \(error.message)" }
            return error.message.isEmpty ? "refused without a message" : nil
        case .accepted(let meaning):
            let observed = events(message + Array("GET /next HTTP/1.1\r\nHost: next\r\n\r\n".utf8))
            guard case .head(let head)? = observed.first, observed.suffix(2).last == .end, observed.count == (meaning.body.isEmpty ? 4 : 5),
                case .head(let next) = observed[observed.count - 2], next.request.path == "/next"
            else { return "not one message and the next: \(observed)" }
            let body: [Observed] = meaning.body.isEmpty ? [] : [.body(octets(meaning.body))]
            if Array(observed[1...].dropLast(2)) != body + [.end] { return "another body: \(observed)" }
            return difference(head, meaning)
        }
    }

    private func difference(_ head: RequestHead, _ meaning: Meaning) -> String? {
        if head.request.path != meaning.path { return "the path is \(head.request.path ?? "nil")" }
        if head.request.authority != meaning.authority { return "the authority is \(head.request.authority ?? "nil")" }
        if head.keepAlive != meaning.persists { return "persists: \(head.keepAlive)" }
        if head.expectsContinue != meaning.expectsContinue { return "expects 100: \(head.expectsContinue)" }
        let fields = head.request.headerFields.map(\.name.canonicalName)
        return meaning.fields == nil || meaning.fields == fields ? nil : "the fields are \(fields)"
    }
}

/// A request of HTTP/1.0 without Host, with these header lines.
func oldGet(_ lines: String...) -> String {
    "GET / HTTP/1.0\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// A GET whose request line is `line`.
func requestLine(_ line: String) -> String {
    line + "\r\nHost: a\r\n\r\n"
}

/// A GET whose only header line is `Host: host`.
func host(_ host: String) -> String {
    "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n"
}
