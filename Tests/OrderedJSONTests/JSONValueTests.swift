import Testing

@testable import OrderedJSON

private func parse(_ text: String) throws(JSONError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8))
}

@Suite("A JSON text becomes a value")
struct JSONValueTests {
    @Test("Scalars keep their kind")
    func scalars() throws {
        #expect(try parse(" null ").isNull)
        #expect(try parse("true").boolValue == true)
        #expect(try parse("\tfalse\r\n").boolValue == false)
        #expect(try parse("\"a\"").stringValue == "a")
        #expect(try parse("\"\"").stringValue == "")
    }

    @Test(
        "A whole number that fits is an integer",
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-12", -12), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
        ])
    func integers(text: String, value: Int) throws {
        #expect(try parse(text).intValue == value)
    }

    @Test(
        "Every other number is a double",
        arguments: [
            ("0.5", 0.5), ("1e3", 1000), ("-2.5E-1", -0.25), ("9223372036854775808", 9_223_372_036_854_775_808),
            ("1000000000000000019884624838656", 1e30), ("1e+2", 100),
        ])
    func doubles(text: String, value: Double) throws {
        let parsed = try parse(text)
        #expect(parsed.intValue == nil)
        #expect(parsed.doubleValue == value)
    }

    @Test("Escapes become what they name")
    func escapes() throws {
        #expect(try parse(#""\"\\\/\b\f\n\r\t""#).stringValue == "\"\\/\u{8}\u{C}\n\r\t")
        #expect(try parse(#""a\u0041\u00e9\u4E2D\u0000b""#).stringValue == "aA\u{E9}\u{4E2D}\0b")
        #expect(try parse(#""\ud83d\ude00""#).stringValue == "\u{1F600}")
        #expect(try parse("\"😀é\\n中\"").stringValue == "😀é\n中")
    }

    @Test("Members keep their order, and nesting its shape")
    func nesting() throws {
        let object = try #require(try parse(#"{"b": [1, [], {}], "a": {"c": null}}"#).objectValue)
        #expect(object.members.map(\.name) == ["b", "a"])
        #expect(object["b"]?.arrayValue?.count == 3)
        #expect(object["a"]?.objectValue?["c"]?.isNull == true)
        #expect(object["c"] == nil)
    }

    @Test("The last of repeated names counts, and the repetition is seen")
    func repeatedNames() throws {
        let object = try #require(try parse(#"{"x": 1, "y": 2, "x": 3}"#).objectValue)
        #expect(object["x"]?.intValue == 3)
        #expect(object.repeatedName == "x")
        #expect(object.members.count == 3)
        #expect(try parse(#"{"x": 1, "y": 2}"#).objectValue?.repeatedName == nil)
    }

    @Test("Names that differ only by normalization are different names")
    func canonicalEquivalence() throws {
        let object = try #require(try parse(#"{"\u00e9": 1, "e\u0301": 2}"#).objectValue)
        #expect(object["\u{E9}"]?.intValue == 1)
        #expect(object["e\u{301}"]?.intValue == 2)
        #expect(object.repeatedName == nil)
    }

    @Test(
        "What RFC 8259 does not allow is refused where it stands",
        arguments: [
            ("", 0), ("  ", 2), ("[1,]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1), ("[1 2]", 3), ("nul", 3), ("True", 0), ("01", 0),
            ("-", 1),
            ("+1", 0), (".5", 0), ("1.", 2), ("1e", 2), ("1e400", 0), ("\"a", 0), ("\"\n\"", 1), ("\"\\x\"", 2),
            ("\"\\u12g4\"", 5),
            ("1 1", 2), ("{\"a\" 1}", 5), ("[", 1), ("{\"a\":", 5), ("'a'", 0), ("[1]]", 3), ("\u{FEFF}1", 0), ("NaN", 0),
            ("/*c*/1", 0), ("\"\\", 2),
        ])
    func refused(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try parse(text) }
        #expect(error?.byteOffset == offset)
        #expect(error?.line == 1)
    }

    @Test(
        "A lone surrogate is refused",
        arguments: [#""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800x""#, #""\udbff\ud800""#])
    func loneSurrogates(text: String) {
        let error = #expect(throws: JSONError.self) { try parse(text) }
        #expect(error?.reason.contains("surrogate") == true)
    }

    @Test("Ill-formed UTF-8 is refused, with and without an escape before it")
    func illFormedUTF8() {
        for prefix in ["", "\\n"] {
            for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE4, 0xB8], [0xF5, 0x80, 0x80, 0x80]] {
                let bytes = Array("[\"ab\(prefix)".utf8) + bad + Array("\"]".utf8)
                let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
                #expect(error?.byteOffset == 4 + prefix.utf8.count)
            }
        }
    }

    @Test("An error names the line")
    func lines() {
        let error = #expect(throws: JSONError.self) { try parse("{\n \"a\": 1,\n \"b\": x\n}") }
        #expect(error == JSONError(reason: "expected a value", byteOffset: 17, line: 3))
        #expect(error?.description == "expected a value at byte 17 (line 3)")
    }

    @Test("Nesting is bounded")
    func depth() throws {
        let allowed = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        _ = try parse(allowed)
        #expect(throws: JSONError.self) { try parse("[\(allowed)]") }
        #expect(throws: JSONError.self) { try parse(String(repeating: "{\"a\":", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("[[[]]]".utf8), maximumDepth: 2) }
        _ = try parse("[" + String(repeating: "[[]],", count: 1000) + "[]]")
    }

    @Test("Every prefix of a text is an error, never a crash")
    func prefixes() throws {
        let text = Array(#"{"a\u00e9😀": [1.5e3, -2, true, null, "x\n\ud83d\ude00"], "b": {}}"#.utf8)
        _ = try JSONValue(parsing: text)
        for count in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<count])) }
        }
    }
}
