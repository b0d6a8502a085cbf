import COpenSSL
import TestSupport

/// An authority that signs certificates for a test, in a folder of its own that goes with it. No process is started for it.
public final class TestAuthority {
    /// A certificate and its key as PEM files.
    public struct Files: Sendable {
        public var certificate: String
        public var key: String
    }

    private let folder: TemporaryDirectory
    private let key: OpaquePointer
    private let certificate: OpaquePointer

    public init(_ name: String = "authority") throws {
        folder = try TemporaryDirectory()
        key = Self.makeKey()
        certificate = X509_new()
        Self.fill(certificate, name, key, [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign")])
        X509_set_issuer_name(certificate, X509_get_subject_name(certificate))
        X509_sign(certificate, key, EVP_sha256())
        Self.write(file) { PEM_write_bio_X509($0, certificate) }
    }

    deinit {
        EVP_PKEY_free(key)
        X509_free(certificate)
    }

    /// The authority's own certificate.
    public var file: String { path("authority.pem") }

    public func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// A certificate for the names; the first is its subject.
    ///
    /// - Parameters:
    ///   - name: of the files, which are written over.
    ///   - passphrase: of the key.
    public func issue(_ names: String..., as name: String = "certificate", passphrase: String? = nil) -> Files {
        let (key, certificate) = (Self.makeKey(), X509_new()!)
        defer {
            EVP_PKEY_free(key)
            X509_free(certificate)
        }
        let alternatives = names.map { "DNS:\($0)" }.joined(separator: ",")
        Self.fill(certificate, names[0], key, [(NID_subject_alt_name, alternatives), (NID_basic_constraints, "critical,CA:FALSE")])
        X509_set_issuer_name(certificate, X509_get_subject_name(self.certificate))
        X509_sign(certificate, self.key, EVP_sha256())
        let files = Files(certificate: path("\(name).pem"), key: path("\(name)-key.pem"))
        Self.write(files.certificate) { PEM_write_bio_X509($0, certificate) }
        Self.write(files.key) { file in
            guard let passphrase else { return PEM_write_bio_PrivateKey(file, key, nil, nil, 0, nil, nil) }
            return PEM_write_bio_PKCS8PrivateKey(file, key, EVP_aes_128_cbc(), passphrase, Int32(passphrase.utf8.count), nil, nil)
        }
        return files
    }

    private static func makeKey() -> OpaquePointer {
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        EVP_PKEY_keygen_init(context)
        EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
        EVP_PKEY_generate(context, &key)
        return key!
    }

    private static func fill(_ certificate: OpaquePointer, _ name: String, _ key: OpaquePointer, _ extensions: [(Int32, String)]) {
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), .random(in: 1...(1 << 62)))
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 86400)
        X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, name, -1, -1, 0)
        X509_set_pubkey(certificate, key)
        for (identifier, value) in extensions {
            let item = X509V3_EXT_conf_nid(nil, nil, identifier, value)
            X509_add_ext(certificate, item, -1)
            X509_EXTENSION_free(item)
        }
    }

    private static func write(_ path: String, _ body: (OpaquePointer) -> Int32) {
        let file = BIO_new_file(path, "w")!
        precondition(body(file) == 1)
        BIO_free(file)
    }
}
