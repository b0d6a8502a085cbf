import Models

/// What vectors are made of.
public enum EmbeddingInputs: Sendable, Equatable {
    case texts([String])
    /// Ids of the model's vocabulary. They are read as they are: no prompt and no special tokens come around them.
    case tokens([[Int]])
}

/// The ways to make a text's vector of its tokens' that can be asked for, under the names of `POST /v1/embeddings`.
public enum EmbeddingPooling: String, Sendable, CaseIterable {
    case mean
    case cls
    case max
    case last
    /// One vector for each token.
    case tokens = "none"

    var pooling: Pooling? {
        switch self {
        case .mean: .mean
        case .cls: .cls
        case .max: .max
        case .last: .last
        case .tokens: nil
        }
    }
}

/// What `POST /v1/embeddings` asks beside its inputs; nil takes what the checkpoint's files say.
public struct EmbeddingOptions: Sendable {
    public var pooling: EmbeddingPooling?
    /// To length 1. Vectors of tokens are normalised for those alone who say so.
    public var normalizes: Bool?
    /// The first numbers of each vector, which are normalised again where vectors are.
    public var dimensions: Int?
    /// The prompt to put before each text.
    public var promptName: String?
    /// Cuts at the model's maximum; otherwise a longer input is an error.
    public var truncates = true

    public init() {}
}
