import Checkpoints
import OrderedJSON
import Tensors

/// What sentence-transformers lists in `modules.json`: the encoder, a pooling, perhaps linear layers, perhaps a normalisation, each with
/// the folder that holds its settings and weights.
struct SentenceTransformerModules {
    private enum Kind: String, CaseIterable {
        case transformer = "Transformer"
        case pooling = "Pooling"
        case dense = "Dense"
        case normalize = "Normalize"
    }

    private struct Module {
        let kind: Kind
        let folder: String
    }

    /// More than any model has; a hostile file could name the same layer again and again.
    private static let maximumCount = 16

    let path: String
    private let directory: String
    private let modules: [Module]

    /// Nil where the folder has no `modules.json`, or was saved from another class than the one that makes vectors.
    /// - Throws: `ModelError` that names the module that is unknown, or stands where it can't be.
    init?(directory: String, settings: SentenceTransformerSettings) throws(ModelError) {
        self.directory = directory
        path = directory + "/modules.json"
        let path = path
        let value = try reading { () throws(CheckpointError) in try ConfigFile.optionalValue(path: path) }
        guard let value, settings.modelType == SentenceTransformerSettings.embeddingModelType else { return nil }
        guard let entries = value.arrayValue, (2...Self.maximumCount).contains(entries.count) else {
            throw .inconsistent(
                path: path, reason: "there must be a list of 2 to \(Self.maximumCount) modules: a Transformer, a Pooling, and what follows them")
        }
        var modules: [Module] = []
        for (index, entry) in entries.enumerated() {
            guard let object = entry.objectValue else {
                throw .inconsistent(path: path, reason: "'[\(index)]': expected an object, found \(entry.kind)")
            }
            let module = try Self.module(ConfigKeys(path: path, object: object), index)
            guard Self.allows(module.kind, behind: modules) else {
                throw .inconsistent(
                    path: path, reason: "'[\(index)]' is a \(module.kind.rawValue), which can't stand there; "
                        + "the order is Transformer, Pooling, any number of Dense, Normalize")
            }
            modules.append(module)
        }
        guard modules[0].folder.isEmpty else {
            throw .inconsistent(
                path: path, reason: "the Transformer is in '\(modules[0].folder)', but must be in the same folder as modules.json")
        }
        self.modules = modules
    }

    private static func module(_ keys: ConfigKeys, _ index: Int) throws(ModelError) -> Module {
        let type = try keys.string("type", default: ""), folder = try keys.string("path", default: "")
        guard type.hasPrefix("sentence_transformers."), let kind = type.split(separator: ".").last.flatMap({ Kind(rawValue: String($0)) }) else {
            throw .unsupported(
                path: keys.path, key: "[\(index)].type", value: "'\(type)'",
                supported: Kind.allCases.map { "sentence_transformers.models.\($0.rawValue)" })
        }
        // The file is data from elsewhere: it may name folders of this one and no others.
        guard !folder.hasPrefix("/"), !folder.contains("\0"), !folder.split(separator: "/").contains(where: { $0 == ".." || $0 == "." }) else {
            throw .inconsistent(path: keys.path, reason: "'[\(index)].path' is '\(folder)', which is not a folder inside this one")
        }
        return Module(kind: kind, folder: folder)
    }

    private static func allows(_ kind: Kind, behind modules: [Module]) -> Bool {
        switch kind {
        case .transformer: modules.isEmpty
        case .pooling: modules.last?.kind == .transformer
        case .dense: modules.last?.kind == .pooling || modules.last?.kind == .dense
        case .normalize: modules.count > 1
        }
    }

    /// The modules' own folders, inside the checkpoint's.
    var folders: [String] { modules.map(\.folder).filter { !$0.isEmpty } }

    /// Reads their settings and weights.
    /// - Throws: `ModelError` that names the file, and the key or tensor that is wrong.
    func embedder(_ options: LoadOptions) throws(ModelError) -> SentenceEmbedder {
        var poolings: [Pooling] = [], width = 0, steps: [Head.Step] = [], inputs = 0, parameters = 0, normalizes = false
        for module in modules {
            let folder = directory + "/" + module.folder
            switch module.kind {
            case .transformer: break
            case .pooling:
                let keys = try ConfigKeys(directory: folder)
                poolings = try keys.poolings()
                width = try keys.requiredSize(keys.first(of: "embedding_dimension", "word_embedding_dimension"))
                inputs = width * poolings.count
            case .dense:
                let dense = try ConfigKeys(directory: folder).dense(inputs: inputs, folder: folder, options)
                steps.append(dense.step)
                parameters += dense.parameters
                inputs = dense.step.linear.outputs
            case .normalize:
                if let keys = try ConfigKeys(optional: folder + "/config.json") { try keys.requireSentenceEmbedding() }
                normalizes = true
            }
        }
        return SentenceEmbedder(poolings: poolings, steps: steps, normalizes: normalizes, width: width, parameterCount: parameters)
    }

