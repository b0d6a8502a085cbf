import OrderedJSON
import Testing

@testable import API

@Suite("JSON text")
struct JSONTextTests {
    @Test("A string of every kind of character reads back as itself")
    func strings() throws {
        for string in ["", "plain", "\"quoted\" \\ back", "\u{0}\u{1f}\n\t\r", "é 😀 \u{2028} \u{10ffff}", "##ing"] {
            var text: [UInt8] = []
            JSONText.append(string, to: &text)
            #expect(try JSONValue(parsing: text).stringValue == string)
        }
    }
}
