import API
import ArgumentParser
import FoundationEssentials
import Glibc
import HTTPServer
import Inference
import Logging

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve models over HTTP.",
        discussion: """
            Every option can also be set in the environment (ATTENDANT_HOST, ATTENDANT_PORT, ATTENDANT_MODEL, ...) and in a \
            YAML file. A flag wins over the environment, the environment over the file.
            """)

    @Option(help: ArgumentHelp("The address to listen on. (default: 127.0.0.1)"))
    var host: String?

    @Option(help: ArgumentHelp("The port to listen on; 0 for any free one. (default: 8080)"))
    var port: Int?

    @Option(help: ArgumentHelp("An address to listen on, in place of host and port; may be repeated: http://HOST:PORT, https://HOST:PORT, unix:PATH.", valueName: "ADDRESS"))
    var listen: [String] = []

    @Option(help: ArgumentHelp("A certificate with its intermediate ones, PEM; may be repeated for several names. With it, HOST:PORT speaks https.", valueName: "FILE"))
    var certificate: [String] = []

    @Option(help: ArgumentHelp("The key of a certificate, PEM; as often, and in the same order.", valueName: "FILE"))
    var key: [String] = []

    @Option(name: .customLong("client-ca"), help: ArgumentHelp("Authorities, PEM: clients must show a certificate that one of them has signed.", valueName: "FILE"))
    var clientCA: String?

    @Option(help: ArgumentHelp("A bound on what clients may take, such as idle_timeout=30; may be repeated. docs/operation.md lists them.", valueName: "NAME=VALUE"))
    var limit: [String] = []

    @Option(help: ArgumentHelp("A model's name and folder; may be repeated.", valueName: "NAME=PATH"))
    var model: [String] = []

    @Option(help: ArgumentHelp("A folder whose subfolders are models.", valueName: "DIR"))
    var models: String?

    @Option(help: ArgumentHelp("A YAML file. (default: config/attendant.yaml, if there is one)", valueName: "FILE"))
    var config: String?

    @Option(help: ArgumentHelp("Threads that run models. (default: one for each processor)", valueName: "N"))
    var workers: Int?

    @Option(help: ArgumentHelp("Tokens that are computed together. (default: \(BatchPolicy.defaultBudget))", valueName: "N"))
    var maxBatchTokens: Int?

    @Option(help: ArgumentHelp("Texts that may wait before requests are refused. (default: 4096)", valueName: "N"))
    var queueLength: Int?

    @Option(help: ArgumentHelp("What linear layers are multiplied in: \(DTypeSetting.names). (default: int8 where the checkpoint holds int8, else f32)", valueName: "DTYPE"))
    var dtype: DTypeSetting?

    @Option(help: ArgumentHelp("What is logged at least; info logs each request. (default: info)", valueName: "LEVEL"))
    var logLevel: Logger.Level?

    func run() async throws {
        let settings: Settings
        do throws(SettingsError) { settings = try resolveSettings() } catch { throw CommandFailure(error.description) }
        let format = LineLogHandler.format
        LoggingSystem.bootstrap { LineLogHandler(label: $0, level: settings.logLevel, format: format) }
        defer { LogWriter.standardError.flush() }

        // Whoever reads our output may go away; that must not end the server.
        signal(SIGPIPE, SIG_IGN)
        let registry = try ModelDiscovery.load(settings, logger: Logger(label: "models"))
        var engineSettings = InferenceEngine.Settings(workers: settings.workers, maximumBatchTokens: settings.maxBatchTokens)
        engineSettings.queueSequences = settings.queueLength
        let limits = try settings.serviceLimits()
        engineSettings.requestTokens = limits.request.maximumTokens
        let engine = InferenceEngine(registry: registry, settings: engineSettings)
        let service = Service(engine: engine, limits: limits, logsAccess: settings.logLevel <= .info)
        let credentials: TLSCredentials?
        var addresses: [String] = []
        do {
            credentials = try settings.credentials()
            for place in settings.listen {
                let isSecure = place.isSecure ?? (credentials != nil)
                addresses.append(try service.listen(at: place.address, credentials: isSecure ? credentials : nil))
            }
        } catch {
            throw CommandFailure("\(error)")
        }
        // Until here a signal ends the process at once: there is nobody to answer yet.
        let signals = TerminationSignals()
        let hangUps = credentials.map { credentials in HangUpSignal { Self.reload(credentials) } }
        defer { withExtendedLifetime(hangUps) {} }
        announce(addresses, registry)

        await signals.first()
        Logger(label: "server").notice("shutting down; requests in flight are answered first")
        await service.drain(gracePeriod: .seconds(30))
    }

    private static func reload(_ credentials: TLSCredentials) {
        let logger = Logger(label: "server")
        do {
            try credentials.reload()
            logger.notice("certificates were read again; new connections use them")
        } catch {
            logger.error("certificates could not be read again; the old ones stay", metadata: ["error": "\(error)"])
        }
    }

    private func resolveSettings() throws(SettingsError) -> Settings {
        var flags = SettingsLayer(
            host: host, port: port, modelsDirectory: models, workers: workers, maxBatchTokens: maxBatchTokens,
            queueLength: queueLength, dtype: dtype, logLevel: logLevel)
        flags.clientAuthorities = clientCA
        flags.certificates = try TLSConfiguration.Certificate.pairs(certificate, key)
        for argument in limit { flags.limits.append(try NamedLimit(argument: argument)) }
        if !listen.isEmpty {
            var addresses: [ListenSetting] = []
            for argument in listen { addresses.append(try ListenSetting(argument)) }
            flags.listen = addresses
        }
        if !model.isEmpty {
            var named: [NamedModel] = []
            for argument in model { named.append(try NamedModel(argument: argument)) }
            flags.models = named
        }
        let environment = ProcessInfo.processInfo.environment
        var layers = [flags, try SettingsLayer(environment: environment)]
        let usual = "config/attendant.yaml"
        if let file = config ?? environment["ATTENDANT_CONFIG"] {
            layers.append(try SettingsLayer(file: file))
        } else if FileManager.default.fileExists(atPath: usual) {
            layers.append(try SettingsLayer(file: usual))
        }
        return try Settings(layers, defaultWorkers: ProcessInfo.processInfo.activeProcessorCount)
    }

    /// On standard output: where it listens, and something to try if any model is there to answer.
    private func announce(_ addresses: [String], _ registry: ModelRegistry) {
        for address in addresses { print("Attendant listens on \(address)") }
        let tasks: [ModelTask] = [.classify, .attention]
        if let task = tasks.first(where: { (try? registry.model(named: nil, for: $0)) != nil }), let address = addresses.first {
            let place = address.hasPrefix("unix:") ? "--unix-socket \(address.dropFirst(5)) http://localhost" : address
            print("Try: curl -H 'Content-Type: application/json' -d '{\"inputs\": \"What a wonderful film!\"}' \(place)/v1/\(task.rawValue)")
        }
        fflush(nil)
    }
}

extension DTypeSetting: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
