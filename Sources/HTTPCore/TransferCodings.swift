/// The transfer codings of a request (RFC 9112 §6.1, §7): `chunked` alone is decoded here.
enum TransferCodings {
    /// - Parameter list: the values of all Transfer-Encoding lines, joined by commas.
    static func check(_ list: Span<UInt8>) throws(HTTPError) {
        var count = 0
        var chunkedCount = 0
        var endsInChunked = false
        var rest = 0..<list.count
        while let coding = list.nextElement(of: &rest) {
            // §7: names are case-insensitive, and a parameter of chunked is an error.
            endsInChunked = list.equalsIgnoringCase(coding, "chunked")
            count += 1
            if endsInChunked { chunkedCount += 1 }
        }
        // §6.3: without a final chunked the length of a request cannot be known, which must be answered with 400.
        guard endsInChunked else {
            throw .malformedRequest("the Transfer-Encoding does not end in chunked, so the body has no end; send chunked alone")
        }
        // §6.1: chunked must not be applied more than once.
        guard chunkedCount == 1 else {
            throw .malformedRequest("the Transfer-Encoding names chunked more than once; send it once")
        }
        // §6.1: a coding that the server does not understand is answered with 501.
        guard count == 1 else { throw .transferCodingNotImplemented(list.text) }
    }
}
