"""A client over h2's state machine, which raises where the server breaks HTTP/2's rules, flow control among them."""
import contextlib
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h2.config
import h2.connection
import h2.events
import h2.settings

SECONDS = 10  # that one answer may take
AUTHORITY = "localhost"


@dataclass
class Stream:
    """What has come on one stream."""

    status: int | None = None
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    is_ended: bool = False
    reset_code: int | None = None

    @property
    def is_over(self):
        return self.is_ended or self.reset_code is not None


class Client:
    """One connection, plain by prior knowledge or over TLS by ALPN; what it reads is acknowledged unless `reads_freely` is false."""

    def __init__(self, address, settings=None):
        parts = urlsplit(address)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=SECONDS)
        if parts.scheme == "https":
            self.socket = over_tls(self.socket)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        if settings:
            # Those of the preface: what is updated later waits for the server's acknowledgement.
            self.h2.local_settings = h2.settings.Settings(client=True, initial_values=settings)
        self.h2.initiate_connection()
        self.streams, self.goaway, self.is_closed, self.reads_freely = {}, None, False, True
        self.has_settings = False
        self.flush()
        self.until(lambda: self.has_settings)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # MARK: sending

    def flush(self):
        if data := self.h2.data_to_send():
            self.socket.sendall(data)

    def begin(self, method, path, headers=(), ends=False):
        """Opens a stream; its number."""
        number = self.h2.get_next_available_stream_id()
        self.streams[number] = Stream()
        head = [(":method", method), (":scheme", "http"), (":authority", AUTHORITY), (":path", path), *headers]
        self.h2.send_headers(number, head, end_stream=ends)
        self.flush()
        return number

    def begin_post(self, path, length=None):
        headers = [("content-type", "application/json")]
        return self.begin("POST", path, headers if length is None else headers + [("content-length", str(length))])

    def send(self, number, data, ends=False, piece=16384):
        """Sends a body as fast as the server's windows let it."""
        while data:
            self.until(lambda: self.h2.local_flow_control_window(number) > 0)
            size = min(piece, len(data), self.h2.local_flow_control_window(number), self.h2.max_outbound_frame_size)
            self.h2.send_data(number, data[:size])
            self.flush()
            data = data[size:]
        if ends:
            self.h2.end_stream(number)
            self.flush()

    def send_trailers(self, number, fields):
        self.h2.send_headers(number, fields, end_stream=True)
        self.flush()

    def reset(self, number, code=8):
        self.h2.reset_stream(number, code)
        self.flush()

    def acknowledge(self, number, size):
        """Gives back what was read, on the connection and on the stream if it is still open."""
        self.h2.acknowledge_received_data(size, number)
        self.flush()

    # MARK: receiving

    def receive(self):
        """One read from the socket, and what comes of it; false at the end of the connection."""
        data = self.socket.recv(65536)
        if not data:
            self.is_closed = True
            return False
        for event in self.h2.receive_data(data):
            self.take(event)
        with contextlib.suppress(ConnectionError):  # the server may have closed behind what it sent
            self.flush()
        return True

    def take(self, event):
        stream = self.streams.get(getattr(event, "stream_id", None))
        match event:
            case h2.events.RemoteSettingsChanged():
                self.has_settings = True
            case h2.events.ResponseReceived():
                stream.headers = dict(event.headers)
                stream.status = int(stream.headers[":status"])
            case h2.events.DataReceived():
                stream.body += event.data
                if self.reads_freely:
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                stream.is_ended = True
            case h2.events.StreamReset():
                stream.reset_code = event.error_code
            case h2.events.ConnectionTerminated():
                self.goaway = event

    def until(self, holds):
        """Reads until something holds; raises at the end of the connection, or when nothing comes for long."""
        while not holds():
            if not self.receive():
                raise ConnectionError(f"the server has closed the connection; GOAWAY: {self.goaway}")

    def until_closed(self):
        while not self.is_closed and self.receive():
            pass

    def finish(self, number):
        """The stream once it is over."""
        self.until(lambda: self.streams[number].is_over)
        return self.streams[number]

    # MARK: whole exchanges

    def get(self, path, method="GET"):
        return self.finish(self.begin(method, path, ends=True))

    def post(self, path, body):
        number = self.begin_post(path, len(body))
        self.send(number, body, ends=True)
        return self.finish(number)

    @property
    def is_usable(self):
        return self.get("/livez").status == 200


def over_tls(plain):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    secure = context.wrap_socket(plain, server_hostname=AUTHORITY)
    assert secure.selected_alpn_protocol() == "h2"
    return secure


def window_of(size):
    """The settings of a client that takes so many bytes of each answer before it has acknowledged any."""
    return {h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: size}
