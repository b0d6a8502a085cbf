import Foundation
import Synchronization
import TestSupport

/// The real executable, run by a test.
final class AttendantProcess: @unchecked Sendable {
    // Sendable although Process is not: only the test that made it calls it.
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    /// The executable that this build made, beside the tests'.
    static let executable: String = {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appending(path: "attendant").path
    }()

    /// Starts it with these arguments, away from the repository so that no configuration file is found by chance.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process.executableURL = URL(filePath: Self.executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: "/")
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Waits for the next line on standard output; empty at its end.
    func line() -> String {
        var bytes: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1), let first = byte.first, first != 0x0a {
            bytes.append(first)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func terminate() { process.terminate() }

    /// Waits for the end and returns the exit status with what was not read yet.
    func finish() -> (status: Int32, output: String, errors: String) {
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text, errorText)
    }

    static func run(_ arguments: String..., environment: [String: String] = [:]) throws -> (status: Int32, output: String, errors: String) {
        try AttendantProcess(arguments, environment: environment).finish()
    }
}

/// A server on a free port, stopped when the test lets go of it.
final class RunningServer {
    let process: AttendantProcess
    /// Such as `http://127.0.0.1:40123`.
    let address: String
    /// The line that the server prints for trying it.
    let example: String

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process = try AttendantProcess(["serve", "--port", "0", "--log-level", "error"] + arguments, environment: environment)
        let announcement = process.line()
        guard let start = announcement.range(of: "http://") else {
            throw StartFailure(message: announcement + process.finish().errors)
        }
        address = String(announcement[start.lowerBound...])
        example = process.line()
    }

    struct StartFailure: Error { var message: String }

    /// Runs a shell command and returns what it printed.
    static func shell(_ command: String) throws -> String {
        let process = Process(), output = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    func curl(_ path: String, json: String? = nil, _ options: String = "") throws -> String {
        let body = json.map { "-H 'Content-Type: application/json' -d '\($0)'" } ?? ""
        return try Self.shell("curl -sS --max-time 120 \(options) \(body) '\(address)\(path)'")
    }
}
