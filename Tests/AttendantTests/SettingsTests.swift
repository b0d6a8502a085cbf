import API
import HTTPServer
import FoundationEssentials
import Logging
import TestSupport
import Testing

@testable import attendant

@Suite("Settings")
struct SettingsTests {
    private func resolve(flags: SettingsLayer = SettingsLayer(), environment: [String: String] = [:], file: String = "") throws -> Settings {
        try Settings(
            [flags, SettingsLayer(environment: environment), SettingsLayer(yaml: file, path: "a.yaml", folder: "conf/")],
            defaultWorkers: 2)
    }

    private static let file = """
        host: 0.0.0.0
        port: 9000
        models:
          first: models/one
          second: /absolute/two
        workers: 3
        max_batch_tokens: 100
        queue_length: 50
        log_level: debug
        """

    @Test("The file is read, its models relative to its folder")
    func fromFile() throws {
        let settings = try resolve(file: Self.file)
        #expect(settings.listen == [ListenSetting(address: .internet(host: "0.0.0.0", port: 9000))] && settings.workers == 3)
        #expect(settings.maxBatchTokens == 100 && settings.queueLength == 50 && settings.logLevel == .debug)
        #expect(settings.models == [
            NamedModel(name: "first", path: "conf/models/one"), NamedModel(name: "second", path: "/absolute/two"),
        ])
    }

    @Test("A flag wins over the environment, and the environment over the file")
    func layers() throws {
        let settings = try resolve(
            flags: SettingsLayer(port: 1), environment: ["ATTENDANT_PORT": "2", "ATTENDANT_WORKERS": "5", "ATTENDANT_QUEUE_LENGTH": "7"], file: Self.file)
        #expect(settings.listen == [ListenSetting(address: .internet(host: "0.0.0.0", port: 1))] && settings.workers == 5 && settings.queueLength == 7 && settings.maxBatchTokens == 100)
    }

    @Test("The first layer that names models decides alone which are served")
    func models() throws {
        let byFlag = try resolve(flags: SettingsLayer(modelsDirectory: "dir"), environment: ["ATTENDANT_MODEL": "x=y"], file: Self.file)
        #expect(byFlag.models.isEmpty && byFlag.modelsDirectory == "dir")
        let byEnvironment = try resolve(environment: ["ATTENDANT_MODEL": "x=y,/path/to/z"], file: Self.file)
        #expect(byEnvironment.models == [NamedModel(name: "x", path: "y"), NamedModel(name: "z", path: "/path/to/z")])
    }

    @Test("An address says how to listen on it", arguments: [
        ("http://127.0.0.1:8080", ListenSetting(address: .internet(host: "127.0.0.1", port: 8080), isSecure: false)),
        ("https://[::1]:0", ListenSetting(address: .internet(host: "[::1]", port: 0), isSecure: true)),
        ("localhost:80", ListenSetting(address: .internet(host: "localhost", port: 80))),
        ("unix:/run/a.sock", ListenSetting(address: .unix(path: "/run/a.sock"), isSecure: false)),
    ])
    func addresses(text: String, expected: ListenSetting) throws {
        #expect(try ListenSetting(text) == expected)
    }

    @Test("What is no address is refused", arguments: ["", "unix:", "127.0.0.1", "http://:80", "::1:80", "http://a:b", "a:70000", "ftp://a:1"])
    func noAddress(text: String) {
        #expect(throws: SettingsError.self) { try ListenSetting(text) }
    }

    @Test("The first layer that says where to listen decides alone, by addresses or by host and port")
    func listening() throws {
        let file = "listen: ['https://0.0.0.0:8443', 'unix:/a']\ncertificates: [{certificate: a.pem, key: /b.key}]\nclient_ca: ca.pem\nmodels: {a: b}"
        let settings = try resolve(file: file)
        #expect(settings.listen.map(\.address) == [.internet(host: "0.0.0.0", port: 8443), .unix(path: "/a")])
        #expect(settings.certificates == [TLSConfiguration.Certificate(chainFile: "conf/a.pem", keyFile: "/b.key")])
        #expect(settings.clientAuthorities == "conf/ca.pem")
        let byFlag = try resolve(flags: SettingsLayer(port: 1), file: file)
        #expect(byFlag.listen == [ListenSetting(address: .internet(host: "127.0.0.1", port: 1))])
        let byEnvironment = try resolve(
            environment: ["ATTENDANT_LISTEN": "a:1,unix:b", "ATTENDANT_CERTIFICATE": "x,y", "ATTENDANT_KEY": "v,w"], file: Self.file)
        #expect(byEnvironment.listen.count == 2 && byEnvironment.certificates.map(\.keyFile) == ["v", "w"])
    }

    @Test("Limits are set by their names, and a flag's wins")
    func limits() throws {
        let limits = try resolve(
            flags: SettingsLayer(limits: [NamedLimit(argument: "inputs=5")]), environment: ["ATTENDANT_LIMIT": "idle_timeout=1.5,inputs=6"],
            file: "limits: {inputs: 7, connections: 8}\nmodels: {a: b}"
        ).serviceLimits()
        #expect(limits.request.maximumInputs == 5 && limits.connection.idleTimeout == .seconds(1.5) && limits.connection.connections == 8)
    }

    @Test("Each limit can be set, and takes no nonsense")
    func everyLimit() {
        for setting in ServiceLimits.settings {
            var limits = ServiceLimits()
            #expect(limits.set(setting.name, to: "7") == nil)
            for nonsense in ["", "-1", "x", "1e99"] { #expect(limits.set(setting.name, to: nonsense) != nil, "\(setting.name)=\(nonsense)") }
        }
    }

    @Test("The documentation lists each limit with its default")
    func documentedLimits() throws {
        let text = try String(contentsOfFile: Repository.root + "/docs/operation.md", encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" } } }
        for setting in ServiceLimits.settings {
            let row = rows.first { $0.first == setting.name }
            #expect(row.flatMap { Double($0[1]) } == Double(ServiceLimits().value(of: setting)), "\(setting.name)")
        }
    }

    @Test("What can't be is refused with its place", arguments: [
        ("limits: {patience: 3}\nmodels: {a: b}", "there is no limit 'patience'"),
        ("limits: 3", "a.yaml:1: 'limits' must be a mapping"),
        ("listen: a", "a.yaml:1: 'listen' must be a list"),
        ("models: {a: b}\nlisten: [a]", "a.yaml:2: 'a' is no address to listen on"),
        ("listen: ['a:1']\nport: 2\nmodels: {a: b}", "say where to listen either by 'listen' or by"),
        ("listen: ['https://a:1']\nmodels: {a: b}", "https needs a certificate"),
        ("client_ca: a\nmodels: {a: b}", "over https alone"),
        ("certificates: [{certificate: a}]", "a.yaml:1: 'certificates' must be a list"),
        ("colour: red", "a.yaml:1: there is no setting 'colour'"),
        ("host: a\nport: many", "a.yaml:2: 'port' must be a whole number"),
        ("port: 70000\nmodels: {a: b}", "the port is 70000"),
        ("workers: 0\nmodels: {a: b}", "workers is 0"),
        ("max_batch_tokens: 0\nmodels: {a: b}", "max batch tokens is 0"),
        ("queue_length: 0\nmodels: {a: b}", "queue length is 0"),
        ("models: [a]", "a.yaml:1: 'models' must be a mapping"),
        ("models:\n  a: [b]", "a.yaml:2: this must be a model's name and its folder"),
        ("log_level: loud", "a.yaml:1: 'log_level' must be one of"),
        ("- a", "a.yaml:1: this must be a mapping"),
        ("port: [", "a.yaml:"),
        ("port: 1", "no model is named"),
    ])
    func refusals(_ file: String, _ expected: String) throws {
        let error = #expect(throws: SettingsError.self) { try resolve(file: file) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }

    @Test("A variable that is no number, and a model named twice, are refused")
    func more() throws {
        #expect(throws: SettingsError("ATTENDANT_PORT is 'x', but must be a whole number")) { try resolve(environment: ["ATTENDANT_PORT": "x"]) }
        #expect(throws: SettingsError("two models are named 'a'")) { try resolve(environment: ["ATTENDANT_MODEL": "a=x,a=y"]) }
    }

    @Test("Log lines are JSON for machines, and for people text that clients cannot break")
    func logs() {
        let metadata: Logger.Metadata = ["path": "/a\nb\u{1b}[2J", "status": "200"]
        #expect(LineLogHandler.text("T", .info, "request", metadata) == #"T info request path=/a\nb\u{1B}[2J status=200"#)
        #expect(LineLogHandler.json("T", .info, "access", "request", metadata)
            == #"{"level":"info","logger":"access","message":"request","path":"/a\nb\u001b[2J","status":"200","time":"T"}"#)
    }
}
