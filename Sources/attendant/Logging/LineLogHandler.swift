import FoundationEssentials
import Glibc
import Logging

/// One line an event: for people on a terminal, as JSON anywhere else.
struct LineLogHandler: LogHandler {
    enum Format { case text, json }

    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let format: Format
    private let writer: LogWriter

    init(label: String, level: Logger.Level, format: Format, writer: LogWriter = .standardError) {
        self.label = label
        self.format = format
        self.writer = writer
        logLevel = level
    }

    /// What suits whatever standard error is.
    static var format: Format { isatty(STDERR_FILENO) == 1 ? .text : .json }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch format {
        case .text: writer.write(Self.text(time, event.level, "\(event.message)", all))
        case .json: writer.write(Self.json(time, event.level, label, "\(event.message)", all))
        }
    }

    static func text(_ time: String, _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> String {
        // Text from clients must not move the cursor or begin a line of its own.
        let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\(escaped("\($0.value)"))" }
        return "\(time) \(level.rawValue) \(escaped(message))\(pairs.joined())"
    }

    static func json(
        _ time: String, _ level: Logger.Level, _ label: String, _ message: String, _ metadata: Logger.Metadata
    ) -> String {
        var members = metadata.mapValues { "\($0)" }
        members["time"] = time
        members["level"] = level.rawValue
        members["logger"] = label
        members["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(members)).map { String(decoding: $0, as: UTF8.self) } ?? message
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if scalar.properties.generalCategory == .control {
                result += scalar.escaped(asASCII: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
}
