import FoundationEssentials
import HTTPServer
import HTTPTypes

/// Reads a request's body as JSON of a given form, or says exactly why it is not.
enum JSONRequest {
    /// - Throws: `APIError`: 415 for another media type, 400 for what is not UTF-8 or not JSON, 422 for a field that is
    ///   missing, unknown, or of the wrong type.
    static func decode<Value: Decodable>(_ type: Value.Type, from request: ServerRequest) throws(APIError) -> Value {
        if let contentType = request.head.headerFields[.contentType], !isJSON(contentType) {
            throw .unsupportedMediaType(contentType)
        }
        guard !request.body.isEmpty else {
            throw .malformedJSON("the body is empty; send a JSON object")
        }
        do {
            _ = try UTF8Span(validating: request.body.span)
        } catch {
            throw .malformedJSON("the body is not UTF-8: the bytes at \(error.byteOffsets) are ill-formed")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(request.body))
        } catch let error as APIError {
            throw error
        } catch let error as DecodingError {
            throw APIError(error)
        } catch {
            throw .malformedJSON("\(error)")
        }
    }

    /// `application/json`, with any parameters (RFC 9110 section 8.3.1).
    private static func isJSON(_ contentType: String) -> Bool {
        let mediaType = contentType.prefix { $0 != ";" }.lowercased()
        return mediaType.trimmingSpaces == "application/json"
    }
}

extension StringProtocol {
    /// Without the spaces and tabs around it: the OWS of RFC 9110 section 5.6.3.
    var trimmingSpaces: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}

extension APIError {
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self = .invalidField(Self.param(context.codingPath + [key]), "'\(key.stringValue)' is missing")
        case .typeMismatch(let type, let context):
            self = .invalidField(
                Self.param(context.codingPath),
                context.codingPath.isEmpty ? "the body must be a JSON object" : "this must be \(Self.name(of: type))")
        case .valueNotFound(let type, let context):
            self = .invalidField(Self.param(context.codingPath), "this must be \(Self.name(of: type)), not null")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            let detail = context.underlyingError.map { "\($0)" } ?? context.debugDescription
            self = .malformedJSON("the body is not JSON: \(detail)")
        case .dataCorrupted(let context):
            self = .invalidField(Self.param(context.codingPath), context.debugDescription)
        @unknown default:
            self = .malformedJSON("the body can't be read")
        }
    }

    /// A path as clients write it: `inputs[3].text`.
    static func param(_ path: [any CodingKey]) -> String? {
        guard !path.isEmpty else { return nil }
        return path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }

    /// What JSON calls a Swift type.
    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Int.Type: "an integer"
        case is any ArrayLike.Type: "an array"
        default: "an object"
        }
    }
}

private protocol ArrayLike {}
extension Array: ArrayLike {}

/// The fields a request may have. A field that is none of them is an error, so that a misspelt option is noticed.
protocol RequestFields: CodingKey, CaseIterable {}

extension Decoder {
    /// The fields of this object.
    /// - Throws: `APIError` for a field that is none of `Fields`.
    func fields<Fields: RequestFields>(_: Fields.Type) throws -> KeyedDecodingContainer<Fields> {
        for key in try container(keyedBy: AnyField.self).allKeys where Fields(stringValue: key.stringValue) == nil {
            let known = Fields.allCases.map(\.stringValue).joined(separator: ", ")
            throw APIError(
                status: .unprocessableContent, code: "unknown_field",
                message: "there is no field '\(key.stringValue)' here; there are: \(known)",
                param: APIError.param(codingPath + [key]))
        }
        return try container(keyedBy: Fields.self)
    }
}

private struct AnyField: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
