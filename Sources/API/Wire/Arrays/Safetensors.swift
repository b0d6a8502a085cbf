/// Named arrays in one file: the length of a header, the header in JSON, then the elements, array after array and without a gap between.
///
/// Format: https://huggingface.co/docs/safetensors/index#format
enum Safetensors {
    /// The arrays with the widest elements first, else as they were. So each begins at a multiple of its element's size. The safetensors package
    /// reads them at any place, but JavaScript's typed arrays, for one, can't view them at any.
    static func aligned(_ arrays: [ArrayDescription]) -> [ArrayDescription] {
        let widths = Set(arrays.map(\.element.byteCount)).sorted(by: >)
        return widths.flatMap { width in arrays.filter { $0.element.byteCount == width } }
    }

    /// - Parameters:
    ///   - arrays: in the order in which their elements follow.
    ///   - metadata: texts by name, for the header's `__metadata__`; it is left out where there are none.
    static func header(_ arrays: [ArrayDescription], metadata: [(name: String, value: String)] = []) -> [UInt8] {
        var json: [UInt8] = []
        var separator = "{"
        if !metadata.isEmpty {
            json += #"{"__metadata__":"#.utf8
            for (index, (name, value)) in metadata.enumerated() {
                json.append(UInt8(ascii: index > 0 ? "," : "{"))
                JSONText.append(name, to: &json)
                json.append(UInt8(ascii: ":"))
                JSONText.append(value, to: &json)
            }
            json.append(UInt8(ascii: "}"))
            separator = ","
        }
        var offset = 0
        for array in arrays {
            json += separator.utf8
            JSONText.append(array.name, to: &json)
            let shape = array.shape.map(String.init).joined(separator: ",")
            json += #":{"dtype":"\#(array.element.safetensorsName)","shape":[\#(shape)],"data_offsets":[\#(offset),\#(offset + array.byteCount)]}"#.utf8
            offset += array.byteCount
            separator = ","
        }
        if json.isEmpty { json.append(UInt8(ascii: "{")) }
        json.append(UInt8(ascii: "}"))
        // Eight is the size of the widest element that the format has: behind a header of whole eights, all can be aligned.
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        return LittleEndian.bytes(UInt64(json.count)) + json
    }
}
