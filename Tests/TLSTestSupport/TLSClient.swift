import COpenSSL

/// OpenSSL's client between two arrays of bytes, so that a test decides how its records travel.
public final class TLSClient {
    public struct Settings: Sendable {
        public var versions: ClosedRange<Int32> = TLS1_2_VERSION...TLS1_3_VERSION
        /// OpenSSL's list for TLS 1.2 and older.
        public var suites: String?
        public var serverName: String?
        public var applicationProtocols: [String] = []
        /// Where it stands, the server's certificate must be signed by it.
        public var authority: String?
        public var certificate: TestAuthority.Files?

        public init() {}
    }

    /// A session to be resumed.
    public final class Session {
        fileprivate let pointer: OpaquePointer
        fileprivate init(_ pointer: OpaquePointer) { self.pointer = pointer }
        deinit { SSL_SESSION_free(pointer) }
    }

    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// What the server has written.
    public var plaintext: [UInt8] = []
    public private(set) var isEstablished = false
    public private(set) var peerHasEnded = false
    /// OpenSSL's reasons.
    public private(set) var failure: String?

    public init(_ settings: Settings = Settings(), resuming session: Session? = nil) {
        let context = SSL_CTX_new(TLS_client_method())
        defer { SSL_CTX_free(context) }
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(settings.versions.lowerBound), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(settings.versions.upperBound), nil)
        if let suites = settings.suites { precondition(SSL_CTX_set_cipher_list(context, suites) == 1) }
        if let authority = settings.authority {
            precondition(SSL_CTX_load_verify_locations(context, authority, nil) == 1)
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        }
        if let files = settings.certificate {
            precondition(SSL_CTX_use_certificate_chain_file(context, files.certificate) == 1)
            precondition(SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM) == 1)
        }
        let names = settings.applicationProtocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !names.isEmpty { SSL_CTX_set_alpn_protos(context, names, UInt32(names.count)) }
        ssl = SSL_new(context)
        incoming = BIO_new(BIO_s_mem())
        outgoing = BIO_new(BIO_s_mem())
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_connect_state(ssl)
        if var name = settings.serverName.map({ $0.utf8CString.map { $0 } }) {
            SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &name)
        }
        if let session { SSL_set_session(ssl, session.pointer) }
        advance()
    }

    deinit {
        // Without an end, OpenSSL takes the session for broken and would not resume it.
        SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        SSL_free(ssl)
    }

    // MARK: Records

    /// Takes over what the server sent.
    public func receive(_ records: [UInt8]) {
        guard !records.isEmpty else { return }
        BIO_write(incoming, records, Int32(records.count))
        advance()
    }

    public var hasRecords: Bool { BIO_ctrl_pending(outgoing) > 0 }

    /// What is to be sent to the server.
    public func takeRecords() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(outgoing))
        guard !bytes.isEmpty else { return [] }
        BIO_read(outgoing, &bytes, Int32(bytes.count))
        return bytes
    }

    private func advance() {
        guard failure == nil else { return }
        ERR_clear_error()
        if !isEstablished {
            let status = SSL_do_handshake(ssl)
            isEstablished = status == 1
            if !isEstablished { note(status) }
        }
        guard isEstablished else { return }
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let status = SSL_read(ssl, &buffer, Int32(buffer.count))
            guard status > 0 else { return note(status) }
            plaintext += buffer[..<Int(status)]
        }
    }

    private func note(_ status: Int32) {
        switch SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: peerHasEnded = true
        default:
            var reasons: [String] = []
            while case let code = ERR_get_error(), code != 0 { reasons.append(ERR_reason_error_string(code).map { String(cString: $0) } ?? "") }
            failure = reasons.joined(separator: ", ")
        }
    }

    // MARK: What the client does

    public func write(_ bytes: [UInt8]) {
        var written = 0
        precondition(SSL_write_ex(ssl, bytes, bytes.count, &written) == 1 && written == bytes.count)
    }

    /// close_notify.
    public func end() { SSL_shutdown(ssl) }

    /// Asks for another handshake in TLS 1.2; OpenSSL's own client does no more before it has an answer.
    public func renegotiate() {
        SSL_renegotiate(ssl)
        ERR_clear_error()
        let status = SSL_do_handshake(ssl)
        if status != 1 { note(status) }
    }

    /// New keys, and a wish for the server's new ones.
    public func updateKeys() {
        SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
        SSL_do_handshake(ssl)
    }

    /// Seals what the client would not send; in TLS 1.2 with AES-128-GCM, after the handshake and before anything is written.
    public var sealer: RecordSealer { RecordSealer(ssl) }

    // MARK: What was agreed on

    public var version: String { String(cString: SSL_get_version(ssl)) }
    public var suite: String { SSL_get_current_cipher(ssl).map { String(cString: SSL_CIPHER_get_name($0)) } ?? "" }
    public var isResumed: Bool { SSL_session_reused(ssl) == 1 }
    public var session: Session { Session(SSL_get1_session(ssl)) }

    public var applicationProtocol: String? {
        var (name, length): (UnsafePointer<UInt8>?, UInt32) = (nil, 0)
        SSL_get0_alpn_selected(ssl, &name, &length)
        return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self) }
    }

    /// The common name in the server's certificate.
    public var serverSubject: String? {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
        defer { X509_free(certificate) }
        var text = [CChar](repeating: 0, count: 256)
        X509_NAME_oneline(X509_get_subject_name(certificate), &text, Int32(text.count))
        let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.replacing("/CN=", with: "")
    }
}
