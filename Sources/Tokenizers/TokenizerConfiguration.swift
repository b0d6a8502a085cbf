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
    /// Whether the model is given the template's segments: false where `model_input_names` leaves out `token_type_ids`.
    public var givesSegments = true
    public var doLowerCase: Bool
    /// Nil: accents are stripped where letters are lowercased.
    public var stripAccents: Bool?
    public var tokenizeChineseChars: Bool
    /// Whose tokenizer it is, where a class or a model's type that we know says so.
    var family: TokenizerFamily?
    /// `tokenizer_class`, or `model_type` of config.json, as errors name it; nil where neither is stated.
    var familyName: String?
    var options: Options
    /// The named special tokens, in the order in which transformers adds them: beginning, end, unknown, separator, padding,
    /// classifier, mask. BERT has neither of the first two.
    var bosToken: AddedToken?
    var eosToken: AddedToken?
    public var unkToken: AddedToken
    public var sepToken: AddedToken
    public var padToken: AddedToken
    public var clsToken: AddedToken
    public var maskToken: AddedToken
    /// `added_tokens_decoder`, by rising id; without it the tokens of added_tokens.json.
    public var addedTokens: [AddedToken]
    /// `extra_special_tokens`, in old files `additional_special_tokens`; nil where neither is stated.
    var extraTokens: [AddedToken]?

    /// What single families know beside BERT's flags. Nil where it is not stated.
    struct Options: Sendable, Equatable {
        var keepAccents: Bool?
        var addPrefixSpace: Bool?
        var splitByPunct: Bool?
        var trimOffsets: Bool?
        var doLowercaseAndRemoveAccent: Bool?
    }

    public init() { self.init(family: nil) }

    /// What a family takes where its files are silent.
    init(family: TokenizerFamily?) {
        modelMaxLength = nil
        maxSeqLength = nil
        truncationSide = .right
        doLowerCase = family?.lowercasesByDefault ?? true
        stripAccents = nil
        tokenizeChineseChars = true
        self.family = family
        options = Options()
        let names = (family ?? .bert).specialTokens
        bosToken = names.bos.map { AddedToken(special: $0) }
        eosToken = names.eos.map { AddedToken(special: $0) }
        unkToken = AddedToken(special: names.unk)
        sepToken = AddedToken(special: names.sep)
        padToken = AddedToken(special: names.pad)
        clsToken = AddedToken(special: names.cls)
        maskToken = AddedToken(special: names.mask)
        maskToken.lstrip = family?.maskTakesSpace ?? false
        addedTokens = []
    }

    /// The most tokens, special ones counted, that the files beside the tokenizer allow: `max_seq_length` where there is one,
    /// else `model_max_length`. The checkpoint's positions may allow fewer.
    public var maximumLength: Int? { maxSeqLength ?? modelMaxLength }

    /// Reads tokenizer_config.json and sentence_bert_config.json of a directory, as far as they exist, and what old checkpoints
    /// have beside them: special_tokens_map.json and added_tokens.json. Where no class is stated, config.json tells the family.
    ///
    /// - Throws: `TokenizerError` for a file that is unreadable, not JSON, or has a field of the wrong type.
    public init(directory: String) throws(TokenizerError) {
        let object = try JSONFile.readObject("\(directory)/tokenizer_config.json")
        var familyName = try object?.optionalString("tokenizer_class")
        var family = familyName.flatMap { TokenizerFamily(tokenizerClass: $0) }
        if family == nil, let modelType = try JSONFile.readObject("\(directory)/config.json")?["model_type"]?.stringValue {
            family = TokenizerFamily(modelType: modelType)
            familyName = familyName ?? modelType
        }
        self.init(family: family)
        self.familyName = familyName
        if let object { try read(tokenizerConfig: object) }
        if object?["added_tokens_decoder"] == nil {
            if let map = try JSONFile.readObject("\(directory)/special_tokens_map.json") { try readNamedTokens(map) }
            if let ids = try JSONFile.readObject("\(directory)/added_tokens.json") { try readAddedTokens(ids) }
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
        if let names = try object.optionalArray("model_input_names") {
            givesSegments = names.contains { $0.stringValue == "token_type_ids" }
        }
        doLowerCase = try object.optionalBool("do_lower_case") ?? doLowerCase
        stripAccents = try object.optionalBool("strip_accents")
        tokenizeChineseChars = try object.optionalBool("tokenize_chinese_chars") ?? tokenizeChineseChars
        options.keepAccents = try object.optionalBool("keep_accents")
        options.addPrefixSpace = try object.optionalBool("add_prefix_space")
        options.splitByPunct = try object.optionalBool("split_by_punct")
        options.trimOffsets = try object.optionalBool("trim_offsets")
        options.doLowercaseAndRemoveAccent = try object.optionalBool("do_lowercase_and_remove_accent")
        try readNamedTokens(object)
        for name in ["extra_special_tokens", "additional_special_tokens"] where extraTokens == nil {
            guard let values = object[name]?.arrayValue else { continue }
            var tokens: [AddedToken] = []
            for (index, value) in values.enumerated() {
                tokens.append(try object.specialToken("\(name)[\(index)]", value))
            }
            extraTokens = tokens
        }
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

    private mutating func readNamedTokens(_ object: JSONFields) throws(TokenizerError) {
        bosToken = try object.optionalSpecialToken("bos_token") ?? bosToken
        eosToken = try object.optionalSpecialToken("eos_token") ?? eosToken
        unkToken = try object.optionalSpecialToken("unk_token") ?? unkToken
        sepToken = try object.optionalSpecialToken("sep_token") ?? sepToken
        padToken = try object.optionalSpecialToken("pad_token") ?? padToken
        clsToken = try object.optionalSpecialToken("cls_token") ?? clsToken
        if var token = try object.optionalSpecialToken("mask_token") {
            if object["mask_token"]?.stringValue != nil { token.lstrip = family?.maskTakesSpace ?? false }
            maskToken = token
        }
    }

    /// The tokens of added_tokens.json by their ids. They are special where a name says so.
    private mutating func readAddedTokens(_ object: JSONFields) throws(TokenizerError) {
        let special = Set((namedTokens + (extraTokens ?? [])).map { [UInt8]($0.content.utf8) })
        addedTokens = try object.vocabulary().sorted { $0.id < $1.id }.map { content, _ in
            let isSpecial = special.contains([UInt8](content.utf8))
            return AddedToken(content: content, normalized: !isSpecial, special: isSpecial)
        }
    }

    private var namedTokens: [AddedToken] {
        [bosToken, eosToken, unkToken, sepToken, padToken, clsToken, maskToken].compactMap(\.self)
    }

    /// In the order in which transformers adds them: those listed, the named ones that are not among them, and the others.
    ///
    /// - Parameter extra: the others where the files list none. They also say how a named token is found in the text.
    func allAddedTokens(extra: [AddedToken] = []) -> [AddedToken] {
        var seen = Set(addedTokens.map { [UInt8]($0.content.utf8) })
        let others = extraTokens == nil ? extra.filter { !seen.contains([UInt8]($0.content.utf8)) } : []
        return addedTokens + (namedTokens + (extraTokens ?? [])).filter { seen.insert([UInt8]($0.content.utf8)).inserted } + others
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
        guard let value = self[name], !value.isNull else { return nil }
        return try specialToken(name, value)
    }

    fileprivate func specialToken(_ name: String, _ value: JSONValue) throws(TokenizerError) -> AddedToken {
        switch value {
        case .string(let content): return AddedToken(special: content)
        case .object(let object):
            let fields = try fields(name, .object(object))
            var token = try AddedToken(configuration: fields)
            token.special = true
            token.normalized = try fields.optionalBool("normalized") ?? false
            return token
        case let other:
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
