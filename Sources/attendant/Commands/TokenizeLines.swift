import FoundationEssentials
import OrderedJSON
import Tokenizers

/// Tokenizes many texts: a JSON object a line on standard input, `{"text", "pair"?, "max_length"?,
/// "add_special_tokens"?}`, answered by a line `{"ids", "offsets", "special_tokens_mask", "type_ids"}` each.
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
        var number = 0
        while let line = readLine() {
            number += 1
            let object: JSONObject
            do throws(JSONError) {
                guard case .object(let members) = try JSONValue(parsing: Array(line.utf8)) else {
                    throw JSONError(reason: "expected an object", byteOffset: 0, line: 1)
                }
                object = members
            } catch {
                throw CommandFailure("line \(number): \(error)")
            }
            guard let text = object["text"]?.stringValue else { throw CommandFailure("line \(number): 'text' is missing") }
            let encoding = tokenizer.encode(
                text, pair: object["pair"]?.stringValue, addSpecialTokens: object["add_special_tokens"]?.boolValue ?? true,
                maximumLength: object["max_length"]?.intValue)
            let answer = Answer(
                ids: encoding.ids, offsets: encoding.offsets.map { [$0.lowerBound, $0.upperBound] },
                specialTokensMask: encoding.specialTokensMask.map { $0 ? 1 : 0 }, typeIDs: encoding.typeIDs)
            print(String(decoding: try encoder.encode(answer), as: UTF8.self))
        }
    }
}
