/// `usage`: tokens read, special ones counted.
struct Usage: Encodable, Sendable {
    var promptTokens: Int
    var totalTokens: Int

    init(tokens: Int) {
        promptTokens = tokens
        totalTokens = tokens
    }

    enum CodingKeys: String, CodingKey {
        case promptTokens = "prompt_tokens"
        case totalTokens = "total_tokens"
    }
}
