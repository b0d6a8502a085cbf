"""A small client of HTTP/1.1 on asyncio, which also does what a good one never would: stop, close and reset where it likes."""
import asyncio
import functools
import socket
import ssl
import struct
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 30  # that one answer may take


@dataclass(frozen=True)
class Endpoint:
    host: str
    port: int
    certificate: str | None = None  # of TLS

    @classmethod
    def at(cls, address, certificate=None):
        parts = urlsplit(address)
        return cls(parts.hostname, parts.port, str(certificate) if parts.scheme == "https" else None)

    @property
    def is_secure(self):
        return self.certificate is not None

    @functools.cached_property
    def context(self):
        """One for many connections: to make one reads files."""
        if not self.is_secure:
            return None
        context = ssl.create_default_context(cafile=self.certificate)
        context.set_alpn_protocols(["http/1.1"])
        return context


def get(path, closes=False):
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{'Connection: close' if closes else 'User-Agent: soak'}\r\n\r\n".encode()


def post(path, body, closes=False, length=None):
    """A POST of JSON; `length` announces another one than the body has."""
    return (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length or len(body)}\r\n"
            f"{'Connection: close' if closes else 'User-Agent: soak'}\r\n\r\n").encode() + body


class Connection:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, endpoint, limit=2**16):
        name = "localhost" if endpoint.is_secure else None
        async with asyncio.timeout(SECONDS):
            return cls(*await asyncio.open_connection(endpoint.host, endpoint.port, ssl=endpoint.context, server_hostname=name, limit=limit))

    async def exchange(self, request):
        """(status, body) of the answer."""
        self.writer.write(request)
        return await self.answer()

    async def answer(self, seconds=SECONDS):
        async with asyncio.timeout(seconds):
            status = 100
            while status < 200:  # an interim answer, by which the server may also look whether we still live
                head = await self.reader.readuntil(b"\r\n\r\n")
                status, fields = int(head[9:12]), head.lower()
            if b"\r\ntransfer-encoding: chunked\r\n" in fields:
                return status, await self.chunks()
            start = fields.find(b"\r\ncontent-length:")
            length = int(fields[start + 17: fields.index(b"\r\n", start + 2)]) if start >= 0 else 0
            return status, await self.reader.readexactly(length)

    async def chunks(self):
        body = b""
        while size := int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readuntil(b"\r\n")
        return body

    def shrink_receive_buffer(self, size):
        """So that what is not read soon keeps the server from writing."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)

    def reset(self):
        """Ends the connection with a RST instead of a FIN."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def close(self):
        # Without waiting for the other side: with 500 connections a second, those that wait would pile up.
        self.writer.transport.abort() if self.writer.get_extra_info("ssl_object") else self.writer.close()


# What a client sees when the server ends a connection, or does not answer in time.
FAILURES = (OSError, EOFError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError)
