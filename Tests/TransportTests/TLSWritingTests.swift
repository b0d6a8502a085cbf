import COpenSSL
import Glibc
import TLSTestSupport
import Testing

@testable import Transport

@Suite("Writing to a TLS stream whose peer is slow", .timeLimit(.minutes(5)))
struct TLSWritingTests {
    private let fixture: TLSFixture

    init() throws { fixture = try TLSFixture() }

    @Test("A peer that reads nothing stops the writer, and then gets everything in order, no byte twice", arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func backPressure(version: Int32) async throws {
        let bytes = pattern(500_000)
        let settings = fixture.settings { $0.versions = version...version }
        try await TLSConversation.hold(fixture.context(), settings, socketBytes: 8192) { conversation in
            conversation.settle()
            var (sent, stalls) = (0, 0)
            while sent < bytes.count {
                // In spans as a connection offers them: never more than is left of one buffer.
                let end = min(bytes.count, sent + 100_000)
                guard case .wrote(let count) = conversation.stream.write(bytes.span.extracting(sent..<end)) else { break }
                sent += count
                if count < end - sent {
                    stalls += 1
                    // Nothing more is taken while records wait.
                    #expect(conversation.stream.write(bytes.span.extracting(sent..<end)) == .wrote(0))
                    conversation.client.receive(Array(conversation.takeSent()))
                    conversation.stream.flush()
                }
            }
            #expect(stalls > 3)
            conversation.listen()
            #expect(conversation.client.plaintext == bytes)
        }
    }

    @Test("Bytes are not reported before their last record was sent")
    func unreported() async throws {
        let bytes = pattern(40_000)
        try await TLSConversation.hold(fixture.context(), fixture.settings(), socketBytes: 8192) { conversation in
            conversation.settle()
            #expect(conversation.stream.write(bytes.span) == .wrote(0))
            #expect(conversation.stream.write(bytes.span) == .wrote(0))
            while conversation.client.plaintext.count < bytes.count {
                conversation.listen()
                conversation.stream.flush()
            }
            // All of it has gone; now it is told, and not sent again.
            #expect(conversation.stream.write(bytes.span) == .wrote(bytes.count))
            conversation.listen()
            #expect(conversation.client.plaintext == bytes)
        }
    }

    @Test("Records that wait are sent when there is room, though the caller has nothing to write; then nobody is woken")
    func flushes() async throws {
        let bytes = pattern(40_000)
        let conversation = TLSConversation(try fixture.context(), fixture.settings(), socketBytes: 8192)
        await conversation.run { conversation in
            conversation.start()
            conversation.settle()
            #expect(conversation.stream.write(bytes.span) == .wrote(0))
            conversation.stream.setInterest(reading: false, writing: false)
        }
        await conversation.turns(50)
        #expect(await conversation.timesWritable == 0)
        while await conversation.run({ conversation in
            conversation.listen()
            return conversation.client.plaintext.count
        }) < bytes.count { await conversation.turns(1) }
        await conversation.turns(5)
        let woken = await conversation.timesWritable
        await conversation.turns(50)
        #expect(await conversation.timesWritable == woken)
        await conversation.run { $0.stream.close(reset: false) }
        #expect(await conversation.run { $0.client.plaintext } == bytes)
    }

    @Test("Room wakes nobody before the end of the handshake")
    func noRoomWanted() async throws {
        let conversation = TLSConversation(try fixture.context(), fixture.settings())
        await conversation.run { conversation in
            conversation.start()
            conversation.stream.setInterest(reading: true, writing: true)
            #expect(conversation.stream.write([1].span) == .wrote(0))
        }
        await conversation.turns(50)
        #expect(await conversation.timesWritable == 0)
        await conversation.run { $0.settle() }
        await conversation.turns(5)
        #expect(await conversation.timesWritable > 0)
        await conversation.run { $0.stream.close(reset: false) }
    }

    @Test("What OpenSSL answers by itself is bounded: while a peer takes none of it, no more is read")
    func unreadAnswers() async throws {
        let settings = fixture.settings {
            $0.versions = TLS1_2_VERSION...TLS1_2_VERSION
            $0.suites = "ECDHE-ECDSA-AES128-GCM-SHA256"
        }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            conversation.settle()
            // A ClientHello's first bytes: another handshake is asked for, and refused with an alert of as many bytes.
            let sealer = conversation.client.sealer
            var (asked, isTaken) = (0, true)
            while isTaken, asked < 100_000 {
                let records = (0..<100).flatMap { _ in sealer.seal([1, 0, 0, 0], type: 22) }
                isTaken = send(conversation.peer, records, records.count, Int32(MSG_NOSIGNAL)) == records.count
                asked += 100
                conversation.read()
                #expect(conversation.stream.failure == nil)
            }
            #expect(!isTaken, "\(asked) were answered, and the answers kept")
            // They were alerts indeed, and are sent when there is room.
            let sent = conversation.takeSent().count
            #expect(sent > 10_000)
            conversation.stream.flush()
            #expect(conversation.takeSent().count > 10_000)
        }
    }

    @Test("Once the connection broke, nothing passes for sent")
    func broken() async throws {
        let bytes = pattern(40_000)
        try await TLSConversation.hold(fixture.context(), fixture.settings(), socketBytes: 8192) { conversation in
            conversation.settle()
            #expect(conversation.stream.write(bytes.span) == .wrote(0))
            shutdown(conversation.peer, Int32(SHUT_RDWR))
            conversation.stream.flush()
            #expect(conversation.stream.write(bytes.span) == .failed(EPIPE))
            #expect(!conversation.stream.isPeerReachable)
        }
    }
}
