/// The binary formats in which a client may have arrays.
enum ArrayFormat: String, Sendable, CaseIterable {
    /// One array alone.
    case npy
    case safetensors
    case npz

    /// None is registered with IANA.
    var mediaType: String { "application/x-\(rawValue)" }
}
