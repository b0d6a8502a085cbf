import API
import HTTPServer
import Inference
import Logging
import Models
import Tensors

/// What `attendant serve` runs with, after flags, environment and file have been laid over each other.
struct Settings: Equatable {
    var listen: [ListenSetting] = []
    /// For TLS; the first is the default one.
    var certificates: [TLSConfiguration.Certificate] = []
    /// Whose clients alone are answered by TLS.
    var clientAuthorities: String?
    /// Bounds by their names, as they were written.
    var limits: [NamedLimit] = []
    /// Models named one by one; the start fails if one of them can't be loaded.
    var models: [NamedModel] = []
    /// A folder whose subfolders are models; those that can't be loaded are listed as failed.
    var modelsDirectory: String?
    /// Threads that run forward passes.
    var workers: Int
    var maxBatchTokens = BatchPolicy.defaultBudget
    /// Sequences that may wait.
    var queueLength = 4096
    /// Of models that name none of their own. Nil: what was quantized before is int8, everything else f32.
    var dtype: DTypeSetting?
    var logLevel = Logger.Level.info
}

/// What linear layers are multiplied in, by name or as this CPU does best.
enum DTypeSetting: Equatable, Sendable {
    case automatic
    case of(DType)

    static let names = (DType.allCases.map(\.rawValue) + ["auto"]).joined(separator: ", ")

    init?(_ name: String) {
        if name == "auto" {
            self = .automatic
        } else if let dtype = DType(rawValue: name) {
            self = .of(dtype)
        } else {
            return nil
        }
    }

    var options: LoadOptions {
        switch self {
        case .automatic: LoadOptions(dtype: .automatic)
        case .of(let dtype): LoadOptions(dtype: dtype, keepsQuantized: false)
        }
    }
}

/// A bound of `ServiceLimits`.
struct NamedLimit: Equatable, Sendable {
    var name: String
    var value: String

    init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// `NAME=VALUE`.
    /// - Throws: `SettingsError`.
    init(argument: String) throws(SettingsError) {
        guard let equals = argument.firstIndex(of: "=") else {
            throw SettingsError("'\(argument)' is no limit; write NAME=VALUE, such as idle_timeout=30")
        }
        self.init(name: String(argument[..<equals]), value: String(argument[argument.index(after: equals)...]))
    }
}

struct NamedModel: Equatable, Sendable {
    var name: String
    var path: String
    /// Nil means the setting for all.
    var dtype: DTypeSetting?

    /// `NAME=PATH`, or a path alone, whose last part is then the name.
    /// - Throws: `SettingsError` for an empty name or path.
    init(argument: String) throws(SettingsError) {
        if let equals = argument.firstIndex(of: "=") {
            name = String(argument[..<equals])
            path = String(argument[argument.index(after: equals)...])
        } else {
            path = argument
            name = argument.split(separator: "/").last.map(String.init) ?? ""
        }
        guard !name.isEmpty, !path.isEmpty, name != ".", name != ".." else {
            throw SettingsError("'\(argument)' names no model; write NAME=PATH, such as sentiment=config/models/sentiment")
        }
    }

    init(name: String, path: String, dtype: DTypeSetting? = nil) {
        self.name = name
        self.path = path
        self.dtype = dtype
    }
}

/// What is wrong with a setting, and where it was made.
struct SettingsError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// One layer of settings: what a flag, the environment or the file says, and nil where it is silent.
struct SettingsLayer: Equatable {
    var host: String?
    var port: Int?
    var listen: [ListenSetting]?
    var certificates: [TLSConfiguration.Certificate]?
    var clientAuthorities: String?
    var limits: [NamedLimit] = []
    var models: [NamedModel]?
    var modelsDirectory: String?
    var workers: Int?
    var maxBatchTokens: Int?
    var queueLength: Int?
    var dtype: DTypeSetting?
    var logLevel: Logger.Level?
}

