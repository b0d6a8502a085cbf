import HTTPCore

/// What became of a chunked body.
struct DecodedBody: Equatable {
    enum End: Equatable {
        case incomplete
        /// The body, trailers included, ends before this byte.
        case complete(at: Int)
        case refused
    }

    var bytes: [UInt8]
    var end: End
}

/// The chunked coding (RFC 9112 §7.1) once more, with nothing of the parser: over all bytes at once, without events or buffers.
struct ReferenceChunkedDecoder {
    /// Thrown where the body stops.
    private struct Stop: Error { var end: DecodedBody.End }

    private static let hexadecimalDigits = table(of: "0123456789abcdefABCDEF")
    /// RFC 9110 §5.6.2.
    private static let tokenCharacters = table(of: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~")

    private static func table(of characters: String) -> [Bool] { (0...255).map { characters.utf8.contains($0) } }

    private let input: [UInt8]
    private let limits: ParserLimits
    private var position = 0
    private var body: [UInt8] = []

    static func decode(_ input: [UInt8], limits: ParserLimits) -> DecodedBody {
        var decoder = ReferenceChunkedDecoder(input: input, limits: limits)
        do {
            try decoder.decode()
            return DecodedBody(bytes: decoder.body, end: .complete(at: decoder.position))
        } catch {
            return DecodedBody(bytes: decoder.body, end: error.end)
        }
    }

    private init(input: [UInt8], limits: ParserLimits) {
        self.input = input
        self.limits = limits
    }

    private mutating func decode() throws(Stop) {
        var extensionBytes = 0
        while true {
            let line = try takeLine(limit: limits.chunkLineBytes)
            let digits = line.prefix { Self.isHexadecimal($0) }
            guard (1...15).contains(digits.count), Self.areExtensions(line.dropFirst(digits.count)) else { throw Stop(end: .refused) }
            extensionBytes += line.count - digits.count
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)!
            guard extensionBytes <= limits.chunkExtensionBytes, body.count + size <= limits.bodyBytes else { throw Stop(end: .refused) }
            if size == 0 { break }
            let data = input[position...].prefix(size)
            body += data
            position += data.count
            guard data.count == size else { throw Stop(end: .incomplete) }
            _ = try takeLine(limit: 0)
        }
        try skipTrailers()
    }

    private mutating func skipTrailers() throws(Stop) {
        var bytes = 0, count = 0
        while true {
            let line = try takeLine(limit: max(0, limits.headerBytes - bytes - 2))
            if line.isEmpty { return }
            bytes += line.count + 2
            count += 1
            let name = line.prefix { Self.isToken($0) }
            let rest = line.dropFirst(name.count)
            guard !name.isEmpty, rest.first == UInt8(ascii: ":"), rest.allSatisfy(Self.isText), count <= limits.headerCount else {
                throw Stop(end: .refused)
            }
        }
    }

    /// A line without its CRLF, which has at most so many bytes.
    private mutating func takeLine(limit: Int) throws(Stop) -> ArraySlice<UInt8> {
        let rest = input[position...].prefix(limit + 2)
        guard let lineFeed = rest.firstIndex(of: 0x0A) else { throw Stop(end: rest.count == limit + 2 ? .refused : .incomplete) }
        let line = rest[..<lineFeed]
        guard line.last == 0x0D else { throw Stop(end: .refused) }
        position = lineFeed + 1
        return line.dropLast()
    }

    private enum Place { case value, space, semicolon, name, nameSpace, equals, valueToken, quoted, escaped }

    /// `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`, as an automaton.
    private static func areExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
        var place = Place.value
        for byte in bytes {
            let isSpace = byte == 0x20 || byte == 0x09
            switch (place, byte) {
            case (.quoted, UInt8(ascii: "\"")): place = .value
            case (.quoted, UInt8(ascii: "\\")): place = .escaped
            case (.quoted, _) where isText(byte), (.escaped, _) where isText(byte): place = .quoted
            case (.value, UInt8(ascii: ";")), (.space, UInt8(ascii: ";")), (.name, UInt8(ascii: ";")), (.nameSpace, UInt8(ascii: ";")),
                (.valueToken, UInt8(ascii: ";")):
                place = .semicolon
            case (.name, UInt8(ascii: "=")), (.nameSpace, UInt8(ascii: "=")): place = .equals
            case (.equals, UInt8(ascii: "\"")): place = .quoted
            case (.value, _) where isSpace, (.valueToken, _) where isSpace: place = .space
            case (.name, _) where isSpace: place = .nameSpace
            case (.space, _) where isSpace, (.semicolon, _) where isSpace, (.nameSpace, _) where isSpace, (.equals, _) where isSpace: break
            case (.semicolon, _) where isToken(byte), (.name, _) where isToken(byte): place = .name
            case (.equals, _) where isToken(byte), (.valueToken, _) where isToken(byte): place = .valueToken
            default: return false
            }
        }
        return place == .value || place == .name || place == .valueToken
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { hexadecimalDigits[Int(byte)] }

    private static func isToken(_ byte: UInt8) -> Bool { tokenCharacters[Int(byte)] }

    private static func isText(_ byte: UInt8) -> Bool { byte == 0x09 || byte >= 0x20 && byte != 0x7F }
}
