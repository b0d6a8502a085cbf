import Foundation
import Tensors
import TestSupport
import Testing

@testable import Models

/// Forward passes that stop between layers and go on.
@Suite("Parts of the layers")
struct LayerPartTests {
    static let bases = FamilyGolden.all.filter { $0.head == "base" }

    /// A model with the sequence that the reference has shown layer by layer.
    private func load(_ golden: FamilyGolden, _ options: LoadOptions = LoadOptions()) throws -> (EncoderModel, FamilyGolden.Case) {
        let model = try ModelLoader.loadWithCheckpoint(directory: golden.directory, options: options).model
        return (model, try #require(try golden.cases(layers: model.summary.layers).first { $0.hiddenStates != nil }))
    }

    private func input(_ expected: FamilyGolden.Case, _ selection: AttentionSelection? = nil, _ part: LayerPart? = nil) -> PackedBatch {
        var input = SequenceInput(ids: expected.ids, typeIDs: expected.typeIDs, attention: selection, part: part)
        input.languageIDs = expected.languageIDs
        return PackedBatch([input])
    }

    private func distance(_ left: [Float], _ right: some Collection<Float>) -> Float {
        left.count == right.count ? zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
    }

    @Test("Behind every layer hidden states agree with the reference to 1e-4", arguments: bases)
    func hiddenStates(_ golden: FamilyGolden) throws {
        let (model, expected) = try load(golden)
        let forward = model.makeForwardPass(), all = try #require(expected.hiddenStates)
        let size = expected.ids.count * model.summary.hiddenSize
        var state: LayerState?
        for layers in 0...model.summary.layers {
            state = forward(input(expected, nil, LayerPart(from: state, through: layers, continues: true)), .alone)[0].state
            #expect(distance(try #require(state).hiddenStates, all[layers * size..<(layers + 1) * size]) < 1e-4, "layer \(layers)")
        }
        #expect(all.count == (model.summary.layers + 1) * size)
    }

    @Test("Queries and keys agree with the reference to 1e-4", arguments: bases)
    func queriesAndKeys(_ golden: FamilyGolden) throws {
        let (model, expected) = try load(golden)
        guard let (queries, keys) = expected.queriesAndKeys else { return }
        let summary = model.summary
        let selection = AttentionSelection(
            layers: Array(0..<summary.layers), heads: Array(0..<summary.heads), parts: [.weights, .queries, .keys])
        let found = try #require(model.makeForwardPass()(input(expected, selection), .alone)[0].attention)
        #expect(distance(found.queries, queries) < 1e-4 && distance(found.keys, keys) < 1e-4)
        #expect(found.values.count == summary.layers * summary.heads * found.tokens * found.tokens)
    }

    @Test("Where nothing else is added, the weights are the softmax of the queries' products with the keys, rotated ones too")
    func products() throws {
        for name in ["bert-base", "distilbert-base", "nomic_bert-base", "gte-base", "xlm-base"] {
            let (model, expected) = try load(try #require(Self.bases.first { $0.name == name }))
            let selection = AttentionSelection(layers: [1], heads: [1, 0], parts: [.weights, .queries, .keys])
            let found = try #require(model.makeForwardPass()(input(expected, selection), .alone)[0].attention)
            let tokens = found.tokens, size = found.headSize
            for row in 0..<2 * tokens {
                let first = row / tokens * tokens
                let scores = (first..<first + tokens).map { key in
                    (0..<size).reduce(0) { $0 + found.queries[row * size + $1] * found.keys[key * size + $1] } / Float(size).squareRoot()
                }
                let exponentials = scores.map { exp($0 - scores.max()!) }, sum = exponentials.reduce(0, +)
                #expect(distance(exponentials.map { $0 / sum }, found.values[row * tokens..<(row + 1) * tokens]) < 1e-5, "\(name)")
            }
        }
    }

    @Test("A pass in parts has the bits of a whole one, with any head alone", arguments: bases)
    func bits(_ golden: FamilyGolden) throws {
        for dtype in DType.allCases {
            let (model, expected) = try load(golden, LoadOptions(dtype: dtype))
            let forward = model.makeForwardPass(), summary = model.summary
            let selection = AttentionSelection(layers: Array(0..<summary.layers), heads: Array(0..<summary.heads))
            let whole = try #require(forward(input(expected, selection), .alone)[0].attention)
            var state: LayerState?
            for layer in 0..<summary.layers {
                let one = AttentionSelection(layers: [layer], heads: selection.heads)
                let head = layer % summary.heads
                let alone = AttentionSelection(layers: [layer], heads: [head])
                for start in [state, nil] {
                    let part = LayerPart(from: start, through: layer + 1, continues: false)
                    let found = forward(input(expected, alone, part), .alone)[0]
                    #expect(found.attention?.values == Array(whole.matrix(layer: layer, head: head)) && found.state == nil)
                }
                let output = forward(input(expected, one, LayerPart(from: state, through: layer + 1, continues: true)), .alone)[0]
                let size = whole.values.count / summary.layers
                #expect(output.attention?.values == Array(whole.values[layer * size..<(layer + 1) * size]), "\(dtype), layer \(layer)")
                state = output.state
            }
        }
    }
}
