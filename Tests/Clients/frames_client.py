"""A client that sends whatever frames it is told to, also those that a state machine would refuse to send."""
import contextlib
import select
import socket
from urllib.parse import urlsplit

from hpack import Decoder, Encoder
from http2_client import over_tls
from hyperframe.frame import DataFrame, Frame, GoAwayFrame, HeadersFrame, PingFrame, RstStreamFrame, SettingsFrame

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SECONDS = 10

PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, REFUSED_STREAM, ENHANCE_YOUR_CALM = 1, 2, 3, 6, 7, 11
# With which a server ends a flood; nghttp2 by itself takes the first.
ENOUGH = (INTERNAL_ERROR, ENHANCE_YOUR_CALM)


class FramesClient:
    def __init__(self, address, acknowledges=True):
        self.acknowledges = acknowledges
        parts = urlsplit(address)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=SECONDS)
        if parts.scheme == "https":
            self.socket = over_tls(self.socket)
        self.encoder, self.decoder, self.buffer = Encoder(), Decoder(), b""
        self.socket.sendall(PREFACE)
        self.send(SettingsFrame(0))
        self.settings = self.next(lambda frame: isinstance(frame, SettingsFrame)).settings

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # MARK: sending

    def send(self, *frames):
        self.send_bytes(b"".join(frame.serialize() for frame in frames))

    def send_bytes(self, data):
        self.socket.sendall(data)

    def head(self, method="GET", path="/livez", fields=()):
        """The header block of a request."""
        return self.encoder.encode([(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path), *fields])

    def request(self, number, flags=("END_HEADERS", "END_STREAM"), **head):
        return HeadersFrame(number, self.head(**head), flags=flags)

    # MARK: receiving

    def frame(self):
        """The next frame; None at the end of the connection."""
        while len(self.buffer) < 9 or len(self.buffer) < 9 + Frame.parse_frame_header(memoryview(self.buffer[:9]))[1]:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not data:
                return None
            self.buffer += data
        frame, length = Frame.parse_frame_header(memoryview(self.buffer[:9]))
        frame.parse_body(memoryview(self.buffer[9: 9 + length]))
        self.buffer = self.buffer[9 + length:]
        self.acknowledge(frame)
        return frame

    def acknowledge(self, frame):
        """Answers what every client has to; a server that drains waits for it."""
        if self.acknowledges and isinstance(frame, PingFrame | SettingsFrame) and "ACK" not in frame.flags:
            answer = PingFrame(0, frame.opaque_data) if isinstance(frame, PingFrame) else SettingsFrame(0)
            answer.flags.add("ACK")
            with contextlib.suppress(OSError):  # of a connection that is closed already
                self.send(answer)

    def next(self, fits):
        """The next frame that fits; those before it are dropped. None at the end of the connection."""
        while (frame := self.frame()) is not None:
            if isinstance(frame, HeadersFrame):
                # Every block has to go through the decoder, whose table they change.
                frame.fields = dict(self.decoder.decode(frame.data))
            if fits(frame):
                return frame
        return None

    def goaway(self):
        """The code with which the server ends the connection; None if it does so without a word."""
        frame = self.next(lambda frame: isinstance(frame, GoAwayFrame))
        return frame and frame.error_code

    def outcome(self, number):
        """How the server answers a stream: a status, ("reset", code), ("goaway", code) or "closed"."""
        def decides(frame):
            if isinstance(frame, GoAwayFrame):
                return frame.error_code != 0  # a drain leaves the streams that it has begun alone
            return frame.stream_id == number and isinstance(frame, HeadersFrame | RstStreamFrame)

        frame = self.next(decides)
        match frame:
            case HeadersFrame():
                return int(frame.fields[":status"])
            case RstStreamFrame():
                return "reset", frame.error_code
            case GoAwayFrame():
                return "goaway", frame.error_code
        return "closed"

    def body(self, number):
        """What is left of an answer's body; None if it does not end."""
        body, is_ended = b"", False
        while not is_ended:
            frame = self.next(lambda frame: isinstance(frame, DataFrame) and frame.stream_id == number)
            if frame is None:
                return None
            body, is_ended = body + frame.data, "END_STREAM" in frame.flags
        return body

    def is_closed(self):
        """Waits for the end of the connection."""
        return self.next(lambda frame: False) is None

    def flood(self, pieces):
        """Sends pieces of bytes, reading what comes meanwhile, until all are sent or the server closes the connection."""
        for piece in pieces:
            try:
                self.send_bytes(piece)
                while select.select([self.socket], [], [], 0)[0]:
                    if not (received := self.socket.recv(65536)):
                        return
                    self.buffer += received
            except ConnectionError:
                return


def data(number, content, ends=True):
    return DataFrame(number, content, flags=("END_STREAM",) if ends else ())
