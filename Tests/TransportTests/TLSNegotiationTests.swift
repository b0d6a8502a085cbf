import COpenSSL
import TLSTestSupport
import Testing

@testable import Transport

@Suite("What a client and TLS agree on", .timeLimit(.minutes(5)))
struct TLSNegotiationTests {
    private let fixture: TLSFixture

    init() throws { fixture = try TLSFixture() }

    @Test(
        "Old versions, weak suites and those without forward secrecy are refused",
        arguments: [
            (TLS1_VERSION...TLS1_1_VERSION, "ALL:@SECLEVEL=0", "protocol version"),
            (TLS1_2_VERSION...TLS1_2_VERSION, "AES128-GCM-SHA256:@SECLEVEL=0", "handshake failure"),
            (TLS1_2_VERSION...TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", "handshake failure"),
            (TLS1_2_VERSION...TLS1_2_VERSION, "ECDHE-ECDSA-NULL-SHA:aNULL:@SECLEVEL=0", "handshake failure"),
        ])
    func refused(versions: ClosedRange<Int32>, suites: String, reason: String) async throws {
        let settings = fixture.settings {
            $0.versions = versions
            $0.suites = suites
        }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            conversation.exchange()
            #expect(conversation.outcomes == [.failed(EPROTO)])
            #expect(conversation.client.failure?.contains("alert \(reason)") == true, "\(conversation.client.failure ?? "none")")
        }
    }

    @Test("TLS 1.2 uses elliptic curves and authenticated encryption", arguments: ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"])
    func suites(name: String) async throws {
        let settings = fixture.settings {
            $0.versions = TLS1_2_VERSION...TLS1_2_VERSION
            $0.suites = name
        }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            conversation.settle()
            #expect(conversation.client.suite == name)
        }
    }

    @Test(
        "The server's first protocol among the client's is chosen; a client that names none gets none",
        arguments: [(["http/1.1", "h2"], "h2"), (["http/1.1"], "http/1.1"), (["h3", "http/1.1"], "http/1.1"), ([], nil)])
    func protocols(offered: [String], chosen: String?) async throws {
        let settings = fixture.settings { $0.applicationProtocols = offered }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            #expect(conversation.stream.applicationProtocol == nil)
            conversation.settle()
            #expect(conversation.client.isEstablished)
            #expect(conversation.client.applicationProtocol == chosen)
            #expect(conversation.stream.applicationProtocol == chosen)
        }
    }

    @Test("A client that shares no protocol is told so", arguments: [["h3"], ["h", "h22", "http/1.0"]])
    func noProtocol(offered: [String]) async throws {
        let settings = fixture.settings { $0.applicationProtocols = offered }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            conversation.exchange()
            #expect(conversation.client.failure?.contains("no application protocol") == true)
            #expect(conversation.stream.failure?.contains("no application protocol") == true)
        }
    }

    @Test(
        "The server's name chooses the certificate; none and an unknown one get the first",
        arguments: [
            (nil, "first.test"), ("first.test", "first.test"), ("second.test", "second.test"), ("SECOND.test", "second.test"),
            ("a.wild.test", "*.wild.test"), ("a.b.wild.test", "first.test"), ("wild.test", "first.test"), ("unknown.test", "first.test"),
        ])
    func serverName(name: String?, subject: String) async throws {
        let context = try fixture.context(names: ["first.test", "second.test", "*.wild.test"])
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let settings = fixture.settings {
                $0.versions = version...version
                $0.serverName = name
            }
            await TLSConversation.hold(context, settings) { conversation in
                conversation.settle()
                #expect(conversation.client.isEstablished)
                #expect(conversation.client.serverSubject == subject)
            }
        }
    }

    @Test("A ticket resumes a session, with a client's certificate too", arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [false, true])
    func resumption(version: Int32, isMutual: Bool) async throws {
        let context = try fixture.context(clients: isMutual ? fixture.authority.file : nil, names: ["first.test", "second.test"])
        let settings = fixture.settings {
            $0.versions = version...version
            $0.serverName = "second.test"
            $0.certificate = isMutual ? fixture.authority.issue("client", as: "client") : nil
        }
        var session: TLSClient.Session?
        for isResumed in [false, true, true] {
            let box = Box(session)
            session = await TLSConversation.hold(context, settings, resuming: box.value) { conversation in
                conversation.settle()
                #expect(conversation.client.isEstablished)
                #expect(conversation.client.isResumed == isResumed)
                conversation.client.write([7])
                conversation.settle()
                #expect(conversation.received == [7])
                return Box(conversation.client.session)
            }.value
        }
    }

    @Test("A client must have a certificate of the authorities where they are named", arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func clientCertificates(version: Int32) async throws {
        let (other, context) = (try TestAuthority("other"), try fixture.context(clients: fixture.authority.file))
        let cases: [(TestAuthority.Files?, String?)] = [
            (fixture.authority.issue("client", as: "client"), nil), (nil, "certificate"), (other.issue("client", as: "client"), "unknown ca"),
        ]
        for (certificate, reason) in cases {
            let settings = fixture.settings {
                $0.versions = version...version
                $0.certificate = certificate
            }
            await TLSConversation.hold(context, settings) { conversation in
                conversation.settle()
                guard let reason else {
                    #expect(conversation.client.isEstablished && conversation.client.failure == nil)
                    conversation.client.write([7])
                    conversation.settle()
                    #expect(conversation.received == [7])
                    return
                }
                #expect(conversation.stream.failure?.contains("certificate") == true)
                let failure = conversation.client.failure ?? "none"
                // TLS 1.2 has no alert of its own for a certificate that is missing.
                #expect(failure.contains(reason) || certificate == nil && failure.contains("handshake failure"), "\(failure)")
            }
        }
    }

    @Test("Another handshake within TLS 1.2 is refused, and nothing else happens")
    func renegotiation() async throws {
        let settings = fixture.settings { $0.versions = TLS1_2_VERSION...TLS1_2_VERSION }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            conversation.settle()
            conversation.client.renegotiate()
            conversation.deliver(conversation.client.takeRecords())
            #expect(conversation.outcomes == [.wouldBlock])
            #expect(conversation.stream.write([1].span) == .wrote(1))
            conversation.listen()
            #expect(conversation.client.failure?.contains("no renegotiation") == true, "\(conversation.client.failure ?? "none")")
        }
    }
}

/// Carries a session from one step of a test to the next; they follow each other.
final class Box<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
