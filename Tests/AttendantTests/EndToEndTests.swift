import Foundation
import TestSupport
import Testing

/// The executable as people run it, asked through sockets by curl.
@Suite("The server, end to end", .timeLimit(.minutes(5)))
struct EndToEndTests {
    struct Answer: Decodable {
        struct Prediction: Decodable {
            var label: String
            var score: Double
        }
        var predictions: [[Prediction]]
    }

    private func sentimentServer(_ arguments: [String] = []) throws -> RunningServer {
        try RunningServer(["--model", "sentiment=\(Repository.sentimentModel)"] + arguments)
    }

    private func decode(_ text: String) throws -> Answer { try JSONDecoder().decode(Answer.self, from: Data(text.utf8)) }

    @Test("The curl line that it prints works as it stands")
    func example() throws {
        let server = try sentimentServer()
        #expect(server.example.hasPrefix("Try: curl "))
        let answer = try decode(RunningServer.shell("\(server.example.dropFirst("Try: ".count)) -s"))
        #expect(answer.predictions[0][0].label == "positive")
    }

    @Test("Scores over HTTP are the softmax of the reference's logits")
    func scores() throws {
        struct Case: Decodable {
            var text: String
            var text_pair: String?
            var logits: [Double]
        }
        let server = try sentimentServer()
        let cases = try Repository.decode([Case].self, from: Repository.goldens + "/sentiment/cases.json")
            .filter { $0.text_pair == nil && $0.text.utf8.count < 2000 }
        let body = try JSONEncoder().encode(["inputs": cases.map(\.text)])
        let folder = try TemporaryDirectory()
        let file = try folder.write(body, to: "body.json")
        let answer = try decode(server.curl("/v1/classify", "-H 'Content-Type: application/json' --data-binary @\(file)"))
        #expect(answer.predictions.count == cases.count && cases.count >= 40)
        for (expected, predictions) in zip(cases, answer.predictions) {
            let exponentials = expected.logits.map(exp)
            for (index, label) in ["negative", "neutral", "positive"].enumerated() {
                let score = try #require(predictions.first { $0.label == label }).score
                #expect(abs(score - exponentials[index] / exponentials.reduce(0, +)) < 1e-4, "\(expected.text)")
            }
        }
    }

    @Test("Many clients at once each get their own answer")
    func parallel() throws {
        let server = try sentimentServer()
        let folder = try TemporaryDirectory()
        let texts = (0..<60).map { $0 % 2 == 0 ? "What a wonderful film number \($0)!" : "The worst meal number \($0) I have ever had." }
        let transfers = texts.enumerated().map { index, text in
            """
            url = "\(server.address)/v1/classify"
            header = "Content-Type: application/json"
            data = "{\\"inputs\\": \\"\(text)\\"}"
            output = "\(folder.path)/\(index).json"

            """
        }
        let file = try folder.write(Array(transfers.joined(separator: "next\n").utf8), to: "curl.txt")
        _ = try RunningServer.shell("curl -sS --max-time 120 --parallel --parallel-max 30 -K \(file)")
        for index in texts.indices {
            let answer = try decode(String(contentsOfFile: "\(folder.path)/\(index).json", encoding: .utf8))
            #expect(answer.predictions[0][0].label == (index % 2 == 0 ? "positive" : "negative"), "\(texts[index])")
        }
    }

    @Test("HEAD, a chunked body, Expect: 100-continue and keep-alive work with curl")
    func protocolFeatures() throws {
        let server = try sentimentServer()
        #expect(try server.curl("/livez", "--head").contains("200 OK"))
        let body = #"{"inputs": "fine"}"#
        #expect(try server.curl("/v1/classify", json: body, "-H 'Transfer-Encoding: chunked'").contains("predictions"))
        #expect(try server.curl("/v1/classify", json: body, "-H 'Expect: 100-continue' -v 2>&1").contains("100 Continue"))
        let twice = try RunningServer.shell("curl -sv \(server.address)/livez \(server.address)/version 2>&1")
        #expect(twice.contains("Re-using existing connection") || twice.contains("reusing") || twice.contains("Re-using"))
        #expect(try server.curl("/v1/classify", "-o /dev/null -w '%{http_code}' -d '{}'") == "415")
    }

