import OrderedJSON

/// A JSON object together with the file and path that messages name.
struct JSONFields {
    let file: String
    /// Where the object stands in the file, such as `model.`; empty at the top.
    let prefix: String
    let object: JSONObject

    init(file: String, prefix: String = "", object: JSONObject) {
        self.file = file
        self.prefix = prefix
        self.object = object
    }

    subscript(name: String) -> JSONValue? { object[name] }

    func invalid(_ name: String, _ reason: String) -> TokenizerError {
        .invalidField(file: file, path: prefix + name, reason: reason)
    }

    private func mismatch(_ name: String, expected: String) -> TokenizerError {
        invalid(name, self[name].map { "expected \(expected), found \($0.kind)" } ?? "missing; expected \(expected)")
    }

    // MARK: Required

    func string(_ name: String) throws(TokenizerError) -> String {
        guard let value = self[name]?.stringValue else { throw mismatch(name, expected: "a string") }
        return value
    }

    func bool(_ name: String) throws(TokenizerError) -> Bool {
        guard let value = self[name]?.boolValue else { throw mismatch(name, expected: "a boolean") }
        return value
    }

    /// A count: not negative.
    func count(_ name: String) throws(TokenizerError) -> Int {
        guard let value = self[name]?.intValue, value >= 0 else { throw mismatch(name, expected: "a whole number, not negative") }
        return value
    }

    /// A vocabulary id or segment id: an integer from 0 that fits 32 bits.
    func id(_ name: String) throws(TokenizerError) -> Int32 {
        guard let value = self[name]?.intValue, let id = Int32(exactly: value), id >= 0 else {
            throw mismatch(name, expected: "an id from 0 to \(Int32.max)")
        }
        return id
    }

    func array(_ name: String) throws(TokenizerError) -> [JSONValue] {
        guard let value = self[name]?.arrayValue else { throw mismatch(name, expected: "an array") }
        return value
    }

    func fields(_ name: String) throws(TokenizerError) -> JSONFields {
        guard let value = self[name] else { throw mismatch(name, expected: "an object") }
        return try fields(name, value)
    }

    /// The object `value` that stands under `name` in this one.
    func fields(_ name: String, _ value: JSONValue) throws(TokenizerError) -> JSONFields {
        guard let object = value.objectValue else { throw invalid(name, "expected an object, found \(value.kind)") }
        return JSONFields(file: file, prefix: "\(prefix)\(name).", object: object)
    }

    // MARK: Optional, where null is as good as missing

    func optionalString(_ name: String) throws(TokenizerError) -> String? {
        isAbsent(name) ? nil : try string(name)
    }

    func optionalBool(_ name: String) throws(TokenizerError) -> Bool? {
        isAbsent(name) ? nil : try bool(name)
    }

    func optionalArray(_ name: String) throws(TokenizerError) -> [JSONValue]? {
        isAbsent(name) ? nil : try array(name)
    }

    func optionalObject(_ name: String) throws(TokenizerError) -> JSONFields? {
        isAbsent(name) ? nil : try fields(name)
    }

    private func isAbsent(_ name: String) -> Bool { self[name]?.isNull ?? true }
}
