/// What holds the members of a ZIP archive together.
enum ZIPArchive {
    /// The members one after the other, where they will stand.
    static func members(_ files: [(name: String, byteCount: Int)]) -> [ZIPMember] {
        var offset = 0
        return files.map { file in
            let member = ZIPMember(name: file.name, byteCount: file.byteCount, offset: offset)
            offset += member.localHeader.count + member.byteCount + member.dataDescriptor.count
            return member
        }
    }

    /// Where the last member ends.
    static func membersByteCount(_ members: [ZIPMember]) -> Int {
        members.last.map { $0.offset + $0.localHeader.count + $0.byteCount + $0.dataDescriptor.count } ?? 0
    }

    /// What stands behind the members: the central directory, and the records that say where that is.
    static func directory(_ members: [ZIPMember]) -> [UInt8] {
        let headers = members.flatMap(\.centralHeader)
        return headers + end(count: members.count, offset: membersByteCount(members), byteCount: headers.count)
    }

    /// - Parameters:
    ///   - count: members.
    ///   - offset: of the central directory.
    ///   - byteCount: of the central directory.
    static func end(count: Int, offset: Int, byteCount: Int) -> [UInt8] {
        let isLarge = count >= Int(UInt16.max) || ZIPMember.needsZIP64(offset) || ZIPMember.needsZIP64(byteCount)
        var bytes: [UInt8] = []
        let disk: UInt32 = 0, disks: UInt32 = 1, comment: UInt16 = 0
        if isLarge {
            // 4.3.14, its own length less what has been written by then; made by version 4.5 on Unix. And 4.3.15, where that is.
            bytes += LittleEndian.bytes(
                UInt32(0x0606_4b50), UInt64(44), UInt16(3 << 8 | 45), UInt16(45), disk, disk, UInt64(count), UInt64(count), UInt64(byteCount),
                UInt64(offset))
            bytes += LittleEndian.bytes(UInt32(0x0706_4b50), disk, UInt64(offset + byteCount), disks)
        }
        // 4.3.16
        let shortCount = UInt16(clamping: count)
        bytes += LittleEndian.bytes(
            UInt32(0x0605_4b50), UInt16(0), UInt16(0), shortCount, shortCount, UInt32(clamping: byteCount), UInt32(clamping: offset), comment)
        return bytes
    }
}
