/// What the class of a family builds of the files from before tokenizer.json.
protocol FamilyTokenizer {
    var configuration: TokenizerConfiguration { get }
    /// The file of the vocabulary, for errors.
    var file: String { get }
    var model: any TokenizerModel { get }
    var addedTokens: [AddedToken] { get }
    /// The ids of the added tokens.
    var vocabulary: AddedVocabulary { get }

    func steps() throws(TokenizerError) -> TokenizerSteps
}

extension FamilyTokenizer {
    /// A special token for the template.
    func special(_ token: AddedToken?) throws(TokenizerError) -> TokenizerSteps.Special {
        guard let token, let id = vocabulary.id(for: [UInt8](token.content.utf8)) else {
            throw .malformed(file: file, reason: "a special token of the template is missing or empty in tokenizer_config.json")
        }
        return TokenizerSteps.Special(content: token.content, id: id)
    }
}

extension Tokenizer {
    /// The tokenizer of a family, of the files in a directory; nil where they are not there.
    init?(family: TokenizerFamily, directory: String, configuration: TokenizerConfiguration) throws(TokenizerError) {
        switch family.files {
        case .vocabularyText:
            let file = "\(directory)/vocab.txt"
            guard let bytes = try RegularFile.readBytes(file) else { return nil }
            try self.init(try VocabularyTextTokenizer(bytes, family: family, configuration: configuration, file: file))
        case .bytePairs:
            let mergesFile = "\(directory)/merges.txt"
            guard let vocabulary = try JSONFile.readObject("\(directory)/vocab.json"),
                let merges = try RegularFile.readBytes(mergesFile)
            else { return nil }
            try self.init(
                try BytePairTokenizer(
                    vocabulary, merges: merges, mergesFile: mergesFile, family: family, configuration: configuration))
        case .sentencePiece(let name):
            let file = "\(directory)/\(name)"
            guard let bytes = try RegularFile.readBytes(file) else { return nil }
            try self.init(
                try SentencePieceTokenizer(
                    try SentencePieceModel(bytes, file: file), family: family, configuration: configuration, file: file))
        }
    }

    private init(_ tokenizer: some FamilyTokenizer) throws(TokenizerError) {
        try self.init(
            steps: JSONFields(file: tokenizer.file, object: try tokenizer.steps().object), model: tokenizer.model,
            addedTokens: tokenizer.addedTokens, configuration: tokenizer.configuration)
    }
}
