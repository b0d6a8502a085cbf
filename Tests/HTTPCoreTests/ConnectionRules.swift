/// Rules of RFC 9112 §9 and RFC 9110 §7.6, §7.8 and §10.1.1: what a request says about its connection and expects of it.
extension Rule {
    static let connections: [Rule] = [
        .accepted("RFC 9112 §9.3", "close", get("Connection: close"), .init(persists: false)),
        .accepted("RFC 9112 §9.3", "keep-alive, which HTTP/1.1 does not need", get("Connection: keep-alive")),
        .accepted("RFC 9112 §9.3", "close beats keep-alive", get("Connection: keep-alive", "Connection: close"), .init(persists: false)),
        .accepted("RFC 9112 §9.3", "close beats keep-alive, the other way", get("Connection: close, keep-alive"), .init(persists: false)),
        .accepted("RFC 9112 §9.3", "HTTP/1.0", oldGet(), .init(authority: nil, persists: false)),
        .accepted("RFC 9112 §9.3", "HTTP/1.0 with keep-alive", oldGet("Connection: Keep-Alive"), .init(authority: nil)),
        .accepted("RFC 9112 §9.3", "HTTP/1.0 with both", oldGet("Connection: keep-alive, close"), .init(authority: nil, persists: false)),
        .accepted("RFC 9112 §9.3", "HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        .accepted("RFC 9112 C.2.2", "Keep-Alive without its option", oldGet("Keep-Alive: timeout=5"), .init(authority: nil, persists: false)),
        .accepted("RFC 9112 C.2.2", "Proxy-Connection", oldGet("Proxy-Connection: keep-alive"), .init(authority: nil, persists: false)),
        .accepted("RFC 9110 §7.6.1", "close in any case", get("Connection: CLOSE"), .init(persists: false)),
        .accepted("RFC 9110 §7.6.1", "close among other options", get("Connection: x ,\tclose\t, y"), .init(persists: false)),
        .accepted("RFC 9110 §5.6.1.2", "close among empty options", get("Connection: ,, close,"), .init(persists: false)),
        .accepted("RFC 9110 §7.6.1", "an empty option", get("Connection:")),
        .accepted("RFC 9110 §7.6.1", "a longer option", get("Connection: closed")),
        .accepted("RFC 9110 §7.6.1", "close behind another word", get("Connection: x close")),
        .accepted("RFC 9110 §7.6.1", "a kelvin sign for a k", oldGet("Connection: \u{212A}eep-alive"), .init(authority: nil, persists: false)),
        .accepted(
            "RFC 9110 §7.6.1", "an option that names the length", post("Connection: content-length", "Content-Length: 1", body: "a"),
            .init(body: "a", fields: ["connection", "content-length"])),
        .accepted(
            "RFC 9110 §7.6.1", "an option that names the transfer coding",
            post("Connection: transfer-encoding", "Transfer-Encoding: chunked", body: "1\r\na\r\n0\r\n\r\n"),
            .init(body: "a", fields: ["connection", "transfer-encoding"])),
        .accepted("RFC 9110 §7.6.1", "an option that names Host", get("Connection: host")),
        .accepted("RFC 9110 §7.6.1", "an option that names a field", get("Connection: x", "X: a"), .init(fields: ["connection", "x"])),
        .accepted("RFC 9110 §10.1.4", "TE", get("Connection: te", "TE: trailers, gzip;q=0.5")),
        .accepted(
            "RFC 9110 §7.8", "an upgrade to HTTP/2, which is not taken",
            get("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")),
        .accepted("RFC 9110 §7.8", "an upgrade with a body", post("Connection: upgrade", "Upgrade: h2c", "Content-Length: 1", body: "a"), .init(body: "a")),
        .accepted("RFC 9110 §7.8", "an upgrade to websocket", get("Connection: Upgrade", "Upgrade: websocket")),
        .accepted("RFC 9110 §7.8", "an upgrade from HTTP/1.0", oldGet("Connection: upgrade", "Upgrade: h2c"), .init(authority: nil, persists: false)),
    ]

    static let expectations: [Rule] = [
        .accepted(
            "RFC 9110 §10.1.1", "100-continue", post("Content-Length: 1", "Expect: 100-continue", body: "a"),
            .init(body: "a", expectsContinue: true)),
        .accepted(
            "RFC 9110 §10.1.1", "100-continue in any case", post("Expect: 100-CONTINUE", "Content-Length: 1", body: "a"),
            .init(body: "a", expectsContinue: true)),
        .accepted(
            "RFC 9110 §10.1.1", "100-continue before chunks", post("Expect: 100-continue", "Transfer-Encoding: chunked", body: "0\r\n\r\n"),
            .init(expectsContinue: true)),
        .accepted(
            "RFC 9110 §10.1.1", "100-continue twice", post("Content-Length: 1", "Expect: 100-continue", "Expect: 100-continue", body: "a"),
            .init(body: "a", expectsContinue: true)),
        .accepted(
            "RFC 9110 §5.6.1.2", "100-continue among empty elements", post("Content-Length: 1", "Expect: , 100-continue ,", body: "a"),
            .init(body: "a", expectsContinue: true)),
        .accepted("RFC 9110 §10.1.1", "100-continue without a body", get("Expect: 100-continue")),
        .accepted("RFC 9110 §10.1.1", "100-continue with a length of zero", post("Expect: 100-continue", "Content-Length: 0")),
        .accepted("RFC 9110 §10.1.1", "an empty Expect", post("Content-Length: 1", "Expect:", body: "a"), .init(body: "a")),
        .accepted(
            "RFC 9110 §10.1.1", "100-continue from HTTP/1.0", "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
            .init(authority: nil, body: "a", persists: false)),
        .accepted("RFC 9110 §10.1.1", "another expectation from HTTP/1.0", oldGet("Expect: more"), .init(authority: nil, persists: false)),
        .refused("RFC 9110 §10.1.1", "another expectation", get("Expect: 200-ok"), 417),
        .refused("RFC 9110 §10.1.1", "a longer expectation", get("Expect: 100-continued"), 417),
        .refused("RFC 9110 §10.1.1", "a number alone", get("Expect: 100"), 417),
        .refused("RFC 9110 §10.1.1", "100-continue with a value", get("Expect: 100-continue=1"), 417),
        .refused("RFC 9110 §10.1.1", "100-continue with a parameter", get("Expect: 100-continue;a"), 417),
        .refused("RFC 9110 §10.1.1", "a quoted 100-continue", get("Expect: \"100-continue\""), 417),
        .refused("RFC 9110 §10.1.1", "100-continue and another", get("Expect: 100-continue, more"), 417),
        .refused("RFC 9110 §10.1.1", "100-continue and another on two lines", get("Expect: 100-continue", "Expect: more"), 417),
        .refused("RFC 9110 §10.1.1", "an expectation with a body", post("Expect: more", "Content-Length: 1", body: "a"), 417),
    ]
}
