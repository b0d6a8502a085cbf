import Tokenizers

extension ServedModel {
    /// The positions of the tokens that separate texts, such as [SEP] or </s>.
    public func separators(of encoding: Encoding) -> [Int] {
        guard let separator = tokenizer.id(for: tokenizer.configuration.sepToken.content) else { return [] }
        return encoding.ids.indices.filter { encoding.ids[$0] == separator }
    }
}
