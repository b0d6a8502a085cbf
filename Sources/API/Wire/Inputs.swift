import Inference

/// `inputs`: a string, an object `{"text", "text_pair"}`, or an array of these.
struct Inputs: Decodable, Sendable {
    var texts: [TextInput]

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            texts = [TextInput(text: text)]
        } else if var elements = try? decoder.unkeyedContainer() {
            texts = []
            texts.reserveCapacity(elements.count ?? 0)
            while !elements.isAtEnd { texts.append(try elements.decode(Input.self).text) }
            guard !texts.isEmpty else {
                throw APIError.invalidField(APIError.param(decoder.codingPath), "the list is empty; send at least one text")
            }
        } else {
            texts = [try Input(from: decoder).text]
        }
    }

    /// One element: a string or an object.
    private struct Input: Decodable {
        var text: TextInput

        enum Fields: String, RequestFields {
            case text
            case textPair = "text_pair"
        }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self.text = TextInput(text: text)
                return
            }
            guard (try? decoder.container(keyedBy: Fields.self)) != nil else {
                throw APIError.invalidField(
                    APIError.param(decoder.codingPath), "this must be a string, or an object with 'text' and perhaps 'text_pair'")
            }
            let fields = try decoder.fields(Fields.self)
            text = TextInput(
                text: try fields.decode(String.self, forKey: .text),
                textPair: try fields.decodeIfPresent(String.self, forKey: .textPair))
        }
    }
}
