import Testing

@testable import Tokenizers

@Suite("Time is linear in the length of a text")
struct LinearTimeTests {
    /// Not a measurement: a hundred thousand bytes take a fraction of a second without optimization, and a step that is quadratic
    /// in them takes 10^10 turns, minutes, which the limit does not allow.
    @Test(
        "However the text is made, a long one comes to an end", .timeLimit(.minutes(5)),
        arguments: [
            "a", "[CLS]", "[CLS", "\u{301}\u{323}", "\u{345}\u{F73}\u{3099}\u{334}", " ", "中", "!", "  <ls>", "<rs>  ", "sw",
            "sw ", "각",
            "e\u{323}", " \n",
        ])
    func adversarialTexts(unit: String) throws {
        let tokenizer = try Tokenizer(tokenizerJSON: Array(Self.tokenizerJSON.utf8))
        let text = String(repeating: unit, count: 100_000 / unit.utf8.count)
        #expect(tokenizer.encode(text, maximumLength: 512).count <= 512)
    }

    @Test(
        "However the text is made, normalizers come to an end", .timeLimit(.minutes(5)),
        arguments: [
            "a", " ", "\u{301}\u{323}", "\u{345}\u{F73}\u{3099}\u{334}", "\u{1100}", "\u{200D}©", "\u{915}\u{94D}", "\u{1F1E6}", "ﬃ",
        ])
    func normalizers(unit: String) throws {
        let charsmap = try Goldens.text("normalizers/charsmap.base64")
        let sequence = """
            {"n": {"type": "Sequence", "normalizers": [{"type": "Precompiled", "precompiled_charsmap": "\(charsmap)"}, {"type": "NFKC"},
            {"type": "NFD"}, {"type": "NFC"}, {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Nmt"},
            {"type": "Strip", "strip_left": true, "strip_right": true}, {"type": "Prepend", "prepend": "a"},
            {"type": "Replace", "pattern": {"Regex": "\\\\s+(?!\\\\S)"}, "content": ""}, {"type": "ByteLevel"}]}}
            """
        let normalizer = try JSONFile.parseObject(Array(sequence.utf8), file: "t.json").fields("n").makeNormalizer()
        var text = NormalizedText(String(repeating: unit, count: 100_000 / unit.utf8.count))
        normalizer.normalize(&text)
        #expect(text.utf8.count == text.sources.count)
    }

    @Test(
        "However a text is split, too", .timeLimit(.minutes(5)),
        arguments: [
            #"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true}"#, #"{"type": "Metaspace", "replacement": "a"}"#,
            #"{"type": "Split", "pattern": {"String": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"}, "behavior": "MergedWithNext", "invert": false}"#,
            #"{"type": "Split", "pattern": {"Regex": "\\s+(?!\\S)|\\s+"}, "behavior": "Contiguous", "invert": true}"#,
            #"{"type": "Sequence", "pretokenizers": [{"type": "FixedLength", "length": 1}, {"type": "UnicodeScripts"}, {"type": "Digits", "individual_digits": true}]}"#,
        ])
    func adversarialSplits(preTokenizer: String) throws {
        let model = #"{"type": "WordPiece", "unk_token": "u", "continuing_subword_prefix": "", "max_input_chars_per_word": 9, "vocab": {"u": 0}}"#
        let processor = #"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true}"#
        let tokenizer = try Tokenizer(
            tokenizerJSON: Array(
                """
                {"added_tokens": [\(Self.added(" ", "rstrip")), \(Self.added("\\n"))], "pre_tokenizer": \(preTokenizer),
                "post_processor": \(processor), "model": \(model)}
                """.utf8))
        for unit in ["a", " ", " \n", "\t", "'s", "中1", "😁", "\u{301}"] {
            let text = String(repeating: unit, count: 50_000 / unit.utf8.count)
            #expect(try tokenizer.encodeWindows(text, maximumLength: 512, stride: 128).first?.count ?? 0 <= 512)
        }
    }

    /// Words may be longer than any text, and the pieces overlap.
    private static let tokenizerJSON = """
        {"added_tokens": [\(added("[CLS]")), \(added("<ls>", "lstrip")), \(added("<rs>", "rstrip")), \(added("sw", "single_word")),
        \(added(" ", "rstrip")), \(added("\\n"))],
        "normalizer": {"type": "BertNormalizer", "clean_text": false, "handle_chinese_chars": true, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 1000000000,
        "vocab": {"[UNK]": 0, "a": 1, "##a": 2, "##aaaaaaaaaaaaaaaab": 3, "s": 4, "##w": 5, "##s": 6}}}
        """

    private static func added(_ content: String, _ flag: String = "") -> String {
        let flags = ["single_word", "lstrip", "rstrip", "normalized", "special"].map { "\"\($0)\": \($0 == flag)" }
        return "{\"id\": 0, \"content\": \"\(content)\", \(flags.joined(separator: ", "))}"
    }
}
