/// The transfer codings of a request (RFC 9112 §6.1, §7): `chunked` alone is decoded here.
enum TransferCodings {
    /// - Parameter list: the values of all Transfer-Encoding lines, joined by commas.
    static func check(_ list: String) throws(HTTPError) {
        let codings = list.split(separator: ",", omittingEmptySubsequences: true).map { coding in
            var trimmed = coding[...]
            while let first = trimmed.utf8.first, ByteClass.isWhitespace(first) { trimmed.removeFirst() }
            while let last = trimmed.utf8.last, ByteClass.isWhitespace(last) { trimmed.removeLast() }
            return trimmed.lowercased()
        }.filter { !$0.isEmpty }
        // §6.3: without a final chunked the length of a request cannot be known, which must be answered with 400.
        guard codings.last == "chunked" else {
            throw .malformedRequest("the Transfer-Encoding does not end in chunked, so the body has no end; send chunked alone")
        }
        // §6.1: chunked must not be applied more than once.
        guard !codings.dropLast().contains("chunked") else {
            throw .malformedRequest("the Transfer-Encoding names chunked more than once; send it once")
        }
        // §6.1: a coding that the server does not understand is answered with 501.
        guard codings.count == 1 else { throw .transferCodingNotImplemented(list) }
    }
}
