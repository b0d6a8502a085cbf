extension StringProtocol {
    /// Without the spaces and tabs around it: the OWS of RFC 9110 section 5.6.3.
    var trimmingSpaces: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}

extension String {
    /// At most a hundred characters of it: what a client sent is repeated in messages, but not without bound.
    var clipped: String { unicodeScalars.count <= 100 ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(100))) + "…" }
}