    /// What the pooling was made for must be what the encoder computes.
    func check(_ model: EncoderModel) throws(ModelError) {
        guard let width = model.embedder.width, width != model.summary.hiddenSize else { return }
        throw .inconsistent(
            path: path, reason: "the pooling is for hidden states of \(width) numbers, but those of the model have \(model.summary.hiddenSize)")
    }
}

extension ConfigKeys {
    /// The object that a JSON file holds; nil where there is no such file.
    init?(optional path: String) throws(ModelError) {
        guard let value = try reading({ () throws(CheckpointError) in try ConfigFile.optionalValue(path: path) }) else { return nil }
        guard let object = value.objectValue else { throw .inconsistent(path: path, reason: "expected an object, found \(value.kind)") }
        self.init(path: path, object: object)
    }

    /// `1_Pooling/config.json`: `pooling_mode`, a name or a list of them, or a boolean for each as older versions wrote it.
    fileprivate func poolings() throws(ModelError) -> [Pooling] {
        try require("include_prompt", true, default: true)
        var poolings: [Pooling] = []
        guard let names = try strings("pooling_mode", separatedBy: "\0") else {
            for pooling in Pooling.allCases where try bool(pooling.rawValue, default: false) { poolings.append(pooling) }
            return poolings.isEmpty ? [.mean] : poolings
        }
        for name in names {
            guard let pooling = Pooling(fileName: name) else {
                throw .unsupported(path: path, key: "pooling_mode", value: "'\(name)'", supported: Pooling.allCases.map(\.fileName))
            }
            poolings.append(pooling)
        }
        guard (1...Pooling.allCases.count).contains(poolings.count) else {
            throw .inconsistent(path: path, reason: "'pooling_mode' names \(poolings.count) ways, but must name 1 to \(Pooling.allCases.count)")
        }
        return poolings
    }

    /// `N_Dense/config.json` and the weights beside it.
    fileprivate func dense(
        inputs: Int, folder: String, _ options: LoadOptions
    ) throws(ModelError) -> (step: Head.Step, parameters: Int) {
        let inFeatures = try requiredSize("in_features"), outFeatures = try requiredSize("out_features")
        let hasBias = try bool("bias", default: true)
        guard inFeatures == inputs else {
            throw .inconsistent(path: path, reason: "'in_features' is \(inFeatures), but what comes before has \(inputs) numbers")
        }
        try require("use_residual", false, default: false)
        try requireSentenceEmbedding()
        let name = try string("activation_function", default: "torch.nn.modules.activation.Tanh")
        guard let activation = Activation(torchClass: name) else {
            throw .unsupported(path: path, key: "activation_function", value: "'\(name)'", supported: Activation.torchClasses)
        }
        return try reading { () throws(CheckpointError) in
            var checkpoint = try Checkpoint(directory: folder)
            let linear = try checkpoint.linear("linear", inputs: inFeatures, outputs: outFeatures, hasBias: hasBias, options.exact)
            return (Head.Step(linear: linear, activation: activation), checkpoint.usedElementCount)
        }
    }

    /// A module reads and writes the sentence's vector, and not the tokens'.
    fileprivate func requireSentenceEmbedding() throws(ModelError) {
        let only = "sentence_embedding"
        for name in ["module_input_name", "module_output_name"] { try require(name, oneOf: [only], default: only) }
    }
}

extension Activation {
    private static let byTorchClass: KeyValuePairs<String, Activation> = [
        "torch.nn.modules.linear.Identity": .identity, "torch.nn.modules.activation.Tanh": .tanh, "torch.nn.modules.activation.ReLU": .relu,
        "torch.nn.modules.activation.GELU": .gelu, "torch.nn.modules.activation.SiLU": .silu,
    ]

    fileprivate static var torchClasses: [String] { byTorchClass.map(\.key) }

    fileprivate init?(torchClass name: String) {
        guard let activation = Self.byTorchClass.first(where: { $0.key == name })?.value else { return nil }
        self = activation
    }
}
