import FoundationEssentials
import Tokenizers

/// Tokenizes many texts: each `TokenizeRequest` on standard input is answered by a line `{"ids", "offsets", "special_tokens_mask",
/// "type_ids"}`.
struct TokenizeLines {
    let tokenizer: Tokenizer

    private struct Answer: Encodable {
        var ids: [Int32]
        var offsets: [[Int]]
        var specialTokensMask: [Int]
        var typeIDs: [Int32]

        enum CodingKeys: String, CodingKey {
            case ids, offsets
            case specialTokensMask = "special_tokens_mask"
            case typeIDs = "type_ids"
        }
    }

    /// - Throws: `CommandFailure` that names the line.
    func run() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try TokenizeRequest.forEach { request in
            let encoding = tokenizer.encode(
                request.text, pair: request.pair, addSpecialTokens: request.addSpecialTokens, maximumLength: request.maximumLength)
            let answer = Answer(
                ids: encoding.ids, offsets: encoding.offsets.map { [$0.lowerBound, $0.upperBound] },
                specialTokensMask: encoding.specialTokensMask.map { $0 ? 1 : 0 }, typeIDs: encoding.typeIDs)
            print(String(decoding: try encoder.encode(answer), as: UTF8.self))
        }
    }
}
