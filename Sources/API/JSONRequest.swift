import HTTPServer
import HTTPTypes
import OrderedJSON

/// Reads a request's body as a JSON object, or says exactly why it is none.
enum JSONRequest {
    /// - Throws: `APIError`: 415 for another media type, 400 for what is not UTF-8 or not JSON, 422 for another value
    ///   than an object.
    static func fields(of request: ServerRequest) throws(APIError) -> RequestFields {
        if let contentType = request.head.headerFields[.contentType], !isJSON(contentType) {
            throw .unsupportedMediaType(contentType)
        }
        guard !request.body.isEmpty else { throw .malformedJSON("the body is empty; send a JSON object") }
        let value: JSONValue
        do { value = try JSONValue(parsing: request.body) } catch { throw .malformedJSON("the body is not JSON: \(error)") }
        guard case .object(let object) = value else { throw .invalidField(nil, "the body must be a JSON object") }
        return RequestFields(object)
    }

    /// `application/json`, with any parameters (RFC 9110 section 8.3.1).
    private static func isJSON(_ contentType: String) -> Bool {
        contentType.prefix { $0 != ";" }.trimmingSpaces.lowercased() == "application/json"
    }
}
