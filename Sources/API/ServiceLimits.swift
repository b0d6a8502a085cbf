public import HTTPServer

/// Every bound on what clients may take from the service, beside the threat each answers: of connections and messages, and of what a request asks.
///
/// The settings name each by the same words: `limits: {idle_timeout: 30}`.
public struct ServiceLimits: Sendable {
    public var connection = Limits()
    public var request = RequestLimits()

    public init() {}

    /// A bound's name in the settings, and where it is.
    public struct Setting: Sendable {
        enum Place: Sendable {
            /// With the least number that can be meant.
            case count(WritableKeyPath<ServiceLimits, Int> & Sendable, least: Int)
            /// In seconds.
            case time(WritableKeyPath<ServiceLimits, Duration> & Sendable)
        }

        public let name: String
        let place: Place

        fileprivate init(_ name: String, _ place: WritableKeyPath<ServiceLimits, Int> & Sendable, least: Int = 1) {
            self.name = name
            self.place = .count(place, least: least)
        }

        fileprivate init(_ name: String, _ place: WritableKeyPath<ServiceLimits, Duration> & Sendable) {
            self.name = name
            self.place = .time(place)
        }
    }

    /// What a bound is set to, as `set` reads it.
    public func value(of setting: Setting) -> String {
        switch setting.place {
        case .count(let path, _): String(self[keyPath: path])
        case .time(let path): String(self[keyPath: path] / .seconds(1))
        }
    }

    /// All of them that can be set, in the order of the documentation.
    public static let settings: [Setting] = [
        Setting("connections", \.connection.connections),
        Setting("connections_per_peer", \.connection.connectionsPerPeer),
        Setting("requests_per_connection", \.connection.requestsPerConnection),
        Setting("concurrent_streams", \.connection.concurrentStreams),
        Setting("request_line_bytes", \.connection.requestLineBytes),
        Setting("header_bytes", \.connection.headerBytes),
        Setting("header_count", \.connection.headerCount),
        Setting("body_bytes", \.connection.bodyBytes),
        Setting("body_bytes_in_total", \.connection.bodyBytesInTotal),
        Setting("handshake_timeout", \.connection.handshakeTimeout),
        Setting("header_read_timeout", \.connection.headerReadTimeout),
        Setting("body_read_timeout", \.connection.bodyReadTimeout),
        Setting("minimum_body_rate", \.connection.minimumBodyRate),
        Setting("idle_timeout", \.connection.idleTimeout),
        Setting("write_timeout", \.connection.writeTimeout),
        Setting("minimum_write_rate", \.connection.minimumWriteRate),
        Setting("exchange_timeout", \.connection.exchangeTimeout),
        Setting("continuation_frames", \.connection.continuationFrames, least: 0),
        Setting("stream_resets", \.connection.streamResets),
        Setting("stream_resets_per_second", \.connection.streamResetsPerSecond),
        Setting("idle_frames", \.connection.idleFrames),
        Setting("idle_frames_per_second", \.connection.idleFramesPerSecond),
        Setting("inputs", \.request.maximumInputs),
        Setting("text_bytes", \.request.maximumTextBytes),
        Setting("tokens", \.request.maximumTokens),
        Setting("answer_time", \.request.answerTime),
    ]

    /// Sets a bound by its name.
    ///
    /// - Parameter text: a whole number; for a time a number of seconds, perhaps with decimals.
    /// - Returns: what is wrong, or nil.
    public mutating func set(_ name: String, to text: String) -> String? {
        guard let setting = Self.settings.first(where: { $0.name == name }) else {
            return "there is no limit '\(name)'; there are: \(Self.settings.map(\.name).joined(separator: ", "))"
        }
        switch setting.place {
        case .count(let path, let least):
            guard let number = Int(text), number >= least, number <= 1 << 40 else {
                return "the limit '\(name)' is '\(text)', but must be a whole number of \(least) or more"
            }
            self[keyPath: path] = number
        case .time(let path):
            guard let seconds = Double(text), seconds > 0, seconds <= 1e9 else {
                return "the limit '\(name)' is '\(text)', but must be a number of seconds above 0"
            }
            self[keyPath: path] = .seconds(seconds)
        }
        return nil
    }
}
