/// What a server needs for TLS.
public struct TLSConfiguration: Sendable, Equatable {
    /// A certificate and its key, by their PEM files.
    public struct Certificate: Sendable, Equatable {
        /// The certificate and the intermediate ones, in this order.
        public var chainFile: String
        /// The private key, without a passphrase.
        public var keyFile: String

        public init(chainFile: String, keyFile: String) {
            self.chainFile = chainFile
            self.keyFile = keyFile
        }
    }

    /// The client's server name chooses among them (RFC 6066 §3); the first is for clients that name none or an unknown one.
    public var certificates: [Certificate]
    /// PEM certificates of the authorities that sign clients; where there are any, a client without a certificate of theirs is refused.
    public var clientAuthoritiesFile: String?
    /// Names of application protocols by falling preference (RFC 7301).
    public var applicationProtocols: [String]

    public init(certificates: [Certificate], clientAuthoritiesFile: String? = nil, applicationProtocols: [String]) {
        self.certificates = certificates
        self.clientAuthoritiesFile = clientAuthoritiesFile
        self.applicationProtocols = applicationProtocols
    }
}
