import Tensors

/// A loaded Transformer: immutable, shared by all workers, each of which hands it a workspace of its own.
public protocol Model: Sendable {
    associatedtype Workspace

    var summary: ModelSummary { get }

    func makeWorkspace() -> Workspace

    /// One answer for each sequence of the batch, in order. Every id and segment must be one that `summary` allows.
    /// - Parameter team: the threads that compute it, the calling one first.
    func forward(_ batch: PackedBatch, in workspace: Workspace, team: ThreadTeam) -> [SequenceOutput]
}

/// One worker's way to run a model again and again in the same memory.
public typealias ForwardPass = (PackedBatch, ThreadTeam) -> [SequenceOutput]

extension Model {
    public func makeForwardPass() -> ForwardPass {
        let workspace = makeWorkspace()
        return { forward($0, in: workspace, team: $1) }
    }
}

/// What there is to know of a loaded model without running it.
public struct ModelSummary: Sendable {
    /// The first of config.json's `architectures`, such as `BertForSequenceClassification`.
    public var architecture: String
    public var modelType: String
    public var layers: Int
    public var heads: Int
    public var hiddenSize: Int
    /// Weights of one layer's linear layers: the multiply-adds that a token costs in it, attention apart.
    public var layerProductSize: Int
    public var vocabularySize: Int
    /// Segments that a token may be of; 0 where the model does not look at them.
    public var typeVocabularySize: Int
    /// Tokens that one sequence may have.
    public var maximumPositions: Int
    /// The heads that the checkpoint has.
    public var outputs: [HeadSummary]
    public var embedding: EmbeddingSummary
    public var parameterCount: Int
    /// Bytes of the weights in memory.
    public var byteCount: Int
    /// Of the linear layers.
    public var dtype: DType
    /// Tensors of the checkpoint that the model has no use for.
    public var unusedTensors: [String]
}

extension ModelSummary {
    /// What the classification head says about, in the order of its outputs; nil without such a head.
    public var classification: SequenceClassificationLabels? { outputs.first { $0.task == .sequenceClassification }?.labels }

    /// Those of the head that classifies sequences or tokens.
    public var labels: SequenceClassificationLabels? { outputs.lazy.compactMap(\.labels).first }
}
