/// What a SentencePiece model file says: the `ModelProto` of sentencepiece_model.proto, as far as it matters for encoding.
struct SentencePieceModel {
    struct Piece {
        /// The kinds that are treated apart; what is normal, unused or a byte is a piece like others.
        enum Kind { case normal, unknown, control, userDefined }

        var text: String
        var score: Float = 0
        var kind = Kind.normal
    }

    enum Algorithm: Equatable {
        case unigram
        case bytePairEncoding
        /// Word or char, by its number in `TrainerSpec.ModelType`.
        case other(UInt64)
    }

    private(set) var pieces: [Piece] = []
    private(set) var algorithm = Algorithm.unigram
    private(set) var unkID = 0
    private(set) var byteFallback = false
    /// The rules of normalization in the library's own compiled form; empty where there are none.
    private(set) var precompiledCharsmap: [UInt8] = []

    /// - Parameter file: the name that errors give.
    /// - Throws: `TokenizerError.malformed` for what is not such a message or has no pieces.
    init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        do throws(ProtobufReader.Malformed) {
            try read(bytes)
        } catch {
            throw .malformed(file: file, reason: "not a SentencePiece model: \(error.reason) at byte \(error.byteOffset)")
        }
        guard !pieces.isEmpty else { throw .malformed(file: file, reason: "not a SentencePiece model: it has no pieces") }
    }

    // The numbers of the fields are those of sentencepiece_model.proto. A field that repeats counts as it was written last.

    private mutating func read(_ bytes: [UInt8]) throws(ProtobufReader.Malformed) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            guard case .bytes(let range) = value else { continue }
            switch field {
            case 1: pieces.append(try Self.piece(bytes, range))
            case 2: try readTrainer(bytes, range)
            case 3: try readNormalizer(bytes, range)
            default: continue
            }
        }
    }

    private static func piece(_ bytes: [UInt8], _ range: Range<Int>) throws(ProtobufReader.Malformed) -> Piece {
        var piece = Piece(text: "")
        var reader = ProtobufReader(bytes, range)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let text)):
                guard let string = String(validating: bytes[text], as: UTF8.self) else {
                    throw ProtobufReader.Malformed(reason: "a piece that is not UTF-8", byteOffset: text.lowerBound)
                }
                piece.text = string
            case (2, .fourBytes(let bits)):
                piece.score = Float(bitPattern: bits)
                guard piece.score.isFinite else {
                    throw ProtobufReader.Malformed(reason: "a score that is not a number", byteOffset: range.lowerBound)
                }
            case (3, .integer(2)): piece.kind = .unknown
            case (3, .integer(3)): piece.kind = .control
            case (3, .integer(4)): piece.kind = .userDefined
            case (3, .integer): piece.kind = .normal
            default: continue
            }
        }
        return piece
    }

    private mutating func readTrainer(_ bytes: [UInt8], _ range: Range<Int>) throws(ProtobufReader.Malformed) {
        var reader = ProtobufReader(bytes, range)
        while let (field, value) = try reader.next() {
            guard case .integer(let number) = value else { continue }
            switch field {
            case 3: algorithm = number == 1 ? .unigram : number == 2 ? .bytePairEncoding : .other(number)
            case 35: byteFallback = number != 0
            case 40: unkID = Int(Int32(truncatingIfNeeded: number))
            default: continue
            }
        }
    }

    private mutating func readNormalizer(_ bytes: [UInt8], _ range: Range<Int>) throws(ProtobufReader.Malformed) {
        var reader = ProtobufReader(bytes, range)
        while let (field, value) = try reader.next() {
            if field == 2, case .bytes(let rules) = value { precompiledCharsmap = Array(bytes[rules]) }
        }
    }
}
