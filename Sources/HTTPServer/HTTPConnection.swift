import HTTPCore
import HTTPTypes
import Transport

/// One connection: carries out what its state machine says, on its event loop.
actor HTTPConnection {
    /// How often one event reads, at most: 128 KiB with a socket's buffer. The others on the loop get their turn then; what is left to read
    /// makes the next event at once, for readiness is level-triggered.
    private static let readsPerEvent = 4

    private nonisolated let loop: EventLoop
    private nonisolated let configuration: HTTPServerConfiguration
    private nonisolated let group: ConnectionGroup
    nonisolated let remoteAddress: String

    private nonisolated let bodyBudget: ByteBudget
    private let stream: any ByteStream
    private var machine: ConnectionStateMachine
    private var exchange: Exchange?
    /// For the body that is being read; the exchange has it afterwards.
    private var charge: BodyCharge?
    private var lastExchange = 0
    private var isOver = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(
        stream: sending any ByteStream, remoteAddress: String, loop: EventLoop, group: ConnectionGroup,
        configuration: HTTPServerConfiguration, durations: ConnectionStateMachine.Durations, bodyBudget: ByteBudget
    ) {
        self.stream = stream
        self.remoteAddress = remoteAddress
        self.loop = loop
        self.group = group
        self.configuration = configuration
        self.bodyBudget = bodyBudget
        machine = ConnectionStateMachine(limits: configuration.limits, durations: durations, now: .now)
    }

    func start() {
        stream.start(
            onReadable: { self.assumeIsolated { $0.readable() } }, onWritable: { self.assumeIsolated { $0.writable() } })
        settle(.wait, .now)
    }

    /// Ends what is idle and keeps the rest from beginning anything new.
    func drain() {
        let now = MonotonicTime.now
        settle(machine.drain(now: now), now)
    }

    /// Ends the connection, whatever it is doing.
    func abort() {
        settle(machine.peerLeft(), .now)
    }

    /// Tells the machine of the time; the moment it next wants to be told, or nil.
    func checkDeadline(_ now: MonotonicTime) -> MonotonicTime? {
        if let deadline = machine.deadline, deadline <= now { settle(machine.deadlinePassed(now: now), now) }
        return machine.deadline
    }

    private func readable() {
        guard !isOver else { return }
        let now = MonotonicTime.now
        for _ in 0..<Self.readsPerEvent {
            guard !isOver, machine.wantsToRead else { return }
            var action = ConnectionStateMachine.Action.wait
            let outcome = stream.read { action = machine.received($0, now: now) }
            switch outcome {
            case .bytes(_, let filledBuffer):
                settle(action, now)
                if !filledBuffer { return }
            case .wouldBlock:
                return
            case .endOfStream:
                settle(machine.peerEnded(now: now), now)
            case .failed:
                settle(machine.peerLeft(), now)
            }
        }
    }

    private func writable() {
        guard !isOver else { return }
        settle(.wait, .now)
    }

    /// Carries out `first` and all that follows from it, sends what there is to send, and sets what to wait for.
    private func settle(_ first: ConnectionStateMachine.Action, _ now: MonotonicTime) {
        var action = first
        while !isOver {
            switch action {
            case .wait:
                // One attempt after all that could be answered: pipelined answers leave together.
                guard let next = flush(now) ?? chargeUnfinishedBody() else {
                    wait()
                    return
                }
                action = next
            case .handle(let head, let body): action = handle(head, body, now)
            case .reject(let error, let request): action = reject(error, request, now)
            case .stream: action = .wait  // The handler's task runs it once `begin` has returned to it.
            case .checkPeer: action = stream.isPeerReachable ? .wait : machine.peerLeft()
            case .shutdownWriting:
                stream.shutdownWriting()
                action = .wait
            case .close: end(reset: false, now)
            case .abort: end(reset: true, now)
            }
        }
    }

    /// Sends; nil when nothing more can be done.
    private func flush(_ now: MonotonicTime) -> ConnectionStateMachine.Action? {
        if machine.output.isEmpty {
            // The end of a connection waits for its output to be empty, and it may be so from the start.
            guard machine.phase == .closing else { return nil }
            return machine.wrote(0, now: now)
        }
        while !machine.output.isEmpty {
            let (outcome, offered) = machine.output.withFront { (stream.write($0), $0.count) }
            guard case .wrote(let count) = outcome else { return machine.peerLeft() }
            let action = machine.wrote(count, now: now)
            if machine.output.count <= configuration.limits.outboundLowWaterMark { resumeWriters() }
            if case .wait = action {} else { return action }
            if count < offered { break }
        }
        return nil
    }

    private func wait() {
        stream.setInterest(reading: machine.wantsToRead, writing: !machine.output.isEmpty)
        if let deadline = machine.deadline { group.wake(noLaterThan: deadline) }
    }

    private func end(reset: Bool, _ now: MonotonicTime) {
        isOver = true
        stream.close(reset: reset)
        charge = nil
        if let exchange {
            exchange.task?.cancel()
            for writer in exchange.writers { writer.resume(throwing: ConnectionClosed()) }
            finishExchange(.clientLeft)
        }
        group.assumeIsolated { $0.remove(self) }
    }
}

// MARK: - Requests

