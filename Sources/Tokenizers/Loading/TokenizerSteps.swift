import OrderedJSON

/// The steps around a model, in tokenizer.json's own words: what a family's class builds where there is no such file.
struct TokenizerSteps {
    var normalizer: JSONValue = .null
    var preTokenizer: JSONValue
    var postProcessor: JSONValue = .null
    var decoder: JSONValue

    var object: JSONObject {
        JSONObject(members: [
            ("normalizer", normalizer), ("pre_tokenizer", preTokenizer), ("post_processor", postProcessor), ("decoder", decoder),
        ])
    }

    static func sequence(normalizers: [JSONValue]) -> JSONValue {
        ["type": "Sequence", "normalizers": .array(normalizers)]
    }

    static func sequence(preTokenizers: [JSONValue]) -> JSONValue {
        ["type": "Sequence", "pretokenizers": .array(preTokenizers)]
    }

    // MARK: Templates

    /// A special token of a template.
    struct Special {
        var content: String
        var id: Int32

        var tokenAndID: JSONValue { [.string(content), .integer(Int(id))] }
    }

    enum Piece {
        case first(typeID: Int)
        case second(typeID: Int)
        case special(Special, typeID: Int)

        fileprivate var value: JSONValue {
            switch self {
            case .first(let typeID): ["Sequence": ["id": "A", "type_id": .integer(typeID)]]
            case .second(let typeID): ["Sequence": ["id": "B", "type_id": .integer(typeID)]]
            case .special(let token, let typeID): ["SpecialToken": ["id": .string(token.content), "type_id": .integer(typeID)]]
            }
        }
    }

    static func template(single: [Piece], pair: [Piece]) -> JSONValue {
        var specialTokens = JSONObject()
        for case .special(let token, _) in single + pair where specialTokens[token.content] == nil {
            let id = JSONValue.integer(Int(token.id))
            specialTokens.members.append(
                (token.content, ["id": .string(token.content), "ids": [id], "tokens": [.string(token.content)]]))
        }
        return [
            "type": "TemplateProcessing", "single": .array(single.map(\.value)), "pair": .array(pair.map(\.value)),
            "special_tokens": .object(specialTokens),
        ]
    }

    /// `[CLS] A [SEP]`, and `[CLS] A [SEP] B [SEP]` with B and its separator as segment 1.
    static func bertTemplate(_ classifier: Special, _ separator: Special) -> JSONValue {
        let single: [Piece] = [.special(classifier, typeID: 0), .first(typeID: 0), .special(separator, typeID: 0)]
        return template(single: single, pair: single + [.second(typeID: 1), .special(separator, typeID: 1)])
    }

    /// `<s> A </s>` and `<s> A </s> </s> B </s>`, all of it segment 0.
    static func robertaTemplate(_ beginning: Special, _ end: Special) -> JSONValue {
        let single: [Piece] = [.special(beginning, typeID: 0), .first(typeID: 0), .special(end, typeID: 0)]
        return template(single: single, pair: single + [.special(end, typeID: 0), .second(typeID: 0), .special(end, typeID: 0)])
    }

    /// `A <sep> <cls>` and `A <sep> B <sep> <cls>`, the classifier as segment 2.
    static func xlnetTemplate(_ classifier: Special, _ separator: Special) -> JSONValue {
        let first: [Piece] = [.first(typeID: 0), .special(separator, typeID: 0)]
        let second: [Piece] = [.second(typeID: 1), .special(separator, typeID: 1)]
        return template(
            single: first + [.special(classifier, typeID: 2)], pair: first + second + [.special(classifier, typeID: 2)])
    }
}
