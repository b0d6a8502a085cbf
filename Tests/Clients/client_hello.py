"""The first message of TLS with exactly the versions and suites that a test names, most of which no library offers any more."""
import os
import socket
import struct
from urllib.parse import urlsplit

SECONDS = 10
HANDSHAKE, ALERT = 22, 21
SERVER_HELLO = 2

TLS_1_0, TLS_1_1, TLS_1_2 = 0x0301, 0x0302, 0x0303
CURVES, SIGNATURES = (29, 23, 24), (0x0403, 0x0503, 0x0804, 0x0805, 0x0401, 0x0501, 0x0203, 0x0201)


def vector(content, size=2):
    return len(content).to_bytes(size, "big") + content


def extension(kind, content):
    return struct.pack("!H", kind) + vector(content)


def numbers(values):
    return vector(b"".join(struct.pack("!H", value) for value in values))


def hello(version, suites):
    """A ClientHello as a record, without the extension of TLS 1.3, so that `version` is the highest that it offers."""
    extensions = b"".join([extension(0, vector(b"\0" + vector(b"localhost"))), extension(10, numbers(CURVES)), extension(11, vector(b"\0", 1)),
                           extension(13, numbers(SIGNATURES)), extension(23, b""), extension(0xFF01, vector(b"", 1))])
    body = struct.pack("!H", version) + os.urandom(32) + vector(b"", 1) + numbers(suites) + vector(b"\0", 1) + vector(extensions)
    return bytes([HANDSHAKE]) + struct.pack("!H", TLS_1_0) + vector(bytes([1]) + vector(body, 3))


def offered(address, version, suites):
    """The suite that the server picks; None where it refuses, with an alert or by closing."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=SECONDS) as connection, connection.makefile("rb") as answer:
        connection.sendall(hello(version, suites))
        try:
            record = answer.read(5)
        except ConnectionError:
            return None
        if len(record) < 5 or record[0] != HANDSHAKE:
            assert record[:1] in (b"", bytes([ALERT]))
            return None
        message = answer.read(int.from_bytes(record[3:], "big"))
        assert message[0] == SERVER_HELLO
        # After type, length, version and 32 random bytes comes the session's identifier, and after that the suite.
        start = 4 + 2 + 32 + 1 + message[4 + 2 + 32]
        return int.from_bytes(message[start: start + 2], "big")
