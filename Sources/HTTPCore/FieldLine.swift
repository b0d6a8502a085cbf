import HTTPTypes

/// `field-name ":" OWS field-value OWS` (RFC 9112 §5).
struct FieldLine {
    var name: Range<Int>
    var value: Range<Int>

    /// - Parameter line: the line without its CRLF, not empty.
    init(parsing line: Span<UInt8>) throws(HTTPError) {
        // §5.2: a line that begins with whitespace continues the one before it (obs-fold), and a server must refuse it. §2.2: so it must
        // between the request line and the first field, where some would drop the line and some would read it.
        if ByteClass.isWhitespace(line[0]) {
            throw .malformedRequest("a header line begins with whitespace; folded lines are obsolete, write the field on one line")
        }
        var colon = 0
        while colon < line.count, ByteClass.isTokenCharacter(line[colon]) { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == ByteClass.colon else {
            // §5.1: no whitespace between the name and the colon; a server must answer it with 400.
            if colon > 0, colon < line.count, ByteClass.isWhitespace(line[colon]) {
                throw .malformedRequest("whitespace stands between a header name and its colon; write Name: value")
            }
            // RFC 9110 §5.1: a name is a token.
            throw .malformedRequest("a header line is not of the form Name: value")
        }
        var valid = true
        for index in (colon + 1)..<line.count where !ByteClass.isFieldValueCharacter(line[index]) { valid = false }
        // RFC 9110 §5.5: CR, LF, NUL and the other control characters are invalid and dangerous in a field value.
        guard valid else {
            throw .malformedRequest("the value of header \(line.text(0..<colon)) holds a control character; remove it")
        }
        name = 0..<colon
        value = line.trimmed((colon + 1)..<line.count)
    }
}
