import COpenSSL
import Glibc
import TLSTestSupport
import Testing

@testable import Transport

/// What the suites of TLS have in common: an authority, and contexts made of its certificates.
struct TLSFixture {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority() }

    func context(_ protocols: [String] = ["h2", "http/1.1"], clients: String? = nil, names: [String] = ["localhost"]) throws -> TLSContext {
        let certificates = names.enumerated().map { index, name in
            let files = authority.issue(name, as: "server\(index)")
            return TLSConfiguration.Certificate(chainFile: files.certificate, keyFile: files.key)
        }
        return try TLSContext(TLSConfiguration(certificates: certificates, clientAuthoritiesFile: clients, applicationProtocols: protocols))
    }

    /// A client that trusts the authority.
    func settings(_ change: (inout TLSClient.Settings) -> Void = { _ in }) -> TLSClient.Settings {
        var settings = TLSClient.Settings()
        settings.authority = authority.file
        change(&settings)
        return settings
    }
}

/// Bytes of which no stretch looks like another.
func pattern(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}

/// Leaves a reason in this thread's queue, as a failure of other work does.
func leaveReason() {
    ERR_new()
    withVaList([]) { ERR_vset_error(Int32(ERR_LIB_SSL), SSL_R_HTTP_REQUEST, nil, $0) }
}

@Suite("The TLS stream", .timeLimit(.minutes(5)))
struct TLSStreamTests {
    private let fixture: TLSFixture

    init() throws { fixture = try TLSFixture() }

    @Test("A handshake and an echo, however the records are cut", arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [1, 2, 7, 100, 8192])
    func echo(version: Int32, pieces: Int) async throws {
        let settings = fixture.settings { $0.versions = version...version }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            conversation.settle(pieces: pieces)
            #expect(conversation.client.isEstablished)
            #expect(conversation.client.version == (version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"))
            conversation.client.write(Array("hello".utf8))
            conversation.settle(pieces: pieces)
            #expect(conversation.received == Array("hello".utf8))
            #expect(conversation.stream.write(Array("hello, client".utf8).span) == .wrote(13))
            conversation.listen(pieces: pieces)
            #expect(conversation.client.plaintext == Array("hello, client".utf8))
            #expect(conversation.stream.failure == nil)
        }
    }

    @Test("A megabyte travels each way", arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func megabyte(version: Int32) async throws {
        let bytes = pattern(1 << 20)
        let settings = fixture.settings { $0.versions = version...version }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            conversation.settle()
            conversation.client.write(bytes)
            conversation.settle(pieces: 50_000)
            #expect(conversation.received == bytes)
            var sent = 0
            while sent < bytes.count {
                guard case .wrote(let count) = conversation.stream.write(bytes.span.extracting(sent...)) else { break }
                sent += count
                conversation.listen()
            }
            #expect(conversation.client.plaintext == bytes)
        }
    }

    @Test("Bytes that come with the last of the handshake are read with it, and their end too")
    func everythingAtOnce() async throws {
        try await TLSConversation.hold(fixture.context(), fixture.settings()) { conversation in
            conversation.exchange()
            #expect(conversation.client.isEstablished)
            conversation.client.write(Array("all".utf8))
            conversation.client.end()
            conversation.deliver(conversation.client.takeRecords())
            #expect(conversation.outcomes == [.bytes(3, filledBuffer: true), .endOfStream])
            #expect(conversation.received == Array("all".utf8))
        }
    }

    @Test("New keys are taken and given")
    func keyUpdate() async throws {
        try await TLSConversation.hold(fixture.context(), fixture.settings()) { conversation in
            conversation.settle()
            for round in 1...100 {
                conversation.client.updateKeys()
                conversation.client.write([UInt8(round)])
                conversation.settle()
                #expect(conversation.stream.write([UInt8(round)].span) == .wrote(1))
                conversation.listen()
            }
            #expect(conversation.received == Array(1...100))
            #expect(conversation.client.plaintext == Array(1...100))
        }
    }

    @Test("Garbage in place of a handshake gets an orderly end, and an alert if it began as TLS does", arguments: ["a message out of turn", "a length out of range", "noise", "much noise"])
    func garbage(kind: String) async throws {
        let bytes: [UInt8] =
            switch kind {
            case "a message out of turn": [0x16, 0x03, 0x01, 0x00, 0x04, 0x0E, 0x00, 0x00, 0x00]
            case "a length out of range": [0x16, 0x03, 0x01, 0xFF, 0xFF] + pattern(100)
            case "noise": pattern(100)
            default: pattern(60_000)
            }
        try await TLSConversation.hold(fixture.context()) { conversation in
            conversation.deliver(bytes, pieces: bytes.count)
            #expect(conversation.outcomes == [.failed(EPROTO)])
            #expect(conversation.stream.failure?.hasPrefix("TLS: ") == true)
            conversation.stream.close(reset: false)
            let alert = conversation.takeSent()
            // Type 21, level 2: a fatal alert.
            #expect(kind.hasSuffix("noise") ? alert.isEmpty : alert.count == 7 && alert[0] == 21 && alert[5] == 2)
            var byte: UInt8 = 0
            #expect(recv(conversation.peer, &byte, 1, 0) == 0)
        }
    }

    @Test("A record that was changed on its way ends the connection with an alert")
    func tampered() async throws {
        try await TLSConversation.hold(fixture.context(), fixture.settings()) { conversation in
            conversation.settle()
            conversation.client.write(Array("hello".utf8))
            var records = conversation.client.takeRecords()
            records[records.count - 1] ^= 1
            conversation.deliver(records)
            #expect(conversation.outcomes == [.failed(EPROTO)])
            #expect(conversation.received.isEmpty)
            conversation.listen()
            #expect(conversation.client.failure?.contains("bad record mac") == true)
        }
    }

    @Test("Plain HTTP is answered in plain that TLS is spoken here", arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST /x HTTP/1.0\r\n\r\n", "HEAD / HTTP/1.1\r\n\r\n"])
    func plainHTTP(request: String) async throws {
        try await TLSConversation.hold(fixture.context()) { conversation in
            conversation.deliver(Array(request.utf8))
            #expect(conversation.outcomes == [.failed(EPROTO)])
            #expect(conversation.stream.failure == "TLS: http request")
            let answer = String(decoding: conversation.takeSent(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nThis port speaks TLS; use https.\n"))
        }
    }

    @Test("Another connection's failure on the same thread is not ours")
    func errorQueue() async throws {
        try await TLSConversation.hold(fixture.context(), fixture.settings()) { conversation in
            conversation.settle()
            conversation.client.write([1])
            let records = conversation.client.takeRecords()
            leaveReason()
            conversation.deliver(records)
            #expect(conversation.received == [1])
        }
    }
}