    @Test("Nonsense on one connection harms no other")
    func nonsense() throws {
        let server = try sentimentServer()
        let port = try #require(server.address.split(separator: ":").last)
        for bytes in [#"\000\001\002\377"#, #"GET / HTTP/1.1\r\n\r\n"#, #"POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"#] {
            _ = try RunningServer.shell("printf '\(bytes)' | timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(port); cat >&3; head -c 12 <&3'")
        }
        #expect(try server.curl("/v1/classify", json: #"{"inputs": "good"}"#).contains("positive"))
    }

    @Test("It goes on when whoever reads its log goes away")
    func brokenPipe() throws {
        let folder = try TemporaryDirectory()
        let command = """
            mkfifo \(folder.path)/log; sleep 0 < \(folder.path)/log &
            \(AttendantProcess.executable) serve --port 0 --model sentiment=\(Repository.sentimentModel) \
                > \(folder.path)/out 2> \(folder.path)/log & server=$!
            until grep -q http \(folder.path)/out; do kill -0 $server || exit 1; done
            address=$(grep -o 'http://[0-9.:]*' \(folder.path)/out | head -1)
            curl -s --max-time 120 $address/livez; curl -s --max-time 120 $address/livez
            kill $server
            """
        #expect(try RunningServer.shell(command) == #"{"status":"ok"}{"status":"ok"}"#)
    }

    @Test("SIGTERM ends it with status 0")
    func termination() throws {
        let server = try sentimentServer()
        _ = try server.curl("/livez")
        server.process.terminate()
        #expect(server.process.finish().status == 0)
    }

    @Test("In a folder of models a broken one is listed as failed, and the others serve")
    func folder() throws {
        let folder = try TemporaryDirectory()
        for name in ["alright", "truncated", "strange"] {
            try folder.makeDirectory(name)
            for file in try FileManager.default.contentsOfDirectory(atPath: Repository.smallModel("gelu-f32")) {
                try FileManager.default.copyItem(
                    atPath: Repository.smallModel("gelu-f32") + "/" + file, toPath: "\(folder.path)/\(name)/\(file)")
            }
        }
        try folder.write([1, 2, 3], to: "truncated/model.safetensors")
        try folder.write(Array(#"{"model_type": "strange"}"#.utf8), to: "strange/config.json")
        let server = try RunningServer(["--models", folder.path])
        let list = try server.curl("/v1/models")
        #expect(list.contains(#""id":"alright""#) && list.contains(#""state":"ready""#))
        #expect(list.contains("3 bytes are too few for a safetensors header"))
        #expect(list.contains("'model_type' is 'strange', which is not supported"))
        #expect(try server.curl("/v1/classify", json: #"{"inputs": "good"}"#).contains(#""model":"alright""#))
        #expect(try server.curl("/readyz").contains("ok"))
    }

    @Test("A port in use, or an address that is none, is one clear line and status 1")
    func portInUse() throws {
        let server = try sentimentServer()
        let port = String(try #require(server.address.split(separator: ":").last))
        let model = "sentiment=\(Repository.sentimentModel)"
        let second = try AttendantProcess.run("serve", "--port", port, "--model", model, "--log-level", "error")
        #expect(second.status == 1)
        #expect(second.errors.contains("in use") && second.errors.split(separator: "\n").count == 1, "\(second.errors)")
        let nowhere = try AttendantProcess.run("serve", "--host", "nowhere", "--model", model, "--log-level", "error")
        #expect(nowhere.status == 1 && nowhere.errors.contains("nowhere") && nowhere.errors.split(separator: "\n").count == 1)
    }
}
