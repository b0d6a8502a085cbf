/// What a model can be asked to do, under the names of the routes.
public enum ModelTask: String, Sendable, CaseIterable {
    case classify
    case embeddings
    case attention
    case tokenize
}
