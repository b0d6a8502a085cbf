/// Named arrays as NumPy's .npz: an uncompressed ZIP archive with a .npy file of each. It is written from its beginning to its end, and the
/// elements pass by in pieces.
struct NPZWriter: Sendable {
    private let arrays: [ArrayDescription]
    private var members: [ZIPMember]
    private var index = 0
    private var checksum = CRC32()

    init(_ arrays: [ArrayDescription]) {
        self.arrays = arrays
        members = ZIPArchive.members(arrays.map { ($0.name + ".npy", NPY.header($0).count + $0.byteCount) })
    }

    /// Of the whole archive.
    var byteCount: Int { ZIPArchive.membersByteCount(members) + ZIPArchive.directory(members).count }

    /// Writes what stands before the next array's elements.
    mutating func begin(to bytes: inout [UInt8]) {
        bytes += members[index].localHeader
        let header = NPY.header(arrays[index])
        checksum = CRC32()
        checksum.update(header.span)
        bytes += header
    }

    /// Counts elements' bytes into the checksum; the caller has written them.
    mutating func update(_ piece: Span<UInt8>) { checksum.update(piece) }

    /// Writes what stands behind the elements.
    mutating func end(to bytes: inout [UInt8]) {
        members[index].checksum = checksum.value
        bytes += members[index].dataDescriptor
        index += 1
    }

    /// Writes the archive's directory, once all arrays have ended.
    func finish(to bytes: inout [UInt8]) {
        precondition(index == arrays.count)
        bytes += ZIPArchive.directory(members)
    }
}
