import FoundationEssentials

/// Where the tests find what the repository holds, whatever folder they are run from.
public enum Repository {
    /// The root, found from this file's place in it.
    public static let root: String = {
        var path = #filePath[...]
        for _ in 0..<3 { path = path[..<path.lastIndex(of: "/")!] }
        return String(path)
    }()

    public static var goldens: String { root + "/Tests/Goldens" }
    public static var sentimentModel: String { root + "/config/models/sentiment" }

    /// A small seeded checkpoint of `scripts/goldens/models.py`.
    public static func smallModel(_ name: String) -> String { goldens + "/models/" + name }

    /// A small seeded model of `scripts/goldens/sentence_embeddings.py`.
    public static func embeddingModel(_ name: String) -> String { goldens + "/embeddings/" + name }

    public static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path)))
    }
}
