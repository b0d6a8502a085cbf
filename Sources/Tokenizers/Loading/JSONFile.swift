import FoundationEssentials
import OrderedJSON

/// Reading the files beside a checkpoint.
enum JSONFile {
    /// The bytes of a file; nil where there is none.
    static func readBytes(_ path: String) throws(TokenizerError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .unreadable(file: path, reason: "\(error)")
        }
    }

    /// The object that a JSON file holds; nil where there is no file.
    static func readObject(_ path: String) throws(TokenizerError) -> JSONFields? {
        guard let bytes = try readBytes(path) else { return nil }
        return try parseObject(bytes, file: path)
    }

    static func parseObject(_ bytes: [UInt8], file: String) throws(TokenizerError) -> JSONFields {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .malformed(file: file, reason: "not JSON: \(error)")
        }
        guard let object = value.objectValue else {
            throw .malformed(file: file, reason: "expected an object at the top, found \(value.kind)")
        }
        return JSONFields(file: file, object: object)
    }
}
