import OrderedJSON
import Testing

@testable import Tokenizers

/// What scripts/goldens/normalizers.py wrote of normalizers, its one charsmap put in its place.
private func readNormalizers(_ name: String) throws -> JSONValue {
    let charsmap = try Goldens.text("normalizers/charsmap.base64")
    let text = try Goldens.text("normalizers/\(name)").replacing("\"CHARSMAP\"", with: "\"\(charsmap)\"")
    return try JSONValue(parsing: Array(text.utf8))
}

extension NormalizedText {
    /// The characters, and for each the code points of the original that it came from.
    fileprivate var characters: [(scalar: Int, origin: Range<Int>)] {
        var characters: [(scalar: Int, origin: Range<Int>)] = []
        var position = 0
        while let scalar = utf8.scalar(at: position) {
            characters.append((Int(scalar.value), originalRange(of: position..<position + scalar.width)))
            position += scalar.width
        }
        return characters
    }
}

@Suite("Normalizers leave what the reference's leave, with its offsets")
struct NormalizerTests {
    @Test("Texts of all kinds")
    func cases() throws {
        let configurations = try #require(try readNormalizers("cases.json").arrayValue)
        #expect(configurations.count > 25)
        for value in configurations {
            let fields = JSONFields(file: "cases.json", object: try #require(value.objectValue))
            let name = try fields.string("name")
            let normalizer = try fields.fields("normalizer").makeNormalizer()
            for golden in try fields.array("cases") {
                let golden = try #require(golden.arrayValue)
                let original = try #require(golden[0].stringValue)
                var text = NormalizedText(original)
                normalizer.normalize(&text)
                let expected = golden[1].stringValue?.unicodeScalars.map { Int($0.value) }
                #expect(text.characters.map(\.scalar) == expected, "\(name): \(original.debugDescription)")
                let sources = text.characters.map { $0.origin.isEmpty ? ~$0.origin.lowerBound : $0.origin.lowerBound }
                #expect(text.characters.allSatisfy { $0.origin.count <= 1 })
                #expect(sources == golden[2].arrayValue?.compactMap(\.intValue), "\(name): \(original.debugDescription)")
            }
        }
    }

    @Test("Every code point, alone and with marks", arguments: 0..<10)
    func codePoints(index: Int) throws {
        let golden = try #require(try readNormalizers("code-points.json").objectValue)
        let size = try #require(golden["code_points_per_block"]?.intValue)
        let planes = try #require(golden["planes"]?.arrayValue).compactMap(\.intValue)
        let configurations = try #require(golden["configurations"]?.arrayValue)
        #expect(configurations.count == 10)
        let fields = JSONFields(file: "code-points.json", object: try #require(configurations[index].objectValue))
        let name = try fields.string("name")
        let normalizer = try fields.fields("normalizer").makeNormalizer()
        let form = try fields.array("form").compactMap(\.stringValue)
        let starts = planes.flatMap { stride(from: $0 << 16, to: ($0 + 1) << 16, by: size) }
        let hashes = try fields.array("hashes").compactMap(\.stringValue)
        #expect(hashes.count == starts.count)
        for (start, hash) in zip(starts, hashes) {
            let scalars = (start..<start + size).compactMap { Unicode.Scalar(UInt32($0)) }
            var text = NormalizedText(scalars.map { "\(form[0])\($0)\(form[1])" }.joined())
            normalizer.normalize(&text)
            var digest = Digest()
            let characters = text.characters
            for character in characters { digest.combine(character.scalar) }
            for character in characters {
                digest.combine(character.origin.lowerBound)
                digest.combine(character.origin.upperBound)
            }
            #expect(digest.hexadecimal == hash, "\(name): code points from \(String(start, radix: 16))")
        }
    }

    private func error(_ normalizer: String) -> TokenizerError? {
        #expect(throws: TokenizerError.self) {
            try JSONFile.parseObject(Array(#"{"normalizer": \#(normalizer)}"#.utf8), file: "t.json").fields("normalizer").makeNormalizer()
        }
    }

    @Test("A pattern that cannot be is named with its place")
    func patterns() {
        #expect(
            error(#"{"type": "Replace", "pattern": {"Regex": "a("}, "content": ""}"#)?.description
                == "t.json: normalizer.pattern: missing closing parenthesis at byte 2 of the regular expression")
        #expect(
            error(#"{"type": "Replace", "pattern": {"Text": "a"}, "content": ""}"#)?.description
                == #"t.json: normalizer.pattern: expected {"String": …} or {"Regex": …}"#)
    }

    @Test("A part of a sequence is named with its place, and an unknown one beside the known")
    func sequences() {
        let error = error(#"{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "NFE"}]}"#)
        #expect(error?.description.hasPrefix("t.json: normalizer type \"NFE\" is not supported; supported are BertNormalizer, ") == true)
        #expect(
            self.error(#"{"type": "Sequence", "normalizers": [{"type": "Strip"}]}"#)?.description
                == "t.json: normalizer.normalizers[0].strip_left: missing; expected a boolean")
    }
}
