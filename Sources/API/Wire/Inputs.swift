import Inference
import OrderedJSON

/// `inputs`: a string, an object `{"text", "text_pair"}`, or an array of these.
struct Inputs: Sendable {
    var texts: [TextInput]

    /// - Throws: `APIError` that names the element.
    init(_ fields: RequestFields) throws(APIError) {
        let place = fields.place("inputs")
        guard let value = fields.value("inputs") else { throw .invalidField(place, "'inputs' is missing") }
        guard case .array(let elements) = value else {
            texts = [try Self.text(value, place)]
            return
        }
        guard !elements.isEmpty else { throw .invalidField(place, "the list is empty; send at least one text") }
        texts = []
        texts.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() { texts.append(try Self.text(element, "\(place)[\(index)]")) }
    }

    private static func text(_ value: JSONValue, _ place: @autoclosure () -> String) throws(APIError) -> TextInput {
        switch value {
        case .string(let text): return TextInput(text: text)
        case .object(let object):
            let fields = RequestFields(object, path: place())
            try fields.allow(only: ["text", "text_pair"])
            return TextInput(text: try fields.requiredString("text"), textPair: try fields.string("text_pair"))
        default:
            throw .invalidField(place(), "this must be a string, or an object with 'text' and perhaps 'text_pair'")
        }
    }
}
