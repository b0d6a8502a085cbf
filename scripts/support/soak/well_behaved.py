"""Clients that keep to the rules: connections that stay, with pauses between requests, and connections for one request each."""
import asyncio
import random
import time

from http1 import FAILURES, Connection

PAUSE = 2.0  # seconds on average between two requests on one connection
OPENED_A_SECOND = 200  # while the connections that stay are opened
CLASSIFY_SHARE, CLASSIFY_SHARE_OF_CHURN = 0.1, 0.05  # connections are what is tried here, more than the model
ATTENTION_SHARE = 0.002
MOST_AT_ONCE = 200  # connections for one request
SECURE_SHARE_OF_CHURN = 0.15  # a handshake costs either side more than the request


async def keep_alive(endpoint, questions, tally, number):
    """One connection that stays: asks, checks, pauses, and so on. It is opened anew only after it has failed."""
    kind = "keep-alive over TLS" if endpoint.is_secure else "keep-alive"
    connection = None
    await asyncio.sleep(number / OPENED_A_SECOND)
    while True:
        question = questions.attention if random.random() < ATTENTION_SHARE else questions.any(CLASSIFY_SHARE)
        try:
            connection = connection or await Connection.open(endpoint)
            since = time.monotonic()
            tally.judge(kind, question, *await connection.exchange(question.request()), since)
        except FAILURES as error:
            tally.count_wrong(kind, repr(error))
            if connection:
                connection.close()
            connection = None
        await asyncio.sleep(random.expovariate(1 / PAUSE))


async def one_exchange(endpoint, questions, tally):
    """A connection for one request, which either side closes first."""
    kind = "one request over TLS" if endpoint.is_secure else "one request"
    question, connection = questions.any(CLASSIFY_SHARE_OF_CHURN), None
    since = time.monotonic()
    try:
        connection = await Connection.open(endpoint)
        tally.judge(kind, question, *await connection.exchange(question.request(closes=random.random() < 0.5)), since)
    except FAILURES as error:
        tally.count_wrong(kind, repr(error))
    finally:
        if connection:
            connection.close()


async def churn(plain, secure, questions, tally, rate):
    """So many new connections a second."""
    running, start, begun = set(), time.monotonic(), 0
    while True:
        # What a slow moment has left undone is caught up with, so that the rate holds on the whole, but not all at once.
        for _ in range(min(MOST_AT_ONCE - len(running), int((time.monotonic() - start) * rate) - begun)):
            begun += 1
            is_secure = secure and random.random() < SECURE_SHARE_OF_CHURN
            task = asyncio.create_task(one_exchange(secure if is_secure else plain, questions, tally))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.sleep(0.01)
