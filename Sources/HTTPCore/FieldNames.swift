import HTTPTypes

/// The names that most requests carry, made once: a look-up costs no allocation, a new name costs two strings.
enum FieldNames {
    private struct Entry: Sendable {
        var lowercased: [UInt8]
        var name: HTTPField.Name
    }

    /// Candidates by length; a length has few of them.
    private static let byLength: [[Entry]] = {
        let names: [HTTPField.Name] = [
            .accept, .acceptEncoding, .acceptLanguage, .authorization, .cacheControl, .connection, .contentEncoding,
            .contentLength, .contentType, .cookie, .expect, .ifNoneMatch, .origin, .range, .referer, .te, .transferEncoding,
            .userAgent,
        ]
        let others = [
            "Host", "X-Request-Id", "X-Request-Timeout-Ms", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip",
            "Traceparent", "Tracestate", "Keep-Alive", "Upgrade", "Pragma", "DNT", "Sec-Fetch-Mode", "Sec-Fetch-Site",
            "Sec-Fetch-Dest", "Forwarded", "Via", "X-Api-Key",
        ]
        var table: [[Entry]] = Array(repeating: [], count: 32)
        for name in names + others.compactMap({ HTTPField.Name($0) }) {
            let bytes = Array(name.canonicalName.utf8)
            table[bytes.count].append(Entry(lowercased: bytes, name: name))
        }
        return table
    }()

    static let host = HTTPField.Name("Host")!

    /// The name that stands in `range`, which holds token characters only.
    static func name(_ line: Span<UInt8>, _ range: Range<Int>) -> HTTPField.Name? {
        if range.count < byLength.count {
            for entry in byLength[range.count] where matches(line, range, entry.lowercased) { return entry.name }
        }
        return HTTPField.Name(line.text(range))
    }

    private static func matches(_ line: Span<UInt8>, _ range: Range<Int>, _ lowercased: [UInt8]) -> Bool {
        for index in 0..<range.count {
            let byte = line[range.lowerBound + index]
            let folded = ByteClass.isLetter(byte) ? byte | 0x20 : byte
            if folded != lowercased[index] { return false }
        }
        return true
    }
}
