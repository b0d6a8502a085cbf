import CNGHTTP2

/// The C functions that libnghttp2 calls; each finds its session by the pointer that came with it.
enum HTTP2Callbacks {
    /// A server's session whose user data is not set yet.
    static func makeSession(limits: HTTP2Limits) -> OpaquePointer {
        var callbacks: OpaquePointer?
        nghttp2_session_callbacks_new(&callbacks)
        defer { nghttp2_session_callbacks_del(callbacks) }
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, data in
            HTTP2Callbacks.session(data).frameBegins(header!.pointee) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
        }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, data in
            HTTP2Callbacks.session(data).headersBegin(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) { _, _, name, nameLength, value, valueLength, _, data in
            HTTP2Callbacks.session(data).header(
                UnsafeBufferPointer(start: name, count: nameLength).span, UnsafeBufferPointer(start: value, count: valueLength).span)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, data in
            HTTP2Callbacks.session(data).frameReceived(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, bytes, count, data in
            HTTP2Callbacks.session(data).data(UnsafeBufferPointer(start: bytes, count: count), stream)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, data in
            HTTP2Callbacks.session(data).frameSent(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, error, data in
            HTTP2Callbacks.session(data).frameNotSent(frame!.pointee, error)
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, _, data in
            HTTP2Callbacks.session(data).streamClosed(stream)
            return 0
        }
        var option: OpaquePointer?
        nghttp2_option_new(&option)
        defer { nghttp2_option_del(option) }
        // libnghttp2 counts a CONTINUATION once for each piece in which the nine bytes of its header arrive. `frameBegins` counts the frames.
        nghttp2_option_set_max_continuations(option, 9 * (limits.continuationFrames + 1))
        var session: OpaquePointer?
        let status = nghttp2_session_server_new2(&session, callbacks, nil, option)
        guard status == 0, let session else { preconditionFailure("no HTTP/2 session could be made: \(String(cString: nghttp2_strerror(status)))") }
        return session
    }

    static let readBody: nghttp2_data_source_read_callback = { _, stream, buffer, length, flags, _, data in
        HTTP2Callbacks.session(data).readBody(of: stream, into: UnsafeMutableBufferPointer(start: buffer, count: length), flags: &flags!.pointee)
    }

    /// The session outlives libnghttp2's, which it deletes at its own end.
    private static func session(_ data: UnsafeMutableRawPointer?) -> HTTP2Session {
        Unmanaged<HTTP2Session>.fromOpaque(data!).takeUnretainedValue()
    }
}
