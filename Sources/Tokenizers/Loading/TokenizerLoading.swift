import OrderedJSON

extension Tokenizer {
    /// Loads the tokenizer of a checkpoint's directory: tokenizer.json, else vocab.txt with the flags and special tokens
    /// of tokenizer_config.json, as transformers' `BertTokenizer` does.
    ///
    /// - Throws: `TokenizerError`, which names the file and what is wrong with it.
    public init(directory: String) throws(TokenizerError) {
        let configuration = try TokenizerConfiguration(directory: directory)
        if let bytes = try RegularFile.readBytes("\(directory)/tokenizer.json") {
            try self.init(tokenizerJSON: bytes, configuration: configuration, file: "\(directory)/tokenizer.json")
        } else if let bytes = try RegularFile.readBytes("\(directory)/vocab.txt") {
            try self.init(vocabularyText: bytes, configuration: configuration, file: "\(directory)/vocab.txt")
        } else {
            throw .noTokenizer(directory: directory)
        }
    }

    /// Loads a tokenizer from the bytes of a tokenizer.json, version 1.0. `truncation` and `padding` in it are leftovers
    /// of whoever saved it and are ignored.
    ///
    /// - Parameter file: the name that errors give.
    /// - Throws: `TokenizerError` for what is not JSON, lacks a field, or names a component that is not supported.
    public init(
        tokenizerJSON bytes: [UInt8], configuration: TokenizerConfiguration = TokenizerConfiguration(),
        file: String = "tokenizer.json"
    ) throws(TokenizerError) {
        try self.init(try JSONFile.parseObject(bytes, file: file), configuration: configuration)
    }

    /// Builds the tokenizer that the object of a tokenizer.json describes.
    init(_ fields: JSONFields, configuration: TokenizerConfiguration) throws(TokenizerError) {
        if let version = try fields.optionalString("version"), version != "1.0" {
            throw fields.invalid("version", "expected \"1.0\", found \"\(version)\"")
        }
        var addedTokens: [AddedToken] = []
        for (index, value) in (try fields.optionalArray("added_tokens") ?? []).enumerated() {
            addedTokens.append(try AddedToken(try fields.fields("added_tokens[\(index)]", value)))
        }
        self.init(
            normalizer: try fields.optionalObject("normalizer")?.makeNormalizer(),
            preTokenizer: try fields.optionalObject("pre_tokenizer")?.makePreTokenizer(),
            model: try fields.fields("model").makeModel(),
            postProcessor: try fields.optionalObject("post_processor")?.makePostProcessor() ?? NoPostProcessing(),
            decoder: try fields.optionalObject("decoder")?.makeDecoder(), addedTokens: addedTokens, configuration: configuration)
    }

    /// Builds BERT's tokenizer over a vocab.txt: a token a line, its id the line's number from 0.
    init(
        vocabularyText bytes: [UInt8], configuration: TokenizerConfiguration, file: String
    ) throws(TokenizerError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(file: file, reason: "not UTF-8")
        }
        let vocabulary = Vocabulary(Self.tokens(ofVocabularyText: text))
        guard let model = WordPiece(vocabulary: vocabulary, unkToken: configuration.unkToken.content) else {
            throw .malformed(
                file: file,
                reason: "the unknown token \"\(configuration.unkToken.content)\" is not in the vocabulary; "
                    + "expected it on a line of its own, or another as unk_token in tokenizer_config.json")
        }
        let normalizer = BertNormalizer(
            cleanText: true, handleChineseChars: configuration.tokenizeChineseChars,
            stripAccents: configuration.stripAccents, lowercase: configuration.doLowerCase)
        let addedTokens = configuration.allAddedTokens
        let addedVocabulary = AddedVocabulary(addedTokens, model: model, normalizer: normalizer)
        func special(_ token: AddedToken, typeID: Int32) -> TemplateProcessing.Piece {
            let content = [UInt8](token.content.utf8)
            return .special(ids: [addedVocabulary.id(for: content)].compactMap(\.self), typeID: typeID)
        }
        let single = [
            special(configuration.clsToken, typeID: 0), .first(typeID: 0), special(configuration.sepToken, typeID: 0),
        ]
        self.init(
            normalizer: normalizer, preTokenizer: BertPreTokenizer(), model: model,
            postProcessor: TemplateProcessing(
                single: single, pair: single + [.second(typeID: 1), special(configuration.sepToken, typeID: 1)]),
            decoder: WordPieceDecoder(), addedTokens: addedTokens, configuration: configuration)
    }

    /// Lines end with a line feed; whitespace at their end does not count.
    private static func tokens(ofVocabularyText text: String) -> [(token: String, id: Int32)] {
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.enumerated().map { index, line in
            var scalars = Substring(line).unicodeScalars
            while let last = scalars.last, CharacterTable.shared[last.value].contains(.whitespace) { scalars.removeLast() }
            return (String(scalars), Int32(index))
        }
    }
}

extension TokenizerConfiguration {
    /// In the order in which transformers adds them: those listed, then the named ones that are not among them.
    fileprivate var allAddedTokens: [AddedToken] {
        var tokens = addedTokens
        for token in [unkToken, sepToken, padToken, clsToken, maskToken]
        where !tokens.contains(where: { $0.content.hasSameBytes(as: token.content) }) {
            tokens.append(token)
        }
        return tokens
    }
}

extension AddedToken {
    /// An element of `added_tokens` in tokenizer.json. All its fields are required there.
    fileprivate init(_ fields: JSONFields) throws(TokenizerError) {
        _ = try fields.id("id")
        self.init(
            content: try fields.string("content"),
            singleWord: try fields.bool("single_word"),
            lstrip: try fields.bool("lstrip"),
            rstrip: try fields.bool("rstrip"),
            normalized: try fields.bool("normalized"),
            special: try fields.bool("special"))
    }
}
