import FoundationEssentials
import OrderedJSON
import Testing

@testable import Tokenizers

@Suite("Without tokenizer.json, the files of each family become the tokenizer that transformers makes of them")
struct FamilyTokenizerTests {
    private func checkFolder(_ name: String) throws {
        check(try Tokenizer(directory: Goldens.directory("families/\(name)")), try Goldens.cases("families/\(name)"))
    }

    @Test(
        "SentencePiece models",
        arguments: [
            "xlm-roberta", "xlm-roberta-named", "xlm-roberta-mapped", "camembert", "albert", "albert-cased", "xlnet", "xlnet-uncased",
            "deberta-v2", "deberta-v2-punctuation",
        ])
    func sentencePiece(name: String) throws { try checkFolder(name) }

    @Test("Byte pairs over bytes", arguments: ["roberta", "roberta-spaces", "gpt2", "deberta"])
    func bytePairs(name: String) throws { try checkFolder(name) }

    @Test("MPNet's vocab.txt")
    func mpnet() throws { try checkFolder("mpnet") }

    @Test("XLM's byte pairs, of words that stand between spaces", arguments: ["xlm", "xlm-cased"])
    func xlm(name: String) throws {
        let tokenizer = try Tokenizer(directory: Goldens.directory("families/\(name)"))
        let cases = try Goldens.cases("families/\(name)")
        #expect(!cases.isEmpty)
        for golden in cases {
            // XLM's tokenizer gives no offsets.
            guard case .encoding(let expected, _) = golden.expected else { continue }
            let encoding = tokenizer.encode(golden.text, pair: golden.pair)
            #expect(encoding.ids == expected.ids, "\(golden)")
            #expect(encoding.typeIDs == expected.typeIDs, "\(golden)")
        }
    }

    @Test("In running text XLM's words are those of Moses, but for its lists of abbreviations")
    func xlmWords() throws {
        let vocabulary = JSONFields(file: "vocab.json", object: JSONObject(members: [("<unk>", 0)]))
        let tokenizer = try BytePairTokenizer(
            vocabulary, merges: [], mergesFile: "merges.txt", family: .xlm, configuration: TokenizerConfiguration(family: .xlm))
        let steps = JSONFields(file: "steps", object: try tokenizer.steps().object)
        var text = NormalizedText("Don't, the 1990's U.S. state-of-the-art 5,300.5 (so, “Ä”)...\u{200B} e.g. １２％ end.")
        try steps.fields("normalizer").makeNormalizer().normalize(&text)
        var words = PreTokenizedText()
        words.reset(to: text, word: 0..<text.utf8.count)
        try steps.fields("pre_tokenizer").makePreTokenizer().preTokenize(&words)
        #expect(
            words.words.map { String(decoding: words.text.utf8[$0], as: UTF8.self) } == [
                "don", "'t", ",", "the", "1990", "'s", "u.s.", "state-of-the-art", "5,300.5", "(", "so", ",", "\"", "a", "\"", ")",
                "...", "e.g.", "12", "%", "end", ".",
            ])
    }

    // MARK: Errors

    /// The error of loading a directory with these files.
    private func error(_ files: [String: String]) throws -> String? {
        let directory = FileManager.default.temporaryDirectory.appending(path: "attendant-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, content) in files { try Data(content.utf8).write(to: directory.appending(path: name)) }
        let path = directory.path(percentEncoded: false)
        let error = #expect(throws: TokenizerError.self) { try Tokenizer(directory: path) }
        return error?.description.replacing("\(path)/", with: "").replacing(path, with: "directory")
    }

    private let roberta = #"{"tokenizer_class": "RobertaTokenizerFast"}"#

    @Test("A class that is not known, where it is needed, is named beside those that are")
    func unknownClass() throws {
        let description = try error(["tokenizer_config.json": #"{"tokenizer_class": "PhobertTokenizer"}"#, "vocab.json": "{}"])
        #expect(description?.contains("\"PhobertTokenizer\" is not supported; supported are AlbertTokenizer, ") == true)
        let model = try error(["config.json": #"{"model_type": "phobert"}"#, "spm.model": ""])
        #expect(model?.contains("\"phobert\" is not supported") == true)
    }

    @Test("The files that a family needs are asked for")
    func missingFiles() throws {
        let expected =
            "directory: no tokenizer: expected tokenizer.json, or vocab.txt, vocab.json with merges.txt, or a SentencePiece model, "
            + "with tokenizer_config.json"
        #expect(try error(["tokenizer_config.json": roberta, "vocab.json": "{}"]) == expected)
        #expect(try error(["config.json": #"{"model_type": "xlm-roberta"}"#, "spiece.model": ""]) == expected)
    }

    @Test("Wrong files are named with what is wrong")
    func wrongFiles() throws {
        let vocabulary = #"{"<s>": 0, "a": 1}"#
        #expect(
            try error(["tokenizer_config.json": roberta, "vocab.json": vocabulary, "merges.txt": "#version: 0.2\na b c\n"])
                == "merges.txt: expected two tokens with a space between, found \"a b c\"")
        #expect(
            try error(["tokenizer_config.json": roberta, "vocab.json": vocabulary, "merges.txt": "a b\n"])
                == "merges.txt: the merge number 1: \"b\" is not in the vocabulary")
        #expect(
            try error(["tokenizer_config.json": roberta, "vocab.json": #"{"a": -1}"#, "merges.txt": ""])
                == "vocab.json: a: expected an id from 0 to 2147483647")
        #expect(
            try error(["tokenizer_config.json": #"{"tokenizer_class": "XLMTokenizer"}"#, "vocab.json": vocabulary, "merges.txt": ""])
                == "vocab.json: the unknown token \"<unk>\" is not in the vocabulary")
        #expect(
            try error([
                "tokenizer_config.json": #"{"tokenizer_class": "XLMTokenizer"}"#, "vocab.json": #"{"<unk>": 2147483647}"#,
                "merges.txt": "a b 1\n",
            ]) == "vocab.json: an id of 2147483647 leaves none for what merges name; expected smaller ones")
        #expect(
            try error(["tokenizer_config.json": #"{"tokenizer_class": "AlbertTokenizer"}"#, "spiece.model": "\u{A}\u{50}"])
                == "spiece.model: not a SentencePiece model: a field of 80 bytes, where 0 are left at byte 1")
    }
}
