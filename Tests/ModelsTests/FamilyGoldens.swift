import Checkpoints
import Tensors
import TestSupport

@testable import Models

/// A seeded checkpoint of `scripts/goldens/families.py`, and what the reference computes with it.
struct FamilyGolden: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let architecture: String
    let head: String

    var description: String { name }

    static let all: [FamilyGolden] = (try! Repository.decode([FamilyGolden].self, from: Repository.goldens + "/families/index.json"))

    var directory: String { Repository.goldens + "/families/" + name }

    /// The heads that `cases` has logits of, and the tensor that holds them.
    var heads: [(task: HeadTask, tensor: String)] {
        switch head {
        case "sequence-classification": [(.sequenceClassification, "logits")]
        case "token-classification": [(.tokenClassification, "logits")]
        case "question-answering": [(.questionAnswering, "logits")]
        case "masked-lm": [(.maskedLanguageModel, "logits")]
        case "next-sentence": [(.nextSentence, "logits")]
        case "discriminator": [(.replacedTokenDetection, "logits")]
        case "pretraining":
            [(.maskedLanguageModel, "logits"), (.nextSentence, name.hasPrefix("albert") ? "sentence_order" : "next_sentence")]
        default: []
        }
    }

    /// One sequence.
    struct Case {
        let ids: [Int32]
        let typeIDs: [Int32]
        let languageIDs: [Int32]?
        let hidden: [Float]?
        /// All layers, or the last one.
        let attentions: (layers: [Int], values: [Float])?
        let logits: [(task: HeadTask, values: [Float])]
        /// `[layers + 1, tokens, hiddenSize]`
        let hiddenStates: [Float]?
        /// `[layers, heads, tokens, headSize]` of both.
        let queriesAndKeys: (queries: [Float], keys: [Float])?

        /// What asks for all of it at once, of one head.
        func input(_ task: HeadTask?, heads: Int) -> SequenceInput {
            var input = SequenceInput(
                ids: ids, typeIDs: typeIDs, head: task, wantsHiddenStates: hidden != nil,
                attention: attentions.map { AttentionSelection(layers: $0.layers, heads: Array(0..<heads)) })
            input.languageIDs = languageIDs
            return input
        }
    }

    func cases(layers: Int) throws -> [Case] {
        let reference = try Checkpoint(directory: directory, name: "reference.safetensors")
        let tensors = Dictionary(uniqueKeysWithValues: reference.all.map { ($0.name, $0) })
        func floats(_ name: String) throws -> [Float]? {
            try tensors[name]?.floats()
        }
        func integers(_ name: String) -> [Int32] {
            tensors[name]?.withBytes { bytes in
                (0..<bytes.count / 8).map { Int32(bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)) }
            } ?? []
        }
        var cases: [Case] = []
        for index in 0... {
            guard tensors["\(index).ids"] != nil else { break }
            let all = try floats("\(index).attentions"), last = try floats("\(index).attentions.last")
            cases.append(
                Case(
                    ids: integers("\(index).ids"), typeIDs: integers("\(index).type_ids"),
                    languageIDs: tensors["\(index).langs"] == nil ? nil : integers("\(index).langs"), hidden: try floats("\(index).hidden"),
                    attentions: all.map { (Array(0..<layers), $0) } ?? last.map { ([layers - 1], $0) },
                    logits: try heads.compactMap { head in try floats("\(index).\(head.tensor)").map { (head.task, $0) } },
                    hiddenStates: try floats("\(index).hidden_states"),
                    queriesAndKeys: try floats("\(index).queries").map { ($0, try floats("\(index).keys") ?? []) }))
        }
        return cases
    }
}
