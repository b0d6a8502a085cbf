import TestSupport

/// Safetensors files made by hand, right or wrong.
enum SafetensorsFixture {
    /// Eight bytes of length, the header, the data.
    static func file(header: String, data: [UInt8], length: UInt64? = nil) -> [UInt8] {
        let length = length ?? UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
    }

    /// A file of F32 tensors one after the other.
    static func file(_ tensors: [(name: String, shape: [Int], values: [Float])]) -> [UInt8] {
        var members: [String] = [], data: [UInt8] = []
        for (name, shape, values) in tensors {
            let start = data.count
            for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 } }
            members.append(#""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(start),\#(data.count)]}"#)
        }
        return file(header: "{" + members.joined(separator: ",") + "}", data: data)
    }
}
