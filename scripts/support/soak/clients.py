"""Processes of clients: those that stay, those that come and go, and those that misbehave, apart so that none slows another."""
import asyncio
import contextlib
import logging
import multiprocessing
import time

import abuse
import renegotiation
import slow
import well_behaved
from tally import Tally

# How often each second; half-closes are over TCP alone, for TLS on asyncio has none.
PLAIN_ABUSES = {abuse.half_close: 10, abuse.reset_in_body: 10, abuse.reset_in_answer: 2, abuse.closed_before_the_answer: 10,
                abuse.garbage: 10, abuse.pipelined: 2}
SECURE_ABUSES = {abuse.reset_in_body: 5, abuse.reset_in_answer: 1, abuse.closed_before_the_answer: 5, abuse.garbage: 5, abuse.broken_handshake: 5}
PLAIN_SLOWNESS = [slow.slow_writer, slow.slow_reader, slow.never_reader, slow.endless_header]
SECURE_SLOWNESS = [slow.slow_writer, slow.never_reader]
SLOW_CLIENTS = 20  # of each kind
SECURE_SHARE = 0.3  # of the connections that stay
RENEGOTIATION_PAUSE = 1.0  # seconds
PATIENCE = 60  # seconds that the processes have to end after their time


def staying(plain, secure, questions, tally, options):
    secure_count = int(SECURE_SHARE * options.connections) if secure else 0
    for number in range(options.connections):
        yield well_behaved.keep_alive(secure if number < secure_count else plain, questions, tally, number)


def churning(plain, secure, questions, tally, options):
    yield well_behaved.churn(plain, secure, questions, tally, options.churn)


def misbehaving(plain, secure, questions, tally, options):
    for _ in range(SLOW_CLIENTS):
        for act in PLAIN_SLOWNESS:
            yield slow.again_and_again(act, plain, questions, tally)
        for act in SECURE_SLOWNESS if secure else ():
            yield slow.again_and_again(act, secure, questions, tally)
    for act, rate in PLAIN_ABUSES.items():
        yield abuse.every(rate, act, plain, questions, tally)
    for act, rate in SECURE_ABUSES.items() if secure else ():
        yield abuse.every(rate, act, secure, questions, tally)
    if secure:
        yield renegotiation.again_and_again(secure, tally, RENEGOTIATION_PAUSE)


KINDS = {"staying": staying, "churning": churning, "misbehaving": misbehaving}


async def run_all(kind, plain, secure, questions, options, pipe):
    tally = Tally()

    async def report():
        while True:
            await asyncio.sleep(1)
            pipe.send(tally.taken())

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(options.seconds), asyncio.TaskGroup() as group:
            group.create_task(report())
            for client in KINDS[kind](plain, secure, questions, tally, options):
                group.create_task(client)
    pipe.send(tally.taken())


def main(kind, plain, secure, questions, options, pipe):
    # It warns of every write to a connection that the server has closed, which is what many of these provoke.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    asyncio.run(run_all(kind, plain, secure, questions, options, pipe))


class Clients:
    """A process of one kind, and what has come from it."""

    def __init__(self, kind, *arguments):
        self.kind = kind
        self.pipe, far_end = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=main, args=(kind, *arguments, far_end), daemon=True)
        self.process.start()
        far_end.close()

    def collect(self, tally):
        """Adds what has come since."""
        with contextlib.suppress(EOFError):
            while self.pipe.poll():
                tally.add(self.pipe.recv())

    def stop(self):
        self.process.terminate()

    def finish(self, tally):
        stop = time.monotonic() + PATIENCE
        while self.process.is_alive() and time.monotonic() < stop:
            self.collect(tally)  # or the process would wait for room in the pipe
            self.process.join(0.1)
        self.collect(tally)
        if self.process.exitcode != 0:
            tally.count_wrong(self.kind, f"these clients themselves ended with {self.process.exitcode}")
