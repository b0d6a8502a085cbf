import HTTPCore
import HTTPTypes
import Transport

extension HTTPConnection {
    func handle(_ id: Int, _ head: HTTPRequest, _ body: RequestBody, _ now: MonotonicTime) -> ConnectionAction {
        let target = RequestTarget(head.path ?? "/")
        guard let path = target.decodedPath else {
            return machine.refuse(
                id, .malformedRequest("the path holds a percent sign that is not followed by two hexadecimal digits of UTF-8 text"),
                head)
        }
        let request = ServerRequest(head: head, path: path, query: target.query, body: body.bytes, remoteAddress: remoteAddress)
        let exchange = Exchange(request: head, requestBytes: body.count, charge: body.charge, start: now)
        exchanges[id] = exchange
        let work: @Sendable () async -> ServerResponse
        switch configuration.handler(request) {
        case .now(let response):
            guard case .stream = response.body else { return respond(response, id, now) }
            work = { response }
        case .later(let later):
            work = later
        }
        let delivery = ImmediateDelivery()
        let task = Self.launch(work, body.charge, delivery, self, id)
        if let response = delivery.close() { return respond(response, id, now) }
        exchange.task = task
        return .wait
    }

    /// Runs `work` here and now until it first suspends (SE-0472). Outside of the actor's isolation, so that the task is bound
    /// to no executor and the first steps cost no hop.
    private nonisolated static func launch(
        _ work: @escaping @Sendable () async -> ServerResponse, _ charge: BodyCharge?, _ delivery: ImmediateDelivery,
        _ connection: HTTPConnection, _ exchange: Int
    ) -> Task<Void, Never> {
        Task.immediate {
            // Work whose client has left holds the body until it ends.
            defer { withExtendedLifetime(charge) {} }
            let response = await work()
            guard case .stream(let produce) = response.body else {
                if !delivery.deliver(response) { await connection.finish(response, exchange) }
                return
            }
            guard await connection.begin(response, exchange) else { return }
            do {
                try await produce(BodyWriter(connection: connection, exchange: exchange))
                await connection.endBody(exchange)
            } catch {
                await connection.failBody(exchange)
            }
        }
    }

    private func respond(_ response: ServerResponse, _ id: Int, _ now: MonotonicTime) -> ConnectionAction {
        let exchange = exchanges[id]
        exchange?.status = response.status
        exchange?.responseFields = response.headerFields
        let action = machine.respond(id, response, date: group.date(), now: now)
        exchange?.responseBytes = machine.responseBytes(of: id)
        if case .stream = action { return action }
        finishExchange(id, .answered)
        return action
    }

    func reject(_ id: Int, _ error: HTTPError, _ request: HTTPRequest?, _ now: MonotonicTime) -> ConnectionAction {
        var response = configuration.errorResponse(error, request)
        if case .stream = response.body { response.body = .bytes([]) }
        let exchange = Exchange(request: request, start: now)
        exchange.status = response.status
        exchange.responseFields = response.headerFields
        exchanges[id] = exchange
        let action = machine.respond(id, response, date: group.date(), now: now)
        exchange.responseBytes = machine.responseBytes(of: id)
        finishExchange(id, .rejected(error))
        return action
    }

    private func finish(_ response: ServerResponse, _ id: Int) {
        guard exchanges[id] != nil, !isOver else { return }
        let now = MonotonicTime.now
        settle(respond(response, id, now), now)
    }

    private func finishExchange(_ id: Int, _ outcome: AccessRecord.Outcome) {
        guard let exchange = exchanges.removeValue(forKey: id) else { return }
        for writer in exchange.writers { writer.resume(throwing: ConnectionClosed()) }
        // Before the answer is sent: the client's next body must find the room. If the client left, the handler may still hold the body.
        if outcome != .clientLeft { exchange.charge?.giveBack() }
        guard let onAccess = configuration.onAccess else { return }
        onAccess(exchange.record(outcome, remoteAddress: remoteAddress, now: .now))
    }

    /// Nobody waits for this response any more.
    func cancelExchange(_ id: Int) {
        guard let exchange = exchanges[id] else { return }
        exchange.task?.cancel()
        finishExchange(id, .clientLeft)
    }
}

// MARK: - Streamed bodies

extension HTTPConnection {
    /// Whether the body is to be produced.
    private func begin(_ response: ServerResponse, _ id: Int) -> Bool {
        guard exchanges[id] != nil, !isOver else { return false }
        let now = MonotonicTime.now
        let action = respond(response, id, now)
        settle(action, now)
        guard case .stream = action else { return false }
        return exchanges[id] != nil
    }

    fileprivate func write(_ bytes: [UInt8], _ id: Int) async throws {
        guard exchanges[id] != nil, !isOver else { throw ConnectionClosed() }
        try Task.checkCancellation()
        let now = MonotonicTime.now
        let action = machine.bodyPart(id, bytes)
        exchanges[id]?.responseBytes = machine.responseBytes(of: id)
        settle(outcome(of: action, id), now)
        guard exchanges[id] != nil, !isOver else { throw ConnectionClosed() }
        guard machine.isFull(id) else { return }
        try await withCheckedThrowingContinuation { exchanges[id]?.writers.append($0) }
    }

    private func endBody(_ id: Int) {
        guard exchanges[id] != nil, !isOver else { return }
        let now = MonotonicTime.now
        let action = outcome(of: machine.bodyEnded(id, now: now), id)
        finishExchange(id, .answered)
        settle(action, now)
    }

    private func failBody(_ id: Int) {
        guard exchanges[id] != nil, !isOver else { return }
        let now = MonotonicTime.now
        let action = machine.bodyFailed(id)
        finishExchange(id, .aborted)
        settle(action, now)
    }

    /// More or less than the handler's own Content-Length ends the response: its mistake, not the client's.
    private func outcome(of action: ConnectionAction, _ id: Int) -> ConnectionAction {
        switch action {
        case .abort, .cancel(id): finishExchange(id, .aborted)
        default: break
        }
        return action
    }

    func resumeWriters() {
        for (id, exchange) in exchanges where !exchange.writers.isEmpty && machine.hasRoom(id) {
            let writers = exchange.writers
            exchange.writers = []
            for writer in writers { writer.resume() }
        }
    }
}

/// Hands body pieces to the connection's event loop.
private struct BodyWriter: ResponseBodyWriter {
    let connection: HTTPConnection
    let exchange: Int

    func write(_ bytes: [UInt8]) async throws {
        try await connection.write(bytes, exchange)
    }
}
