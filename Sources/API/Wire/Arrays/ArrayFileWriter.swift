/// A file of arrays, written from its beginning to its end: it takes the elements of one array after the other, in pieces of any size, and
/// appends the file's next bytes. Nothing is kept of what has been written.
struct ArrayFileWriter: Sendable {
    /// In the order in which their elements must come.
    let arrays: [ArrayDescription]
    /// Of the whole file, for a `Content-Length`.
    let byteCount: Int

    private let head: [UInt8]
    private var hasHead = false
    private var archive: NPZWriter?
    private var index = 0
    /// Elements of the array at `index`.
    private var written = 0

    /// - Parameters:
    ///   - arrays: one for .npy. Their order is the file's; for safetensors it should be that of `Safetensors.aligned`.
    ///   - metadata: texts by name, which safetensors alone has a place for.
    init(_ format: ArrayFormat, _ arrays: [ArrayDescription], metadata: [(name: String, value: String)] = []) {
        self.arrays = arrays
        switch format {
        case .npy:
            precondition(arrays.count == 1)
            head = NPY.header(arrays[0])
        case .safetensors:
            head = Safetensors.header(arrays, metadata: metadata)
        case .npz:
            head = []
            archive = NPZWriter(arrays)
        }
        byteCount = archive?.byteCount ?? arrays.reduce(head.count) { $0 + $1.byteCount }
    }

    /// The next elements, of a floating-point array.
    mutating func append(_ values: Span<Float>, to bytes: inout [UInt8]) {
        guard values.count > 0 else { return }
        beginArray(to: &bytes)
        let start = bytes.count
        arrays[index].element.append(values, to: &bytes)
        endPiece(from: start, count: values.count, to: &bytes)
    }

    /// The next elements, of an array of int32.
    mutating func append(_ values: ArraySlice<Int32>, to bytes: inout [UInt8]) {
        guard values.count > 0 else { return }
        beginArray(to: &bytes)
        let start = bytes.count
        arrays[index].element.append(values, to: &bytes)
        endPiece(from: start, count: values.count, to: &bytes)
    }

    /// What stands behind the last array.
    mutating func finish(to bytes: inout [UInt8]) {
        passEmptyArrays(to: &bytes)
        precondition(index == arrays.count && written == 0, "not all elements were written")
        archive?.finish(to: &bytes)
    }

    private mutating func beginArray(to bytes: inout [UInt8]) {
        passEmptyArrays(to: &bytes)
        precondition(index < arrays.count, "all elements were written")
        if written == 0 { archive?.begin(to: &bytes) }
    }

    private mutating func endPiece(from start: Int, count: Int, to bytes: inout [UInt8]) {
        written += count
        precondition(written <= arrays[index].count, "\(arrays[index].name) has fewer elements")
        archive?.update(bytes.span.extracting(start..<bytes.count))
        if written == arrays[index].count { endArray(to: &bytes) }
    }

    private mutating func endArray(to bytes: inout [UInt8]) {
        archive?.end(to: &bytes)
        index += 1
        written = 0
    }

    /// The file's head, if it is still missing, and arrays without elements, which no piece announces.
    private mutating func passEmptyArrays(to bytes: inout [UInt8]) {
        if !hasHead { bytes += head }
        hasHead = true
        while index < arrays.count, arrays[index].count == 0 {
            archive?.begin(to: &bytes)
            endArray(to: &bytes)
        }
    }
}
