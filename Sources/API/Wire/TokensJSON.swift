import Inference
import Tokenizers

/// The answer of `/v1/tokenize`.
struct TokensJSON: Sendable {
    let result: TokenizeResult

    var isSmall: Bool { result.encodings.reduce(0) { $0 + $1.count } <= 2048 }

    func write(to stream: inout JSONStream) async throws {
        stream.raw(#"{"model":"#)
        try stream.value(result.model.name)
        stream.raw(#","results":["#)
        for (index, encoding) in result.encodings.enumerated() {
            stream.raw(index > 0 ? ",{" : "{")
            try await stream.members(of: encoding, result.model)
            stream.raw("}")
        }
        stream.raw("]}")
    }
}

extension JSONStream {
    /// The members that tell what a text's tokens are, without the braces around them.
    mutating func members(of encoding: Encoding, _ model: ServedModel) async throws {
        raw(#""tokens":"#)
        try await array(encoding.ids) { id, text in JSONText.append(model.tokenizer.token(for: id) ?? "", to: &text) }
        raw(#","token_ids":"#)
        try await array(encoding.ids) { id, text in JSONText.append(id, to: &text) }
        raw(#","offsets":"#)
        try await array(encoding.offsets) { range, text in JSONText.append(range, to: &text) }
        raw(#","segments":"#)
        try await array(encoding.typeIDs) { segment, text in JSONText.append(segment, to: &text) }
        raw(#","special":"#)
        try await array(encoding.specialTokensMask) { isSpecial, text in text += "\(isSpecial)".utf8 }
        raw(#","word_ids":"#)
        try await array(encoding.wordIDs) { word, text in JSONText.append(word, to: &text) }
        let second = encoding.secondText.flatMap { $0.isEmpty ? nil : $0.lowerBound }
        raw(#","sentence_b_start":\#(second.map { "\($0)" } ?? "null")"#)
    }
}
