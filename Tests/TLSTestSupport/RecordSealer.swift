import COpenSSL

/// Seals records of TLS 1.2 by AES-128-GCM with a client's keys (RFC 5246 §6.3, RFC 5288 §3), so that a test can send what OpenSSL's client
/// never would.
public final class RecordSealer {
    private let key: [UInt8]
    private let salt: [UInt8]
    /// That of the client's Finished was 0.
    private var sequence: UInt64 = 1

    /// - Parameter ssl: after the handshake, and with nothing written yet.
    init(_ ssl: OpaquePointer) {
        let session = SSL_get_session(ssl)
        let master = Self.bytes(48) { SSL_SESSION_get_master_key(session, $0, 48) }
        let random = Self.bytes(32) { SSL_get_server_random(ssl, $0, 32) } + Self.bytes(32) { SSL_get_client_random(ssl, $0, 32) }
        let context = EVP_PKEY_CTX_new_id(NID_tls1_prf, nil)
        defer { EVP_PKEY_CTX_free(context) }
        EVP_PKEY_derive_init(context)
        EVP_PKEY_CTX_set_tls1_prf_md(context, EVP_sha256())
        EVP_PKEY_CTX_set1_tls1_prf_secret(context, master, Int32(master.count))
        let seed = Array("key expansion".utf8) + random
        EVP_PKEY_CTX_add1_tls1_prf_seed(context, seed, Int32(seed.count))
        var count = 40
        let block = Self.bytes(count) { EVP_PKEY_derive(context, $0, &count) }
        // The client's key, the server's key, the client's salt, the server's salt.
        key = Array(block[..<16])
        salt = Array(block[32..<36])
    }

    public func seal(_ content: [UInt8], type: UInt8) -> [UInt8] {
        let number = (0..<8).map { UInt8(truncatingIfNeeded: sequence >> (56 - 8 * $0)) }
        sequence += 1
        func header(_ count: Int) -> [UInt8] { [type, 3, 3, UInt8(count >> 8), UInt8(count & 255)] }
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, key, salt + number)
        var length: Int32 = 0
        EVP_EncryptUpdate(context, nil, &length, number + header(content.count), 13)
        let sealed = Self.bytes(content.count) { EVP_EncryptUpdate(context, $0, &length, content, Int32(content.count)) }
        EVP_EncryptFinal_ex(context, nil, &length)
        let tag = Self.bytes(16) { EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, $0) }
        return header(8 + sealed.count + tag.count) + number + sealed + tag
    }

    private static func bytes<Status>(_ count: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Status) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            _ = fill(buffer.baseAddress!)
            filled = count
        }
    }
}
