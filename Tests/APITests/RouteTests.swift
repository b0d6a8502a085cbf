import FoundationEssentials
import Glibc
import HTTPTypes
import TestSupport
import Testing

@testable import API

@Suite("Routes")
struct RouteTests {
    struct Classification: Decodable {
        struct Prediction: Decodable, Equatable {
            var label: String
            var score: Float
        }
        var model: String
        var predictions: [[Prediction]]
        var usage: [String: Int]
    }

    struct Attention: Decodable {
        struct Result: Decodable {
            var tokens: [String]
            var token_ids: [Int32]
            var offsets: [[Int]]
            var segments: [Int]
            var special: [Bool]
            var word_ids: [Int?]
            var sentence_b_start: Int?
            var layers: [Int]
            var heads: [Int]
            var shape: [Int]
            var attentions: [[[[Float]]]]
        }
        var model: String
        var results: [Result]
        var usage: [String: Int]
    }

    @Test("Classification answers one list for each input, labels by falling score, and counts tokens")
    func classify() async throws {
        let fixture = try ApplicationFixture()
        let answer = try await fixture.post("/v1/classify", #"{"inputs": ["very good", {"text": "a", "text_pair": "b"}, ""]}"#)
        #expect(answer.status == 200)
        let body = try answer.decode(Classification.self)
        #expect(body.model == "gelu-f32" && body.predictions.count == 3)
        for prediction in body.predictions {
            #expect(Set(prediction.map(\.label)) == ["negative", "neutral", "positive"])
            #expect(prediction.map(\.score) == prediction.map(\.score).sorted(by: >))
            #expect(abs(prediction.map(\.score).reduce(0, +) - 1) < 1e-5)
        }
        #expect(body.usage == ["prompt_tokens": 11, "total_tokens": 11])
        let timing = try #require(answer.headerFields[.serverTiming])
        #expect(try /tokenize;dur=\d+\.\d{3}, queue;dur=\d+\.\d{3}, compute;dur=\d+\.\d{3}/.wholeMatch(in: timing) != nil)
        fixture.engine.shutDown()
    }

    @Test("The options of classification do what they say")
    func options() async throws {
        let fixture = try ApplicationFixture(["gelu-new-f16-multi-label", "relu-bf16-one-label", "regression", "silu-ragged-sharded"])
        func predictions(_ body: String) async throws -> [Classification.Prediction] {
            try await fixture.post("/v1/classify", body).decode(Classification.self).predictions[0]
        }
        let multi = try await predictions(#"{"inputs": "good film"}"#)
        #expect(multi.count == 3 && multi.allSatisfy { (0...1).contains($0.score) })
        let raw = try await predictions(#"{"inputs": "good film", "function_to_apply": "none"}"#)
        for (sigmoid, logit) in zip(multi, raw) { #expect(abs(sigmoid.score - 1 / (1 + exp(-logit.score))) < 1e-6) }
        #expect(try await predictions(#"{"inputs": "good film", "top_k": 1}"#) == [multi[0]])
        #expect(try await predictions(#"{"inputs": "good film", "top_k": null}"#) == multi)
        let one = try await predictions(#"{"inputs": "good", "model": "relu-bf16-one-label"}"#)
        #expect(one.count == 1 && one[0].label == "LABEL_0" && (0...1).contains(one[0].score))
        let regression = try await predictions(#"{"inputs": "good", "model": "regression"}"#)
        let regressionRaw = try await predictions(#"{"inputs": "good", "model": "regression", "function_to_apply": "none"}"#)
        #expect(regression == regressionRaw)
        #expect(try await predictions(#"{"inputs": "good", "model": "silu-ragged-sharded"}"#).map(\.label).sorted() == ["LABEL_0", "LABEL_1"])
        fixture.engine.shutDown()
    }

    @Test("Attention answers tokens, offsets and the matrices that were asked for, exactly")
    func attention() async throws {
        let fixture = try ApplicationFixture(["bare"])
        let all = try await fixture.post("/v1/attention", #"{"inputs": "a good film"}"#).decode(Attention.self).results[0]
        #expect(all.tokens == ["[CLS]", "a", "good", "film", "[SEP]"] && all.shape == [2, 4, 5, 5])
        #expect(all.offsets == [[0, 0], [0, 1], [2, 6], [7, 11], [0, 0]] && all.segments == [0, 0, 0, 0, 0])
        #expect(all.special == [true, false, false, false, true] && all.word_ids == [nil, 0, 1, 2, nil] && all.sentence_b_start == nil)
        #expect(all.layers == [0, 1] && all.heads == [0, 1, 2, 3])
        for row in all.attentions.joined().joined() { #expect(abs(row.reduce(0, +) - 1) < 1e-5) }

        let some = try await fixture.post("/v1/attention", #"{"inputs": ["a good film", "a"], "layers": [-1], "heads": [2, 0]}"#)
            .decode(Attention.self)
        #expect(some.results[0].shape == [1, 2, 5, 5] && some.results[0].layers == [1] && some.results[0].heads == [2, 0])
        #expect(some.results[0].attentions == [[all.attentions[1][2], all.attentions[1][0]]])
        #expect(some.results[1].shape == [1, 2, 3, 3])
        let defaults = #"{"inputs": "a", "reduce": null, "top_k": null, "queries_keys": false, "statistics": false, "format": "json", "dtype": "float32"}"#
        #expect(try await fixture.post("/v1/attention", defaults).status == 200)
        #expect(some.usage == ["prompt_tokens": 8, "total_tokens": 8])
        fixture.engine.shutDown()
    }

    @Test("The JSON numbers give back the very floats of the engine, and decimals round them")
    func exactNumbers() async throws {
        let fixture = try ApplicationFixture(["bare"])
        let body = #"{"inputs": "very very bad film that was not good as it is"#
        var result = try await fixture.engine.attention(
            [.init(text: "very very bad film that was not good as it is")], model: nil, layers: nil, heads: nil, truncates: true)
        var floats: [Float] = []
        try await result.forEachLayer(of: 0, .weights) { floats += $0 }
        let exact = try await fixture.post("/v1/attention", body + #""}"#).decode(Attention.self)
        #expect(Array(exact.results[0].attentions.joined().joined().joined()) == floats)
        let rounded = try await fixture.post("/v1/attention", body + #"", "decimals": 3}"#).decode(Attention.self)
        for (value, float) in zip(rounded.results[0].attentions.joined().joined().joined(), floats) {
            #expect(abs(value - float) <= 0.00050001)
        }
        fixture.engine.shutDown()
    }

    @Test("A large answer streams and is the same text as a small one would be")
    func streaming() async throws {
        let fixture = try ApplicationFixture(["gelu-f32"])
        let text = Array(repeating: "a", count: 38).joined(separator: " ")  // 40 tokens: 12,800 weights an input
        let answer = try await fixture.post("/v1/attention", #"{"inputs": ["\#(text)", "\#(text)"], "decimals": 2}"#)
        let body = try answer.decode(Attention.self)
        #expect(body.results.map(\.shape) == [[2, 4, 40, 40], [2, 4, 40, 40]])
        #expect(body.results[0].attentions == body.results[1].attentions)
        fixture.engine.shutDown()
    }

    @Test("Tokenize answers tokens, ids, offsets, segments, which are special, their words, and where the second text begins")
    func tokenize() async throws {
        struct Tokens: Decodable {
            struct Result: Decodable, Equatable {
                var tokens: [String]
                var token_ids: [Int]
                var offsets: [[Int]]
                var segments: [Int]
                var special: [Bool]
                var word_ids: [Int?]
                var sentence_b_start: Int?
            }
            var model: String
            var results: [Result]
        }
        let fixture = try ApplicationFixture()
        let answer = try await fixture.post("/v1/tokenize", #"{"inputs": {"text": "Good!", "text_pair": "é"}}"#)
        let result = try answer.decode(Tokens.self).results[0]
        #expect(result.tokens == ["[CLS]", "good", "!", "[SEP]", "e", "[SEP]"])
        #expect(result.offsets == [[0, 0], [0, 4], [4, 5], [0, 0], [0, 1], [0, 0]])
        #expect(result.segments == [0, 0, 0, 0, 1, 1])
        #expect(result.special == [true, false, false, true, false, true])
        #expect(result.word_ids == [nil, 0, 1, nil, 0, nil] && result.sentence_b_start == 4)
        #expect(answer.text.contains(#""word_ids":[null,0,1,null,0,null],"sentence_b_start":4}"#))
        let single = try await fixture.post("/v1/tokenize", #"{"inputs": "unable"}"#)
        #expect(single.text.contains(#""word_ids":[null,0,0,null],"sentence_b_start":null}"#))
        let bare = try await fixture.post("/v1/tokenize", #"{"inputs": ["good"], "add_special_tokens": false}"#)
        #expect(try bare.decode(Tokens.self).results[0].tokens == ["good"])
        let long = String(repeating: "a ", count: 3000)
        #expect(try await fixture.post("/v1/tokenize", #"{"inputs": "\#(long)"}"#).decode(Tokens.self).results[0].tokens.count == 3002)
        let cut = try await fixture.post("/v1/tokenize", #"{"inputs": "\#(long)", "truncation": true}"#)
        #expect(try cut.decode(Tokens.self).results[0].tokens.count == 40)
        #expect(cut.headerFields[.serverTiming]?.hasPrefix("tokenize;dur=") == true)
        fixture.engine.shutDown()
    }

    @Test("The registry lists ready and failed models, and gives one by name")
    func models() async throws {
        struct Entry: Decodable {
            var id, object, state: String
            var created: Int
            var error, architecture, dtype: String?
            var tasks, labels: [String]?
            var max_tokens, parameters, memory_bytes: Int?
        }
        struct List: Decodable {
            var object: String
            var data: [Entry]
        }
        let fixture = try ApplicationFixture(["gelu-f32", "broken"])
        let list = try await fixture.get("/v1/models").decode(List.self)
        #expect(list.object == "list" && list.data.map(\.id) == ["gelu-f32", "broken"] && list.data.map(\.state) == ["ready", "failed"])
        #expect(list.data[0].tasks == ["classify", "embeddings", "attention", "tokenize"] && list.data[0].max_tokens == 40)
        #expect(list.data[0].labels == ["negative", "neutral", "positive"] && list.data[0].dtype == "float32")
        // Panels of weights are filled up to whole ones.
        #expect(try #require(list.data[0].parameters) * 4 <= #require(list.data[0].memory_bytes))
        #expect(list.data[1].error == "model.safetensors: the file is empty")
        #expect(try await fixture.get("/v1/models/gelu-f32").decode(Entry.self).architecture == "BertForSequenceClassification")
        let missing = try await fixture.get("/v1/models/x")
        #expect(missing.status == 404)
        #expect(try missing.error().code == "model_not_found")
        fixture.engine.shutDown()
    }

    @Test("A request id is taken over if it is plain, and made otherwise")
    func requestID() async throws {
        let fixture = try ApplicationFixture()
        #expect(try await fixture.get("/livez", [.requestID: "abc-1"]).headerFields[.requestID] == "abc-1")
        for odd in [String(repeating: "x", count: 129), "a b", "é"] {
            let made = try #require(try await fixture.get("/livez", [.requestID: odd]).headerFields[.requestID])
            #expect(made != odd && made.count == 16)
        }
        fixture.engine.shutDown()
    }
}
