import Foundation
import HTTPTypes
import Testing

@testable import HTTPServer

@Suite("curl as a client", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")), .timeLimit(.minutes(5)))
struct CurlTests {
    private func curl(_ arguments: [String]) async throws -> String {
        try await blocking {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
            process.arguments = ["--silent", "--show-error", "--noproxy", "*", "--max-time", "20"] + arguments
            let output = Pipe()
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return String(decoding: data, as: UTF8.self)
        }
    }

    @Test("curl gets, posts, posts in chunks, waits for 100-continue, asks for the head, and speaks HTTP/1.0")
    func requests() async throws {
        try await withServer { _, port in
            let base = "http://127.0.0.1:\(port)"
            let answers: [(arguments: [String], answer: String)] = [
                ([base + "/a%20b?c"], "GET /a b "),
                (["-d", "text", base + "/p"], "POST /p text"),
                (["-d", "text", "-H", "Transfer-Encoding: chunked", base + "/c"], "POST /c text"),
                (["-d", "text", "-H", "Expect: 100-continue", base + "/e"], "POST /e text"),
                (["--http1.0", base + "/old"], "GET /old "),
                (["--http1.0", base + "/stream"], "part 0\npart 1\npart 2\n"),
                ([base + "/stream"], "part 0\npart 1\npart 2\n"),
                ([base + "/1", base + "/2", "-w", "%{num_connects}"], "GET /1 1GET /2 0"),
            ]
            for (arguments, expected) in answers {
                let answer = try await curl(arguments)
                #expect(answer == expected, "\(arguments)")
            }
            let head = try await curl(["-I", base + "/h"])
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test("curl speaks HTTP/2 by prior knowledge, and libnghttp2 finds nothing wrong with the answers")
    func http2() async throws {
        try await withServer { _, port in
            let base = "http://127.0.0.1:\(port)"
            let body = String(repeating: "x", count: 90_000)
            let answers: [(arguments: [String], answer: String)] = [
                ([base + "/a%20b?c", "-w", " %{http_version}"], "GET /a b  2"),
                (["-d", "text", "-H", "Expect: 100-continue", base + "/e"], "POST /e text"),
                (["-d", body, base + "/p"], "POST /p " + body),
                ([base + "/stream"], "part 0\npart 1\npart 2\n"),
                (["-I", "-o", "/dev/null", "-w", "%{http_code} %header{content-length}", base + "/h"], "200 8"),
            ]
            for (arguments, expected) in answers {
                let answer = try await curl(["--http2-prior-knowledge"] + arguments)
                #expect(answer == expected, "\(arguments.last ?? "")")
            }
            let broken = try await curl(["--http2-prior-knowledge", base + "/broken"])
            #expect(broken.contains("INTERNAL_ERROR"))
        }
    }

    @Test("curl reads the answer to a body that is too large, and sees a broken stream as an error")
    func errors() async throws {
        var limits = Limits.patient
        limits.bodyBytes = 1000
        try await withServer(limits: limits) { _, port in
            let base = "http://127.0.0.1:\(port)"
            let large = String(repeating: "x", count: 100_000)
            let status = try await curl(["-d", large, "-o", "/dev/null", "-w", "%{http_code}", base])
            #expect(status.hasPrefix("413"))
            let broken = try await curl([base + "/broken"])
            #expect(broken.contains("curl: ("))
        }
    }
}
