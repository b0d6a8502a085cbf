import HTTPServer
import Inference
import Models

/// `GET /v1/models` and `GET /v1/models/{id}`: OpenAI's list, with members of our own.
struct ModelRoutes: Sendable {
    let registry: ModelRegistry

    struct Entry: Encodable {
        var id: String
        var object = "model"
        var created: Int
        var ownedBy = "attendant"
        var state: String
        var error: String?
        var architecture: String?
        var tasks: [String]?
        var labels: [String]?
        var maxTokens: Int?
        var parameters: Int?
        var dtype: String?
        var memoryBytes: Int?

        enum CodingKeys: String, CodingKey {
            case id, object, created, state, error, architecture, tasks, labels, parameters, dtype
            case ownedBy = "owned_by"
            case maxTokens = "max_tokens"
            case memoryBytes = "memory_bytes"
        }

        init(_ entry: ModelRegistry.Entry) {
            id = entry.name
            created = entry.created
            switch entry.state {
            case .failed(let reason):
                state = "failed"
                error = reason.description
            case .ready(let model):
                state = "ready"
                architecture = model.summary.architecture
                tasks = model.tasks.map(\.rawValue)
                labels = model.summary.classification?.names
                maxTokens = model.maximumTokens
                parameters = model.summary.parameterCount
                dtype = "float32"
                memoryBytes = model.summary.byteCount
            }
        }
    }

    struct List: Encodable {
        var object = "list"
        var data: [Entry]
    }

    func list(_ request: ServerRequest) -> ServerResponse {
        .json(List(data: registry.entries.map(Entry.init)))
    }

    func one(_ request: ServerRequest) throws(APIError) -> ServerResponse {
        let name = request.parameters["id"] ?? ""
        guard let entry = registry.entries.first(where: { $0.name == name }) else {
            throw APIError(.modelNotFound(name: name, available: registry.entries.map(\.name)))
        }
        return .json(Entry(entry))
    }
}
