import CNGHTTP2
public import HTTPTypes

/// One HTTP/2 connection, seen from the server (RFC 9113), over libnghttp2: bytes in, events out, and responses in, bytes out.
///
/// It has neither sockets nor clocks. Priorities are ignored: streams send in turns. A class, because libnghttp2 keeps a pointer to it.
public final class HTTP2Session {
    let limits: HTTP2Limits
    private let session: OpaquePointer
    private var events: [HTTP2Event] = []
    private var streams: [Int32: Stream] = [:]
    /// The header section that is being decoded; streams cannot interleave theirs (RFC 9113 §4.3).
    private var section: HTTP2HeaderSection?
    private var continuations = 0

    /// Frames so far that cost their sender nothing and the receiver time: empty DATA, PRIORITY, RST_STREAM, SETTINGS, PING, and unknown ones.
    public private(set) var idleFrames = 0
    /// Whether a header section has begun whose last frame has not.
    public private(set) var isInsideHeaders = false
    /// Nothing is read any more: the connection has its error, and libnghttp2 is not to be asked again after one of its own.
    private var hasEnded = false

    /// What must be known of an open stream.
    private final class Stream {
        var requestHasEnded = false
        var response: HTTP2ResponseBody?
    }

    /// Begins with our SETTINGS and the window of the connection.
    public init(limits: HTTP2Limits = HTTP2Limits()) {
        self.limits = limits
        session = HTTP2Callbacks.makeSession(limits: limits)
        nghttp2_session_set_user_data(session, Unmanaged.passUnretained(self).toOpaque())
        let settings = [
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue), value: UInt32(limits.concurrentStreams)),
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(limits.windowBytes)),
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: UInt32(limits.headerListBytes)),
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES.rawValue), value: 1),
        ]
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: limits.windowBytes * 4))
    }

    deinit {
        nghttp2_session_del(session)
    }

    /// Takes bytes from the client. Where the connection cannot be read any further it ends with a GOAWAY.
    public func receive(_ bytes: Span<UInt8>) {
        guard !hasEnded else { return }
        let taken = bytes.withUnsafeBufferPointer { nghttp2_session_mem_recv(session, $0.baseAddress, $0.count) }
        guard taken < 0 else { return }
        let isFlood = continuations > limits.continuationFrames || taken == Int(NGHTTP2_ERR_FLOODED.rawValue)
        end(isFlood ? .excessiveLoad : .malformed)
    }

    /// What has happened since the last call, by `receive` or by `send`.
    public func takeEvents() -> [HTTP2Event] {
        defer { events = [] }
        return events
    }

    /// Frames that wait to be sent, without those of content.
    public var waitingFrames: Int { nghttp2_session_get_outbound_queue_size(session) }

    /// Whether anything more can come of this connection; if not, it is closed once what is to be sent has been.
    public var isOver: Bool {
        nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    /// Appends what may be sent now to `output`, until it holds `limit` bytes.
    public func send(to output: inout OutboundBuffer, limit: Int) {
        while output.count < limit {
            var bytes: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &bytes)
            guard count > 0, let bytes else { return }
            output.append { $0.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count)) }
        }
    }

    // MARK: Responses

    /// Begins the response of a stream.
    ///
    /// - Parameters:
    ///   - date: an IMF-fixdate of RFC 9110 §5.6.7, from the caller's clock; written unless `fields` has one.
    ///   - contentLength: bytes, if they are known.
    ///   - hasBody: whether `append` and `endBody` follow.
    public func respond(
        _ stream: Int32, status: HTTPResponse.Status, fields: HTTPFields, date: [UInt8], contentLength: Int?, hasBody: Bool
    ) {
        var block = HTTP2HeaderBlock(status: status.code)
        block.append(fields, date: date, contentLength: contentLength)
        if hasBody { streams[stream]?.response = HTTP2ResponseBody() }
        block.withNames { names in
            guard hasBody else {
                nghttp2_submit_response(session, stream, names.baseAddress, names.count, nil)
                return
            }
            var provider = nghttp2_data_provider(source: nghttp2_data_source(fd: 0), read_callback: HTTP2Callbacks.readBody)
            nghttp2_submit_response(session, stream, names.baseAddress, names.count, &provider)
        }
    }

    /// Asks the client for the content it holds back (RFC 9110 §15.2.1).
    public func submitContinue(_ stream: Int32) {
        HTTP2HeaderBlock(status: 100).withNames { names in
            nghttp2_submit_headers(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, nil, names.baseAddress, names.count, nil)
        }
    }

    /// Adds to the response's content.
    public func append(_ bytes: [UInt8], to stream: Int32) {
        guard streams[stream]?.response?.append(bytes) == true else { return }
        nghttp2_session_resume_data(session, stream)
    }

    /// The response's content is complete.
    public func endBody(of stream: Int32) {
        guard streams[stream]?.response?.end() == true else { return }
        nghttp2_session_resume_data(session, stream)
    }

    /// Bytes of content that wait for the client's window or for the connection.
    public func unsentBytes(of stream: Int32) -> Int {
        streams[stream]?.response?.count ?? 0
    }

    /// Bytes of content that were sent.
    public func sentBytes(of stream: Int32) -> Int {
        streams[stream]?.response?.sent ?? 0
    }

    /// Gives a stream up; what has not been sent of it is dropped.
    public func reset(_ stream: Int32, _ reason: HTTP2Failure) {
        streams[stream]?.response = nil
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, reason.code)
    }

    // MARK: The end

    /// Tells the client to begin no further streams, and asks for an answer: when it comes, all that the client has begun is known
    /// (RFC 9113 §6.8).
    public func announceEnd() {
        nghttp2_submit_shutdown_notice(session)
        nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
    }

    /// Takes no stream that has not been begun; those under way go on.
    public func refuseNewStreams() {
        nghttp2_submit_goaway(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session), HTTP2Failure.none.code, nil, 0)
    }

    /// Ends the connection with a GOAWAY, whatever is under way.
    public func end(_ reason: HTTP2Failure) {
        hasEnded = true
        nghttp2_session_terminate_session(session, reason.code)
    }
}

