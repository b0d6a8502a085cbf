/// A recursive-descent parser of RFC 8259 over contiguous bytes, linear in their number.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var position = 0
    private var depth = 0
    /// Holds a string with escapes while it is decoded; kept, so that only the first such string allocates.
    private var unescaped: [UInt8] = []

    /// `bytes` must outlive the parser.
    init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    /// The whole text as one value.
    mutating func parseText() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw error("a byte order mark is not part of JSON")
        }
        skipWhitespace()
        let value = try parseValue()
        skipWhitespace()
        guard position == bytes.count else { throw error("expected the end after the value") }
        return value
    }

    // MARK: Values

    private mutating func parseValue() throws(JSONError) -> JSONValue {
        guard let byte = peek() else { throw error("expected a value, found the end") }
        switch byte {
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "{"): return .object(try parseObject())
        case UInt8(ascii: "["): return .array(try parseArray())
        case UInt8(ascii: "t"): return try parseLiteral("true", .bool(true))
        case UInt8(ascii: "f"): return try parseLiteral("false", .bool(false))
        case UInt8(ascii: "n"): return try parseLiteral("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw error("expected a value")
        }
    }

    private mutating func parseLiteral(_ literal: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for index in 0..<literal.utf8CodeUnitCount {
            guard peek() == literal.utf8Start[index] else { throw error("expected '\(literal)'") }
            position += 1
        }
        return value
    }

    private mutating func parseArray() throws(JSONError) -> [JSONValue] {
        try enter()
        var values: [JSONValue] = []
        skipWhitespace()
        if take(UInt8(ascii: "]")) {
            depth -= 1
            return values
        }
        while true {
            skipWhitespace()
            values.append(try parseValue())
            skipWhitespace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw error("expected ',' or ']'") }
            depth -= 1
            return values
        }
    }

    private mutating func parseObject() throws(JSONError) -> JSONObject {
        try enter()
        var object = JSONObject()
        skipWhitespace()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return object
        }
        while true {
            skipWhitespace()
            guard peek() == UInt8(ascii: "\"") else { throw error("expected a name in double quotes") }
            let name = try parseString()
            skipWhitespace()
            guard take(UInt8(ascii: ":")) else { throw error("expected ':'") }
            skipWhitespace()
            object.members.append((name, try parseValue()))
            skipWhitespace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw error("expected ',' or '}'") }
            depth -= 1
            return object
        }
    }

    /// Steps over the opening bracket.
    private mutating func enter() throws(JSONError) {
        guard depth < maximumDepth else { throw error("more than \(maximumDepth) nested arrays and objects") }
        depth += 1
        position += 1
    }

    // MARK: Numbers

    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        let digitsStart = position
        var magnitude = 0
        var overflows = false
        while let digit = peekDigit() {
            let (product, productOverflows) = magnitude.multipliedReportingOverflow(by: 10)
            // Built as a negative number: its range reaches one further.
            let (sum, sumOverflows) = product.subtractingReportingOverflow(digit)
            overflows = overflows || productOverflows || sumOverflows
            magnitude = sum
            position += 1
        }
        guard position > digitsStart else { throw error("expected a digit") }
        if bytes[digitsStart] == UInt8(ascii: "0"), position > digitsStart + 1 {
            throw error("a number must not start with 0", at: digitsStart)
        }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try skipDigits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try skipDigits()
        }
        if isInteger, !overflows, isNegative || magnitude != Int.min {
            return .integer(isNegative ? magnitude : -magnitude)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else { throw error("the number is out of range", at: start) }
        return .double(value)
    }

    private mutating func skipDigits() throws(JSONError) {
        guard peekDigit() != nil else { throw error("expected a digit") }
        while peekDigit() != nil { position += 1 }
    }

    private func peekDigit() -> Int? {
        guard let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        return Int(byte - UInt8(ascii: "0"))
    }

    // MARK: Strings

    /// A string, from its opening quote to behind its closing one.
    private mutating func parseString() throws(JSONError) -> String {
        let start = position + 1
        var end = start
        while end < bytes.count {
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") {
                position = end + 1
                return try validated(UnsafeBufferPointer(rebasing: bytes[start..<end]), startingAt: start)
            }
            if byte == UInt8(ascii: "\\") {
                position = end
                return try parseEscapedString(from: start)
            }
            guard byte >= 0x20 else { throw error("a control character in a string must be escaped", at: end) }
            end += 1
        }
        throw error("a string without its closing quote", at: start - 1)
    }

    /// The rest of a string whose first escape stands at `position`; `start` is behind the opening quote.
    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        unescaped.removeAll(keepingCapacity: true)
        unescaped.append(contentsOf: bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let string = String(validating: unescaped, as: UTF8.self) else {
                    throw illFormed(bytes[start..<position], startingAt: start)
                }
                return string
            case UInt8(ascii: "\\"):
                position += 1
                try parseEscape()
            default:
                guard byte >= 0x20 else { throw error("a control character in a string must be escaped") }
                unescaped.append(byte)
                position += 1
            }
        }
        throw error("a string without its closing quote", at: start - 1)
    }

    /// One escape, from behind its backslash.
    private mutating func parseEscape() throws(JSONError) {
        guard let byte = peek() else { throw error("a string without its closing quote") }
        let plain: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = byte
        case UInt8(ascii: "b"): plain = 0x08
        case UInt8(ascii: "f"): plain = 0x0C
        case UInt8(ascii: "n"): plain = 0x0A
        case UInt8(ascii: "r"): plain = 0x0D
        case UInt8(ascii: "t"): plain = 0x09
        case UInt8(ascii: "u"):
            position += 1
            unescaped.append(contentsOf: UTF8.encode(try parseUnicodeEscape())!)
            return
        default: throw error("an unknown escape")
        }
        unescaped.append(plain)
        position += 1
    }

    /// The scalar of `\uXXXX`, or of a surrogate pair of them, from behind the first `u`.
    private mutating func parseUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let start = position - 2
        let first = try parseFourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error("an escape that names a lone surrogate", at: start)
        }
        let second = try parseFourHexDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else {
            throw error("an escape that names a lone surrogate", at: start)
        }
        return scalar
    }

    private mutating func parseFourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = hexadecimalDigit(byte) else {
                throw error("expected four hexadecimal digits")
            }
            value = value << 4 + digit
            position += 1
        }
        return value
    }

    private func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    private func validated(_ utf8: UnsafeBufferPointer<UInt8>, startingAt start: Int) throws(JSONError) -> String {
        if let string = String(validating: utf8, as: UTF8.self) { return string }
        throw illFormed(utf8, startingAt: start)
    }

    /// The error for bytes that are not UTF-8, at the first that is not.
    private func illFormed(_ utf8: some Sequence<UInt8>, startingAt start: Int) -> JSONError {
        var decoder = UTF8()
        var iterator = utf8.makeIterator()
        var offset = start
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            offset += UTF8.width(scalar)
        }
        return error("ill-formed UTF-8", at: offset)
    }

    // MARK: Bytes

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        var end = position
        while end < bytes.count, bytes[end] <= 0x20 {
            guard bytes[end] == 0x20 || bytes[end] == 0x0A || bytes[end] == 0x0D || bytes[end] == 0x09 else { break }
            end += 1
        }
        position = end
    }

    private func error(_ reason: String, at offset: Int? = nil) -> JSONError {
        let offset = offset ?? position
        let line = bytes[..<offset].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        return JSONError(reason: reason, byteOffset: offset, line: line)
    }
}
