/// Several decoders, one after the other.
struct DecoderSequence: Decoder {
    private let decoders: [any Decoder]

    init(_ fields: JSONFields) throws(TokenizerError) {
        var decoders: [any Decoder] = []
        for (index, value) in try fields.array("decoders").enumerated() {
            decoders.append(try fields.fields("decoders[\(index)]", value).makeDecoder())
        }
        self.decoders = decoders
    }

    func decode(_ tokens: inout [[UInt8]]) {
        for decoder in decoders { decoder.decode(&tokens) }
    }
}
