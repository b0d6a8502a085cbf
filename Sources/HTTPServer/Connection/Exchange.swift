import HTTPCore
import HTTPTypes
import Transport

/// A request and its answer on one connection, as far as they have come.
final class Exchange {
    private let request: HTTPRequest?
    private let requestBytes: Int
    /// What the request's body takes from the budget.
    let charge: BodyCharge?
    private let start: MonotonicTime
    var task: Task<Void, Never>?
    var status: HTTPResponse.Status?
    var responseFields = HTTPFields()
    /// Content bytes that the connection took over; the machine may have forgotten the exchange when it ends.
    var responseBytes = 0
    /// Writers that wait for room.
    var writers: [CheckedContinuation<Void, any Error>] = []

    init(request: HTTPRequest?, requestBytes: Int = 0, charge: BodyCharge? = nil, start: MonotonicTime) {
        self.request = request
        self.requestBytes = requestBytes
        self.charge = charge
        self.start = start
    }

    func record(_ outcome: AccessRecord.Outcome, remoteAddress: String, now: MonotonicTime) -> AccessRecord {
        AccessRecord(
            method: request?.method, path: request?.path, status: status, requestBytes: requestBytes, responseBytes: responseBytes,
            duration: now - start, remoteAddress: remoteAddress, responseHeaderFields: responseFields, outcome: outcome)
    }
}
