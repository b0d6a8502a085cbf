import OrderedJSON

/// Reading the JSON files beside a checkpoint.
enum JSONFile {
    /// The object that a JSON file holds; nil where there is no file.
    ///
    /// - Throws: `TokenizerError` for a file that cannot be read, and as `parseObject` does.
    static func readObject(_ path: String) throws(TokenizerError) -> JSONFields? {
        guard let bytes = try RegularFile.readBytes(path) else { return nil }
        return try parseObject(bytes, file: path)
    }

    /// The object that the bytes of a JSON file hold.
    ///
    /// - Throws: `TokenizerError.malformed` for what is not JSON, or not an object.
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
