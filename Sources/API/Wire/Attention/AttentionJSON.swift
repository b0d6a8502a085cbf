import Inference
import Models

/// The answer of `/v1/attention` as JSON.
struct AttentionJSON {
    private var answer: AttentionAnswer
    private let numbers: NumberWriter

    /// - Parameter decimals: digits after the point; nil writes numbers that give back the same binary32.
    init(_ answer: AttentionAnswer, decimals: Int?) {
        self.answer = answer
        numbers = NumberWriter(decimals: decimals)
    }

    /// Whether the answer is so small that it is written at once.
    static func isSmall(_ answer: AttentionAnswer) -> Bool {
        let result = answer.result
        let parts: [AttentionSelection.Parts] = answer.options.queriesKeys ? [.weights, .queries, .keys] : [.weights]
        let floats = result.encodings.indices.reduce(0) { sum, input in
            sum + parts.reduce(0) { $0 + result.layerValueCount(of: input, $1) * result.selection.layers.count }
        }
        return floats <= 16 * 1024
    }

    /// - Returns: how long the parts of the computation took.
    mutating func write(to stream: inout JSONStream) async throws -> InferenceTimings {
        let result = answer.result, selection = result.selection
        stream.raw(#"{"model":"#)
        try stream.value(result.model.name)
        stream.raw(#","results":["#)
        for (input, encoding) in result.encodings.enumerated() {
            stream.raw(input > 0 ? ",{" : "{")
            try await stream.members(of: encoding, result.model)
            stream.raw(#","layers":"#)
            try stream.value(selection.layers)
            stream.raw(#","heads":"#)
            try stream.value(selection.heads)
            let shape = answer.shape(of: input)
            stream.raw(#","shape":"#)
            try stream.value(shape.dropLast() + [answer.keys(of: input)])
            stream.raw(#","attentions":"#)
            try await writeMatrices(of: input, shape, to: &stream)
            if answer.options.queriesKeys {
                let shape = [selection.layers.count, selection.heads.count, encoding.count, result.headSize]
                for (name, part) in [("queries", AttentionSelection.Parts.queries), ("keys", .keys)] {
                    stream.raw(#","\#(name)":"#)
                    try await writeVectors(of: input, part, shape, to: &stream)
                }
            }
            if answer.options.statistics { try await writeStatistics(of: input, to: &stream) }
            stream.raw("}")
        }
        stream.raw(#"],"usage":"#)
        try stream.value(Usage(tokens: result.tokenCount))
        stream.raw("}")
        return answer.result.timings
    }

    private mutating func writeMatrices(of input: Int, _ shape: [Int], to stream: inout JSONStream) async throws {
        let numbers = numbers, length = shape[shape.count - 1]
        var nesting = JSONNesting(shape.dropLast()), out = stream
        defer { stream = out }
        guard let topK = answer.options.topK else {
            return try await answer.forEachMatrices(of: input) { values in
                try await out.rows(of: values, length: length, &nesting) { numbers.append($0, to: &$1) }
            }
        }
        try await answer.forEachStrongest(topK, of: input) { strongest in
            let places = Array(strongest.indices.indices)
            try await out.rows(of: places, length: strongest.count, &nesting) { row, text in
                for place in row {
                    text += (place > row.startIndex ? #",{"index":"# : #"{"index":"#).utf8
                    JSONText.append(strongest.indices[place], to: &text)
                    text += #","weight":"#.utf8
                    numbers.append(strongest.weights[place...place], to: &text)
                    text.append(UInt8(ascii: "}"))
                }
            }
        }
    }

    private mutating func writeVectors(
        of input: Int, _ part: AttentionSelection.Parts, _ shape: [Int], to stream: inout JSONStream
    ) async throws {
        let numbers = numbers
        var nesting = JSONNesting(shape.dropLast()), out = stream
        try await answer.forEachVectors(of: input, part) { values in
            try await out.rows(of: values, length: shape[shape.count - 1], &nesting) { numbers.append($0, to: &$1) }
        }
        stream = out
    }

    private mutating func writeStatistics(of input: Int, to stream: inout JSONStream) async throws {
        stream.raw(#","statistics":"#)
        let numbers = numbers
        try await stream.array(answer.statistics(of: input)) { heads, text in
            for (index, head) in heads.enumerated() {
                text.append(UInt8(ascii: index > 0 ? "," : "["))
                for (place, (name, value)) in zip(AttentionStatistics.names, head.values).enumerated() {
                    text += (place > 0 ? ",\"\(name)\":" : "{\"\(name)\":").utf8
                    numbers.append([value], to: &text)
                }
                text.append(UInt8(ascii: "}"))
            }
            text.append(UInt8(ascii: "]"))
        }
    }
}
