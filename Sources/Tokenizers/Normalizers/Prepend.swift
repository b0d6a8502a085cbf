/// Puts a string before a text that is not empty.
struct Prepend: Normalizer {
    private let content: [UInt8]

    init(_ fields: JSONFields) throws(TokenizerError) {
        content = [UInt8](try fields.string("prepend").utf8)
    }

    var growth: Double { Double(content.count + 1) }

    func normalize(_ text: inout NormalizedText) {
        guard let first = text.utf8.scalar(at: 0) else { return }
        var output = NormalizedText(minimumCapacity: content.count + text.utf8.count)
        let source = text.sources[0]
        output.append(contentsOf: content, source: source)
        // As in the reference: where nothing is prepended, the first character loses its source.
        output.append(contentsOf: text.utf8[..<first.width], source: content.isEmpty ? text.sourceBeforeAll : source)
        output.append(text, first.width..<text.utf8.count)
        text.update(to: output)
    }
}
