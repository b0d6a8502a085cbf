import Inference
import Logging
import Models
import Tensors

/// What `attendant serve` runs with, after flags, environment and file have been laid over each other.
struct Settings: Equatable {
    var host = "127.0.0.1"
    var port = 8080
    /// Models named one by one; the start fails if one of them can't be loaded.
    var models: [NamedModel] = []
    /// A folder whose subfolders are models; those that can't be loaded are listed as failed.
    var modelsDirectory: String?
    /// Threads that run forward passes.
    var workers: Int
    var maxBatchTokens = BatchPolicy.defaultBudget
    /// Sequences that may wait.
    var queueLength = 4096
    /// Of models that name none of their own.
    /// Nil: what was quantized before is int8, everything else f32.
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
    /// Which models are served is one decision: the first layer that names any, one by one or by folder, makes it alone.
    /// - Throws: `SettingsError` for a value that can't be.
    init(_ layers: [SettingsLayer], defaultWorkers: Int) throws(SettingsError) {
        workers = defaultWorkers
        for layer in layers.reversed() {
            host = layer.host ?? host
            port = layer.port ?? port
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
}
