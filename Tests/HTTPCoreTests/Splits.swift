/// The ways in which `bytes` can arrive: whole, cut in two at every place (so that an empty piece comes first and last too), and byte by byte.
///
/// - Parameter cuts: the places to cut at, where not all are wanted.
func everySplit(_ bytes: [UInt8], cuts: ClosedRange<Int>? = nil) -> [(name: String, pieces: [ArraySlice<UInt8>])] {
    var splits = [("whole", [bytes[...]])]
    for cut in cuts ?? 0...bytes.count { splits.append(("cut at \(cut)", [bytes[..<cut], bytes[cut...]])) }
    splits.append(("byte by byte", bytes.indices.map { bytes[$0...$0] }))
    return splits
}

/// The bytes of ISO 8859-1, for what is no UTF-8: U+00FF is the byte 255.
func octets(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8($0.value) }
}
