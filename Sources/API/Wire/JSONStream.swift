import HTTPServer
import Inference

/// JSON text on its way to a client, sent in pieces as it is written, so that an answer of hundreds of megabytes never
/// stands in memory as a whole.
struct JSONStream {
    private static let pieceBytes = 64 * 1024

    private var text: [UInt8] = []
    private let writer: (any ResponseBodyWriter)?

    /// - Parameter writer: where the pieces go; nil keeps everything for `finish`.
    init(to writer: (any ResponseBodyWriter)?) {
        self.writer = writer
    }

    /// The response of a value that writes itself: whole if it is small, else streamed.
    static func response(
        isSmall: Bool, _ write: @escaping @Sendable @concurrent (inout JSONStream) async throws -> Void
    ) async throws -> ServerResponse {
        let body: ResponseBody
        if isSmall {
            var stream = JSONStream(to: nil)
            try await write(&stream)
            body = .bytes(stream.text)
        } else {
            body = .stream { writer in
                var stream = JSONStream(to: writer)
                try await write(&stream)
                try await writer.write(stream.text)
            }
        }
        return ServerResponse(status: .ok, headerFields: [.contentType: "application/json"], body: body)
    }

    /// The same of a value that is computed as it is written.
    /// - Parameters:
    ///   - begun: what was computed before a large answer begins, for its header.
    ///   - write: returns how long the parts of the computation took.
    static func response(
        isSmall: Bool, _ begun: InferenceTimings,
        _ write: @escaping @Sendable @concurrent (inout JSONStream) async throws -> InferenceTimings
    ) async throws -> ServerResponse {
        guard isSmall else { return try await response(isSmall: false) { _ = try await write(&$0) }.timed(begun) }
        var stream = JSONStream(to: nil)
        let timings = try await write(&stream)
        return ServerResponse(status: .ok, headerFields: [.contentType: "application/json"], body: .bytes(stream.text)).timed(timings)
    }

    /// Punctuation and names, as they are.
    mutating func raw(_ json: String) { text += json.utf8 }

    /// A value through the encoder, for what is short.
    mutating func value(_ value: some Encodable) throws { text += try JSONBytes.encode(value) }

    /// `[…]` of elements that each write their own text.
    mutating func array<Element>(
        _ elements: some Sequence<Element>, _ write: (Element, inout [UInt8]) -> Void
    ) async throws {
        text.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            write(element, &text)
            if text.count >= Self.pieceBytes { try await sendPiece() }
        }
        text.append(UInt8(ascii: "]"))
    }

    /// Text that somebody else has written, sent when it makes a piece.
    mutating func append(_ written: [UInt8]) async throws {
        if text.isEmpty { text = written } else { text += written }
        if text.count >= Self.pieceBytes { try await sendPiece() }
    }

    private mutating func sendPiece() async throws {
        guard let writer else { return }
        let piece = text
        text.removeAll(keepingCapacity: true)
        try await writer.write(piece)
    }
}

/// How single values look in JSON.
enum JSONText {
    static func append(_ number: some BinaryInteger, to text: inout [UInt8]) { text += String(number).utf8 }

    /// A number, or null.
    static func append(_ number: (some BinaryInteger)?, to text: inout [UInt8]) {
        guard let number else {
            text += "null".utf8
            return
        }
        append(number, to: &text)
    }

    static func append(_ range: Range<Int>, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "["))
        append(range.lowerBound, to: &text)
        text.append(UInt8(ascii: ","))
        append(range.upperBound, to: &text)
        text.append(UInt8(ascii: "]"))
    }

    /// A string with what RFC 8259 section 7 wants escaped.
    static func append(_ string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                text += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8
            default:
                text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
