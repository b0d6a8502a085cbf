/// Several normalizers, one after the other.
struct NormalizerSequence: Normalizer {
    private let normalizers: [any Normalizer]

    init(_ fields: JSONFields) throws(TokenizerError) {
        var normalizers: [any Normalizer] = []
        for (index, value) in try fields.array("normalizers").enumerated() {
            normalizers.append(try fields.fields("normalizers[\(index)]", value).makeNormalizer())
        }
        self.normalizers = normalizers
    }

    var growth: Double { normalizers.reduce(1) { $0 * $1.growth } }

    func normalize(_ text: inout NormalizedText) {
        for normalizer in normalizers { normalizer.normalize(&text) }
    }
}
