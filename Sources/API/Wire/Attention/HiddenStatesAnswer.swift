import Inference
import Tokenizers

/// What `/v1/hidden-states` answers, computed as it is written.
struct HiddenStatesAnswer: ArrayAnswer {
    private(set) var result: HiddenStatesResult

    init(_ result: HiddenStatesResult) {
        self.result = result
    }

    var model: ServedModel { result.model }
    var encodings: [Encoding] { result.encodings }
    var timings: InferenceTimings { result.timings }

    /// `[layers, tokens, hiddenSize]`
    func shape(of input: Int) -> [Int] { [result.layers.count, encodings[input].count, result.hiddenSize] }

    func metadata() throws -> [(String, String)] {
        [("layers", String(decoding: try JSONBytes.encode(result.layers), as: UTF8.self))]
    }

    func arrays(of input: Int, _ element: ArrayElement) -> [ArrayDescription] {
        [ArrayDescription(name: "hidden_states", element: element, shape: shape(of: input))]
    }

    mutating func forEach(of array: String, input: Int, _ body: (ArrayNumbers) async throws -> Void) async throws {
        try await result.forEachLayer(of: input) { try await body(.floats($0)) }
    }

    /// Whether the answer is so small that it is written at once.
    var isSmall: Bool { encodings.indices.reduce(0) { $0 + shape(of: $1).reduce(1, *) } <= 16 * 1024 }

    /// As JSON.
    /// - Returns: how long the parts of the computation took.
    mutating func write(to stream: inout JSONStream, _ numbers: NumberWriter) async throws -> InferenceTimings {
        stream.raw(#"{"model":"#)
        try stream.value(model.name)
        stream.raw(#","results":["#)
        for (input, encoding) in encodings.enumerated() {
            stream.raw(input > 0 ? ",{" : "{")
            try await stream.members(of: encoding, model)
            stream.raw(#","layers":"#)
            try stream.value(result.layers)
            stream.raw(#","shape":"#)
            try stream.value(shape(of: input))
            stream.raw(#","hidden_states":"#)
            var nesting = JSONNesting(shape(of: input).dropLast()), out = stream
            let size = result.hiddenSize
            try await result.forEachLayer(of: input) { values in
                try await out.rows(of: values, length: size, &nesting) { numbers.append($0, to: &$1) }
            }
            stream = out
            stream.raw("}")
        }
        stream.raw(#"],"usage":"#)
        try stream.value(Usage(tokens: result.tokenCount))
        stream.raw("}")
        return result.timings
    }
}
