import HTTPTypes

/// The header section of an HTTP/2 request while it is decoded (RFC 9113 §8.2, §8.3).
///
/// libnghttp2 has checked before what concerns the protocol: names in lower case, no fields of the connection, the right pseudo-header fields
/// in the right place, and that the content is as long as its Content-Length says.
struct HTTP2HeaderSection {
    private var fields = HTTPFields()
    private var method = HTTPRequest.Method.get
    private var scheme: String?
    private var path: String?
    private var authority: String?
    private var host: String?
    private var contentLength: Int?
    private var expectation = Expectation()
    private var listBytes = 0
    private var count = 0
    private var error: HTTPError?

    /// Takes one field, a pseudo-header field too. Nothing is kept any more once a limit is passed.
    mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>, limits: HTTP2Limits) {
        listBytes += name.count + value.count + 32
        count += 1
        guard error == nil else { return }
        guard listBytes <= limits.headerListBytes else {
            return error = .headerFieldsTooLarge("the header list is larger than the limit of \(limits.headerListBytes) bytes")
        }
        guard count <= limits.headerCount else {
            return error = .headerFieldsTooLarge("the request has more than the limit of \(limits.headerCount) header fields")
        }
        if name.count > 0, name[0] == ByteClass.colon { return appendPseudoHeader(name, value) }
        guard let fieldName = FieldNames.name(name, 0..<name.count) else {
            return error = .malformedRequest("a header name is not a token of RFC 9110 §5.6.2")
        }
        switch name.count {
        case 4 where fieldName == FieldNames.host:
            guard HostRule.isValid(value) else {
                return error = .malformedRequest("the Host header is not a host name or address with an optional port")
            }
            host = value.text
            return
        case 6 where fieldName == .expect:
            expectation.append(value)
        case 14 where fieldName == .contentLength:
            contentLength = Int(value.text)
        default: break
        }
        fields.append(value.withUnsafeBufferPointer { HTTPField(name: fieldName, value: $0) })
    }

    private mutating func appendPseudoHeader(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        let whole = 0..<name.count
        if name.equalsIgnoringCase(whole, ":method") {
            guard let method = HTTPRequest.Method(value.text) else {
                return error = .malformedRequest("the method is not a token of RFC 9110 §5.6.2")
            }
            self.method = method
        } else if name.equalsIgnoringCase(whole, ":path") {
            path = value.text
        } else if name.equalsIgnoringCase(whole, ":authority") {
            guard HostRule.isValid(value) else {
                return error = .malformedRequest(":authority is not a host name or address with an optional port")
            }
            authority = value.text
        } else if name.equalsIgnoringCase(whole, ":scheme") {
            scheme = value.text
        }
    }

    /// The request as far as it was understood.
    var request: HTTPRequest {
        HTTPRequest(method: method, scheme: scheme, authority: authority ?? host, path: path, headerFields: fields)
    }

    /// Reads the whole section.
    ///
    /// - Parameter isWhole: whether no content follows.
    func head(isWhole: Bool, limits: HTTP2Limits) throws(HTTPError) -> HTTP2RequestHead {
        if let error { throw error }
        // RFC 9113 §8.3.1: a Host that names another entity than :authority makes the request malformed.
        if let host, let authority, authority.lowercased() != host.lowercased() {
            throw .malformedRequest("Host and :authority differ; send :authority alone")
        }
        // RFC 9113 §8.5: only CONNECT has no :path, and asks for a tunnel, which an origin server does not make.
        guard let path, !path.isEmpty, try RequestLine.isPath(path.utf8.span, method: method) else {
            throw .malformedRequest("the :path is not a path that begins with /")
        }
        if let contentLength, contentLength > limits.bodyBytes { throw .bodyTooLarge(limit: limits.bodyBytes) }
        return HTTP2RequestHead(
            request: request, contentLength: isWhole ? 0 : contentLength,
            expectsContinue: try expectation.asksForContinue() && !isWhole)
    }
}
