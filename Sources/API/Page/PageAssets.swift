import CPage
import HTTPServer
import HTTPTypes

/// The web page: `GET /`, and below `/page/` the files that it loads.
///
/// The page refers to everything by relative addresses, so that it works behind a proxy that serves it under a path of its own.
struct PageAssets: Sendable {
    struct Asset: Sendable {
        var bytes: [UInt8]
        /// The same in the coding gzip.
        var compressed: [UInt8]?
        var contentType: String
        /// In its quotes (RFC 9110 §8.8.3); another content has another one.
        var entityTag: String
    }

    /// By path below the folder, such as `views/head.js`.
    let assets: [String: Asset]

    /// The files that are in the binary.
    static let embedded: PageAssets = {
        var assets: [String: Asset] = [:]
        for index in 0..<attendant_page_file_count() {
            let file = attendant_page_file_at(index)
            let path = String(cString: file.path)
            let bytes = Array(String(cString: file.text).utf8)
            assets[path] = Asset(bytes: bytes, compressed: Gzip.compress(bytes), contentType: contentType(of: path), entityTag: entityTag(of: bytes))
        }
        return PageAssets(assets: assets)
    }()

    /// The page may load what this server has, and nothing else: a text that a model or a person gave never becomes a script.
    private static let securityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'"

    func index(_ request: ServerRequest) throws(APIError) -> ServerResponse {
        try answer(request, "index.html")
    }

    func file(_ request: ServerRequest) throws(APIError) -> ServerResponse {
        let path = request.parameters["file"] ?? ""
        // Under this address its relative ones would lead nowhere.
        guard path != "index.html" else { throw .routeNotFound(request.path) }
        return try answer(request, path)
    }

    /// A path is only looked up: there is no file system behind it to climb about in.
    private func answer(_ request: ServerRequest, _ path: String) throws(APIError) -> ServerResponse {
        guard let asset = assets[path] else { throw .routeNotFound(request.path) }
        let compressed = Gzip.isAccepted(request.head.headerFields[.acceptEncoding]) ? asset.compressed : nil
        let entityTag = compressed == nil ? asset.entityTag : "\(asset.entityTag.dropLast())-gzip\""
        var response = ServerResponse(
            status: .ok,
            headerFields: [
                // To be kept, and asked for again each time: then a new version is seen at once, and an old one costs a 304.
                .cacheControl: "no-cache",
                .eTag: entityTag,
                .vary: "accept-encoding",
                .contentSecurityPolicy: Self.securityPolicy,
                .xContentTypeOptions: "nosniff",
                // The address holds the text that is looked at.
                .referrerPolicy: "no-referrer",
            ])
        if let known = request.head.headerFields[.ifNoneMatch], Self.matches(known, entityTag) {
            response.status = .notModified
        } else {
            response.headerFields[.contentType] = asset.contentType
            response.body = .bytes(compressed ?? asset.bytes)
            if compressed != nil { response.headerFields[.contentEncoding] = "gzip" }
        }
        return response
    }

    /// Whether `If-None-Match` names the tag; weakness does not count there (RFC 9110 §13.1.2).
    private static func matches(_ field: String, _ entityTag: String) -> Bool {
        field.split(separator: ",").contains { part in
            let tag = part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            return tag == "*" || tag == entityTag || tag == "W/" + entityTag
        }
    }

    private static func contentType(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }

    /// FNV-1a of 64 bits (RFC 9923): it has to tell versions apart, not to withstand anyone.
    private static func entityTag(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\"\(String(hash, radix: 16))\""
    }
}
