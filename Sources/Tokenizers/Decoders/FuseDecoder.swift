/// Makes all tokens one, for the decoders behind it.
struct FuseDecoder: Decoder {
    func decode(_ tokens: inout [[UInt8]]) {
        tokens = [Array(tokens.joined())]
    }
}
