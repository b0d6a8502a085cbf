/// Turns texts into the tokens of a checkpoint, exactly as the `tokenizers` library does for the same tokenizer.json.
///
/// The way of a text: added tokens that are not normalized are cut out; the pieces between are normalized; added tokens that are
/// normalized are cut out; what remains is split into words; the model cuts each word into tokens; the result is truncated;
/// special tokens come around it. A value without mutable state: it may be used from many threads at once.
public struct Tokenizer: Sendable {
    /// What the files beside the tokenizer say.
    public var configuration: TokenizerConfiguration

    private let normalizer: (any Normalizer)?
    private let preTokenizer: (any PreTokenizer)?
    private let model: any TokenizerModel
    let postProcessor: any PostProcessor
    let decoder: (any Decoder)?
    let addedVocabulary: AddedVocabulary
    /// Where the post-processor trims offsets.
    private let spaces: TokenSpacesTable?

    init(
        normalizer: (any Normalizer)?, preTokenizer: (any PreTokenizer)?, model: any TokenizerModel,
        postProcessor: any PostProcessor, decoder: (any Decoder)? = nil, addedTokens: [AddedToken],
        configuration: TokenizerConfiguration
    ) {
        self.normalizer = normalizer
        self.preTokenizer = preTokenizer
        self.model = model
        self.postProcessor = postProcessor
        self.decoder = decoder
        self.configuration = configuration
        spaces = postProcessor.trimsOffsets ? TokenSpacesTable(model) : nil
        addedVocabulary = AddedVocabulary(addedTokens, model: model, normalizer: normalizer)
    }

    /// The steps in the order of a text's way, by their types' names, which are those of tokenizer.json.
    public var steps: [String] {
        let steps: [Any?] = [normalizer, preTokenizer, model, postProcessor, decoder]
        return steps.compactMap { $0.map { "\(type(of: $0))" } }
    }

    // MARK: Vocabulary

    /// The token with an id, added ones as they are looked for (normalized where they are); nil where the vocabulary has a hole.
    public func token(for id: Int32) -> String? {
        addedVocabulary.spelling(for: id) ?? model.token(for: id)
    }

    /// The id of a token, an added one or one of the model's vocabulary.
    public func id(for token: String) -> Int32? {
        let token = [UInt8](token.utf8)
        return addedVocabulary.id(for: token) ?? model.id(for: token)
    }

    // MARK: Template

    /// The number of special tokens that `encode` adds to a text or a pair.
    public func addedTokenCount(isPair: Bool) -> Int { postProcessor.addedTokenCount(isPair: isPair) }

    /// The greatest id among the special tokens that `encode` adds to a text or a pair; nil where it adds none. Unlike ids that
    /// come from a text it is known at load, when it can be compared with the number of embeddings that the model has.
    public var largestTemplateID: Int32? { postProcessor.largestTemplateID }

    /// The greatest segment id that `encode` gives to a token of a text or of a pair, special ones included:
    /// the model needs an embedding for each segment up to it. 0 where the template has no place for a token.
    public func largestTypeID(isPair: Bool) -> Int32 { postProcessor.largestTypeID(isPair: isPair) }

    // MARK: Encoding

    /// The tokens of a text or of a pair of texts, in time linear in their length.
    ///
    /// - Parameters:
    ///   - addSpecialTokens: false leaves out those of the template; special tokens that stand in the text are found either way.
    ///   - maximumLength: the most tokens, special ones counted; more are dropped from the side that the configuration names,
    ///     from the longer text first. The special tokens of the template always stay, even where they alone are more.
    public func encode(
        _ text: String, pair: String? = nil, addSpecialTokens: Bool = true, maximumLength: Int? = nil
    ) -> Encoding {
        var first = tokenize(text)
        var second = pair.map(tokenize)
        if let maximumLength {
            let added = addSpecialTokens ? postProcessor.addedTokenCount(isPair: pair != nil) : 0
            Truncation.truncate(&first, &second, maximum: max(0, maximumLength - added), side: configuration.truncationSide)
        }
        return postProcessor.process(first, pair: second, addSpecialTokens: addSpecialTokens)
    }

    /// The tokens of one text, none of them special unless it stands in the text.
    func tokenize(_ text: String) -> TokenSequence {
        let original = NormalizedText(text)
        var tokens = TokenSequence()
        var addedTokenSpaces = AddedTokenSpaces()
        var preTokenized = PreTokenizedText()
        // English has a token for every four to five bytes, markup and code for every two to three. Room is cheaper than growing.
        tokens.reserveCapacity(original.utf8.count / 2 + 4)
        for piece in addedVocabulary.pieces(of: original.utf8, pass: .unnormalized) {
            if let id = piece.id {
                append(addedToken: id, original, piece.range, &addedTokenSpaces, to: &tokens)
            } else {
                tokenize(NormalizedText(original, range: piece.range), &preTokenized, into: &tokens)
            }
        }
        spaces?.complete(&tokens)
        return tokens
    }

    /// A piece between added tokens that are not normalized.
    private func tokenize(_ piece: NormalizedText, _ preTokenized: inout PreTokenizedText, into tokens: inout TokenSequence) {
        var text = piece
        normalizer?.normalize(&text)
        var addedTokenSpaces = AddedTokenSpaces()
        for piece in addedVocabulary.pieces(of: text.utf8, pass: .normalized) where !piece.range.isEmpty {
            if let id = piece.id {
                append(addedToken: id, text, piece.range, &addedTokenSpaces, to: &tokens)
                continue
            }
            preTokenized.reset(to: text, word: piece.range)
            preTokenizer?.preTokenize(&preTokenized)
            let words = preTokenized.text
            for word in preTokenized.words {
                model.tokenize(words, word: word, into: &tokens)
                tokens.endWord()
            }
        }
    }

    /// An added token with the whitespace that it takes along.
    private func append(
        addedToken id: Int32, _ text: NormalizedText, _ range: Range<Int>, _ addedTokenSpaces: inout AddedTokenSpaces,
        to tokens: inout TokenSequence
    ) {
        if let spaces {
            spaces.complete(&tokens)
            tokens.spaces.append(addedTokenSpaces.spaces(of: text.utf8, range))
        }
        tokens.append(id: id, offsets: text.originalRange(of: range))
        tokens.endWord()
    }
}
