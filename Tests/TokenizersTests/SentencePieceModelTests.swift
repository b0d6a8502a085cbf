import Testing

@testable import Tokenizers

@Suite("A SentencePiece model is read, or the error says where it stops being one")
struct SentencePieceModelTests {
    // MARK: Writing messages

    private func varint(_ value: UInt64) -> [UInt8] {
        var (value, bytes) = (value, [UInt8]())
        while value >= 0x80 {
            bytes.append(UInt8(value & 0x7F) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }

    private func integer(_ field: UInt64, _ value: UInt64) -> [UInt8] { varint(field << 3) + varint(value) }

    private func bytes(_ field: UInt64, _ value: [UInt8]) -> [UInt8] { varint(field << 3 | 2) + varint(UInt64(value.count)) + value }

    private func eightBytes(_ field: UInt64) -> [UInt8] { varint(field << 3 | 1) + [UInt8](repeating: 9, count: 8) }

    private func piece(_ text: String, _ score: Float = -1, kind: UInt64? = nil) -> [UInt8] {
        let bits = (0..<4).map { UInt8(truncatingIfNeeded: score.bitPattern >> ($0 * 8)) }
        return bytes(1, bytes(1, Array(text.utf8)) + varint(2 << 3 | 5) + bits + (kind.map { integer(3, $0) } ?? []))
    }

    private func read(_ bytes: [UInt8]) throws(TokenizerError) -> SentencePieceModel {
        try SentencePieceModel(bytes, file: "m.model")
    }

    private func error(_ bytes: [UInt8]) -> String? {
        #expect(throws: TokenizerError.self) { try read(bytes) }?.description
    }

    // MARK: Tests

    @Test("Pieces, their kinds, and what the trainer and the normalizer say")
    func fields() throws {
        let model = try read(
            piece("<unk>", 0, kind: 2) + piece("<s>", 0, kind: 3) + piece("▁the", -3.5) + piece("(", -1, kind: 4)
                + piece("<0x41>", 0, kind: 6)
                + bytes(2, integer(3, 1) + integer(35, 1) + integer(40, 7) + bytes(30, [1, 2]) + eightBytes(10))
                + bytes(3, bytes(1, Array("nmt".utf8)) + bytes(2, [5, 6, 7])) + bytes(4, [0xFF]) + integer(99, 3))
        #expect(model.pieces.map(\.text) == ["<unk>", "<s>", "▁the", "(", "<0x41>"])
        #expect(model.pieces.map(\.score) == [0, 0, -3.5, -1, 0])
        #expect(model.pieces.map(\.kind) == [.unknown, .control, .normal, .userDefined, .normal])
        #expect(model.algorithm == .unigram)
        #expect(model.byteFallback)
        #expect(model.unkID == 7)
        #expect(model.precompiledCharsmap == [5, 6, 7])
    }

    @Test("What is left out has the format's defaults, and a negative number its sign")
    func defaults() throws {
        let bare = try read(piece("a"))
        #expect(bare.algorithm == .unigram)
        #expect(!bare.byteFallback)
        #expect(bare.unkID == 0)
        #expect(bare.precompiledCharsmap.isEmpty)
        #expect(try read(piece("a") + bytes(2, integer(40, UInt64.max))).unkID == -1)
        #expect(try read(piece("a") + bytes(2, integer(3, 2))).algorithm == .bytePairEncoding)
    }

    @Test("What is not such a message is refused where it stops being one")
    func malformed() {
        let message = "m.model: not a SentencePiece model: "
        #expect(error([]) == message + "it has no pieces")
        #expect(error(bytes(3, [])) == message + "it has no pieces")
        #expect(error([0x0A]) == message + "a number that goes beyond the end at byte 1")
        #expect(error([0x0A, 0x05, 0x00]) == message + "a field of 5 bytes, where 1 are left at byte 1")
        #expect(error([0x0A] + varint(.max)) == message + "a field of 18446744073709551615 bytes, where 0 are left at byte 1")
        #expect(error([0x0A] + varint(1 << 63)) == message + "a field of 9223372036854775808 bytes, where 0 are left at byte 1")
        #expect(error([0x00, 0x01]) == message + "a field with the number 0 at byte 0")
        #expect(error([0x0B]) == message + "a field of the unknown type 3 at byte 0")
        #expect(error([0x08] + [UInt8](repeating: 0xFF, count: 20)) == message + "a number of more than ten bytes at byte 1")
        #expect(error([0x0D, 1, 2, 3]) == message + "a number that goes beyond the end at byte 1")
        #expect(error(bytes(1, bytes(1, [0xFF]))) == message + "a piece that is not UTF-8 at byte 4")
        #expect(error(piece("a", .nan)) == message + "a score that is not a number at byte 2")
        #expect(error(piece("a", -.infinity)) == message + "a score that is not a number at byte 2")
        // A length that fits the file, but not the message that it stands in.
        let zeros = [UInt8](repeating: 0, count: 20)
        #expect(error([0x0A, 0x02, 0x0A, 0x09] + zeros) == message + "a field of 9 bytes, where 0 are left at byte 3")
    }

    @Test("A file that was cut short is an error or a shorter model, never a crash")
    func prefixes() throws {
        let path = "\(Goldens.directory("families/xlm-roberta"))/sentencepiece.bpe.model"
        let whole = try #require(try RegularFile.readBytes(path))
        let count = try read(whole).pieces.count
        #expect(count > 100)
        for end in stride(from: 0, to: whole.count, by: 13) {
            if let model = try? read(Array(whole[..<end])) { #expect(model.pieces.count <= count) }
        }
    }

    @Test("A model of another kind, or without its unknown piece, is refused", arguments: [
        (UInt64(2), UInt64(0), "a SentencePiece model of the type bytePairEncoding; expected unigram"),
        (4, 0, "a SentencePiece model of the type other(4); expected unigram"),
        (1, 2, "the unknown piece is number 2, where there are 2 pieces"),
        (1, UInt64.max, "the unknown piece is number -1, where there are 2 pieces"),
    ])
    func unusable(type: UInt64, unknown: UInt64, reason: String) throws {
        let model = try read(piece("a") + piece("b") + bytes(2, integer(3, type) + integer(40, unknown)))
        let error = #expect(throws: TokenizerError.self) {
            try SentencePieceTokenizer(model, family: .xlnet, configuration: TokenizerConfiguration(family: .xlnet), file: "m.model")
        }
        #expect(error?.description == "m.model: \(reason)")
    }
}
