import Checkpoints
import Tensors

/// How XLM and XLNet make one vector of a sequence before they classify it: the `summary_…` keys of config.json.
struct SequenceSummary {
    let input: Head.Input
    private let projects: Bool
    private let projectsToLabels: Bool
    private let activation: Activation

    /// - Parameter summaryType: the family's default.
    init(_ keys: ConfigKeys, _ config: EncoderConfig, default summaryType: String, activation: String? = nil) throws(ModelError) {
        // Without an index that somebody gives, cls_index is the last token.
        switch try keys.require("summary_type", oneOf: ["first", "last", "mean", "cls_index"], default: summaryType) {
        case "first": input = .first
        case "mean": input = .mean
        default: input = .last
        }
        projects = try keys.bool("summary_use_proj", default: true)
        projectsToLabels = try keys.bool("summary_proj_to_labels", default: true)
        self.activation = try keys.activation("summary_activation", default: activation ?? "linear")
    }

    /// `sequence_summary.summary`, where it is there.
    /// - Parameter outputs: of a summary that goes to the labels at once; nil where another layer follows.
    func steps(_ reader: HeadReader, outputs: Int?, _ checkpoint: inout Checkpoint) throws(CheckpointError) -> [Head.Step] {
        guard projects else { return [] }
        let width = projectsToLabels ? outputs ?? reader.config.hiddenSize : reader.config.hiddenSize
        var step = try reader.output("sequence_summary.summary", outputs: width, &checkpoint)
        step.activation = activation
        return [step]
    }
}
