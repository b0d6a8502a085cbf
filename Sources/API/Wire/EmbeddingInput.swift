import Inference
import OrderedJSON

/// `input` as OpenAI has it: a string, a list of strings, a list of token ids, or a list of such lists.
struct EmbeddingInput: Sendable {
    let inputs: EmbeddingInputs
    let field: InputField

    /// - Throws: `APIError` that names the element.
    init(_ fields: RequestFields) throws(APIError) {
        let place = fields.place("input")
        guard let value = fields.value("input") else { throw .invalidField(place, "'input' is missing") }
        if let text = value.stringValue {
            (inputs, field) = (.texts([text]), InputField(name: place, isSingle: true))
            return
        }
        guard let elements = value.arrayValue else {
            throw .invalidField(place, "this must be a string, a list of strings, a list of token ids, or a list of such lists")
        }
        // All elements must be of the kind of the first.
        switch elements.first {
        case .string:
            let texts = try Self.elements(elements, place, "a string, as the first is") { $0.stringValue }
            (inputs, field) = (.texts(texts), InputField(name: place))
        case .integer:
            (inputs, field) = (.tokens([try Self.ids(elements, place)]), InputField(name: place, isSingle: true))
        case .array:
            let lists = try Self.elements(elements, place, "a list of token ids, as the first is") { $0.arrayValue }
            var tokens: [[Int]] = []
            for (index, list) in lists.enumerated() { tokens.append(try Self.ids(list, "\(place)[\(index)]")) }
            (inputs, field) = (.tokens(tokens), InputField(name: place))
        case nil: throw .invalidField(place, "the list is empty; send at least one text")
        case .some: throw .invalidField("\(place)[0]", "this must be a string, a token id, or a list of token ids")
        }
    }

    private static func ids(_ values: [JSONValue], _ place: String) throws(APIError) -> [Int] {
        try elements(values, place, "a token id") { $0.intValue }
    }

    private static func elements<Element>(
        _ values: [JSONValue], _ place: String, _ what: String, _ convert: (JSONValue) -> Element?
    ) throws(APIError) -> [Element] {
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let element = convert(value) else { throw .invalidField("\(place)[\(index)]", "this must be \(what)") }
            elements.append(element)
        }
        return elements
    }
}
