import HTTPCore
import HTTPTypes
import Synchronization
import Transport

/// A request and its answer on one connection, as far as they have come.
struct Exchange {
    /// Tells this exchange's late events from the next one's.
    var id: Int
    var request: HTTPRequest?
    var requestBytes: Int
    var start: MonotonicTime
    var task: Task<Void, Never>?
    var status: HTTPResponse.Status?
    var responseFields = HTTPFields()
    /// Writers that wait for room.
    var writers: [CheckedContinuation<Void, any Error>] = []

    func record(_ outcome: AccessRecord.Outcome, responseBytes: Int, remoteAddress: String, now: MonotonicTime) -> AccessRecord {
        AccessRecord(
            method: request?.method, path: request?.path, status: status, requestBytes: requestBytes, responseBytes: responseBytes,
            duration: now - start, remoteAddress: remoteAddress, responseHeaderFields: responseFields, outcome: outcome)
    }
}

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
