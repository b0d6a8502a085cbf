import FoundationEssentials
import TestSupport
import Testing

@testable import API

@Suite("Explanations over HTTP")
struct ExplanationRouteTests {
    struct Answer: Decodable {
        struct Explanation: Decodable {
            struct Token: Decodable, Equatable {
                var token: String
                var start, end: Int
                var contribution: Float
            }
            struct Word: Decodable, Equatable {
                var word: String
                var start, end: Int
                var text: String
                var contribution: Float
            }
            struct Completeness: Decodable {
                var complete: Bool
                var sum, difference: Float?
                var note: String
            }
            var label: String
            var method: String
            var score: Float
            var tokens: [Token]
            var words: [Word]
            var completeness: Completeness
        }
        var model: String
        var predictions: [[RouteTests.Classification.Prediction]]
        var explanations: [Explanation]?
        var usage: [String: Int]
    }

    private func ask(_ fixture: ApplicationFixture, _ body: String) async throws -> Answer {
        let answer = try await fixture.post("/v1/classify", body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.headerFields[.contentType] == "application/json" && answer.headerFields[.serverTiming] != nil)
        return try answer.decode(Answer.self)
    }

    @Test("Each word of both texts stands as it was written, with its place and its contribution")
    func words() async throws {
        let fixture = try ApplicationFixture()
        let inputs = #"[{"text": "Good \"films\", 😀 Café", "text_pair": "unable"}, "bad"]"#
        for method in [#"true"#, #""occlusion""#, #""rollout""#] {
            let answer = try await ask(fixture, #"{"inputs": \#(inputs), "explain": \#(method)}"#)
            let explanations = try #require(answer.explanations)
            #expect(answer.predictions.count == 2 && answer.usage == ["prompt_tokens": 19, "total_tokens": 19])
            #expect(explanations.map(\.label) == answer.predictions.map { $0[0].label })
            #expect(explanations.map(\.score) == answer.predictions.map { $0[0].score })
            let words = explanations[0].words
            #expect(words.map(\.word) == ["Good", "\"", "films", "\"", ",", "😀", "Café", "unable"])
            #expect(words.map(\.text) == ["a", "a", "a", "a", "a", "a", "a", "b"])
            #expect(words.map { [$0.start, $0.end] } == [[0, 4], [5, 6], [6, 11], [11, 12], [12, 13], [14, 15], [16, 20], [0, 6]])
            #expect(explanations[0].tokens.suffix(2).map(\.token) == ["un", "##able"])
            #expect(explanations[0].tokens.suffix(2).map { [$0.start, $0.end] } == [[0, 2], [2, 6]])
            #expect(explanations[1].words.map(\.word) == ["bad"])
            for explanation in explanations {
                #expect(explanation.method == (method == "true" ? "occlusion" : method.replacing("\"", with: "")))
                #expect(!explanation.completeness.note.isEmpty)
                #expect((explanation.completeness.sum == nil) == (explanation.method == "rollout"))
                #expect((explanation.completeness.difference == nil) == (explanation.method == "rollout"))
            }
            // Hiding the only word hides them all.
            #expect(explanations[1].completeness.complete == (explanations[1].method == "occlusion"))
        }
        fixture.engine.shutDown()
    }

    @Test("Without an explanation the answer is what it always was", arguments: ["false", "null"])
    func without(explain: String) async throws {
        let fixture = try ApplicationFixture()
        let plain = try await fixture.post("/v1/classify", #"{"inputs": "good film"}"#)
        let answer = try await fixture.post("/v1/classify", #"{"inputs": "good film", "explain": \#(explain)}"#)
        #expect(answer.body == plain.body && !answer.text.contains("explanations"))
        fixture.engine.shutDown()
    }

    @Test("What is not said has its null")
    func nulls() async throws {
        let fixture = try ApplicationFixture()
        let answer = try await fixture.post("/v1/classify", #"{"inputs": "good", "explain": "rollout"}"#)
        #expect(answer.text.contains(#""completeness":{"complete":false,"difference":null,"#) && answer.text.contains(#""sum":null"#))
        fixture.engine.shutDown()
    }

    @Test("Explanations of many texts stream, and come in the order of the texts")
    func streaming() async throws {
        let fixture = try ApplicationFixture()
        let texts = (0..<60).map { "a good film \($0) " + String(repeating: "a ", count: 20) }
        let inputs = "[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        let answer = try await ask(fixture, #"{"inputs": \#(inputs), "explain": "rollout"}"#)
        let explanations = try #require(answer.explanations)
        #expect(explanations.map { $0.words[3].word } == (0..<60).map { "\($0)" })
        fixture.engine.shutDown()
    }

    @Test("Any other value of explain is refused by name", arguments: ["1", "\"gradients\"", "[]", "\"\"", "{}"])
    func wrongValue(explain: String) async throws {
        let fixture = try ApplicationFixture()
        let answer = try await fixture.post("/v1/classify", #"{"inputs": "good", "explain": \#(explain)}"#)
        let error = try answer.error()
        #expect(answer.status == 422 && error.code == "invalid_field" && error.param == "explain")
        #expect(error.message.contains("'occlusion', 'rollout'"))
        fixture.engine.shutDown()
    }

    @Test("Texts that are too long for occlusion are refused with the way out")
    func tooLong() async throws {
        let fixture = try ApplicationFixture()
        let text = "\"" + String(repeating: "a ", count: 38) + "\""
        let inputs = "[" + Array(repeating: text, count: 110).joined(separator: ",") + "]"
        let answer = try await fixture.post("/v1/classify", #"{"inputs": \#(inputs), "explain": true}"#)
        let error = try answer.error()
        #expect(answer.status == 413 && error.code == "explanation_too_large" && error.param == "inputs")
        #expect(error.message.contains("too long to be explained by occlusion") && error.message.contains("'rollout'"))
        fixture.engine.shutDown()
    }

    @Test("A model without labels has nothing to explain")
    func withoutHead() async throws {
        let fixture = try ApplicationFixture(["bare"])
        let answer = try await fixture.post("/v1/classify", #"{"inputs": "good", "model": "bare", "explain": true}"#)
        let error = try answer.error()
        #expect(answer.status == 422 && error.code == "task_not_supported" && error.param == "model")
        fixture.engine.shutDown()
    }
}
