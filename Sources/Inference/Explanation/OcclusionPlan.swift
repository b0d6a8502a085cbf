import Tokenizers

/// Which variants of a text the model has to read for an explanation by occlusion, and what follows from their logits.
///
/// A word's contribution is the label's logit with the text as it is, less the logit with all of the word's tokens hidden behind the
/// mask token. A token's is the same for it alone.
struct OcclusionPlan {
    let words: [EncodedWord]
    /// What each variant hides: nothing; every word; then each word by itself, and after a word of several tokens each of these.
    private let hidden: [[Range<Int>]]
    private let ids: [Int32]

    init(_ encoding: Encoding) {
        ids = encoding.ids
        words = encoding.words
        var hidden: [[Range<Int>]] = [[]]
        if !words.isEmpty { hidden.append(words.map(\.tokens)) }
        for word in words {
            hidden.append([word.tokens])
            if word.tokens.count > 1 { hidden += word.tokens.map { [$0..<$0 + 1] } }
        }
        self.hidden = hidden
    }

    var sequenceCount: Int { hidden.count }

    /// Of all variants together.
    var tokenCount: Int { hidden.count * ids.count }

    /// The variants' token ids, that of the text as it is first.
    func sequences(hiddenBehind maskID: Int32) -> [[Int32]] {
        hidden.map { ranges in
            var variant = ids
            for position in ranges.joined() { variant[position] = maskID }
            return variant
        }
    }

    /// - Parameter logits: the label's, of each variant in order.
    func contributions(_ logits: [Float]) -> Contributions {
        let whole = logits[0]
        guard !words.isEmpty else {
            return Contributions(tokens: [], words: [], completeness: .init(isComplete: true, sum: 0, difference: 0))
        }
        var variants = logits.dropFirst(2).lazy.map { whole - $0 }.makeIterator()
        var contributions = Contributions(tokens: [], words: [])
        for word in words {
            let contribution = variants.next() ?? 0
            contributions.words.append(.init(word: word, contribution: contribution))
            for position in word.tokens {
                let own = word.tokens.count > 1 ? variants.next() ?? 0 : contribution
                contributions.tokens.append(.init(position: position, contribution: own))
            }
        }
        let sum = Float(contributions.words.reduce(0.0) { $0 + Double($1.contribution) })
        let difference = whole - logits[1]
        // Variants are computed in batches of different sizes, which may round differently.
        let isComplete = abs(sum - difference) <= 1e-4 * max(1, abs(difference))
        contributions.completeness = .init(isComplete: isComplete, sum: sum, difference: difference)
        return contributions
    }
}

/// What an explanation says of the tokens and words.
struct Contributions {
    var tokens: [Explanation.Token]
    var words: [Explanation.Word]
    var completeness: Explanation.Completeness?
}
