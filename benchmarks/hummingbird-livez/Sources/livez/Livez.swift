import Hummingbird
import Logging

/// Hummingbird with the one route that is measured: the body and content type of Attendant's `/livez`. It logs no requests.
@main
struct Livez {
    static func main() async throws {
        guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else { fatalError("usage: livez PORT") }
        let body = ByteBuffer(string: #"{"status":"ok"}"#)
        let router = Router()
        router.get("/livez") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
        }
        var logger = Logger(label: "livez")
        logger.logLevel = .warning
        let configuration = ApplicationConfiguration(address: .hostname("127.0.0.1", port: port), serverName: nil)
        try await Application(router: router, configuration: configuration, logger: logger).runService()
    }
}