// MARK: - What libnghttp2 calls

extension HTTP2Session {
    /// False where the connection must end.
    func frameBegins(_ header: nghttp2_frame_hd) -> Bool {
        let endsHeaders = header.flags & UInt8(NGHTTP2_FLAG_END_HEADERS.rawValue) != 0
        switch nghttp2_frame_type(UInt32(header.type)) {
        case NGHTTP2_CONTINUATION:
            isInsideHeaders = !endsHeaders
            continuations += 1
            return continuations <= limits.continuationFrames
        case NGHTTP2_HEADERS:
            isInsideHeaders = !endsHeaders
            continuations = 0
        case NGHTTP2_DATA where header.length == 0 && header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) == 0: idleFrames += 1
        case NGHTTP2_DATA, NGHTTP2_WINDOW_UPDATE: break
        default: idleFrames += 1
        }
        return true
    }

    func headersBegin(_ frame: nghttp2_frame) {
        section = frame.headers.cat == NGHTTP2_HCAT_REQUEST ? HTTP2HeaderSection() : nil
    }

    func header(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        section?.append(name, value, limits: limits)
    }

    func frameReceived(_ frame: nghttp2_frame) {
        let (stream, endsStream) = (frame.hd.stream_id, frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0)
        switch nghttp2_frame_type(UInt32(frame.hd.type)) {
        case NGHTTP2_HEADERS:
            if let section { headReceived(section, stream, isWhole: endsStream) }
            section = nil
            if endsStream { requestEnded(stream) }
        case NGHTTP2_DATA where endsStream: requestEnded(stream)
        // Nothing but padding is as empty as nothing.
        case NGHTTP2_DATA where frame.hd.length > 0 && frame.data.padlen == frame.hd.length: idleFrames += 1
        case NGHTTP2_PING where frame.hd.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0: events.append(.pingAcknowledged)
        default: break
        }
    }

    private func headReceived(_ section: HTTP2HeaderSection, _ stream: Int32, isWhole: Bool) {
        streams[stream] = Stream()
        // RFC 9218 would have each response sent whole before the next one begins, unless the client asks for turns.
        var turns = nghttp2_extpri(urgency: UInt32(NGHTTP2_EXTPRI_DEFAULT_URGENCY), inc: 1)
        nghttp2_session_change_extpri_stream_priority(session, stream, &turns, 1)
        do throws(HTTPError) {
            events.append(.head(try section.head(isWhole: isWhole, limits: limits), stream: stream))
        } catch {
            events.append(.malformed(error, section.request, stream: stream))
        }
    }

    private func requestEnded(_ stream: Int32) {
        guard let open = streams[stream], !open.requestHasEnded else { return }
        open.requestHasEnded = true
        events.append(.end(stream: stream))
    }

    func data(_ bytes: UnsafeBufferPointer<UInt8>, _ stream: Int32) {
        events.append(.data(Array(bytes), stream: stream))
    }

    /// RFC 9113 §8.1: a response may be complete before its request is; then the client is asked to stop sending, without an error.
    func frameSent(_ frame: nghttp2_frame) {
        let isContent = frame.hd.type == UInt8(NGHTTP2_DATA.rawValue) || frame.hd.type == UInt8(NGHTTP2_HEADERS.rawValue)
        guard isContent, frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0, streams[frame.hd.stream_id]?.requestHasEnded == false
        else { return }
        reset(frame.hd.stream_id, .none)
    }

    /// A header section that is larger than libnghttp2 sends: the stream would stay open for ever.
    func frameNotSent(_ frame: nghttp2_frame, _ error: Int32) {
        guard frame.hd.type == UInt8(NGHTTP2_HEADERS.rawValue), error == NGHTTP2_ERR_FRAME_SIZE_ERROR.rawValue else { return }
        reset(frame.hd.stream_id, .internal)
    }

    func streamClosed(_ stream: Int32) {
        streams[stream] = nil
        events.append(.closed(stream: stream))
    }

    func readBody(of stream: Int32, into buffer: UnsafeMutableBufferPointer<UInt8>, flags: inout UInt32) -> Int {
        streams[stream]?.response?.read(into: buffer, flags: &flags) ?? Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    }
}
