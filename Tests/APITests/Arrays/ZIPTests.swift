import Testing

@testable import API

/// Expected values are those of PKWARE's APPNOTE.TXT 6.3.10, written out.
@Suite("ZIP archives")
struct ZIPTests {
    private let large = 0xffff_ffff

    @Test("The checksum of \"123456789\" is the one that all descriptions of CRC-32 give, in one piece or several")
    func checksum() {
        let bytes = Array("123456789".utf8)
        for split in 0...bytes.count {
            var checksum = CRC32()
            for piece in [bytes[..<split], [], bytes[split...]] { checksum.update(piece.span) }
            #expect(checksum.value == 0xcbf4_3926)
        }
    }

    @Test("A member's headers hold its sizes, and the checksum where it is known")
    func small() {
        var member = ZIPMember(name: "a.npy", byteCount: 0x1_02, offset: 0x3_04)
        let name: [UInt8] = [0x61, 0x2e, 0x6e, 0x70, 0x79]
        #expect(member.localHeader == [
            0x50, 0x4b, 3, 4, 20, 0, 0x08, 0x08, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0, 2, 1, 0, 0, 2, 1, 0, 0, 5, 0, 0, 0,
        ] + name)
        member.checksum = 0x0403_0201
        #expect(member.dataDescriptor == [0x50, 0x4b, 7, 8, 1, 2, 3, 4, 2, 1, 0, 0, 2, 1, 0, 0])
        #expect(member.centralHeader == [
            0x50, 0x4b, 1, 2, 20, 3, 20, 0, 0x08, 0x08, 0, 0, 0, 0, 0x21, 0, 1, 2, 3, 4, 2, 1, 0, 0, 2, 1, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0xa4, 0x81, 4, 3, 0, 0,
        ] + name)
    }

    @Test("A member that is too large for 32 bits has its sizes in ZIP64's fields, and in no others")
    func largeMember() {
        var member = ZIPMember(name: "", byteCount: 0x1_0000_0002, offset: 7)
        member.checksum = 1
        let sizes: [UInt8] = [2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]
        let none = [UInt8](repeating: 0xff, count: 8)
        #expect(member.localHeader == [0x50, 0x4b, 3, 4, 45, 0, 8, 8, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0] + none + [0, 0, 20, 0, 1, 0, 16, 0] + sizes)
        #expect(member.dataDescriptor == [0x50, 0x4b, 7, 8, 1, 0, 0, 0] + sizes)
        #expect(
            member.centralHeader == [0x50, 0x4b, 1, 2, 45, 3, 45, 0, 8, 8, 0, 0, 0, 0, 0x21, 0, 1, 0, 0, 0] + none
                + [0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa4, 0x81, 7, 0, 0, 0, 1, 0, 16, 0] + sizes)
    }

    @Test("A member that begins too far for 32 bits has its offset in ZIP64's field of the directory")
    func farMember() {
        let member = ZIPMember(name: "", byteCount: 5, offset: 0x2_0000_0001)
        #expect(member.localHeader.count == 30 && member.dataDescriptor.count == 16)
        #expect(
            member.centralHeader == [0x50, 0x4b, 1, 2, 45, 3, 45, 0, 8, 8, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0, 0, 0, 12, 0]
                + [0, 0, 0, 0, 0, 0, 0, 0, 0xa4, 0x81, 0xff, 0xff, 0xff, 0xff, 1, 0, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0])
    }

    @Test("ZIP64 begins with the number that says that a field is elsewhere")
    func threshold() {
        func extraBytes(_ member: ZIPMember) -> [Int] { [member.localHeader.count - 30, member.dataDescriptor.count - 16, member.centralHeader.count - 46] }
        #expect(extraBytes(ZIPMember(name: "", byteCount: large - 1, offset: large - 1)) == [0, 0, 0])
        #expect(extraBytes(ZIPMember(name: "", byteCount: large, offset: large - 1)) == [20, 8, 20])
        #expect(extraBytes(ZIPMember(name: "", byteCount: large - 1, offset: large)) == [0, 0, 12])
        #expect(extraBytes(ZIPMember(name: "", byteCount: large, offset: large)) == [20, 8, 28])

        #expect(ZIPArchive.end(count: 0xfffe, offset: large - 1, byteCount: large - 1).count == 22)
        #expect(ZIPArchive.end(count: 0xffff, offset: 1, byteCount: 1).count == 98)
        #expect(ZIPArchive.end(count: 1, offset: large, byteCount: 1).count == 98)
        #expect(ZIPArchive.end(count: 1, offset: 1, byteCount: large).count == 98)
    }

    @Test("The end of an archive says where the directory is, in 64 bits if need be")
    func end() {
        #expect(ZIPArchive.end(count: 2, offset: 0x0102, byteCount: 3) == [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 2, 0, 2, 0, 3, 0, 0, 0, 2, 1, 0, 0, 0, 0])
        let record: [UInt8] = [0x50, 0x4b, 6, 6, 44, 0, 0, 0, 0, 0, 0, 0, 45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let counts: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 1, 0, 0, 0]
        let locator: [UInt8] = [0x50, 0x4b, 6, 7, 0, 0, 0, 0, 5, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
        let short: [UInt8] = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 2, 0, 2, 0, 3, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0]
        #expect(ZIPArchive.end(count: 2, offset: 0x1_0000_0102, byteCount: 3) == record + counts + locator + short)
    }

    @Test("Members stand one after the other, a large one with its longer headers")
    func offsets() {
        let members = ZIPArchive.members([("a", 10), ("bc", 0x1_0000_0000), ("d", 1)])
        #expect(members.map(\.offset) == [0, 31 + 10 + 16, 57 + 32 + 20 + 0x1_0000_0000 + 24])
        #expect(ZIPArchive.membersByteCount(members) == members[2].offset + 31 + 1 + 16)
        #expect(ZIPArchive.membersByteCount([]) == 0)
    }
}
