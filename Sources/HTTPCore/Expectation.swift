/// The values of all `Expect` fields: a list that knows `100-continue` only (RFC 9110 §10.1.1).
struct Expectation: Sendable {
    private var list = FieldList()

    mutating func append(_ value: Span<UInt8>) { list.append(value) }

    /// Whether there is any.
    ///
    /// - Throws: 417 for another one.
    func asksForContinue() throws(HTTPError) -> Bool {
        guard let bytes = list.bytes else { return false }
        let span = bytes.span
        var asks = false
        var rest = 0..<span.count
        while let element = span.nextElement(of: &rest) {
            guard span.equalsIgnoringCase(element, "100-continue") else { throw .expectationFailed(span.text) }
            asks = true
        }
        return asks
    }
}
