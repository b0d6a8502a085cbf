import OrderedJSON

/// The tokenizers of the families that ship a SentencePiece model, as the classes of transformers build them.
struct SentencePieceTokenizer: FamilyTokenizer {
    let family: TokenizerFamily
    let source: SentencePieceModel
    let configuration: TokenizerConfiguration
    let file: String
    let model: any TokenizerModel
    /// The special tokens of the configuration. Where it lists none beside the named ones: the model's control tokens, and what its
    /// trainer was told to keep whole, which is not special.
    let addedTokens: [AddedToken]
    let vocabulary: AddedVocabulary

    /// - Throws: `TokenizerError.malformed` for a model that is not unigram, lacks pieces that the family replaces, or whose
    ///   unknown piece is none of its pieces.
    init(
        _ source: SentencePieceModel, family: TokenizerFamily, configuration: TokenizerConfiguration, file: String
    ) throws(TokenizerError) {
        guard source.algorithm == .unigram else {
            throw .malformed(file: file, reason: "a SentencePiece model of the type \(source.algorithm); expected unigram")
        }
        self.family = family
        self.source = source
        self.configuration = configuration
        self.file = file
        let (pieces, unknownID) = Self.pieces(source, family, configuration)
        guard pieces.indices.contains(unknownID) else {
            throw .malformed(file: file, reason: "the unknown piece is number \(unknownID), where there are \(pieces.count) pieces")
        }
        model = Unigram(pieces, unknownID: Int32(unknownID), byteFallback: false)
        addedTokens = configuration.allAddedTokens(
            extra: source.pieces.compactMap { piece in
                switch piece.kind {
                case .control: AddedToken(special: piece.text)
                case .userDefined: AddedToken(content: piece.text, normalized: false)
                case .normal, .unknown: nil
                }
            })
        vocabulary = AddedVocabulary(addedTokens, model: model, normalizer: nil)
    }

    /// The pieces in the order of their ids, and the unknown one. XLM-R and CamemBERT keep the ids of fairseq: their own special
    /// tokens first, then the model's pieces without its special ones, the mask last.
    private static func pieces(
        _ source: SentencePieceModel, _ family: TokenizerFamily, _ configuration: TokenizerConfiguration
    ) -> (pieces: [(piece: String, score: Double)], unknownID: Int) {
        let pieces = source.pieces.map { (piece: $0.text, score: Double($0.score)) }
        let (pad, unk, mask) = (configuration.padToken.content, configuration.unkToken.content, configuration.maskToken.content)
        switch family {
        case .xlmRoberta:
            let (bos, eos) = (configuration.bosToken?.content ?? "<s>", configuration.eosToken?.content ?? "</s>")
            return ([bos, pad, eos, unk].map { ($0, 0) } + pieces.dropFirst(3) + [(mask, 0)], 3)
        case .camembert:
            let first = ["<s>NOTUSED", pad, "</s>NOTUSED", unk]
            let all: [(piece: String, score: Double)] = first.map { ($0, 0) } + [("<unk>NOTUSED", -100)]
            return (all + pieces.dropFirst() + [(mask, 0)], first.firstIndex { $0.hasSameBytes(as: unk) } ?? 0)
        case .albert:
            return (pieces, 1)
        case .debertaV2:
            return (pieces, pieces.firstIndex { $0.score == 0 && $0.piece.hasSameBytes(as: unk) } ?? source.unkID)
        default:
            return (pieces, source.unkID)
        }
    }

    // MARK: Steps

    func steps() throws(TokenizerError) -> TokenizerSteps {
        let prependScheme: JSONValue =
            switch family {
            case _ where family == .xlnet || configuration.options.addPrefixSpace ?? true: "always"
            case .debertaV2: "first"
            default: "never"
            }
        let metaspace: JSONValue = ["type": "Metaspace", "replacement": "▁", "prepend_scheme": prependScheme, "split": true]
        return TokenizerSteps(
            normalizer: normalizer, preTokenizer: preTokenizer(metaspace), postProcessor: try postProcessor(), decoder: metaspace)
    }

    private var normalizer: JSONValue {
        var precompiled: [JSONValue] = []
        if !source.precompiledCharsmap.isEmpty {
            precompiled = [["type": "Precompiled", "precompiled_charsmap": .string(Base64.encode(source.precompiledCharsmap))]]
        }
        let lowercase: [JSONValue] = configuration.doLowerCase ? [["type": "Lowercase"]] : []
        switch family {
        case .albert, .xlnet:
            let quotes: [JSONValue] = ["``", "''"].map {
                ["type": "Replace", "pattern": ["String": $0], "content": "\""]
            }
            let keepsAccents = family == .albert && configuration.options.keepAccents == true
            let accents: [JSONValue] = keepsAccents ? [] : [["type": "NFKD"], ["type": "StripAccents"]]
            return TokenizerSteps.sequence(normalizers: quotes + accents + lowercase + precompiled)
        case .debertaV2:
            let spaces: JSONValue = ["type": "Replace", "pattern": ["Regex": #"\s{2,}|[\n\r\t]"#], "content": " "]
            let strip: JSONValue = ["type": "Strip", "strip_left": false, "strip_right": true]
            return TokenizerSteps.sequence(normalizers: lowercase + [spaces, ["type": "NFC"], strip])
        default:
            return precompiled.first ?? .null
        }
    }

    private func preTokenizer(_ metaspace: JSONValue) -> JSONValue {
        guard family == .debertaV2 else {
            return TokenizerSteps.sequence(preTokenizers: [["type": "WhitespaceSplit"], metaspace])
        }
        let punctuation: [JSONValue] =
            configuration.options.splitByPunct == true ? [["type": "Punctuation", "behavior": "Isolated"]] : []
        return TokenizerSteps.sequence(preTokenizers: punctuation + [metaspace])
    }

    private func postProcessor() throws(TokenizerError) -> JSONValue {
        switch family {
        case .xlnet:
            return TokenizerSteps.xlnetTemplate(try special(configuration.clsToken), try special(configuration.sepToken))
        case .albert, .debertaV2:
            return TokenizerSteps.bertTemplate(try special(configuration.clsToken), try special(configuration.sepToken))
        default:
            return TokenizerSteps.robertaTemplate(try special(configuration.bosToken), try special(configuration.eosToken))
        }
    }
}