extension HTTPConnection {
    private func handle(_ head: RequestHead, _ body: [UInt8], _ now: MonotonicTime) -> ConnectionStateMachine.Action {
        let target = RequestTarget(head.request.path ?? "/")
        guard let path = target.decodedPath else {
            return machine.reject(
                .malformedRequest("the path holds a percent sign that is not followed by two hexadecimal digits of UTF-8 text"),
                head.request)
        }
        guard chargeBody(body.count) else { return machine.reject(bodiesAreFull, head.request) }
        let request = ServerRequest(head: head.request, path: path, query: target.query, body: body, remoteAddress: remoteAddress)
        lastExchange += 1
        exchange = Exchange(id: lastExchange, request: head.request, requestBytes: body.count, charge: charge, start: now)
        let charge = charge
        self.charge = nil
        let delivery = ImmediateDelivery()
        let task = Self.launch(configuration.handler, request, charge, delivery, self, lastExchange)
        if let response = delivery.close() { return respond(response, now) }
        exchange?.task = task
        return .wait
    }

    /// Runs the handler here and now until it first suspends (SE-0472). Outside of the actor's isolation, so that the task is bound
    /// to no executor and the handler's first steps cost no hop.
    private nonisolated static func launch(
        _ handler: @escaping Handler, _ request: ServerRequest, _ charge: BodyCharge?, _ delivery: ImmediateDelivery,
        _ connection: HTTPConnection, _ exchange: Int
    ) -> Task<Void, Never> {
        Task.immediate {
            // A handler whose client has left holds the body until it ends.
            defer { withExtendedLifetime(charge) {} }
            let response = await handler(request)
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

    private func respond(_ response: ServerResponse, _ now: MonotonicTime) -> ConnectionStateMachine.Action {
        exchange?.status = response.status
        exchange?.responseFields = response.headerFields
        let action = machine.respond(response, date: group.date(), now: now)
        if case .stream = action { return action }
        finishExchange(.answered)
        return action
    }

    private func reject(_ error: HTTPError, _ request: HTTPRequest?, _ now: MonotonicTime) -> ConnectionStateMachine.Action {
        var response = configuration.errorResponse(error, request)
        if case .stream = response.body { response.body = .bytes([]) }
        exchange = Exchange(id: 0, request: request, requestBytes: 0, start: now, status: response.status)
        charge = nil
        exchange?.responseFields = response.headerFields
        let action = machine.respond(response, date: group.date(), now: now)
        finishExchange(.rejected(error))
        return action
    }

    private func finish(_ response: ServerResponse, _ id: Int) {
        guard exchange?.id == id, !isOver else { return }
        let now = MonotonicTime.now
        settle(respond(response, now), now)
    }

    private func finishExchange(_ outcome: AccessRecord.Outcome) {
        guard let exchange else { return }
        self.exchange = nil
        // Before the answer is sent: the client's next body must find the room. If the client left, the handler may still hold the body.
        if outcome != .clientLeft { exchange.charge?.giveBack() }
        guard let onAccess = configuration.onAccess else { return }
        onAccess(exchange.record(outcome, responseBytes: machine.responseBytes, remoteAddress: remoteAddress, now: .now))
    }
}

// MARK: - The budget of request bodies

extension HTTPConnection {
    /// Takes from the budget what has come of the body that is being read; an action where it does not fit.
    private func chargeUnfinishedBody() -> ConnectionStateMachine.Action? {
        chargeBody(machine.body.count) ? nil : machine.refuseBody(bodiesAreFull)
    }

    private func chargeBody(_ bytes: Int) -> Bool {
        guard bytes > 0 else { return true }
        let charge = self.charge ?? BodyCharge(bodyBudget)
        self.charge = charge
        return charge.grow(to: bytes)
    }

    private var bodiesAreFull: HTTPError {
        .overloaded("the request bodies under way fill the limit of \(bodyBudget.limit) bytes for all of them; try again in a second")
    }
}

// MARK: - Streamed bodies

extension HTTPConnection {
    /// Whether the body is to be produced.
    private func begin(_ response: ServerResponse, _ id: Int) -> Bool {
        guard exchange?.id == id, !isOver else { return false }
        let now = MonotonicTime.now
        let action = respond(response, now)
        settle(action, now)
        guard case .stream = action else { return false }
        return !isOver
    }

    fileprivate func write(_ bytes: [UInt8], _ id: Int) async throws {
        guard exchange?.id == id, !isOver else { throw ConnectionClosed() }
        try Task.checkCancellation()
        let now = MonotonicTime.now
        let action = machine.bodyPart(bytes)
        // More than the handler's own Content-Length: its mistake, not the client's.
        if machine.phase == .closed { finishExchange(.aborted) }
        settle(action, now)
        guard !isOver else { throw ConnectionClosed() }
        guard machine.output.count > configuration.limits.outboundHighWaterMark else { return }
        try await withCheckedThrowingContinuation { exchange?.writers.append($0) }
    }

    private func endBody(_ id: Int) {
        guard exchange?.id == id, !isOver else { return }
        let now = MonotonicTime.now
        let action = machine.bodyEnded(now: now)
        if machine.phase == .closed { finishExchange(.aborted) } else { finishExchange(.answered) }
        settle(action, now)
    }

    private func failBody(_ id: Int) {
        guard exchange?.id == id, !isOver else { return }
        let now = MonotonicTime.now
        let action = machine.bodyFailed()
        finishExchange(.aborted)
        settle(action, now)
    }

    private func resumeWriters() {
        guard let writers = exchange?.writers, !writers.isEmpty else { return }
        exchange?.writers = []
        for writer in writers { writer.resume() }
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
