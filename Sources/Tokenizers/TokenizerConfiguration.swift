import OrderedJSON

/// The side from which tokens are dropped when a text is too long.
public enum TruncationSide: String, Sendable, Equatable {
    case left
    case right
}

/// What tokenizer_config.json and sentence_bert_config.json say beside the tokenizer. A missing file leaves the defaults
/// of transformers.
public struct TokenizerConfiguration: Sendable, Equatable {
    /// `model_max_length`, special tokens counted; nil where it is missing or the "very large integer" (10³⁰)
    /// that stands for no limit.
    public var modelMaxLength: Int?
    /// `max_seq_length` of sentence_bert_config.json, special tokens counted.
    public var maxSeqLength: Int?
    public var truncationSide: TruncationSide
    public var doLowerCase: Bool
    /// Nil: accents are stripped where letters are lowercased.
    public var stripAccents: Bool?
    public var tokenizeChineseChars: Bool
    /// The named special tokens, in the order in which transformers adds them: unknown, separator, padding, classifier, mask.
    public var unkToken: AddedToken
    public var sepToken: AddedToken
    public var padToken: AddedToken
    public var clsToken: AddedToken
    public var maskToken: AddedToken
    /// `added_tokens_decoder`, by rising id.
    public var addedTokens: [AddedToken]

    public init() {
        modelMaxLength = nil
        maxSeqLength = nil
        truncationSide = .right
        doLowerCase = true
        stripAccents = nil
        tokenizeChineseChars = true
        unkToken = AddedToken(special: "[UNK]")
        sepToken = AddedToken(special: "[SEP]")
        padToken = AddedToken(special: "[PAD]")
        clsToken = AddedToken(special: "[CLS]")
        maskToken = AddedToken(special: "[MASK]")
        addedTokens = []
    }

    /// The most tokens, special ones counted, that the files beside the tokenizer allow: `max_seq_length` where there is one,
    /// else `model_max_length`. The checkpoint's positions may allow fewer.
    public var maximumLength: Int? { maxSeqLength ?? modelMaxLength }

    /// Reads tokenizer_config.json and sentence_bert_config.json of a directory, as far as they exist.
    ///
    /// - Throws: `TokenizerError` for a file that is unreadable, not JSON, or has a field of the wrong type.
    public init(directory: String) throws(TokenizerError) {
        self.init()
        if let object = try JSONFile.readObject("\(directory)/tokenizer_config.json") {
            try read(tokenizerConfig: object)
        }
        if let object = try JSONFile.readObject("\(directory)/sentence_bert_config.json") {
            maxSeqLength = try object.optionalLength("max_seq_length")
        }
    }

    private mutating func read(tokenizerConfig object: JSONFields) throws(TokenizerError) {
        modelMaxLength = try object.optionalLength("model_max_length")
        if let side = try object.optionalString("truncation_side") {
            guard let known = TruncationSide(rawValue: side) else {
                throw object.invalid("truncation_side", "expected \"left\" or \"right\", found \"\(side)\"")
            }
            truncationSide = known
        }
        doLowerCase = try object.optionalBool("do_lower_case") ?? doLowerCase
        stripAccents = try object.optionalBool("strip_accents")
        tokenizeChineseChars = try object.optionalBool("tokenize_chinese_chars") ?? tokenizeChineseChars
        unkToken = try object.optionalSpecialToken("unk_token") ?? unkToken
        sepToken = try object.optionalSpecialToken("sep_token") ?? sepToken
        padToken = try object.optionalSpecialToken("pad_token") ?? padToken
        clsToken = try object.optionalSpecialToken("cls_token") ?? clsToken
        maskToken = try object.optionalSpecialToken("mask_token") ?? maskToken
        guard let decoder = try object.optionalObject("added_tokens_decoder") else { return }
        var tokensByID: [(id: Int, token: AddedToken)] = []
        for (name, value) in decoder.object.members {
            guard let id = Int(name) else {
                throw decoder.invalid(name, "expected a token id as the name")
            }
            tokensByID.append((id, try AddedToken(configuration: decoder.fields(name, value))))
        }
        addedTokens = tokensByID.sorted { $0.id < $1.id }.map(\.token)
    }
}

extension JSONFields {
    /// A number of tokens, at least 1; nil where it is missing, null or so large that it stands for no limit.
    /// It may be written with a fraction of zero, as Python writes a float.
    fileprivate func optionalLength(_ name: String) throws(TokenizerError) -> Int? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let number = value.doubleValue, number >= 1, number == number.rounded() else {
            let found =
                switch value {
                case .integer(let number): "\(number)"
                case .double(let number): "\(number)"
                default: value.kind
                }
            throw invalid(name, "expected a whole number of tokens, at least 1, found \(found)")
        }
        // transformers takes whatever exceeds its LARGE_INTEGER, 10^20, for no limit.
        return value.intValue ?? (number < 0x1p62 ? Int(number) : nil)
    }

    /// A special token by name, or as an object with the flags of an added token.
    fileprivate func optionalSpecialToken(_ name: String) throws(TokenizerError) -> AddedToken? {
        switch self[name] {
        case nil, .null: return nil
        case .string(let content): return AddedToken(special: content)
        case .object(let object):
            var token = try AddedToken(configuration: fields(name, .object(object)))
            token.special = true
            return token
        case .some(let other):
            throw invalid(name, "expected a string or an object with \"content\", found \(other.kind)")
        }
    }
}

extension AddedToken {
    /// A token of tokenizer_config.json, where flags may be left out.
    fileprivate init(configuration fields: JSONFields) throws(TokenizerError) {
        let special = try fields.optionalBool("special") ?? false
        self.init(
            content: try fields.string("content"),
            singleWord: try fields.optionalBool("single_word") ?? false,
            lstrip: try fields.optionalBool("lstrip") ?? false,
            rstrip: try fields.optionalBool("rstrip") ?? false,
            normalized: try fields.optionalBool("normalized") ?? !special,
            special: special)
    }
}
