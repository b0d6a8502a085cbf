import FoundationEssentials
import HTTPTypes
import TestSupport
import Testing

@testable import API

@Suite("The page")
struct PageAssetsTests {
    static let folder = Repository.root + "/Sources/API/Page/Assets"

    @Test("Every file of the folder is in the binary as it stands there, and all together are small on the wire")
    func embedded() throws {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.folder).filter { $0.contains(".") }
        let assets = PageAssets.embedded.assets
        #expect(Set(paths) == Set(assets.keys))
        for path in paths {
            #expect(try Data(contentsOf: URL(filePath: Self.folder + "/" + path)) == Data(assets[path]?.bytes ?? []), "\(path)")
        }
        #expect(assets.values.reduce(0) { $0 + ($1.compressed ?? $1.bytes).count } < 150_000)
    }

    @Test("The page and its files come with their types, and may load nothing from elsewhere")
    func fields() async throws {
        let fixture = try ApplicationFixture()
        let types = [
            "/": "text/html; charset=utf-8", "/page/style.css": "text/css; charset=utf-8",
            "/page/app.js": "text/javascript; charset=utf-8", "/page/icon.svg": "image/svg+xml",
        ]
        for (path, type) in types {
            let answer = try await fixture.get(path)
            #expect(answer.status == 200 && answer.headerFields[.contentType] == type)
            let policy = try #require(answer.headerFields[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:"))
            #expect(answer.headerFields[.xContentTypeOptions] == "nosniff" && answer.headerFields[.referrerPolicy] == "no-referrer")
            #expect(answer.headerFields[.cacheControl] == "no-cache")
        }
        fixture.engine.shutDown()
    }

    @Test("Who takes gzip gets it, under a tag of its own, and the same bytes are in it")
    func compressed() async throws {
        let fixture = try ApplicationFixture()
        let plain = try await fixture.get("/page/app.js")
        #expect(plain.headerFields[.contentEncoding] == nil && plain.headerFields[.vary] == "accept-encoding")
        let answer = try await fixture.get("/page/app.js", [.acceptEncoding: "br, GZIP;q=0.5"])
        #expect(answer.headerFields[.contentEncoding] == "gzip" && answer.body.count < plain.body.count)
        #expect(answer.body.prefix(3) == [0x1f, 0x8b, 8] && answer.headerFields[.eTag] != plain.headerFields[.eTag])
        // The length of what was compressed stands at the end, and its checksum before (RFC 1952 section 2.3.1).
        var checksum = CRC32()
        checksum.update(plain.body.span)
        #expect(Array(answer.body.suffix(8)) == LittleEndian.bytes(checksum.value, UInt32(plain.body.count)))
        #expect(try await fixture.get("/page/app.js", [.acceptEncoding: "gzip;q=0"]).headerFields[.contentEncoding] == nil)
        fixture.engine.shutDown()
    }

    @Test("Who has a file already is told so, and who has another version gets it")
    func notModified() async throws {
        let fixture = try ApplicationFixture()
        let tag = try #require(try await fixture.get("/page/app.js").headerFields[.eTag])
        for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let answer = try await fixture.get("/page/app.js", [.ifNoneMatch: known])
            #expect(answer.status == 304 && answer.body.isEmpty && answer.headerFields[.eTag] == tag)
        }
        #expect(try await fixture.get("/page/app.js", [.ifNoneMatch: "\"x\""]).status == 200)
        #expect(try await fixture.get("/", [.ifNoneMatch: tag]).status == 200)
        fixture.engine.shutDown()
    }

    @Test(
        "Only the page's files are there",
        arguments: [
            "/page/", "/page/x.js", "/page/../page.c", "/page/..%2Fpage.c", "/page/views/../../page.c", "/page/index.html", "/page//app.js", "/page/%00",
        ])
    func missing(path: String) async throws {
        let fixture = try ApplicationFixture()
        let answer = try await fixture.get(path)
        #expect(answer.status == 404)
        #expect(try answer.error().code == "route_not_found")
        fixture.engine.shutDown()
    }

    @Test("HEAD finds the page, and other methods don't")
    func methods() async throws {
        let fixture = try ApplicationFixture()
        #expect(try await fixture.send(.head, "/", [], [:]).status == 200)
        #expect(try await fixture.post("/", "{}").status == 405)
        fixture.engine.shutDown()
    }

    @Test("The page's files refer to files that exist, by relative addresses")
    func references() throws {
        let assets = PageAssets.embedded.assets
        func text(_ path: String) -> String { String(decoding: assets[path]?.bytes ?? [], as: UTF8.self) }
        let html = text("index.html")
        var count = 0
        for match in html.matches(of: /(?:src|href)="([^"#][^"]*)"/) {
            #expect(match.1.hasPrefix("page/") && assets[String(match.1.dropFirst(5))] != nil, "index.html refers to \(match.1)")
            count += 1
        }
        for path in assets.keys where path.hasSuffix(".js") {
            for match in text(path).matches(of: /(?:from|import) "(\.[^"]+)"/) {
                let folder = path.split(separator: "/").dropLast().joined(separator: "/")
                #expect(assets[Self.resolve(match.1, in: folder)] != nil, "\(path) imports \(match.1)")
                count += 1
            }
        }
        #expect(count > 20)
        let views = try #require(text("views.js").firstMatch(of: /files = \[(.*)\]/))
        for view in views.1.matches(of: /"(\w+)"/) { #expect(assets["views/\(view.1).js"] != nil, "views.js lists \(view.1)") }
    }

    @Test("The page has no inline script or style, which its policy forbids")
    func inline() {
        let html = String(decoding: PageAssets.embedded.assets["index.html"]?.bytes ?? [], as: UTF8.self)
        #expect(!html.contains("<style") && html.matches(of: /\s(?:style|on\w+)=/).isEmpty)
        #expect(html.matches(of: /<script(?![^>]*\ssrc=)/).isEmpty)
        for (path, asset) in PageAssets.embedded.assets where path.hasSuffix(".js") {
            #expect(!String(decoding: asset.bytes, as: UTF8.self).contains("innerHTML"), "\(path)")
        }
    }

    /// `./x.js` and `../x.js` from a folder below the page's.
    private static func resolve(_ reference: Substring, in folder: String) -> String {
        var parts = folder.isEmpty ? [] : folder.split(separator: "/")
        for part in reference.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}
