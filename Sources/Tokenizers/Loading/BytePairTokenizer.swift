import OrderedJSON

/// The tokenizers of the families that ship vocab.json and merges.txt, as the classes of transformers build them.
struct BytePairTokenizer: FamilyTokenizer {
    let family: TokenizerFamily
    let configuration: TokenizerConfiguration
    let model: any TokenizerModel
    let addedTokens: [AddedToken]
    let file: String
    let vocabulary: AddedVocabulary

    /// - Parameters:
    ///   - vocabulary: the object of vocab.json: tokens and their ids.
    ///   - merges: the bytes of merges.txt: a merge a line, the first learned first.
    /// - Throws: `TokenizerError` for a file that is not so, and merges of tokens that the vocabulary does not have.
    init(
        _ vocabulary: JSONFields, merges: [UInt8], mergesFile: String, family: TokenizerFamily, configuration: TokenizerConfiguration
    ) throws(TokenizerError) {
        self.family = family
        self.configuration = configuration
        file = vocabulary.file
        let tokens = try vocabulary.vocabulary()
        guard let lines = String(validating: merges, as: UTF8.self)?.utf8.split(separator: 0x0A) else {
            throw .malformed(file: mergesFile, reason: "not UTF-8")
        }
        if family == .xlm {
            model = try XLMModel(
                tokens, merges: lines.compactMap { BPE.Merge(fields: $0) }, unkToken: configuration.unkToken.content, file: file)
        } else {
            model = try Self.model(tokens, lines, mergesFile)
        }
        addedTokens = configuration.allAddedTokens(extra: family.extraTokens.map { AddedToken(special: $0) })
        self.vocabulary = AddedVocabulary(addedTokens, model: model, normalizer: nil)
    }

    private static func model(
        _ tokens: [(token: String, id: Int32)], _ lines: [Substring.UTF8View], _ file: String
    ) throws(TokenizerError) -> BPE {
        var merges: [BPE.Merge] = []
        merges.reserveCapacity(lines.count)
        for line in lines where !line.starts(with: "#version".utf8) {
            guard let merge = BPE.Merge(Substring(line.last == 0x0D ? line.dropLast() : line)) else {
                throw .malformed(file: file, reason: "expected two tokens with a space between, found \"\(Substring(line))\"")
            }
            merges.append(merge)
        }
        do throws(BPE.MergeError) {
            return try BPE(tokens, merges: merges, options: BPE.Options())
        } catch {
            throw .malformed(file: file, reason: "the merge number \(error.index + 1): \(error.reason)")
        }
    }

    // MARK: Steps

    func steps() throws(TokenizerError) -> TokenizerSteps {
        guard family != .xlm else { return try xlmSteps() }
        let addPrefixSpace = JSONValue.bool(configuration.options.addPrefixSpace ?? false)
        return TokenizerSteps(
            preTokenizer: ["type": "ByteLevel", "add_prefix_space": addPrefixSpace, "trim_offsets": true, "use_regex": true],
            postProcessor: try postProcessor(addPrefixSpace),
            decoder: ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true])
    }

    private func postProcessor(_ addPrefixSpace: JSONValue) throws(TokenizerError) -> JSONValue {
        let (classifier, separator) = (configuration.clsToken, configuration.sepToken)
        switch family {
        case .gpt2:
            return TokenizerSteps.template(single: [.first(typeID: 0)], pair: [.first(typeID: 0), .second(typeID: 1)])
        case .deberta:
            return TokenizerSteps.robertaTemplate(try special(classifier), try special(separator))
        default:
            return [
                "type": "RobertaProcessing", "sep": try special(separator).tokenAndID, "cls": try special(classifier).tokenAndID,
                "trim_offsets": .bool(configuration.options.trimOffsets ?? true), "add_prefix_space": addPrefixSpace,
            ]
        }
    }

    // MARK: XLM

    /// XLM's own steps are those of Moses, the tool of statistical machine translation, with its lists of abbreviations for each
    /// language. In their place a word is what Moses's English rules find without a list: letters, digits and hyphens, with the
    /// periods within them and the commas between digits; the rest of a contraction (`don 't`); several periods; any other character.
    private func xlmSteps() throws(TokenizerError) -> TokenizerSteps {
        let lowercases = configuration.options.doLowercaseAndRemoveAccent ?? true
        let stripped: JSONValue = [
            "type": "BertNormalizer", "clean_text": false, "handle_chinese_chars": false, "strip_accents": .bool(lowercases),
            "lowercase": .bool(lowercases),
        ]
        let (beginning, separator) = (try special(configuration.bosToken), try special(configuration.sepToken))
        return TokenizerSteps(
            normalizer: TokenizerSteps.sequence(normalizers: Self.mosesPunctuation + [stripped]),
            preTokenizer: ["type": "Split", "pattern": ["Regex": .string(Self.mosesWord)], "behavior": "Removed", "invert": true],
            postProcessor: TokenizerSteps.bertTemplate(beginning, separator),
            decoder: ["type": "BPEDecoder", "suffix": "</w>"])
    }

    private static let mosesWord =
        #"\.{2,}|(?<=\p{L})'\p{L}+|(?<=\p{N})'s|[\p{L}\p{M}\p{N}-]+(?:(?:\.|(?<=\p{N}),(?=\p{N}))[\p{L}\p{M}\p{N}-]+)*"#
        + #"(?:(?<=\.\p{L})\.)?|\S"#

    /// What replace-unicode-punctuation.perl and remove-non-printing-char.perl of Moses do, as transformers has them.
    private static let mosesPunctuation: [JSONValue] = {
        let periods: [JSONValue] = ["。", "．"].map {
            ["type": "Replace", "pattern": ["Regex": .string("\($0)\\s*")], "content": ". "]
        }
        let pairs = zip(
            "，、”“∶：？《》）！（；」「～’━〈〉【】％１０３２５６９７８４", ",,\"\"::?\"\")!(;\"\"~'-<>[]%1032569784")
        let characters: [JSONValue] = pairs.map { wide, narrow in
            ["type": "Replace", "pattern": ["String": .string(String(wide))], "content": .string(String(narrow))]
        }
        let ellipsis: JSONValue = ["type": "Replace", "pattern": ["String": "…"], "content": "..."]
        let unprintable: JSONValue = ["type": "Replace", "pattern": ["Regex": #"\p{C}"#], "content": ""]
        return periods + characters + [ellipsis, unprintable]
    }()
}

extension BPE.Merge {
    /// A line of XLM's merges: two tokens and how often they met, with whitespace between; nil for any other.
    fileprivate init?(fields line: Substring.UTF8View) {
        let parts = line.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard parts.count >= 2 else { return nil }
        self.init(left: parts[0], right: parts[1])
    }
}
