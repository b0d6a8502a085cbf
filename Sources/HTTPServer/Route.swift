/// How the requests of one method and path are answered.
public enum Route: Sendable {
    /// Needs no waiting, and so no task.
    case now(@Sendable (ServerRequest) throws -> ServerResponse)
    case later(@Sendable (ServerRequest) async throws -> ServerResponse)
}
