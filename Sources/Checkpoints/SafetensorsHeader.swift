import OrderedJSON
import Tensors

/// The header of a safetensors file: eight bytes of length (little-endian), then that many bytes of JSON, which gives
/// each tensor's `dtype`, `shape` and `data_offsets` (half-open, counted from the end of the header).
///
/// Format: https://huggingface.co/docs/safetensors/index#format
package struct SafetensorsHeader {
    package struct Entry: Equatable {
        package var name: String
        package var type: ElementType
        package var shape: [Int]
        /// Bytes of the file.
        package var range: Range<Int>
    }

    /// The reference refuses longer headers too: a file must not make its reader allocate without bound.
    static let maximumByteCount = 100_000_000

    package private(set) var entries: [Entry] = []
    private let path: String

    /// Reads and validates the header of a file of which `file` is the whole.
    /// - Throws: `CheckpointError.malformed` or `.malformedTensor`.
    package init(file: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
        self.path = path
        guard file.count >= 8 else {
            throw .malformed(path: path, reason: "\(file.count) bytes are too few for a safetensors header")
        }
        let declared = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard declared <= Self.maximumByteCount else {
            throw .malformed(path: path, reason: "the header says it is \(declared) bytes long, more than \(Self.maximumByteCount): this is not a safetensors file")
        }
        let dataStart = 8 + Int(declared)
        guard dataStart <= file.count else {
            throw .malformed(path: path, reason: "the header says it is \(declared) bytes long, but the file has \(file.count): it is truncated")
        }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: file[8..<dataStart]))
        } catch {
            throw .malformed(path: path, reason: "the header is not JSON: \(error)")
        }
        guard case .object(let object) = json else {
            throw .malformed(path: path, reason: "the header is not a JSON object")
        }
        if let name = object.repeatedName {
            throw .malformedTensor(path: path, tensor: name, reason: "the header names it twice")
        }
        for (name, value) in object.members where name != "__metadata__" {
            entries.append(try entry(name: name, value: value, dataStart: dataStart, fileCount: file.count))
        }
        try checkLayout(dataStart: dataStart, fileCount: file.count)
    }

    private func entry(name: String, value: JSONValue, dataStart: Int, fileCount: Int) throws(CheckpointError) -> Entry {
        func malformed(_ reason: String) -> CheckpointError { .malformedTensor(path: path, tensor: name, reason: reason) }

        guard case .object(let fields) = value else { throw malformed("its entry is not an object") }
        guard case .string(let dtype)? = fields["dtype"] else { throw malformed("it has no dtype") }
        guard let type = ElementType(rawValue: dtype) else {
            let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
            throw malformed("the dtype \(dtype) is not supported; these are: \(known)")
        }
        guard let shape = Self.naturals(fields["shape"]) else { throw malformed("its shape is not an array of naturals") }
        guard let offsets = Self.naturals(fields["data_offsets"]), offsets.count == 2, offsets[0] <= offsets[1] else {
            throw malformed("its data_offsets are not two rising naturals")
        }
        var byteCount = type.byteCount
        for dimension in shape {
            let (product, overflow) = byteCount.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw malformed("its shape \(shape) is larger than any memory") }
            byteCount = product
        }
        guard byteCount == offsets[1] - offsets[0] else {
            throw malformed("its shape \(shape) of \(dtype) takes \(byteCount) bytes, but its data_offsets span \(offsets[1] - offsets[0])")
        }
        guard offsets[1] <= fileCount - dataStart else {
            throw malformed("its data ends at byte \(offsets[1]) of \(fileCount - dataStart): the file is truncated, or its header lies")
        }
        return Entry(name: name, type: type, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    /// The tensors lie one after the other: no byte belongs to two of them, and none to nobody.
    private func checkLayout(dataStart: Int, fileCount: Int) throws(CheckpointError) {
        var end = dataStart
        let inOrder = entries.sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        for entry in inOrder {
            if entry.range.lowerBound < end {
                throw .malformedTensor(path: path, tensor: entry.name, reason: "its data overlaps another tensor's")
            }
            if entry.range.lowerBound > end {
                throw .malformedTensor(path: path, tensor: entry.name, reason: "\(entry.range.lowerBound - end) bytes before its data belong to no tensor")
            }
            end = entry.range.upperBound
        }
        guard end == fileCount else {
            throw .malformed(path: path, reason: "\(fileCount - end) bytes after the last tensor belong to none")
        }
    }

    private static func naturals(_ value: JSONValue?) -> [Int]? {
        guard case .array(let values)? = value else { return nil }
        var naturals: [Int] = []
        for case .integer(let number) in values where number >= 0 { naturals.append(number) }
        return naturals.count == values.count ? naturals : nil
    }
}
