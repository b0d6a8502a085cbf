import FoundationEssentials
import HTTPTypes
import Testing

@testable import API

/// `POST /v1/embeddings`, as OpenAI's clients speak to it.
@Suite("The route of embeddings")
struct EmbeddingsRouteTests {
    struct List<Embedding: Decodable>: Decodable {
        struct Item: Decodable {
            var object: String
            var index: Int
            var embedding: Embedding
        }
        var object: String
        var data: [Item]
        var model: String
        var usage: [String: Int]

        var embeddings: [Embedding] { data.map(\.embedding) }
    }

    private func makeFixture() throws -> ApplicationFixture { try ApplicationFixture([], embeddings: ["mean", "last-max-dense"]) }

    private func embed<Embedding: Decodable>(
        _ fixture: ApplicationFixture, _ body: String, as type: Embedding.Type = [Float].self
    ) async throws -> List<Embedding> {
        let answer = try await fixture.post("/v1/embeddings", body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.headerFields[.contentType] == "application/json")
        return try answer.decode(List<Embedding>.self)
    }

    private func floats(_ base64: String) throws -> [Float] {
        let bytes = Array(try #require(Data(base64Encoded: base64)))
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
        }
    }

    @Test("A text, and a list of them, are answered in OpenAI's shape")
    func shape() async throws {
        let fixture = try makeFixture()
        let one = try await embed(fixture, #"{"input": "a good film"}"#)
        #expect(one.object == "list" && one.model == "mean" && one.usage == ["prompt_tokens": 5, "total_tokens": 5])
        #expect(one.data.map(\.object) == ["embedding"] && one.data.map(\.index) == [0] && one.data[0].embedding.count == 16)
        let two = try await embed(
            fixture, #"{"input": ["very bad", "a good film"], "model": "mean", "user": "somebody", "never_heard_of": {"a": [1]}}"#)
        #expect(two.data.map(\.index) == [0, 1] && two.data[1].embedding == one.data[0].embedding && two.usage["total_tokens"] == 9)
        let timing = try await fixture.post("/v1/embeddings", #"{"input": "a"}"#).headerFields[.serverTiming]
        #expect(timing?.hasPrefix("tokenize;dur=") == true)
        fixture.engine.shutDown()
    }

    @Test("Token ids are an input like the text that they are of, in a list or in several")
    func tokens() async throws {
        let fixture = try makeFixture()
        struct Tokens: Decodable {
            struct Result: Decodable { var token_ids: [Int] }
            var results: [Result]
        }
        let ids = try await fixture.post("/v1/tokenize", #"{"inputs": "a good film"}"#).decode(Tokens.self).results[0].token_ids
        let text = try await embed(fixture, #"{"input": "a good film"}"#)
        #expect(try await embed(fixture, #"{"input": \#(ids)}"#).embeddings == text.embeddings)
        let lists = try await embed(fixture, #"{"input": [[7, 8], \#(ids)]}"#)
        #expect(lists.embeddings.count == 2 && lists.embeddings[1] == text.embeddings[0] && lists.usage["prompt_tokens"] == 7)
        fixture.engine.shutDown()
    }

    @Test("The JSON numbers and the bytes in base64 are the very floats of the engine")
    func formats() async throws {
        let fixture = try makeFixture()
        let exact = try await fixture.engine.embed(.texts(["not very good"]), model: nil, .init()).vectors[0]
        #expect(try await embed(fixture, #"{"input": "not very good", "encoding_format": "float"}"#).embeddings[0] == exact)
        let base64 = try await embed(fixture, #"{"input": "not very good", "encoding_format": "base64"}"#, as: String.self).embeddings[0]
        #expect(try floats(base64) == exact)
        fixture.engine.shutDown()
    }

    @Test("Options choose the pooling, the length, the numbers and the prompt")
    func options() async throws {
        let fixture = try makeFixture()
        let own = try await embed(fixture, #"{"input": "a good film"}"#).embeddings[0]
        #expect(abs(own.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        let said = #"{"input": "a good film", "pooling": "mean", "normalize": true, "dimensions": 16, "prompt_name": null}"#
        #expect(try await embed(fixture, said).embeddings[0] == own)
        #expect(try await embed(fixture, #"{"input": "a good film", "pooling": "cls"}"#).embeddings[0] != own)
        let raw = try await embed(fixture, #"{"input": "a good film", "normalize": false}"#).embeddings[0]
        #expect(abs(raw.reduce(0) { $0 + $1 * $1 } - 1) > 0.1)
        let cut = try await embed(fixture, #"{"input": "a good film", "dimensions": 4}"#).embeddings[0]
        #expect(cut.count == 4 && abs(cut.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        let prompted = try await embed(fixture, #"{"input": "film", "prompt_name": "document"}"#)
        let written = try await embed(fixture, #"{"input": "the film is film"}"#)
        #expect(prompted.embeddings == written.embeddings && prompted.usage == written.usage)
        #expect(try await embed(fixture, #"{"input": "a", "model": "last-max-dense"}"#).embeddings[0].count == 8)
        fixture.engine.shutDown()
    }

    @Test("Without pooling there is a vector for each token, in both formats")
    func perToken() async throws {
        let fixture = try makeFixture()
        let numbers = try await embed(fixture, #"{"input": ["a good film", "a"], "pooling": "none", "dimensions": 3}"#, as: [[Float]].self)
        #expect(numbers.embeddings.map(\.count) == [5, 3] && numbers.embeddings.joined().allSatisfy { $0.count == 3 })
        let base64 = try await embed(
            fixture, #"{"input": ["a good film", "a"], "pooling": "none", "dimensions": 3, "encoding_format": "base64"}"#, as: [String].self)
        #expect(try base64.embeddings.map { try $0.map(floats) } == numbers.embeddings)
        fixture.engine.shutDown()
    }

    @Test("A large answer streams and says the same as small ones")
    func streaming() async throws {
        let fixture = try makeFixture()
        let one = try await embed(fixture, #"{"input": "a good film"}"#).embeddings[0]
        let texts = Array(repeating: #""a good film""#, count: 1024).joined(separator: ",")
        let body = try await embed(fixture, #"{"input": [\#(texts)]}"#)
        #expect(body.embeddings.count == 1024 && body.embeddings.allSatisfy { $0 == one } && body.data.map(\.index) == Array(0..<1024))
        let word = Array(repeating: "a", count: 38).joined(separator: " ")
        let long = Array(repeating: #""\#(word)""#, count: 100).joined(separator: ",")
        let tokens = try await embed(fixture, #"{"input": [\#(long)], "pooling": "none"}"#, as: [[Float]].self)
        #expect(tokens.embeddings.map(\.count) == Array(repeating: 40, count: 100))
        #expect(tokens.embeddings.allSatisfy { $0 == tokens.embeddings[0] })
        fixture.engine.shutDown()
    }

    static let wrong: [(body: String, status: Int, code: String, param: String?, message: String)] = [
        ("{}", 422, "invalid_field", "input", "'input' is missing"),
        (#"{"inputs": "a"}"#, 422, "invalid_field", "input", "'input' is missing"),
        (#"{"input": null}"#, 422, "invalid_field", "input", "a string, a list of strings"),
        (#"{"input": {"text": "a"}}"#, 422, "invalid_field", "input", "a string, a list of strings"),
        (#"{"input": []}"#, 422, "invalid_field", "input", "the list is empty"),
        (#"{"input": [true]}"#, 422, "invalid_field", "input[0]", "a string, a token id, or a list of token ids"),
        (#"{"input": [1.5]}"#, 422, "invalid_field", "input[0]", "a string, a token id, or a list of token ids"),
        (#"{"input": ["a", 5]}"#, 422, "invalid_field", "input[1]", "this must be a string, as the first is"),
        (#"{"input": [5, "a"]}"#, 422, "invalid_field", "input[1]", "this must be a token id"),
        (#"{"input": [[5], "a"]}"#, 422, "invalid_field", "input[1]", "this must be a list of token ids, as the first is"),
        (#"{"input": [[5], [6, "a"]]}"#, 422, "invalid_field", "input[1][1]", "this must be a token id"),
        (#"{"input": [[5], []]}"#, 422, "invalid_field", "input[1]", "no tokens"),
        (#"{"input": [[5], [15339]]}"#, 422, "invalid_field", "input[1]", "token 15339 has no embedding: the model has 106; send texts, or ids of this model's own tokenizer"),
        (#"{"input": [5, -1]}"#, 422, "invalid_field", "input", "token -1 has no embedding"),
        (#"{"input": [9223372036854775807]}"#, 422, "invalid_field", "input", "token 9223372036854775807 has no embedding"),
        (#"{"input": ["a", "\#(String(repeating: "a ", count: 60))"], "truncation": false}"#, 422, "input_too_long", "input[1]", "62 tokens and the model takes 40"),
        (#"{"input": "\#(String(repeating: "a ", count: 60))", "truncation": false}"#, 422, "input_too_long", "input", "62 tokens and the model takes 40"),
        (#"{"input": ["a","b","c","d","e"]}"#, 413, "too_many_inputs", "input", "send at most 4"),
        (#"{"input": [[1],[1],[1],[1],[1]]}"#, 413, "too_many_inputs", "input", "send at most 4"),
        (#"{"input": "\#(String(repeating: "a", count: 201))"}"#, 413, "text_too_large", "input", "send at most 200"),
        (#"{"input": "a b c d e f g h", "pooling": "none"}"#, 413, "embeddings_too_large", "input", "send fewer inputs"),
        (#"{"input": "a", "input": "b"}"#, 422, "invalid_field", "input", "stands here twice"),
        (#"{"input": "a", "encoding_format": "hex"}"#, 422, "invalid_field", "encoding_format", "this must be one of 'float', 'base64'"),
        (#"{"input": "a", "pooling": "lasttoken"}"#, 422, "invalid_field", "pooling", "this must be one of 'mean', 'cls', 'max', 'last', 'none'"),
        (#"{"input": "a", "pooling": "cls", "model": "last-max-dense"}"#, 422, "invalid_field", "pooling", "'cls' gives 16 numbers, and this model's layers behind its own pooling read 32"),
        (#"{"input": "a", "dimensions": 17}"#, 422, "invalid_field", "dimensions", "this model's have 16, of which the first 1 to 16"),
        (#"{"input": "a", "dimensions": 0}"#, 422, "invalid_field", "dimensions", "the first 1 to 16"),
        (#"{"input": "a", "dimensions": "4"}"#, 422, "invalid_field", "dimensions", "this must be an integer"),
        (#"{"input": "a", "normalize": 1}"#, 422, "invalid_field", "normalize", "this must be true or false"),
        (#"{"input": "a", "prompt_name": "search"}"#, 422, "invalid_field", "prompt_name", "there is no prompt 'search'; this model has: document, query"),
        (#"{"input": "a", "prompt_name": "search", "model": "last-max-dense"}"#, 422, "invalid_field", "prompt_name", "there is no prompt 'search'; this model has: document, query"),
        (#"{"input": [5], "prompt_name": "query"}"#, 422, "invalid_field", "prompt_name", "these inputs are token ids"),
        (#"{"input": "a", "model": "text-embedding-3-small"}"#, 404, "model_not_found", "model", "these exist: mean, last-max-dense"),
        (#"["a"]"#, 422, "invalid_field", nil, "the body must be a JSON object"),
    ]

    @Test("A request that can't be meant is answered with its status, code, place and what would be right", arguments: wrong.indices)
    func errors(_ index: Int) async throws {
        let wrong = Self.wrong[index]
        var limits = RequestLimits.patient
        limits.maximumInputs = 4
        limits.maximumTextBytes = 200
        let fixture = try ApplicationFixture([], embeddings: ["mean", "last-max-dense"], limits: limits, answerMemory: 600)
        let answer = try await fixture.post("/v1/embeddings", wrong.body), error = try answer.error()
        #expect(answer.status == wrong.status && error.code == wrong.code && error.param == wrong.param, "\(wrong.body): \(answer.text)")
        #expect(error.message.contains(wrong.message), "\(error.message)")
        fixture.engine.shutDown()
    }
}
