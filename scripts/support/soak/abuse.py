"""Clients that break off, and clients that send what is no request; what they are answered, if anything, must not be a success."""
import asyncio
import random
import time

from http1 import FAILURES, Connection, Endpoint, get, post

BEGINNINGS = [b"", b"GET ", b"POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: ", b"GET /livez HTTP/1.1\r\nHost",
              b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]


async def half_close(endpoint, questions, tally):
    """Says that it will send nothing more, and waits for the answer, as is its right."""
    question = questions.any(0.3)
    connection = await Connection.open(endpoint)
    try:
        since = time.monotonic()
        connection.writer.write(question.request())
        connection.writer.write_eof()
        tally.judge("half-closes", question, *await connection.answer(), since)
    except FAILURES as error:
        tally.count_wrong("half-closes", repr(error))
    finally:
        connection.close()


async def reset_in_body(endpoint, questions, tally):
    connection = await Connection.open(endpoint)
    connection.writer.write(post("/v1/classify", b'{"inputs": "' + b"a" * random.randrange(4096), length=8192))
    await asyncio.sleep(0.1 * random.random())
    connection.reset()
    tally.done["resets in mid-body"] += 1


async def reset_in_answer(endpoint, questions, tally):
    connection = await Connection.open(endpoint, limit=1024)
    connection.writer.write(questions.attention.request())
    await connection.reader.readexactly(100)
    connection.reset()
    tally.done["resets in mid-answer"] += 1


async def closed_before_the_answer(endpoint, questions, tally):
    connection = await Connection.open(endpoint)
    connection.writer.write(random.choice(questions.classify).request())
    connection.close()
    tally.done["closes before the answer"] += 1


async def garbage(endpoint, questions, tally):
    """To a listener for TLS too, without a handshake."""
    connection = await Connection.open(Endpoint(endpoint.host, endpoint.port))
    try:
        connection.writer.write(random.choice(BEGINNINGS) + random.randbytes(random.randrange(1, 2000)) + b"\r\n\r\n")
        connection.writer.write_eof()
        async with asyncio.timeout(20):
            answer = await connection.reader.read(12)
        if answer.startswith(b"HTTP/1.1 2"):
            tally.count_wrong("garbage", f"was answered with {answer!r}")
    finally:
        tally.done["garbage over TLS" if endpoint.is_secure else "garbage"] += 1
        connection.close()


async def broken_handshake(endpoint, questions, tally):
    """Closes where the server waits for the second half of the handshake."""
    connection = await Connection.open(Endpoint(endpoint.host, endpoint.port))
    connection.writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + random.randbytes(32))
    await asyncio.sleep(0.2 * random.random())
    connection.close()
    tally.done["handshakes broken off"] += 1


async def pipelined(endpoint, questions, tally):
    """Many requests in one piece, the last of which is malformed: those before it are answered, in order."""
    connection = await Connection.open(endpoint)
    try:
        since = time.monotonic()
        connection.writer.write(get("/livez") * 10 + b"this is no request\r\n\r\n")
        for _ in range(10):
            tally.judge("pipelined", questions.alive, *await connection.answer(), since)
        status, _ = await connection.answer()
        if status != 400:
            tally.count_wrong("pipelined", f"what is no request was answered with {status}")
    except FAILURES as error:
        tally.count_wrong("pipelined", repr(error))
    finally:
        connection.close()


async def every(rate, act, endpoint, questions, tally):
    """Does it so many times a second, whether or not the last time is over."""
    async def once():
        try:
            await act(endpoint, questions, tally)
        except FAILURES:
            pass  # the server may well close before we do

    running = set()
    while True:
        task = asyncio.create_task(once())
        running.add(task)
        task.add_done_callback(running.discard)
        await asyncio.sleep(random.expovariate(rate))
