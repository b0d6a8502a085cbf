import HTTPTypes
import Testing

@testable import API

@Suite("Errors")
struct ErrorTableTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        var path = "/v1/classify"
        var body: String
        var status: Int
        var code: String
        var param: String?
        var message: String

        var testDescription: String { "\(path) \(body.prefix(60))" }
    }

    static let wrong: [Wrong] = [
        Wrong(body: "", status: 400, code: "malformed_json", message: "the body is empty"),
        Wrong(body: "{", status: 400, code: "malformed_json", message: "not JSON"),
        Wrong(body: "nonsense", status: 400, code: "malformed_json", message: "not JSON"),
        Wrong(body: #"{"inputs": "a"} trailing"#, status: 400, code: "malformed_json", message: "not JSON"),
        Wrong(body: #"{"inputs": "\ud800"}"#, status: 400, code: "malformed_json", message: "not JSON"),
        Wrong(body: "[]", status: 422, code: "invalid_field", message: "the body must be a JSON object"),
        Wrong(body: "7", status: 422, code: "invalid_field", message: "the body must be a JSON object"),
        Wrong(body: "{}", status: 422, code: "invalid_field", param: "inputs", message: "'inputs' is missing"),
        Wrong(body: #"{"inputs": null}"#, status: 422, code: "invalid_field", param: "inputs", message: "this must be a string, or an object"),
        Wrong(body: #"{"inputs": 3}"#, status: 422, code: "invalid_field", param: "inputs", message: "this must be a string, or an object"),
        Wrong(body: #"{"inputs": []}"#, status: 422, code: "invalid_field", param: "inputs", message: "the list is empty"),
        Wrong(body: #"{"inputs": ["a", true]}"#, status: 422, code: "invalid_field", param: "inputs[1]", message: "this must be a string, or an object"),
        Wrong(body: #"{"inputs": ["a", ["b", "c"]]}"#, status: 422, code: "invalid_field", param: "inputs[1]", message: "this must be a string, or an object"),
        Wrong(body: #"{"inputs": [{"text": "a"}, {"text": 4}]}"#, status: 422, code: "invalid_field", param: "inputs[1].text", message: "this must be a string"),
        Wrong(body: #"{"inputs": [{"text_pair": "a"}]}"#, status: 422, code: "invalid_field", param: "inputs[0].text", message: "'text' is missing"),
        Wrong(body: #"{"inputs": {"text": "a", "pair": "b"}}"#, status: 422, code: "unknown_field", param: "inputs.pair", message: "there is no field 'pair' here; there are: text, text_pair"),
        Wrong(body: #"{"inputs": "a", "topk": 3}"#, status: 422, code: "unknown_field", param: "topk", message: "there is no field 'topk' here; there are: model, inputs"),
        Wrong(body: #"{"inputs": "a", "top_k": "3"}"#, status: 422, code: "invalid_field", param: "top_k", message: "this must be an integer"),
        Wrong(body: #"{"inputs": "a", "top_k": 1.5}"#, status: 422, code: "invalid_field", param: "top_k", message: "this must be an integer"),
        Wrong(body: #"{"inputs": "a", "top_k": 0}"#, status: 422, code: "invalid_field", param: "top_k", message: "this must be 1 or more"),
        Wrong(body: #"{"inputs": "a", "truncation": "yes"}"#, status: 422, code: "invalid_field", param: "truncation", message: "this must be true or false"),
        Wrong(body: #"{"inputs": "a", "function_to_apply": "relu"}"#, status: 422, code: "invalid_field", param: "function_to_apply", message: "one of 'softmax', 'sigmoid', 'none'"),
        Wrong(body: #"{"inputs": "a", "model": 4}"#, status: 422, code: "invalid_field", param: "model", message: "this must be a string"),
        Wrong(body: #"{"inputs": "a", "model": "x"}"#, status: 404, code: "model_not_found", param: "model", message: "there is no model 'x'; these exist: gelu-f32, bare, broken"),
        Wrong(body: #"{"inputs": "a", "model": "broken"}"#, status: 503, code: "model_failed", param: "model", message: "the file is empty"),
        Wrong(body: #"{"inputs": "a", "model": "bare"}"#, status: 422, code: "task_not_supported", param: "model", message: "it does: embeddings, attention, tokenize"),
        Wrong(body: #"{"inputs": ["a", "\#(String(repeating: "a ", count: 60))"], "truncation": false}"#, status: 422, code: "input_too_long", param: "inputs[1]", message: "62 tokens and the model takes 40"),
        Wrong(body: #"{"inputs": ["a","b","c","d","e"]}"#, status: 413, code: "too_many_inputs", param: "inputs", message: "send at most 4"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "layers": [0, 2]}"#, status: 422, code: "invalid_field", param: "layers[1]", message: "there is no layer 2; this model has 2"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "heads": [-5]}"#, status: 422, code: "invalid_field", param: "heads[0]", message: "there is no head -5"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "heads": []}"#, status: 422, code: "invalid_field", param: "heads", message: "the list is empty"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "layers": [1, -1]}"#, status: 422, code: "invalid_field", param: "layers", message: "number 1 is asked for twice"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "reduce": "median"}"#, status: 422, code: "invalid_field", param: "reduce", message: "this must be one of 'mean', 'max', 'rollout', 'flow'"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "format": "xml"}"#, status: 422, code: "invalid_field", param: "format", message: "this must be one of 'json', 'npy', 'safetensors', 'npz'"),
        Wrong(path: "/v1/attention", body: #"{"inputs": ["a", "b"], "format": "npy"}"#, status: 422, code: "invalid_field", param: "inputs", message: "holds one array, of one text"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "format": "npy", "top_k": 2}"#, status: 422, code: "invalid_field", param: "top_k", message: "holds one array; ask for"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "top_k": 0}"#, status: 422, code: "invalid_field", param: "top_k", message: "this must be 1 or more"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "dtype": "float16"}"#, status: 422, code: "invalid_field", param: "dtype", message: "JSON has no float16"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "format": "npz", "decimals": 3}"#, status: 422, code: "invalid_field", param: "decimals", message: "this is for JSON"),
        Wrong(path: "/v1/hidden-states", body: #"{"inputs": "a", "layers": [4]}"#, status: 422, code: "invalid_field", param: "layers[0]", message: "there is no layer 4; this model has 3"),
        Wrong(path: "/v1/hidden-states", body: #"{"inputs": "a", "heads": [1]}"#, status: 422, code: "unknown_field", param: "heads", message: "there is no field 'heads' here"),
        Wrong(body: #"{"inputs": "a", "inputs": "b"}"#, status: 422, code: "invalid_field", param: "inputs", message: "stands here twice"),
        Wrong(body: #"{"inputs": {"text": "a", "text": "b"}}"#, status: 422, code: "invalid_field", param: "inputs.text", message: "stands here twice"),
        Wrong(path: "/v1/tokenize", body: #"{"inputs": "\#(String(repeating: "a", count: 101))"}"#, status: 413, code: "text_too_large", param: "inputs", message: "send at most 100"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "layers": [0, "1"]}"#, status: 422, code: "invalid_field", param: "layers[1]", message: "this must be an integer"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "layers": 1}"#, status: 422, code: "invalid_field", param: "layers", message: "this must be an array"),
        Wrong(path: "/v1/attention", body: #"{"inputs": "a", "decimals": 10}"#, status: 422, code: "invalid_field", param: "decimals", message: "0 to 9"),
        Wrong(path: "/v1/attention", body: #"{"inputs": ["a a a", "a a a"]}"#, status: 413, code: "attention_too_large", param: "inputs", message: "ask for fewer layers, heads or inputs"),
        Wrong(path: "/v1/tokenize", body: #"{"inputs": "a", "add_special_tokens": 1}"#, status: 422, code: "invalid_field", param: "add_special_tokens", message: "this must be true or false"),
        Wrong(path: "/v1/nothing", body: "{}", status: 404, code: "route_not_found", message: "there is no route /v1/nothing"),
    ]

    @Test("A request that can't be meant is answered with its status, code, place and what would be right", arguments: wrong)
    func table(_ wrong: Wrong) async throws {
        var limits = RequestLimits.patient
        limits.maximumInputs = 4
        limits.maximumTextBytes = wrong.code == "text_too_large" ? 100 : 1 << 20
        let fixture = try ApplicationFixture(["gelu-f32", "bare", "broken"], limits: limits, answerMemory: 1000)
        let answer = try await fixture.post(wrong.path, wrong.body)
        let error = try answer.error()
        #expect(answer.status == wrong.status)
        #expect(error.code == wrong.code)
        #expect(error.param == wrong.param)
        #expect(error.message.contains(wrong.message), "\(error.message)")
        #expect(answer.headerFields[.contentType] == "application/json")
        fixture.engine.shutDown()
    }

    @Test("Bytes that are not UTF-8 are refused at the door", arguments: [
        [0x22, 0xff, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xe2, 0x82, 0x22],
    ] as [[UInt8]])
    func illFormed(_ text: [UInt8]) async throws {
        let fixture = try ApplicationFixture()
        let body = Array(#"{"inputs": "#.utf8) + text + Array("}".utf8)
        let answer = try await fixture.send(.post, "/v1/classify", body, [.contentType: "application/json"])
        #expect(answer.status == 400)
        #expect(try answer.error().code == "malformed_json")
        #expect(try answer.error().message.contains("UTF-8"))
        fixture.engine.shutDown()
    }

    @Test("Another media type is refused with the header to add", arguments: [
        "application/x-www-form-urlencoded", "text/plain", "application/jsonx", "multipart/form-data; boundary=x",
    ])
    func mediaType(_ type: String) async throws {
        let fixture = try ApplicationFixture()
        let answer = try await fixture.post("/v1/classify", #"{"inputs": "a"}"#, [.contentType: type])
        #expect(answer.status == 415)
        #expect(try answer.error().code == "unsupported_media_type")
        #expect(try answer.error().message.contains("-H 'Content-Type: application/json'"))
        fixture.engine.shutDown()
    }

    @Test("JSON is JSON under any spelling of its media type, or none", arguments: [
        "application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;charset=UTF-8", nil,
    ])
    func mediaTypes(_ type: String?) async throws {
        let fixture = try ApplicationFixture()
        var fields = HTTPFields()
        fields[.contentType] = type
        #expect(try await fixture.post("/v1/classify", #"{"inputs": "a"}"#, fields).status == 200)
        fixture.engine.shutDown()
    }

    @Test("What a client accepts decides over 406", arguments: [
        ("*/*", 200), ("application/json", 200), ("application/*;q=0.5", 200), ("text/html, */*;q=0.1", 200), ("", 200),
        ("text/html", 406), ("application/json;q=0", 406), ("*/*, application/json;q=0", 406), ("application/x-npy", 406),
    ])
    func accept(_ accept: String, _ status: Int) async throws {
        let fixture = try ApplicationFixture()
        let answer = try await fixture.post("/v1/classify", #"{"inputs": "a"}"#, [.contentType: "application/json", .accept: accept])
        #expect(answer.status == status)
        fixture.engine.shutDown()
    }

    @Test("A route asked with another method names those it has")
    func method() async throws {
        let fixture = try ApplicationFixture()
        let answer = try await fixture.get("/v1/classify")
        #expect(answer.status == 405 && answer.headerFields[.allow] == "POST")
        #expect(try answer.error().code == "method_not_allowed")
        #expect(try await fixture.post("/livez", "").headerFields[.allow] == "GET, HEAD")
        fixture.engine.shutDown()
    }

    @Test("A deadline that passes answers 504, and one that is no number 400")
    func deadline() async throws {
        var limits = RequestLimits()
        limits.answerTime = .milliseconds(1)
        let fixture = try ApplicationFixture(limits: limits, workers: 0)  // nobody ever answers
        let late = try await fixture.post("/v1/classify", #"{"inputs": "a"}"#)
        #expect(late.status == 504)
        #expect(try late.error().code == "deadline_exceeded")
        let odd = try await fixture.post(
            "/v1/classify", #"{"inputs": "a"}"#, [.contentType: "application/json", .requestTimeout: "soon"])
        #expect(odd.status == 400)
        #expect(try await fixture.post(
            "/v1/classify", "{}", [.contentType: "application/json", .requestTimeout: "+5"]).status == 400)
        fixture.engine.shutDown()
    }

    @Test("A full queue answers 429 with Retry-After, a draining server 503")
    func states() async throws {
        #expect(APIError(.overloaded).response.headerFields[.retryAfter] == "1")
        #expect(APIError(.overloaded).status == .tooManyRequests)
        let fixture = try ApplicationFixture(isDraining: { true })
        #expect(try await fixture.get("/readyz").status == 503)
        #expect(try await fixture.get("/healthz").error().code == "draining")
        #expect(try await fixture.get("/livez").status == 200)
        fixture.engine.shutDown()
        let closed = try await fixture.post("/v1/classify", #"{"inputs": "a"}"#)
        #expect(closed.status == 503)
    }

    @Test("What a client sent is not repeated without bound")
    func clipped() async throws {
        let fixture = try ApplicationFixture()
        let long = String(repeating: "é", count: 100_000)
        for body in [#"{"\#(long)": 1}"#, #"{"inputs": "a", "model": "\#(long)"}"#] {
            #expect(try await fixture.post("/v1/classify", body).body.count < 2000)
        }
        fixture.engine.shutDown()
    }

    @Test("A server on which no model could be loaded is not ready")
    func nothingReady() async throws {
        let fixture = try ApplicationFixture(["broken"])
        #expect(try await fixture.get("/readyz").status == 503)
        #expect(try await fixture.get("/livez").status == 200)
        fixture.engine.shutDown()
    }

    @Test("An internal error says nothing of what happened")
    func internalError() {
        #expect(!APIError(.notANumber(model: "secret")).message.contains("secret"))
        #expect(APIError(.notANumber(model: "m")).code == "internal")
        #expect(APIError(.notANumber(model: "m")).status == .internalServerError)
    }
}
