/// Whose tokenizer it is, where there is no tokenizer.json to say what it does: one case for each class of transformers that is
/// built otherwise than others, with what that class takes where tokenizer_config.json is silent.
enum TokenizerFamily: Sendable, Equatable {
    case bert, mpnet
    case gpt2, roberta, deberta, xlm
    case albert, camembert, debertaV2, xlmRoberta, xlnet

    /// The files that hold a vocabulary.
    enum Files {
        /// vocab.txt, a token a line.
        case vocabularyText
        /// vocab.json and merges.txt.
        case bytePairs
        /// A SentencePiece model of this name.
        case sentencePiece(String)
    }

    var files: Files {
        switch self {
        case .bert, .mpnet: .vocabularyText
        case .gpt2, .roberta, .deberta, .xlm: .bytePairs
        case .albert, .xlnet: .sentencePiece("spiece.model")
        case .camembert, .xlmRoberta: .sentencePiece("sentencepiece.bpe.model")
        case .debertaV2: .sentencePiece("spm.model")
        }
    }

    /// - Parameter tokenizerClass: as tokenizer_config.json or config.json names it, with or without `Fast` at its end.
    init?(tokenizerClass: String) {
        switch tokenizerClass.hasSuffix("Fast") ? String(tokenizerClass.dropLast(4)) : tokenizerClass {
        case "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "ConvBertTokenizer": self = .bert
        case "MPNetTokenizer": self = .mpnet
        case "GPT2Tokenizer": self = .gpt2
        case "RobertaTokenizer", "BartTokenizer", "LongformerTokenizer": self = .roberta
        case "DebertaTokenizer": self = .deberta
        case "XLMTokenizer": self = .xlm
        case "AlbertTokenizer": self = .albert
        case "CamembertTokenizer": self = .camembert
        case "DebertaV2Tokenizer": self = .debertaV2
        case "XLMRobertaTokenizer": self = .xlmRoberta
        case "XLNetTokenizer": self = .xlnet
        default: return nil
        }
    }

    /// - Parameter modelType: `model_type` of config.json.
    init?(modelType: String) {
        switch modelType {
        case "bert", "distilbert", "electra", "mobilebert", "convbert", "ernie": self = .bert
        case "mpnet": self = .mpnet
        case "gpt2": self = .gpt2
        case "roberta", "bart", "longformer", "ibert", "data2vec-text": self = .roberta
        case "deberta": self = .deberta
        case "xlm": self = .xlm
        case "albert": self = .albert
        case "camembert": self = .camembert
        case "deberta-v2": self = .debertaV2
        case "xlm-roberta", "xmod": self = .xlmRoberta
        case "xlnet": self = .xlnet
        default: return nil
        }
    }

    static let supported = [
        "AlbertTokenizer", "BertTokenizer", "CamembertTokenizer", "DebertaTokenizer", "DebertaV2Tokenizer", "GPT2Tokenizer",
        "MPNetTokenizer", "RobertaTokenizer", "XLMRobertaTokenizer", "XLMTokenizer", "XLNetTokenizer",
    ]

    // MARK: Defaults

    var lowercasesByDefault: Bool {
        switch self {
        case .debertaV2, .xlnet: false
        default: true
        }
    }

    var addsPrefixSpaceByDefault: Bool {
        switch files {
        case .sentencePiece: true
        default: false
        }
    }

    /// Whether the mask takes the whitespace before it along, where it is only named.
    var maskTakesSpace: Bool { self == .camembert || self == .mpnet || self == .xlnet }

    /// The named special tokens.
    struct SpecialTokens: Sendable, Equatable {
        var bos: String?
        var eos: String?
        var unk: String
        var sep: String
        var pad: String
        var cls: String
        var mask: String
    }

    var specialTokens: SpecialTokens {
        switch self {
        case .bert:
            SpecialTokens(bos: nil, eos: nil, unk: "[UNK]", sep: "[SEP]", pad: "[PAD]", cls: "[CLS]", mask: "[MASK]")
        case .mpnet:
            SpecialTokens(bos: "<s>", eos: "</s>", unk: "[UNK]", sep: "</s>", pad: "<pad>", cls: "<s>", mask: "<mask>")
        case .gpt2:
            // It has one special token, which stands for all.
            SpecialTokens(
                bos: "<|endoftext|>", eos: "<|endoftext|>", unk: "<|endoftext|>", sep: "<|endoftext|>", pad: "<|endoftext|>",
                cls: "<|endoftext|>", mask: "<|endoftext|>")
        case .roberta, .camembert, .xlmRoberta:
            SpecialTokens(bos: "<s>", eos: "</s>", unk: "<unk>", sep: "</s>", pad: "<pad>", cls: "<s>", mask: "<mask>")
        case .deberta, .debertaV2:
            SpecialTokens(bos: "[CLS]", eos: "[SEP]", unk: "[UNK]", sep: "[SEP]", pad: "[PAD]", cls: "[CLS]", mask: "[MASK]")
        case .xlm:
            SpecialTokens(bos: "<s>", eos: nil, unk: "<unk>", sep: "</s>", pad: "<pad>", cls: "</s>", mask: "<special1>")
        case .albert:
            SpecialTokens(bos: "[CLS]", eos: "[SEP]", unk: "<unk>", sep: "[SEP]", pad: "<pad>", cls: "[CLS]", mask: "[MASK]")
        case .xlnet:
            SpecialTokens(bos: "<s>", eos: "</s>", unk: "<unk>", sep: "<sep>", pad: "<pad>", cls: "<cls>", mask: "<mask>")
        }
    }

    /// Special tokens beside the named ones, where nothing lists others.
    var extraTokens: [String] {
        self == .xlm ? (0...9).map { "<special\($0)>" } : []
    }
}
