/// A file in a ZIP archive, stored as it is.
///
/// Sizes are known before the file's bytes, its checksum only after them: it stands behind them in a data descriptor, so that the archive can be
/// sent as it is made. ZIP64's wider fields are used where a number needs them, and only there: some readers know them not.
///
/// Format: PKWARE's APPNOTE.TXT 6.3.10, the sections named below.
struct ZIPMember: Sendable, Equatable {
    let name: String
    let byteCount: Int
    /// Of the local header in the archive.
    let offset: Int
    /// CRC-32 of the file's bytes.
    var checksum: UInt32 = 0

    /// What stands in a field of 32 bits for a number that ZIP64 has elsewhere; so that number itself needs ZIP64 too.
    static let elsewhere = UInt32.max

    static func needsZIP64(_ number: Int) -> Bool { number >= Int(elsewhere) }

    /// Bit 3: the checksum is behind the bytes; bit 11: the name is UTF-8.
    private static let flags: UInt16 = 1 << 3 | 1 << 11
    /// 1980-01-01, the first day that the format knows, at midnight: the same arrays make the same archive.
    private static let time: UInt16 = 0
    private static let date: UInt16 = 1 << 5 | 1

    private var isLarge: Bool { Self.needsZIP64(byteCount) }
    private var isFar: Bool { Self.needsZIP64(offset) }
    private var size: UInt32 { isLarge ? Self.elsewhere : UInt32(byteCount) }

    /// The version of the format that a reader must know: 4.5 has ZIP64.
    private static func version(isZIP64: Bool) -> UInt16 { isZIP64 ? 45 : 20 }

    /// 4.5.3: the numbers that didn't fit.
    private static func extraField(_ numbers: [Int]) -> [UInt8] {
        guard !numbers.isEmpty else { return [] }
        var bytes = LittleEndian.bytes(UInt16(0x0001), UInt16(8 * numbers.count))
        for number in numbers { LittleEndian.append(UInt64(number), to: &bytes) }
        return bytes
    }

    /// 4.3.7, before the bytes. The sizes may be zero here, but with them a reader that can't seek finds the end.
    var localHeader: [UInt8] {
        let extra = Self.extraField(isLarge ? [byteCount, byteCount] : [])
        let stored: UInt16 = 0, checksum: UInt32 = 0
        return LittleEndian.bytes(
            UInt32(0x0403_4b50), Self.version(isZIP64: isLarge), Self.flags, stored, Self.time, Self.date, checksum, size, size,
            UInt16(name.utf8.count), UInt16(extra.count)) + Array(name.utf8) + extra
    }

    /// 4.3.9, behind the bytes.
    var dataDescriptor: [UInt8] {
        let signature = UInt32(0x0807_4b50)
        return isLarge
            ? LittleEndian.bytes(signature, checksum, UInt64(byteCount), UInt64(byteCount))
            : LittleEndian.bytes(signature, checksum, size, size)
    }

    /// 4.3.12, at the archive's end.
    var centralHeader: [UInt8] {
        let extra = Self.extraField((isLarge ? [byteCount, byteCount] : []) + (isFar ? [offset] : []))
        let version = Self.version(isZIP64: isLarge || isFar)
        let stored: UInt16 = 0, comment: UInt16 = 0, disk: UInt16 = 0, internalAttributes: UInt16 = 0
        // Of Unix, which the upper byte of the version says: a regular file, 0644.
        let unix: UInt16 = 3 << 8, externalAttributes: UInt32 = 0o100644 << 16
        return LittleEndian.bytes(
            UInt32(0x0201_4b50), unix | version, version, Self.flags, stored, Self.time, Self.date, checksum, size, size,
            UInt16(name.utf8.count), UInt16(extra.count), comment, disk, internalAttributes, externalAttributes,
            isFar ? Self.elsewhere : UInt32(offset)) + Array(name.utf8) + extra
    }
}
