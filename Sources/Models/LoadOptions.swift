import Tensors

/// How a model is brought into memory.
public struct LoadOptions: Sendable {
    public var dtype: DType
    public var instructionSet: InstructionSet
    /// Packs the weights in parallel.
    public var team: ThreadTeam

    public init(dtype: DType = .f32, instructionSet: InstructionSet = .preferred, team: ThreadTeam = .alone) {
        self.dtype = dtype
        self.instructionSet = instructionSet
        self.team = team
    }

    /// For poolers and heads: they see one token of a sequence, so that being exact costs nothing.
    var exact: LoadOptions {
        var options = self
        options.dtype = .f32
        return options
    }
}
