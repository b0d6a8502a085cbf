import FoundationEssentials
import HTTPServer
import Logging
import Yams

extension SettingsLayer {
    /// What a YAML file says.
    /// - Parameters:
    ///   - path: the file; the paths of models in it are relative to its folder.
    /// - Throws: `SettingsError` with the file and the line.
    init(file path: String) throws(SettingsError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsError("\(path): there is no such file, or it can't be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else { throw SettingsError("\(path): this is not UTF-8") }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        try self.init(yaml: text, path: path, folder: folder)
    }

    /// - Parameter folder: what relative paths are put behind, ending in a slash or empty.
    init(yaml text: String, path: String, folder: String) throws(SettingsError) {
        let root: Node?
        do { root = try compose(yaml: text) } catch { throw SettingsError("\(path): \(error)") }
        guard let root else { return }
        guard let mapping = root.mapping else {
            throw SettingsError("\(path):\(root.line): this must be a mapping, such as 'port: 8080'")
        }
        let keys = [
            "host", "port", "listen", "certificates", "client_ca", "limits", "models", "models_directory", "workers", "max_batch_tokens", "queue_length", "dtype",
            "log_level",
        ]
        for (key, value) in mapping {
            let place = "\(path):\(key.line)"
            func wrong(_ what: String) -> SettingsError { SettingsError("\(place): '\(key.string ?? "")' must be \(what)") }
            func string() throws(SettingsError) -> String {
                guard let string = value.scalar?.string, !string.isEmpty else { throw wrong("a string") }
                return string
            }
            func integer() throws(SettingsError) -> Int {
                guard let integer = value.int else { throw wrong("a whole number") }
                return integer
            }
            switch key.string {
            case "host": host = try string()
            case "port": port = try integer()
            case "listen":
                guard let addresses = value.array(of: String.self) as [String]?, value.sequence != nil else { throw wrong("a list of addresses") }
                var listen: [ListenSetting] = []
                for address in addresses {
                    do { listen.append(try ListenSetting(address)) } catch { throw SettingsError("\(place): \(error)") }
                }
                self.listen = listen
            case "certificates": certificates = try Self.certificates(value, place, folder: folder)
            case "client_ca": clientAuthorities = Self.resolve(try string(), folder)
            case "limits":
                guard let named = value.mapping else { throw wrong("a mapping from names to numbers") }
                for (name, value) in named {
                    guard let name = name.string, let value = value.scalar?.string else { throw wrong("a mapping from names to numbers") }
                    limits.append(NamedLimit(name: name, value: value))
                }
            case "workers": workers = try integer()
            case "max_batch_tokens": maxBatchTokens = try integer()
            case "queue_length": queueLength = try integer()
            case "dtype":
                guard let dtype = DTypeSetting(try string()) else { throw wrong("one of \(DTypeSetting.names)") }
                self.dtype = dtype
            case "models_directory": modelsDirectory = Self.resolve(try string(), folder)
            case "log_level":
                guard let level = Logger.Level(rawValue: try string()) else { throw wrong("one of \(Logger.Level.names)") }
                logLevel = level
            case "models":
                guard let named = value.mapping else { throw wrong("a mapping from names to folders") }
                var models: [NamedModel] = []
                for (name, model) in named { models.append(try Self.model(name, model, path: path, folder: folder)) }
                self.models = models
            default:
                throw SettingsError("\(place): there is no setting '\(key.string ?? "?")'; there are: \(keys.joined(separator: ", "))")
            }
        }
    }

    /// `NAME: FOLDER`, or `NAME: {path: FOLDER, dtype: int8}`.
    private static func model(_ name: Node, _ value: Node, path: String, folder: String) throws(SettingsError) -> NamedModel {
        let error = SettingsError("\(path):\(name.line): this must be a model's name and its folder, such as 'sentiment: models/sentiment' or 'sentiment: {path: models/sentiment, dtype: int8}'")
        guard let name = name.scalar?.string, !name.isEmpty else { throw error }
        if let modelFolder = value.scalar?.string, !modelFolder.isEmpty {
            return NamedModel(name: name, path: resolve(modelFolder, folder))
        }
        guard let keys = value.mapping, let modelFolder = keys["path"]?.scalar?.string, !modelFolder.isEmpty else { throw error }
        var dtype: DTypeSetting?
        for (key, value) in keys where key.string != "path" {
            guard key.string == "dtype", let named = (value.scalar?.string).flatMap({ DTypeSetting($0) }) else {
                throw SettingsError("\(path):\(key.line): a model has a 'path' and a 'dtype', which is one of \(DTypeSetting.names)")
            }
            dtype = named
        }
        return NamedModel(name: name, path: resolve(modelFolder, folder), dtype: dtype)
    }

    /// `[{certificate: FILE, key: FILE}]`.
    private static func certificates(
        _ value: Node, _ place: String, folder: String
    ) throws(SettingsError) -> [TLSConfiguration.Certificate] {
        let error = SettingsError("\(place): 'certificates' must be a list such as [{certificate: server.pem, key: server.key}]")
        guard let entries = value.sequence, !entries.isEmpty else { throw error }
        var certificates: [TLSConfiguration.Certificate] = []
        for entry in entries {
            guard let files = entry.mapping, files.count == 2, let chain = files["certificate"]?.scalar?.string, let key = files["key"]?.scalar?.string
            else { throw error }
            certificates.append(TLSConfiguration.Certificate(chainFile: resolve(chain, folder), keyFile: resolve(key, folder)))
        }
        return certificates
    }

    private static func resolve(_ path: String, _ folder: String) -> String {
        path.hasPrefix("/") ? path : folder + path
    }
}

extension Node {
    /// Counted from 1.
    fileprivate var line: Int { mark?.line ?? 1 }
}
