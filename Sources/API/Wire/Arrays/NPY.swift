/// One array in NumPy's own format, version 1.0: a header, then the elements.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
enum NPY {
    /// The elements start at a multiple of that.
    private static let alignment = 64

    static func header(_ array: ArrayDescription) -> [UInt8] {
        // As Python writes a tuple: one of a single number has a comma too.
        let shape = array.shape.count == 1 ? "(\(array.shape[0]),)" : "(\(array.shape.map(String.init).joined(separator: ", ")))"
        let dictionary = "{'descr': '\(array.element.npyName)', 'fortran_order': False, 'shape': \(shape), }"
        let magic = [0x93] + Array("NUMPY".utf8) + [1, 0]
        // Magic number, length, dictionary, spaces, line feed.
        let unpadded = magic.count + 2 + dictionary.utf8.count + 1
        let total = (unpadded + alignment - 1) / alignment * alignment
        var bytes = magic
        LittleEndian.append(UInt16(total - magic.count - 2), to: &bytes)
        bytes += dictionary.utf8
        bytes += repeatElement(UInt8(ascii: " "), count: total - unpadded)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
