import FoundationEssentials
import HTTPServer
import HTTPTypes

extension ServerResponse {
    /// A value as JSON, its members in alphabetical order so that equal answers are equal bytes.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> ServerResponse {
        guard let bytes = try? JSONBytes.encode(value) else {
            // Only a number that is none can do this, and the tasks have checked for those.
            return APIError.internal.response
        }
        return ServerResponse(status: status, headerFields: [.contentType: "application/json"], body: .bytes(bytes))
    }
}

enum JSONBytes {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
