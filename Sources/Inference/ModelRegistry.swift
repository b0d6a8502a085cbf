/// The models of this process, in the order they were configured, ready or not.
public struct ModelRegistry: Sendable {
    public enum State: Sendable {
        case ready(ServedModel)
        case failed(ModelLoadError)
    }

    public struct Entry: Sendable {
        public let name: String
        public let state: State
        /// Seconds since 1970.
        public let created: Int
    }

    public private(set) var entries: [Entry] = []

    /// Whether any model can be asked for anything.
    public var hasReadyModel: Bool {
        entries.contains { if case .ready = $0.state { true } else { false } }
    }

    public init() {}

    /// Adds a model or why it is none. A name that is taken replaces its earlier entry.
    public mutating func add(_ name: String, _ state: State, created: Int) {
        let entry = Entry(name: name, state: state, created: created)
        if let index = entries.firstIndex(where: { $0.name == name }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }

    /// The named model, or without a name the first that does the task.
    /// - Throws: `InferenceError.modelNotFound`, `.modelFailed`, `.taskNotSupported` or `.noModelForTask`.
    public func model(named name: String?, for task: ModelTask) throws(InferenceError) -> ServedModel {
        guard let name else {
            for entry in entries {
                if case .ready(let model) = entry.state, model.tasks.contains(task) { return model }
            }
            throw .noModelForTask(task)
        }
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw .modelNotFound(name: String(name.prefix(100)), available: entries.map(\.name))
        }
        switch entry.state {
        case .failed(let error):
            throw .modelFailed(name: name, reason: error.description)
        case .ready(let model):
            guard model.tasks.contains(task) else {
                throw .taskNotSupported(task, model: name, supported: model.tasks)
            }
            return model
        }
    }
}
