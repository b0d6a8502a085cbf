import Checkpoints
import OrderedJSON
import Tensors

/// The keys of a config.json, read with the reference's defaults: null counts as missing, and so does a name that is nil.
struct ConfigKeys {
    let path: String
    private let object: JSONObject

    /// - Throws: `ModelError.checkpoint` for a file that is not there or no JSON object.
    init(directory: String) throws(ModelError) {
        do throws(CheckpointError) {
            let file = try ConfigFile(directory: directory)
            path = file.path
            object = file.object
        } catch {
            throw .checkpoint(error)
        }
    }

    init(path: String, object: JSONObject) {
        self.path = path
        self.object = object
    }

    func contains(_ name: String) -> Bool { value(name) != nil }

    /// The first of the names that the file has, or the last of all.
    func first(of names: String...) -> String { names.first(where: contains) ?? names[names.count - 1] }

    // MARK: Numbers

    /// A size: from 1 to 2²⁴.
    func size(_ name: String?, default fallback: Int) throws(ModelError) -> Int {
        guard let name else { return fallback }
        let size = try integer(name, default: fallback)
        guard size >= 1, size <= 1 << 24 else {
            throw .inconsistent(path: path, reason: "'\(name)' is \(size), but must be between 1 and \(1 << 24)")
        }
        return size
    }

    /// A size that must be there.
    func requiredSize(_ name: String) throws(ModelError) -> Int {
        guard contains(name) else { throw .inconsistent(path: path, reason: "'\(name)' is missing") }
        return try size(name, default: 0)
    }

    /// A number that may be none: from 0 to 2¹⁶.
    func count(_ name: String, default fallback: Int) throws(ModelError) -> Int {
        let count = try integer(name, default: fallback)
        guard (0...1 << 16).contains(count) else {
            throw .inconsistent(path: path, reason: "'\(name)' is \(count), but must be between 0 and \(1 << 16)")
        }
        return count
    }

    func integer(_ name: String, default fallback: Int) throws(ModelError) -> Int {
        guard let value = value(name) else { return fallback }
        guard let number = value.intValue ?? value.doubleValue.flatMap({ Int(exactly: $0) }) else {
            throw mismatch(name, "an integer", value)
        }
        return number
    }

    func optionalInteger(_ name: String) throws(ModelError) -> Int? { contains(name) ? try integer(name, default: 0) : nil }

    func float(_ name: String, default fallback: Float) throws(ModelError) -> Float {
        guard let value = value(name) else { return fallback }
        guard let number = value.doubleValue, Float(number).isFinite else { throw mismatch(name, "a number", value) }
        return Float(number)
    }

    /// The epsilon of a LayerNorm: not negative.
    func epsilon(_ name: String?, default fallback: Float) throws(ModelError) -> Float {
        guard let name else { return fallback }
        let epsilon = try float(name, default: fallback)
        guard epsilon >= 0 else {
            throw .inconsistent(path: path, reason: "'\(name)' is \(epsilon), but must not be negative")
        }
        return epsilon
    }

    // MARK: Others

    func bool(_ name: String, default fallback: Bool) throws(ModelError) -> Bool {
        guard let value = value(name) else { return fallback }
        guard let bool = value.boolValue else { throw mismatch(name, "true or false", value) }
        return bool
    }

    func optionalString(_ name: String) throws(ModelError) -> String? {
        guard let value = value(name) else { return nil }
        guard let string = value.stringValue else { throw mismatch(name, "a string", value) }
        return string
    }

    func string(_ name: String, default fallback: String) throws(ModelError) -> String { try optionalString(name) ?? fallback }

    /// A list of strings, or one string between separators.
    func strings(_ name: String, separatedBy separator: Character = "|") throws(ModelError) -> [String]? {
        guard let value = value(name) else { return nil }
        if let string = value.stringValue { return string.split(separator: separator).map(String.init) }
        guard let array = value.arrayValue else { throw mismatch(name, "a list of strings", value) }
        let strings = array.compactMap(\.stringValue)
        guard strings.count == array.count else { throw mismatch(name, "a list of strings", value) }
        return strings
    }

    /// An object of strings.
    /// - Parameter fallback: what stands for null.
    func stringsByName(_ name: String, nullsAre fallback: String? = nil) throws(ModelError) -> [String: String]? {
        guard let value = value(name) else { return nil }
        guard let members = value.objectValue?.members else { throw mismatch(name, "an object", value) }
        var strings: [String: String] = [:]
        for (key, member) in members {
            guard let string = member.isNull ? fallback : member.stringValue else {
                throw .inconsistent(path: path, reason: "'\(name).\(key)': expected a string, found \(member.kind)")
            }
            strings[key] = string
        }
        return strings
    }

    func optionalObject(_ name: String) throws(ModelError) -> ConfigKeys? {
        guard let value = value(name) else { return nil }
        guard let object = value.objectValue else { throw mismatch(name, "an object", value) }
        return ConfigKeys(path: path, object: object)
    }

    // MARK: What changes the result and is not implemented

    /// - Throws: `ModelError.unsupported` where the key says something else.
    func require(_ name: String, _ supported: Bool, default fallback: Bool) throws(ModelError) {
        guard try bool(name, default: fallback) == supported else {
            throw .unsupported(path: path, key: name, value: "\(!supported)", supported: ["\(supported)"])
        }
    }

    /// - Returns: the value, one of the supported ones.
    /// - Throws: `ModelError.unsupported` for any other.
    @discardableResult
    func require(_ name: String, oneOf supported: [String], default fallback: String) throws(ModelError) -> String {
        let string = try string(name, default: fallback)
        guard supported.contains(string) else {
            throw .unsupported(path: path, key: name, value: "'\(string)'", supported: supported)
        }
        return string
    }

    /// A key that changes the result by being there at all.
    func refuse(_ name: String, because reason: String) throws(ModelError) {
        if contains(name) { throw .inconsistent(path: path, reason: "'\(name)' is not supported: \(reason)") }
    }

    /// A pointwise function under the reference's names.
    func activation(_ name: String?, default fallback: String) throws(ModelError) -> Activation {
        let function = if let name { try string(name, default: fallback) } else { fallback }
        guard let activation = Activation(named: function) else {
            throw .unsupported(path: path, key: name ?? "", value: "'\(function)'", supported: Activation.names)
        }
        return activation
    }

    private func value(_ name: String) -> JSONValue? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    private func mismatch(_ name: String, _ expected: String, _ value: JSONValue) -> ModelError {
        .inconsistent(path: path, reason: "'\(name)': expected \(expected), found \(value.kind)")
    }
}

extension Activation {
    private static let byName: KeyValuePairs<String, Activation> = [
        "gelu": .gelu, "gelu_python": .gelu, "gelu_new": .geluTanh, "gelu_pytorch_tanh": .geluTanh, "gelu_fast": .geluTanh,
        "gelu_accurate": .geluTanh, "gelu_python_tanh": .geluTanh, "relu": .relu, "silu": .silu, "swish": .silu, "tanh": .tanh,
        "linear": .identity,
    ]

    /// The names of the reference that stand for one of these functions.
    static var names: [String] { byName.map(\.key) }

    init?(named name: String) {
        guard let activation = Self.byName.first(where: { $0.key == name })?.value else { return nil }
        self = activation
    }
}
