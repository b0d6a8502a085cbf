import OrderedJSON

/// The tokenizers of BERT and its kin over a vocab.txt: a token a line, its id the line's number from 0.
struct VocabularyTextTokenizer: FamilyTokenizer {
    let family: TokenizerFamily
    let configuration: TokenizerConfiguration
    let file: String
    let model: any TokenizerModel
    let addedTokens: [AddedToken]
    let vocabulary: AddedVocabulary

    /// - Throws: `TokenizerError.malformed` for a file that is not UTF-8 or lacks the unknown token.
    init(
        _ bytes: [UInt8], family: TokenizerFamily, configuration: TokenizerConfiguration, file: String
    ) throws(TokenizerError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(file: file, reason: "not UTF-8")
        }
        let vocabulary = Vocabulary(Self.tokens(of: text))
        guard let model = WordPiece(vocabulary: vocabulary, unkToken: configuration.unkToken.content) else {
            throw .malformed(
                file: file,
                reason: "the unknown token \"\(configuration.unkToken.content)\" is not in the vocabulary; "
                    + "expected it on a line of its own, or another as unk_token in tokenizer_config.json")
        }
        self.family = family
        self.configuration = configuration
        self.file = file
        self.model = model
        addedTokens = configuration.allAddedTokens()
        self.vocabulary = AddedVocabulary(addedTokens, model: model, normalizer: nil)
    }

    /// Lines end with a line feed; whitespace at their end does not count.
    private static func tokens(of text: String) -> [(token: String, id: Int32)] {
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.enumerated().map { index, line in
            var scalars = Substring(line).unicodeScalars
            while let last = scalars.last, CharacterTable.shared[last.value].contains(.whitespace) { scalars.removeLast() }
            return (String(scalars), Int32(index))
        }
    }

    func steps() throws(TokenizerError) -> TokenizerSteps {
        let (classifier, separator) = (try special(configuration.clsToken), try special(configuration.sepToken))
        let robertaProcessing: JSONValue = [
            "type": "RobertaProcessing", "sep": separator.tokenAndID, "cls": classifier.tokenAndID, "trim_offsets": true,
            "add_prefix_space": false,
        ]
        return TokenizerSteps(
            normalizer: [
                "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": .bool(configuration.tokenizeChineseChars),
                "strip_accents": configuration.stripAccents.map { .bool($0) } ?? .null, "lowercase": .bool(configuration.doLowerCase),
            ],
            preTokenizer: ["type": "BertPreTokenizer"],
            postProcessor: family == .mpnet ? robertaProcessing : TokenizerSteps.bertTemplate(classifier, separator),
            decoder: ["type": "WordPiece", "prefix": "##", "cleanup": true])
    }
}