extension Settings {
    /// Lays the layers over the defaults, the first over the second and so on.
    ///
    /// Which models are served is one decision: the first layer that names any, one by one or by folder, makes it alone. So is where to
    /// listen, by addresses or by host and port.
    /// - Throws: `SettingsError` for a value that can't be.
    init(_ layers: [SettingsLayer], defaultWorkers: Int) throws(SettingsError) {
        workers = defaultWorkers
        var (host, port) = ("127.0.0.1", 8080)
        for layer in layers.reversed() {
            host = layer.host ?? host
            port = layer.port ?? port
            certificates = layer.certificates ?? certificates
            clientAuthorities = layer.clientAuthorities ?? clientAuthorities
            limits += layer.limits
            workers = layer.workers ?? workers
            maxBatchTokens = layer.maxBatchTokens ?? maxBatchTokens
            queueLength = layer.queueLength ?? queueLength
            dtype = layer.dtype ?? dtype
            logLevel = layer.logLevel ?? logLevel
            if layer.models != nil || layer.modelsDirectory != nil {
                models = layer.models ?? []
                modelsDirectory = layer.modelsDirectory
            }
        }
        guard (0...65535).contains(port) else { throw SettingsError("the port is \(port), but must be 0 to 65535") }
        let deciding = layers.first { $0.listen != nil || $0.host != nil || $0.port != nil }
        listen = try Self.addresses(deciding, host: host, port: port)
        guard !certificates.isEmpty || !listen.contains(where: { $0.isSecure == true }) else {
            throw SettingsError("https needs a certificate: --certificate FILE --key FILE; scripts/dev-certificate makes one for this machine")
        }
        guard !certificates.isEmpty || clientAuthorities == nil else {
            throw SettingsError("clients can prove who they are over https alone; add --certificate FILE --key FILE")
        }
        _ = try serviceLimits()
        guard (1...1024).contains(workers) else { throw SettingsError("workers is \(workers), but must be 1 to 1024") }
        guard (1...(1 << 20)).contains(maxBatchTokens) else {
            throw SettingsError("max batch tokens is \(maxBatchTokens), but must be 1 to \(1 << 20)")
        }
        guard (1...(1 << 20)).contains(queueLength) else {
            throw SettingsError("the queue length is \(queueLength), but must be 1 to \(1 << 20)")
        }
        for (index, model) in models.enumerated() where models[..<index].contains(where: { $0.name == model.name }) {
            throw SettingsError("two models are named '\(model.name)'")
        }
        guard !models.isEmpty || modelsDirectory != nil else {
            throw SettingsError("no model is named; use --model NAME=PATH, --models DIR, or a configuration file with 'models:'")
        }
    }

    private static func addresses(_ deciding: SettingsLayer?, host: String, port: Int) throws(SettingsError) -> [ListenSetting] {
        guard let listen = deciding?.listen else { return [ListenSetting(address: .internet(host: host, port: port))] }
        guard deciding?.host == nil, deciding?.port == nil else {
            throw SettingsError("say where to listen either by 'listen' or by 'host' and 'port'")
        }
        guard !listen.isEmpty else { throw SettingsError("'listen' is empty; leave it out, or name an address such as http://127.0.0.1:8080") }
        return listen
    }

    /// Reads the certificates; nil where none are named.
    /// - Throws: `TLSError` that names the file.
    func credentials() throws(TLSError) -> TLSCredentials? {
        guard !certificates.isEmpty else { return nil }
        return try TLSCredentials(
            TLSConfiguration(
                certificates: certificates, clientAuthoritiesFile: clientAuthorities,
                applicationProtocols: [ApplicationProtocol.http2, .http1].map(\.rawValue)))
    }

    /// - Throws: `SettingsError` that names the limit.
    func serviceLimits() throws(SettingsError) -> ServiceLimits {
        var service = ServiceLimits()
        for limit in limits {
            if let error = service.set(limit.name, to: limit.value) { throw SettingsError(error) }
        }
        return service
    }
}

extension TLSConfiguration.Certificate {
    /// Pairs certificates with keys, the first with the first.
    /// - Throws: `SettingsError` where one is missing.
    static func pairs(_ chains: [String], _ keys: [String]) throws(SettingsError) -> [Self]? {
        guard chains.count == keys.count else {
            throw SettingsError("there are \(chains.count) certificates and \(keys.count) keys; name both for each, in the same order")
        }
        return chains.isEmpty ? nil : zip(chains, keys).map { TLSConfiguration.Certificate(chainFile: $0, keyFile: $1) }
    }
}
