import OrderedJSON

/// What `attendant tokenize --lines` reads: a JSON object a line, `{"text", "pair"?, "max_length"?, "add_special_tokens"?}`.
struct TokenizeRequest {
    let text: String
    let pair: String?
    let addSpecialTokens: Bool
    let maximumLength: Int?

    /// - Throws: `CommandFailure` that names the line.
    private init(_ line: String, number: Int) throws(CommandFailure) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: Array(line.utf8))
        } catch {
            throw CommandFailure("line \(number): \(error)")
        }
        guard let object = value.objectValue else { throw CommandFailure("line \(number): expected an object") }
        guard let text = object["text"]?.stringValue else { throw CommandFailure("line \(number): 'text' is missing") }
        self.text = text
        pair = object["pair"]?.stringValue
        addSpecialTokens = object["add_special_tokens"]?.boolValue ?? true
        maximumLength = object["max_length"]?.intValue
    }

    /// Hands on what standard input holds, a line at a time.
    static func forEach(_ body: (TokenizeRequest) throws -> Void) throws {
        var number = 0
        while let line = readLine() {
            number += 1
            try body(try TokenizeRequest(line, number: number))
        }
    }
}
