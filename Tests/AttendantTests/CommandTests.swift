import Foundation
import TestSupport
import Testing

@Suite("The command line", .timeLimit(.minutes(5)))
struct CommandTests {
    @Test("--version and --help tell what there is")
    func help() throws {
        #expect(try AttendantProcess.run("--version").output == "attendant 0.1.0\n")
        let help = try AttendantProcess.run("--help").output
        for word in ["serve", "inspect", "tokenize", "classify", "OVERVIEW: Serves Transformer models"] { #expect(help.contains(word)) }
        let serve = try AttendantProcess.run("serve", "--help").output
        for flag in ["--host", "--port", "--model", "--models", "--config", "--workers", "--max-batch-tokens", "--log-level"] {
            #expect(serve.contains(flag))
        }
    }

    @Test("classify prints each text with its labels")
    func classify() throws {
        let result = try AttendantProcess.run("classify", Repository.sentimentModel, "What a wonderful film!", "The worst meal ever.")
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 4 && lines[0] == "What a wonderful film!")
        #expect(lines[1].contains("positive 0.99") && lines[3].trimmingCharacters(in: .whitespaces).hasPrefix("negative"))
    }

    @Test("tokenize prints ids, offsets and tokens")
    func tokenize() throws {
        let output = try AttendantProcess.run("tokenize", Repository.sentimentModel, "Crème!").output
        #expect(output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) } == [
            ["101", "0..0", "0", "[CLS]"], ["13675", "0..2", "0", "cr"], ["21382", "2..5", "0", "##eme"],
            ["999", "5..6", "0", "!"], ["102", "0..0", "0", "[SEP]"],
        ])
    }

    @Test("tokenize --lines answers each line of JSON with one")
    func tokenizeLines() throws {
        let folder = try TemporaryDirectory()
        let lines = #"{"text": "Crème!", "pair": "ok", "max_length": 6}"# + "\n" + #"{"text": "a", "add_special_tokens": false}"# + "\n"
        let file = try folder.write(Array(lines.utf8), to: "lines.json")
        let output = try RunningServer.shell("\(AttendantProcess.executable) tokenize \(Repository.sentimentModel) --lines < \(file)")
        #expect(output == """
            {"ids":[101,13675,21382,102,7929,102],"offsets":[[0,0],[0,2],[2,5],[0,0],[0,2],[0,0]],"special_tokens_mask":[1,0,0,1,0,1],"type_ids":[0,0,0,0,1,1]}
            {"ids":[1037],"offsets":[[0,1]],"special_tokens_mask":[0],"type_ids":[0]}

            """)
    }

    @Test("tokenize --lines --time prints one line with seconds, tokens and memory")
    func tokenizeTimes() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(Array("{\"text\": \"Crème!\"}\n{\"text\": \"a\", \"add_special_tokens\": false}\n".utf8), to: "lines.json")
        let output = try RunningServer.shell("\(AttendantProcess.executable) tokenize \(Repository.sentimentModel) --lines --time 3 < \(file)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect(report["lines"] as? Int == 2 && report["tokens"] as? Int == 6)
        let seconds = try #require(report["round_seconds"] as? [Double])
        #expect(seconds.count == 3 && seconds.allSatisfy { $0 > 0 })
        #expect(try #require(report["load_seconds"] as? Double) > 0)
        let before = try #require(report["resident_bytes_before"] as? Int), loaded = try #require(report["resident_bytes"] as? Int)
        #expect(before > 1_000_000 && loaded > before)
        #expect(try #require(report["peak_resident_bytes"] as? Int) >= loaded)

        let result = try AttendantProcess.run("tokenize", Repository.sentimentModel, "a", "--time", "3")
        #expect(result.status == 64 && result.errors.contains("--time measures the texts of --lines"))
    }

    @Test("inspect shows architecture, tasks, labels, tensors and what is unused")
    func inspect() throws {
        let output = try AttendantProcess.run("inspect", Repository.sentimentModel).output
        for text in [
            "BertForSequenceClassification (bert)", "classify, embeddings, attention, tokenize", "negative, neutral, positive",
            "6 layers, 12 heads, hidden size 384", "22714371", "classifier.weight", "F16  [3, 384]", "0 of 105 tensors",
        ] {
            #expect(output.contains(text), "\(text)")
        }
        let masked = try AttendantProcess.run("inspect", Repository.smallModel("masked-lm")).output
        #expect(masked.contains("cls.predictions.bias") && masked.contains("unused"))
    }

    /// What is done to a copy of a good checkpoint.
    static let damages: [(file: String, bytes: [UInt8]?, expected: String)] = [
        ("model.safetensors", [], "model.safetensors: the file is empty"),
        ("model.safetensors", Array("garbage!garbage!".utf8), "model.safetensors: the header says"),
        ("model.safetensors", nil, "neither model.safetensors nor model.safetensors.index.json"),
        ("config.json", nil, "config.json: No such file"),
        ("config.json", Array("{".utf8), "config.json: this is not JSON"),
        ("tokenizer.json", Array("[]".utf8), "tokenizer.json"),
    ]

    @Test("A broken checkpoint is one line that names the file, and status 1", arguments: damages)
    func broken(_ damage: (file: String, bytes: [UInt8]?, expected: String)) throws {
        let folder = try TemporaryDirectory()
        try folder.copy(filesOf: Repository.smallModel("gelu-f32"))
        if let bytes = damage.bytes {
            try folder.write(bytes, to: damage.file)
        } else {
            try FileManager.default.removeItem(atPath: folder.path + "/" + damage.file)
        }
        for arguments in [["serve", "--port", "0", "--log-level", "error", "--model", "m=\(folder.path)"], ["inspect", folder.path]] {
            let result = try AttendantProcess(arguments).finish()
            #expect(result.status == 1)
            #expect(result.errors.contains(damage.expected), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        }
    }

    @Test("A missing model, no model, and a folder without models are one line each", arguments: [
        (["serve", "--model", "m=/nowhere"], "the model 'm' can't be loaded: /nowhere: there is no such folder"),
        (["serve"], "no model is named; use --model NAME=PATH"),
        (["serve", "--models", "/nowhere"], "/nowhere: this is no folder that can be read"),
        (["serve", "--models", "/proc/self/fd"], "no folder in it has a config.json"),
        (["serve", "--config", "/nowhere.yaml"], "/nowhere.yaml: there is no such file"),
        (["serve", "--model", "="], "'=' names no model"),
        (["tokenize", "/nowhere", "text"], "/nowhere"),
    ])
    func missing(_ arguments: [String], _ expected: String) throws {
        let result = try AttendantProcess(arguments).finish()
        #expect(result.status == 1)
        #expect(result.errors.contains(expected) && result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    @Test("A folder that may not be read is one clear line", .enabled(if: geteuid() != 0, "root may read everything"))
    func permission() throws {
        let folder = try TemporaryDirectory()
        try folder.makeDirectory("locked")
        chmod(folder.path + "/locked", 0)
        defer { chmod(folder.path + "/locked", 0o700) }
        let result = try AttendantProcess.run("serve", "--models", folder.path + "/locked")
        #expect(result.status == 1 && result.errors.split(separator: "\n").count == 1)
    }

    @Test("An unknown key in the configuration file is an error with its line")
    func unknownKey() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(Array("host: 127.0.0.1\nprot: 8080\n".utf8), to: "a.yaml")
        let result = try AttendantProcess.run("serve", "--config", file)
        #expect(result.status == 1)
        #expect(result.errors.contains("\(file):2: there is no setting 'prot'; there are: host, port,"), "\(result.errors)")
    }
}
