import Synchronization

/// Where a handler that did not suspend leaves its response for the event loop that started it.
final class ImmediateDelivery: Sendable {
    private enum State: Sendable {
        case open
        case delivered(ServerResponse)
        case closed
    }

    private let state = Mutex(State.open)

    /// Whether the response was left here; otherwise the event loop has gone on and must be told by itself.
    func deliver(_ response: ServerResponse) -> Bool {
        state.withLock { state in
            guard case .open = state else { return false }
            state = .delivered(response)
            return true
        }
    }

    /// The response, if the handler is done already; later ones are not taken.
    func close() -> ServerResponse? {
        state.withLock { state in
            defer { state = .closed }
            guard case .delivered(let response) = state else { return nil }
            return response
        }
    }
}
