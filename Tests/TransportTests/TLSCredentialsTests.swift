import COpenSSL
import Glibc
import TLSTestSupport
import TestSupport
import Testing

@testable import Transport

@Suite("Certificates and their files", .timeLimit(.minutes(5)))
struct TLSCredentialsTests {
    private let authority: TestAuthority
    private let folder: TemporaryDirectory

    init() throws { (authority, folder) = (try TestAuthority(), try TemporaryDirectory()) }

    private func error(_ chain: String, _ key: String, clients: String? = nil) -> String? {
        let certificate = TLSConfiguration.Certificate(chainFile: chain, keyFile: key)
        do {
            _ = try TLSContext(TLSConfiguration(certificates: [certificate], clientAuthoritiesFile: clients, applicationProtocols: []))
            return nil
        } catch { return error.description }
    }

    @Test("Whatever cannot be used is told in one line that begins with its file")
    func errors() throws {
        let (files, other) = (authority.issue("a", as: "a"), authority.issue("b", as: "b"))
        let secret = authority.issue("c", as: "c", passphrase: "secret")
        let text = try folder.write("no certificate".utf8, to: "text.pem")
        let broken = try folder.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8, to: "broken.pem")
        let cases: [(String?, String)] = [
            (error("/nowhere.pem", files.key), "/nowhere.pem: No such file or directory"),
            (error(files.certificate, "/nowhere.pem"), "/nowhere.pem: No such file or directory"),
            (error(text, files.key), "\(text): no certificate in PEM form could be read: "),
            (error(broken, files.key), "\(broken): no certificate in PEM form could be read: "),
            (error(files.key, files.key), "\(files.key): no certificate in PEM form could be read: "),
            (error(folder.path, files.key), "\(folder.path): no certificate in PEM form could be read: "),
            (error(files.certificate, text), "\(text): no private key in PEM form without a passphrase could be read: "),
            (error(files.certificate, files.certificate), "\(files.certificate): no private key in PEM form without a passphrase could be read: "),
            (error(secret.certificate, secret.key), "\(secret.key): no private key in PEM form without a passphrase could be read: "),
            (error(files.certificate, other.key), "\(other.key): this is not the key of the certificate in \(files.certificate)"),
            (error(files.certificate, files.key, clients: "/nowhere.pem"), "/nowhere.pem: No such file or directory"),
            (error(files.certificate, files.key, clients: text), "\(text): no certificates of authorities in PEM form could be read: "),
        ]
        for (error, expected) in cases {
            let error = try #require(error)
            #expect(error.hasPrefix(expected))
            #expect(!error.contains("\n"))
            // The reason was there and is told.
            #expect(!error.hasSuffix(": ") && !error.contains("unknown error"), "\(error)")
        }
        #expect(error(files.certificate, files.key, clients: authority.file) == nil)
        #expect(ERR_peek_error() == 0)
    }

    @Test("What OpenSSL said earlier on this thread is not told as a reason")
    func oldReasons() throws {
        let text = try folder.write("none".utf8, to: "text.pem")
        leaveReason()
        #expect(error(authority.issue("a").certificate, text)?.contains("http request") == false)
    }

    @Test("Certificates read again serve new connections, the open ones go on with the old; what cannot be read changes nothing")
    func reload() async throws {
        let files = authority.issue("old", as: "server")
        let credentials = try TLSCredentials(
            TLSConfiguration(
                certificates: [.init(chainFile: files.certificate, keyFile: files.key)], applicationProtocols: ["http/1.1"]))
        let old = TLSConversation(credentials.current)
        await old.run { $0.deliver($0.client.takeRecords()) }
        _ = authority.issue("new", as: "server")
        try credentials.reload()
        await old.run { conversation in
            conversation.listen()
            conversation.settle()
            conversation.client.write([1])
            conversation.settle()
            #expect(conversation.received == [1])
            #expect(conversation.client.serverSubject == "old")
            conversation.stream.close(reset: false)
        }
        unlink(files.key)
        #expect(throws: TLSError.self) { try credentials.reload() }
        await TLSConversation.hold(credentials.current) { conversation in
            conversation.settle()
            #expect(conversation.client.serverSubject == "new")
        }
    }
}
