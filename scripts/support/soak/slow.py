"""Clients on slow lines: within the limits they get their answers, below them the server gives up on them."""
import asyncio
import random
import time

from http1 import FAILURES, Connection, post

DRIP = 0.5  # seconds between two pieces
READER_PATIENCE = 120  # seconds; through a buffer that small, an answer takes ten
PATIENCE = 45  # seconds after which the server must have given up on a header section


async def slow_writer(endpoint, questions, tally):
    """Sends its body in a few pieces over some seconds."""
    question = random.choice(questions.classify)
    head, body = post(question.path, question.body).split(b"\r\n\r\n", 1)
    try:
        connection = await Connection.open(endpoint)
        connection.writer.write(head + b"\r\n\r\n")
        for start in range(0, len(body), 8):
            await asyncio.sleep(DRIP * random.random())
            connection.writer.write(body[start: start + 8])
        since = time.monotonic()
        tally.judge("slow writers", question, *await connection.answer(), since)
        connection.close()
    except FAILURES as error:
        tally.count_wrong("slow writers", repr(error))


async def slow_reader(endpoint, questions, tally):
    """Leaves a large answer where it is for some seconds, then reads it in small pieces."""
    try:
        connection = await Connection.open(endpoint, limit=4096)
        connection.shrink_receive_buffer(8192)
        connection.writer.write(questions.attention.request())
        await asyncio.sleep(2 + 3 * random.random())
        since = time.monotonic()
        tally.judge("slow readers", questions.attention, *await connection.answer(READER_PATIENCE), since)
        connection.close()
    except FAILURES as error:
        tally.count_wrong("slow readers", repr(error))


async def never_reader(endpoint, questions, tally):
    """Asks for large answers, reads none of them for some time, and goes."""
    connection = await Connection.open(endpoint, limit=1024)
    connection.shrink_receive_buffer(4096)
    connection.writer.write(questions.attention.request() * 3)
    await asyncio.sleep(5 + 20 * random.random())
    connection.close()
    tally.done["answers that nobody reads"] += 1


async def endless_header(endpoint, questions, tally):
    """Sends a header section drop by drop, until the server has had enough of it."""
    what = "header sections without an end"
    connection = await Connection.open(endpoint)
    connection.writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n")
    try:
        async with asyncio.timeout(PATIENCE):
            answer = asyncio.ensure_future(connection.reader.read(1))
            while not (await asyncio.wait([answer], timeout=DRIP))[0]:
                connection.writer.write(b"x: y\r\n")
            await answer
    except TimeoutError:
        tally.count_wrong(what, f"the server still waited after {PATIENCE} s")
    except FAILURES:
        pass
    tally.done[what] += 1
    connection.close()


async def again_and_again(act, endpoint, questions, tally):
    while True:
        try:
            await act(endpoint, questions, tally)
        except FAILURES:
            pass
        await asyncio.sleep(DRIP)
