import Glibc
import HTTPCore
import TLSTestSupport
import Transport

@testable import HTTPServer

/// A client that speaks TLS over a blocking socket.
final class TLSTestClient {
    let socket: TestClient
    let tls: TLSClient

    /// - Parameter shakesHands: otherwise the client's first records stay where they are.
    init(port: Int, _ settings: TLSClient.Settings = TLSClient.Settings(), shakesHands: Bool = true) throws {
        socket = try TestClient(port: port)
        tls = TLSClient(settings)
        while shakesHands, !tls.isEstablished, tls.failure == nil, turn() {}
        if shakesHands { sendRecords() }
    }

    func sendRecords() { socket.send(tls.takeRecords()) }

    /// One step to and one fro; false at the end of the connection.
    private func turn() -> Bool {
        sendRecords()
        guard let bytes = socket.receive(), !bytes.isEmpty else { return false }
        tls.receive(bytes)
        return true
    }

    func send(_ text: String) {
        tls.write(Array(text.utf8))
        sendRecords()
    }

    /// Everything until `text` has come, or until the end.
    func receive(until text: String? = nil) -> String {
        while !tls.peerHasEnded, tls.failure == nil {
            if let text, String(decoding: tls.plaintext, as: UTF8.self).hasSuffix(text) { break }
            guard turn() else { break }
        }
        defer { tls.plaintext = [] }
        return String(decoding: tls.plaintext, as: UTF8.self)
    }
}

extension TestAuthority {
    /// The credentials of a server called `localhost`.
    func credentials() throws -> TLSCredentials {
        let files = issue("localhost")
        return try TLSCredentials(
            TLSConfiguration(
                certificates: [.init(chainFile: files.certificate, keyFile: files.key)],
                applicationProtocols: ApplicationProtocol.allCases.map(\.rawValue)))
    }

    var clientSettings: TLSClient.Settings {
        var settings = TLSClient.Settings()
        settings.authority = file
        settings.serverName = "localhost"
        return settings
    }
}
