import Testing

@testable import HTTPCore

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "Text is decoded, once", arguments: [("", ""), ("/plain", "/plain"), ("a%20b", "a b"), ("%C3%a4", "ä"), ("%2525", "%25"), ("%2f", "/"), ("ä", "ä")])
    func decodes(text: String, decoded: String) {
        #expect(PercentEncoding.decode(text[...]) == decoded)
    }

    @Test("Escapes cut short, other digits, NUL and what is not UTF-8 are refused", arguments: ["%", "%2", "%zz", "%G0", "%0G", "%+1", "%00", "%FF", "%C3"])
    func refuses(text: String) {
        #expect(PercentEncoding.decode(text[...]) == nil)
    }
}
