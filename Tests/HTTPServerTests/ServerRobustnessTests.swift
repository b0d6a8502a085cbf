import Glibc
import HTTPCore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPServer

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite("The server under garbage", .timeLimit(.minutes(5)))
struct ServerRobustnessTests {
    private static let messages = [
        getText("/a?b=c", "Accept: */*\r\nUser-Agent: x\r\n"), postText("{\"inputs\": \"text\"}", "Content-Type: application/json\r\n"),
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;e=\"f\"\r\nhello\r\n0\r\nT: u\r\n\r\n",
        "POST /d HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc", "GET http://b/c HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ]

    /// One to four changes: a byte replaced, inserted, removed, a stretch repeated, or the end cut off.
    private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let special: [UInt8] = [0, 9, 10, 13, 32, 58, 59, 44, 34, 37, 127, 128, 255, 48, 102]
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !bytes.isEmpty else { return }
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            let byte = Bool.random(using: &generator) ? special.randomElement(using: &generator)! : UInt8.random(in: 0...255, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[index] = byte
            case 1: bytes.insert(byte, at: index)
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 20)], at: index)
            default: bytes.removeSubrange(index...)
            }
        }
    }

    @Test("Mutated messages parse to the same events however they are cut", arguments: 0..<8)
    func mutatedCuts(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<150 {
            var bytes = Array((Self.messages.randomElement(using: &generator)! + Self.messages.randomElement(using: &generator)!).utf8)
            Self.mutate(&bytes, &generator)
            let whole = transcript(bytes, pieces: [0..<bytes.count])
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            #expect(transcript(bytes, pieces: [0..<cut, cut..<bytes.count]) == whole)
            #expect(transcript(bytes, pieces: bytes.indices.map { $0..<($0 + 1) }) == whole)
        }
    }

    /// What a connection's machine answers, and the requests it let through.
    private func transcript(_ bytes: [UInt8], pieces: [Range<Int>]) -> [String] {
        var driver = MachineDriver()
        var seen: [String] = []
        for piece in pieces where !driver.log.contains("abort") {
            driver.receive(Array(bytes[piece]))
            while driver.machine.phase == .handling {
                seen.append("\(driver.request!.method) \(driver.request!.path!) \(driver.requestBody.count)")
                driver.respond(.ok, "x")
            }
        }
        return seen + driver.log + [driver.error?.message ?? ""]
    }

    @Test("After garbage on many connections the next request is answered right")
    func garbage() async throws {
        try await withServer { server, port in
            try await blocking {
                var generator = SeededGenerator(state: 7)
                for _ in 0..<400 {
                    let client = try TestClient(port: port)
                    var bytes = Array(Self.messages.randomElement(using: &generator)!.utf8)
                    Self.mutate(&bytes, &generator)
                    client.send(bytes)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: client.reset()
                    case 1:
                        client.endWriting()
                        _ = client.receiveAll()
                    default: break
                    }
                }
                let client = try TestClient(port: port)
                client.send(postText("still right").replacing("POST /", with: "POST /alive"))
                #expect(client.response()?.body == "POST /alive still right")
            }
        }
    }

    @Test("Connections that come and go leave no descriptor behind")
    func churn() async throws {
        try await withServer { server, port in
            try await blocking {
                for round in 0..<300 {
                    let client = try TestClient(port: port)
                    client.send(getText("/\(round)", round % 2 == 0 ? "Connection: close\r\n" : ""))
                    #expect(client.response()?.body == "GET /\(round) ")
                    if round % 3 == 0 { client.reset() }
                }
            }
            try await until { server.openConnections == 0 }
        }
    }
}
