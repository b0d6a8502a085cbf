import Tensors

/// How a model is brought into memory.
public struct LoadOptions: Sendable {
    /// Of the linear layers.
    public var dtype: DType
    /// Whether layers that the checkpoint holds as int8 are multiplied as int8, whatever `dtype` says.
    public var keepsQuantized: Bool
    public var instructionSet: InstructionSet
    private(set) var isExact = false
    /// How hidden states become one vector; the loader sets what the checkpoint says.
    var embedder = SentenceEmbedder.standard
    /// Packs the weights in parallel.
    public var team: ThreadTeam

    public init(
        dtype: DType = .f32, keepsQuantized: Bool = true, instructionSet: InstructionSet = .preferred, team: ThreadTeam = .alone
    ) {
        self.dtype = dtype
        self.keepsQuantized = keepsQuantized
        self.instructionSet = instructionSet
        self.team = team
    }

    /// For poolers and heads: they see one token of a sequence, so that being exact costs nothing.
    var exact: LoadOptions {
        var options = self
        options.dtype = .f32
        options.isExact = true
        return options
    }
}
