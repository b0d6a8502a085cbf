import FoundationEssentials
import Inference

/// The answer of `/v1/embeddings`: OpenAI's list.
struct EmbeddingsJSON: Sendable {
    /// How a vector is written.
    enum Format: String, CaseIterable {
        /// Numbers that give back the same binary32.
        case float
        /// Of the numbers as little-endian binary32, one after the other.
        case base64
    }

    let result: EmbeddingsResult
    let format: Format

    private static let numbers = NumberWriter(decimals: nil)

    var isSmall: Bool { result.vectors.reduce(0) { $0 + $1.count } <= 16 * 1024 }

    func write(to stream: inout JSONStream) async throws {
        stream.raw(#"{"object":"list","data":"#)
        if result.isPerToken {
            stream.raw("[")
            for (index, values) in result.vectors.enumerated() {
                stream.raw(#"\#(index > 0 ? "," : ""){"object":"embedding","index":\#(index),"embedding":"#)
                let starts = stride(from: 0, to: values.count, by: result.dimensions)
                try await stream.array(starts) { start, text in append(values[start..<start + result.dimensions], to: &text) }
                stream.raw("}")
            }
            stream.raw("]")
        } else {
            try await stream.array(result.vectors.enumerated()) { element, text in
                text += #"{"object":"embedding","index":\#(element.offset),"embedding":"#.utf8
                append(element.element[...], to: &text)
                text.append(UInt8(ascii: "}"))
            }
        }
        stream.raw(#","model":"#)
        try stream.value(result.model)
        stream.raw(#","usage":"#)
        try stream.value(Usage(tokens: result.tokenCount))
        stream.raw("}")
    }

    private func append(_ vector: ArraySlice<Float>, to text: inout [UInt8]) {
        switch format {
        case .float:
            text.append(UInt8(ascii: "["))
            Self.numbers.append(vector, to: &text)
            text.append(UInt8(ascii: "]"))
        case .base64:
            let bits = vector.map { $0.bitPattern.littleEndian }
            text.append(UInt8(ascii: "\""))
            text += bits.withUnsafeBytes { Data($0) }.base64EncodedData()
            text.append(UInt8(ascii: "\""))
        }
    }
}
