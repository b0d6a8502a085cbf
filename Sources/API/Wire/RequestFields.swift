import OrderedJSON

/// The members of a request's object, read one by one with errors that name their place.
///
/// A member that is null counts as left out.
struct RequestFields {
    private let object: JSONObject
    /// The place of this object in the body, such as `inputs[3]`; nil for the body itself.
    private let path: String?

    init(_ object: JSONObject, path: String? = nil) {
        self.object = object
        self.path = path
    }

    /// - Parameter names: the fields that are read here.
    /// - Throws: `APIError` for a member that is none of these, so that a misspelt option is noticed, and for one that
    ///   stands twice.
    func allow(only names: [String]) throws(APIError) {
        try refuseRepetition()
        for (name, _) in object.members where !names.contains(name) {
            throw APIError(
                status: .unprocessableContent, code: "unknown_field",
                message: "there is no field '\(name.clipped)' here; there are: \(names.joined(separator: ", "))",
                param: place(name.clipped))
        }
    }

    /// - Throws: `APIError` for a member that stands twice: which one is meant can't be known.
    func refuseRepetition() throws(APIError) {
        guard let name = object.repeatedName else { return }
        throw .invalidField(place(name.clipped), "the field '\(name.clipped)' stands here twice")
    }

    /// One of the names of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) throws(APIError) -> Choice? where Choice.RawValue == String {
        guard let string = try string(name) else { return nil }
        guard let choice = Choice(rawValue: string) else {
            let known = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw .invalidField(place(name), "this must be one of \(known)")
        }
        return choice
    }

    func string(_ name: String) throws(APIError) -> String? {
        try read(name, "a string") { $0.stringValue }
    }

    func requiredString(_ name: String) throws(APIError) -> String {
        guard let string = try string(name) else { throw .invalidField(place(name), "'\(name)' is missing") }
        return string
    }

    func bool(_ name: String) throws(APIError) -> Bool? {
        try read(name, "true or false") { $0.boolValue }
    }

    func integer(_ name: String) throws(APIError) -> Int? {
        try read(name, "an integer") { $0.intValue }
    }

    func integers(_ name: String) throws(APIError) -> [Int]? {
        guard let values = try read(name, "an array of integers", { $0.arrayValue }) else { return nil }
        var integers: [Int] = []
        for (index, value) in values.enumerated() {
            guard let integer = value.intValue else {
                throw .invalidField("\(place(name))[\(index)]", "this must be an integer")
            }
            integers.append(integer)
        }
        return integers
    }

    /// The value itself; nil where the member is missing. Null is a value here.
    func value(_ name: String) -> JSONValue? { object[name] }

    /// Where a member stands in the body.
    func place(_ name: String) -> String { path.map { "\($0).\(name)" } ?? name }

    private func read<Value>(_ name: String, _ what: String, _ convert: (JSONValue) -> Value?) throws(APIError) -> Value? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let converted = convert(value) else { throw .invalidField(place(name), "this must be \(what)") }
        return converted
    }
}
