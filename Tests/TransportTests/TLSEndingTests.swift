import COpenSSL
import Glibc
import TLSTestSupport
import Testing

@testable import Transport

@Suite("How a TLS stream ends", .timeLimit(.minutes(5)))
struct TLSEndingTests {
    private let fixture: TLSFixture

    init() throws { fixture = try TLSFixture() }

    @Test("The client's close_notify is the end of what it writes; it can still be answered", arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func clientEnds(version: Int32) async throws {
        let settings = fixture.settings { $0.versions = version...version }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            conversation.settle()
            conversation.client.write([1])
            conversation.client.end()
            conversation.deliver(conversation.client.takeRecords())
            #expect(conversation.outcomes == [.bytes(1, filledBuffer: true), .endOfStream])
            #expect(conversation.stream.write([2].span) == .wrote(1))
            conversation.listen()
            #expect(conversation.client.plaintext == [2])
        }
    }

    @Test("An end that came with other bytes is told to a reader who asks for it later, once")
    func lateReader() async throws {
        let conversation = TLSConversation(try fixture.context(), fixture.settings())
        await conversation.run { conversation in
            conversation.start()
            conversation.settle()
            conversation.client.write([1])
            conversation.client.end()
            let records = conversation.client.takeRecords()
            precondition(send(conversation.peer, records, records.count, 0) == records.count)
            #expect(conversation.stream.read { _ in } == .bytes(1, filledBuffer: true))
            conversation.stream.setInterest(reading: false, writing: false)
        }
        await conversation.turns(20)
        #expect(await conversation.timesReadable == 0)
        await conversation.run { $0.stream.setInterest(reading: true, writing: false) }
        await conversation.turns(20)
        #expect(await conversation.timesReadable == 1)
        #expect(await conversation.outcomes.last == .endOfStream)
        await conversation.run { $0.stream.close(reset: false) }
    }

    @Test("Bytes after the client's end are neither read nor do they wake anyone again and again")
    func afterTheEnd() async throws {
        let conversation = TLSConversation(try fixture.context(), fixture.settings())
        await conversation.run { conversation in
            conversation.start()
            conversation.settle()
            conversation.client.end()
            conversation.deliver(conversation.client.takeRecords())
            #expect(conversation.outcomes == [.endOfStream])
            conversation.deliver(pattern(1000))
            #expect(conversation.outcomes == [.endOfStream])
            conversation.stream.setInterest(reading: false, writing: false)
        }
        await conversation.turns(20)
        #expect(await conversation.timesReadable == 0)
        await conversation.run { $0.stream.close(reset: false) }
    }

    @Test("A connection that ends without close_notify is at its end too, also within a handshake or a record", arguments: [0, 1, 3])
    func truncated(step: Int) async throws {
        try await TLSConversation.hold(fixture.context(), fixture.settings()) { conversation in
            if step > 0 { conversation.settle() } else { conversation.deliver(Array(conversation.client.takeRecords().dropLast(10))) }
            if step > 1 {
                conversation.client.write(pattern(100))
                conversation.deliver(Array(conversation.client.takeRecords().dropLast(10)))
            }
            shutdown(conversation.peer, Int32(SHUT_WR))
            conversation.read()
            #expect(conversation.outcomes == [.endOfStream])
            #expect(conversation.received.isEmpty)
        }
    }

    @Test("Ending our half says close_notify, then the end, and reading goes on", arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func serverEnds(version: Int32) async throws {
        let settings = fixture.settings { $0.versions = version...version }
        try await TLSConversation.hold(fixture.context(), settings) { conversation in
            conversation.settle()
            #expect(conversation.stream.write([1].span) == .wrote(1))
            conversation.stream.shutdownWriting()
            conversation.listen()
            #expect(conversation.client.plaintext == [1])
            #expect(conversation.client.peerHasEnded && conversation.client.failure == nil)
            #expect(conversation.isPeerEnded)
            conversation.client.write([2])
            conversation.deliver(conversation.client.takeRecords())
            #expect(conversation.received == [2])
        }
    }

    @Test("Ending our half with records still waiting sends them first")
    func endsBehindRecords() async throws {
        let bytes = pattern(40_000)
        try await TLSConversation.hold(fixture.context(), fixture.settings(), socketBytes: 8192) { conversation in
            conversation.settle()
            #expect(conversation.stream.write(bytes.span) == .wrote(0))
            conversation.stream.shutdownWriting()
            var rounds = 0
            while !conversation.client.peerHasEnded, rounds < 100 {
                #expect(conversation.isPeerEnded == false)
                conversation.listen()
                conversation.stream.flush()
                rounds += 1
            }
            #expect(rounds > 1)
            #expect(conversation.client.plaintext == bytes)
            #expect(conversation.client.failure == nil)
            #expect(conversation.isPeerEnded)
        }
    }

    @Test("Closing says close_notify; a reset does not")
    func closes() async throws {
        for reset in [false, true] {
            try await TLSConversation.hold(fixture.context(), fixture.settings()) { conversation in
                conversation.settle()
                conversation.stream.close(reset: reset)
                conversation.stream.close(reset: reset)
                conversation.listen()
                #expect(conversation.client.peerHasEnded == !reset)
                #expect(conversation.isPeerEnded)
                #expect(conversation.stream.write([1].span) == .failed(EPIPE))
                #expect(conversation.stream.read { _ in } == .failed(EBADF))
                conversation.stream.flush()
                conversation.stream.shutdownWriting()
            }
        }
    }

    @Test("Closing in the midst of a handshake ends the connection and nothing else")
    func closesEarly() async throws {
        try await TLSConversation.hold(fixture.context(), fixture.settings()) { conversation in
            conversation.deliver(conversation.client.takeRecords())
            conversation.stream.close(reset: false)
            conversation.listen()
            #expect(conversation.isPeerEnded)
        }
    }
}
