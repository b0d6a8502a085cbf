import COpenSSL
import Glibc

/// Certificates that were read, and the rules of every connection that uses them: TLS 1.2 and 1.3 with forward secrecy and authenticated
/// encryption only (RFC 9325), no renegotiation, no compression, sessions resumed by tickets.
///
/// Sendable although it holds pointers: nothing changes after `init`, and OpenSSL counts references to contexts atomically.
public final class TLSContext: @unchecked Sendable {
    /// The suites of TLS 1.2; those of 1.3 are all sound.
    private static let cipherList = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")

    private let contexts: [OpaquePointer]
    private let applicationProtocols: [[UInt8]]

    /// Reads the files.
    ///
    /// - Throws: `TLSError` with the file that cannot be used, and why.
    public init(_ configuration: TLSConfiguration) throws(TLSError) {
        precondition(!configuration.certificates.isEmpty, "TLS needs a certificate")
        // Reasons that other work on this thread left would be told as ours, and ours to it.
        ERR_clear_error()
        defer { ERR_clear_error() }
        var contexts: [OpaquePointer] = []
        do throws(TLSError) {
            for certificate in configuration.certificates {
                guard let context = SSL_CTX_new(TLS_server_method()) else { throw TLSError(certificate.chainFile, TLSError.takeReasons()) }
                contexts.append(context)
                Self.setRules(context)
                try Self.load(certificate, into: context)
                if let file = configuration.clientAuthoritiesFile { try Self.requireClients(of: file, context) }
            }
        } catch {
            for context in contexts { SSL_CTX_free(context) }
            throw error
        }
        self.contexts = contexts
        applicationProtocols = configuration.applicationProtocols.map { Array($0.utf8) }
        // Unretained: every connection holds this object.
        let unretained = Unmanaged.passUnretained(self).toOpaque()
        for context in contexts {
            SSL_CTX_set_alpn_select_cb(context, { _, chosen, length, offered, offeredLength, argument in
                TLSContext.at(argument).chooseProtocol(UnsafeBufferPointer(start: offered, count: Int(offeredLength)), &chosen!.pointee, &length!.pointee)
            }, unretained)
            COpenSSL_SSL_CTX_set_tlsext_servername_callback(context, { ssl, _, argument in
                TLSContext.at(argument).chooseCertificate(ssl!)
                return SSL_TLSEXT_ERR_OK
            }, unretained)
        }
    }

    deinit {
        for context in contexts { SSL_CTX_free(context) }
    }

    /// The state of a new connection, to be freed by the caller, which also keeps this context as long.
    func makeConnection() -> OpaquePointer? {
        SSL_new(contexts[0])
    }

    private static func at(_ argument: UnsafeMutableRawPointer?) -> TLSContext {
        Unmanaged<TLSContext>.fromOpaque(argument!).takeUnretainedValue()
    }

    private static func setRules(_ context: OpaquePointer) {
        COpenSSL_SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION)
        SSL_CTX_set_cipher_list(context, cipherList)
        COpenSSL_SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384")
        SSL_CTX_set_options(
            context, COpenSSL_SSL_OP_NO_RENEGOTIATION | COpenSSL_SSL_OP_NO_COMPRESSION | COpenSSL_SSL_OP_CIPHER_SERVER_PREFERENCE
                | COpenSSL_SSL_OP_PRIORITIZE_CHACHA)
        COpenSSL_SSL_CTX_set_mode(
            context, Int(SSL_MODE_RELEASE_BUFFERS) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        // Tickets carry the session; without a context of its own a session with a client's certificate is never resumed.
        COpenSSL_SSL_CTX_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        SSL_CTX_set_session_id_context(context, "attendant", 9)
        SSL_CTX_set_num_tickets(context, 1)
        // OpenSSL would ask for a passphrase on the terminal.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
    }

    private static func load(_ certificate: TLSConfiguration.Certificate, into context: OpaquePointer) throws(TLSError) {
        try checkReadable(certificate.chainFile)
        guard SSL_CTX_use_certificate_chain_file(context, certificate.chainFile) == 1 else {
            throw TLSError(certificate.chainFile, "no certificate in PEM form could be read: \(TLSError.takeReasons())")
        }
        try checkReadable(certificate.keyFile)
        guard SSL_CTX_use_PrivateKey_file(context, certificate.keyFile, SSL_FILETYPE_PEM) == 1 else {
            // It compares them too.
            if SSL_CTX_get0_privatekey(context) == nil, ERR_peek_last_error() & 0xFFF == UInt(X509_R_KEY_VALUES_MISMATCH) {
                _ = TLSError.takeReasons()
                throw TLSError(certificate.keyFile, "this is not the key of the certificate in \(certificate.chainFile)")
            }
            throw TLSError(certificate.keyFile, "no private key in PEM form without a passphrase could be read: \(TLSError.takeReasons())")
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            throw TLSError(certificate.keyFile, "this is not the key of the certificate in \(certificate.chainFile)")
        }
    }

    private static func requireClients(of file: String, _ context: OpaquePointer) throws(TLSError) {
        try checkReadable(file)
        guard SSL_CTX_load_verify_locations(context, file, nil) == 1, let names = SSL_load_client_CA_file(file) else {
            throw TLSError(file, "no certificates of authorities in PEM form could be read: \(TLSError.takeReasons())")
        }
        SSL_CTX_set_client_CA_list(context, names)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }

    private static func checkReadable(_ file: String) throws(TLSError) {
        guard access(file, R_OK) == 0 else { throw TLSError(file, SystemCall.message(errno)) }
    }

    /// RFC 7301 §3.2: the first of ours that the client offers; nothing in common ends the handshake.
    private func chooseProtocol(_ offered: UnsafeBufferPointer<UInt8>, _ chosen: inout UnsafePointer<UInt8>?, _ length: inout UInt8) -> Int32 {
        for name in applicationProtocols {
            var index = 0
            while index < offered.count {
                let candidate = offered[(index + 1)...].prefix(Int(offered[index]))
                if candidate.elementsEqual(name), let base = offered.baseAddress {
                    chosen = base + index + 1
                    length = UInt8(name.count)
                    return SSL_TLSEXT_ERR_OK
                }
                index += 1 + Int(offered[index])
            }
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }

    private func chooseCertificate(_ connection: OpaquePointer) {
        guard contexts.count > 1, let name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name) else { return }
        for context in contexts where X509_check_host(SSL_CTX_get0_certificate(context), name, 0, 0, nil) == 1 {
            SSL_set_SSL_CTX(connection, context)
            return
        }
    }
}
