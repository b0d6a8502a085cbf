import Inference
import Models
import Tokenizers

extension AttentionAnswer: ArrayAnswer {
    var model: ServedModel { result.model }
    var encodings: [Encoding] { result.encodings }
    var timings: InferenceTimings { result.timings }

    func metadata() throws -> [(String, String)] {
        func json(_ value: some Encodable) throws -> String { String(decoding: try JSONBytes.encode(value), as: UTF8.self) }
        var members = [("layers", try json(selection.layers)), ("heads", try json(selection.heads))]
        if let reduce = options.reduce { members.append(("reduce", reduce.rawValue)) }
        if options.statistics { members.append(("statistics", try json(AttentionStatistics.names))) }
        return members
    }

    func arrays(of input: Int, _ element: ArrayElement) -> [ArrayDescription] {
        let shape = shape(of: input), matrices = [selection.layers.count, selection.heads.count]
        var arrays: [ArrayDescription] = []
        if options.topK != nil {
            let rows = shape.dropLast() + [keys(of: input)]
            arrays.append(ArrayDescription(name: "indices", element: .int32, shape: Array(rows)))
            arrays.append(ArrayDescription(name: "weights", element: element, shape: Array(rows)))
        } else {
            arrays.append(ArrayDescription(name: "attentions", element: element, shape: shape))
        }
        if options.queriesKeys {
            let vectors = matrices + [encodings[input].count, result.headSize]
            arrays.append(ArrayDescription(name: "queries", element: element, shape: vectors))
            arrays.append(ArrayDescription(name: "keys", element: element, shape: vectors))
        }
        if options.statistics {
            arrays.append(ArrayDescription(name: "statistics", element: .float32, shape: matrices + [AttentionStatistics.names.count]))
        }
        return arrays
    }

    mutating func forEach(of array: String, input: Int, _ body: (ArrayNumbers) async throws -> Void) async throws {
        switch array {
        case "queries": try await forEachVectors(of: input, .queries) { try await body(.floats($0)) }
        case "keys": try await forEachVectors(of: input, .keys) { try await body(.floats($0)) }
        case "statistics": try await body(.floats(statistics(of: input).flatMap { $0.flatMap(\.values) }))
        default:
            guard let topK = options.topK else { return try await forEachMatrices(of: input) { try await body(.floats($0)) } }
            try await forEachStrongest(topK, of: input) { strongest in
                try await body(array == "indices" ? .integers(strongest.indices) : .floats(strongest.weights))
            }
        }
    }
}
