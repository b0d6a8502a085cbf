import HTTPServer
import Logging

extension SettingsLayer {
    /// What the environment says: `ATTENDANT_` and the flag's name in capitals.
    /// - Throws: `SettingsError` that names the variable.
    init(environment: [String: String]) throws(SettingsError) {
        func integer(_ name: String) throws(SettingsError) -> Int? {
            guard let text = environment[name] else { return nil }
            guard let number = Int(text) else { throw SettingsError("\(name) is '\(text)', but must be a whole number") }
            return number
        }
        host = environment["ATTENDANT_HOST"]
        port = try integer("ATTENDANT_PORT")
        func list(_ name: String) -> [String] {
            environment[name].map { $0.split(separator: ",").map(String.init) } ?? []
        }
        if environment["ATTENDANT_LISTEN"] != nil {
            var addresses: [ListenSetting] = []
            for text in list("ATTENDANT_LISTEN") { addresses.append(try ListenSetting(text)) }
            listen = addresses
        }
        certificates = try TLSConfiguration.Certificate.pairs(list("ATTENDANT_CERTIFICATE"), list("ATTENDANT_KEY"))
        clientAuthorities = environment["ATTENDANT_CLIENT_CA"]
        for text in list("ATTENDANT_LIMIT") { limits.append(try NamedLimit(argument: text)) }
        workers = try integer("ATTENDANT_WORKERS")
        maxBatchTokens = try integer("ATTENDANT_MAX_BATCH_TOKENS")
        queueLength = try integer("ATTENDANT_QUEUE_LENGTH")
        if let text = environment["ATTENDANT_DTYPE"] {
            guard let dtype = DTypeSetting(text) else {
                throw SettingsError("ATTENDANT_DTYPE is '\(text)', but must be one of \(DTypeSetting.names)")
            }
            self.dtype = dtype
        }
        modelsDirectory = environment["ATTENDANT_MODELS"]
        if let list = environment["ATTENDANT_MODEL"] {
            var models: [NamedModel] = []
            for argument in list.split(separator: ",") { models.append(try NamedModel(argument: String(argument))) }
            self.models = models
        }
        if let text = environment["ATTENDANT_LOG_LEVEL"] {
            guard let level = Logger.Level(rawValue: text) else {
                throw SettingsError("ATTENDANT_LOG_LEVEL is '\(text)', but must be one of \(Logger.Level.names)")
            }
            logLevel = level
        }
    }
}

extension Logger.Level {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
