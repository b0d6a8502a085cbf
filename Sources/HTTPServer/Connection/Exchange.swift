import HTTPCore
import HTTPTypes
import Transport

/// A request and its answer on one connection, as far as they have come.
struct Exchange {
    var request: HTTPRequest?
    var requestBytes: Int
    /// What the request's body takes from the budget.
    var charge: BodyCharge?
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
