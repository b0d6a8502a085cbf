/// XLM's byte pair encoding. Its merges go through tokens that the vocabulary does not have; where a word comes to rest at one
/// of these, it is an unknown token. (Lample and Conneau 2019; `XLMTokenizer` of transformers.)
struct XLMModel: TokenizerModel {
    private let vocabulary: Vocabulary
    /// Over the vocabulary and, with ids from `firstHiddenID` on, the tokens that only merges name.
    private let merging: BPE
    private let firstHiddenID: Int32
    private let unknownID: Int32

    /// - Throws: `TokenizerError.malformed` where the vocabulary does not have the unknown token.
    init(
        _ tokens: [(token: String, id: Int32)], merges: [BPE.Merge], unkToken: String, file: String
    ) throws(TokenizerError) {
        vocabulary = Vocabulary(tokens)
        guard let unknownID = vocabulary.id(for: [UInt8](unkToken.utf8)) else {
            throw .malformed(file: file, reason: "the unknown token \"\(unkToken)\" is not in the vocabulary")
        }
        self.unknownID = unknownID
        let hidden = Self.hiddenTokens(merges, vocabulary)
        let greatestID = tokens.reduce(0) { max($0, $1.id) }
        guard Int32.max - greatestID > hidden.count else {
            throw .malformed(file: file, reason: "an id of \(greatestID) leaves none for what merges name; expected smaller ones")
        }
        let firstHiddenID = greatestID + 1
        self.firstHiddenID = firstHiddenID
        let all = tokens + hidden.enumerated().map { ($1, firstHiddenID + Int32($0)) }
        do throws(BPE.MergeError) {
            merging = try BPE(all, merges: merges, options: BPE.Options(unkToken: unkToken, endOfWordSuffix: "</w>"))
        } catch {
            throw .malformed(file: file, reason: "the merge number \(error.index + 1): \(error.reason)")
        }
    }

    /// The parts and results of merges that the vocabulary does not have, each once.
    private static func hiddenTokens(_ merges: [BPE.Merge], _ vocabulary: Vocabulary) -> [String] {
        var seen: Set<[UInt8]> = []
        var hidden: [String] = []
        for merge in merges {
            for token in [[UInt8](merge.left), [UInt8](merge.right), merge.left + [UInt8](merge.right)]
            where vocabulary.id(for: token) == nil && seen.insert(token).inserted {
                hidden.append(String(decoding: token, as: UTF8.self))
            }
        }
        return hidden
    }

    var vocabularySize: Int { vocabulary.count }

    func id(for token: [UInt8]) -> Int32? { vocabulary.id(for: token) }

    func token(for id: Int32) -> String? { vocabulary.token(for: id) }

    func tokenize(_ text: NormalizedText, word: Range<Int>, into tokens: inout TokenSequence) {
        let tokensBefore = tokens.count
        merging.tokenize(text, word: word, into: &tokens)
        for index in tokensBefore..<tokens.count where tokens[index].id >= firstHiddenID { tokens[index].id = unknownID }
    }
}
