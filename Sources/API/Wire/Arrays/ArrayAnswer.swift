import Inference
import Models
import Tokenizers

/// Numbers of an array, some at a time.
enum ArrayNumbers: Sendable {
    case floats([Float])
    case integers([Int32])
}

/// An answer that is several arrays for each text, which are computed as they are written.
protocol ArrayAnswer: Sendable {
    var model: ServedModel { get }
    var encodings: [Encoding] { get }
    /// How long the parts of the computation took so far.
    var timings: InferenceTimings { get }

    /// What holds for all texts, as a safetensors file tells it: values that are no strings are in JSON.
    func metadata() throws -> [(String, String)]

    /// The arrays of a text beside those of its tokens, in the order in which they are written.
    /// - Parameter element: of floats.
    func arrays(of input: Int, _ element: ArrayElement) -> [ArrayDescription]

    /// Hands on the numbers of one of them.
    mutating func forEach(of array: String, input: Int, _ body: (ArrayNumbers) async throws -> Void) async throws
}

extension ArrayAnswer {
    /// All arrays of the answer, a text's number and a point before each name.
    func descriptions(_ element: ArrayElement) -> [(input: Int, array: ArrayDescription)] {
        encodings.indices.flatMap { input in
            (arrays(of: input, element) + tokenArrays(of: encodings[input])).map { (input, $0) }
        }
    }

    private func tokenArrays(of encoding: Encoding) -> [ArrayDescription] {
        [
            ArrayDescription(name: "token_ids", element: .int32, shape: [encoding.count]),
            ArrayDescription(name: "offsets", element: .int32, shape: [encoding.count, 2]),
            ArrayDescription(name: "segments", element: .int32, shape: [encoding.count]),
        ]
    }

    /// Hands on the numbers of one of `descriptions`.
    mutating func forEachNumbers(of array: String, input: Int, _ body: (ArrayNumbers) async throws -> Void) async throws {
        let encoding = encodings[input]
        switch array {
        case "token_ids": try await body(.integers(encoding.ids))
        case "offsets": try await body(.integers(encoding.offsets.flatMap { [Int32($0.lowerBound), Int32($0.upperBound)] }))
        case "segments": try await body(.integers(encoding.typeIDs))
        default: try await forEach(of: array, input: input, body)
        }
    }

    /// `metadata`, and what there is of each text that no array holds.
    func allMetadata() throws -> [(String, String)] {
        func json(_ value: some Encodable) throws -> String { String(decoding: try JSONBytes.encode(value), as: UTF8.self) }
        var members = [("model", model.name)] + (try metadata())
        for (input, encoding) in encodings.enumerated() {
            members.append(("\(input).tokens", try json(model.tokens(of: encoding))))
            members.append(("\(input).special", try json(Array(encoding.specialTokensMask))))
            members.append(("\(input).word_ids", try json(Array(encoding.wordIDs))))
            members.append(("\(input).sentence_b_start", try json(encoding.secondText?.lowerBound)))
        }
        return members
    }
}
