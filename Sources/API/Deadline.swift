import HTTPServer
import HTTPTypes

/// How long a request may take: the server's limit, or less if the client says so.
enum Deadline {
    /// - Throws: `APIError` for a header that is not a positive number of milliseconds.
    static func limit(for request: HTTPRequest, server: Duration) throws(APIError) -> Duration {
        guard let text = request.headerFields[.requestTimeout] else { return server }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let milliseconds = Int(text), milliseconds > 0 else {
            throw APIError(
                status: .badRequest, code: "malformed_request",
                message: "x-request-timeout-ms is '\(text)', but must be a whole number of milliseconds above 0")
        }
        return min(.milliseconds(milliseconds), server)
    }

    private static let clock = DeadlineClock()

    /// The result of `body`, or the error of a deadline that passed first; then `body` is cancelled.
    /// - Parameter here: whether `body` begins on the caller's thread, an event loop perhaps, until it first waits.
    static func enforce(
        _ limit: Duration, here: Bool, _ body: @escaping @Sendable () async throws -> ServerResponse
    ) async throws -> ServerResponse {
        // Waking another thread takes longer than most of what a short request needs before it waits for the model.
        let task = here ? Task.immediate { try await body() } : Task { try await body() }
        let passed = Flag()
        let deadline = clock.add(.now + limit) {
            passed.set()
            task.cancel()
        }
        defer { clock.remove(deadline) }
        do {
            return try await withTaskCancellationHandler { try await task.value } onCancel: { task.cancel() }
        } catch where passed.isSet {
            throw APIError.deadlineExceeded(limit)
        }
    }
}
