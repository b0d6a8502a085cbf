"""Those who take turns: each peer in a process that stays, Attendant's bench command in a new one each turn.

    turn(shapes, seconds) -> {shape: {"seconds": median of a pass, ...}}

A turn at a shape is one pass that does not count, then passes for `seconds`, at least one. A peer's pass that was seen to take
over a second is not run twice: what the first of two would warm up is lost in such a time.
"""
import contextlib
import importlib
import multiprocessing
import statistics
import time

import numpy as np

import attendant
import conversions
import shapes

LONG = 1  # seconds

class Peer:
    """A peer in its own process: the thread pools of two engines in one would disturb each other."""

    def __init__(self, name, folder, threads, dtype, module="peers"):
        self.name, self.dtype = name, dtype
        context = multiprocessing.get_context("spawn")
        self.pipe, far_end = context.Pipe()
        self.process = context.Process(target=serve_peer, args=(far_end, module, name, folder, threads, dtype), daemon=True)
        self.process.start()
        far_end.close()
        self.precision = self.receive()

    def receive(self):
        try:
            answer = self.pipe.recv()
        except EOFError:
            raise RuntimeError(f"{self.name} {self.dtype}: its process ended") from None
        if isinstance(answer, Exception):
            raise RuntimeError(f"{self.name} {self.dtype}: {answer}")
        return answer

    def turn(self, wanted, seconds):
        self.pipe.send(("measure", (wanted, seconds)))
        return self.receive()

    def embeddings(self, sequences):
        """The mean-pooled hidden states of each sequence."""
        self.pipe.send(("embed", (sequences,)))
        return self.receive()

    def last_hidden_states(self, shape):
        """Those of the last sequence of a shape, tokens x width."""
        self.pipe.send(("last", (shape,)))
        return self.receive()

    def stop(self):
        self.pipe.close()  # which ends the loop of the other process
        self.process.join(10)
        self.process.terminate()
        self.process.join()


def serve_peer(pipe, module, name, folder, threads, dtype):
    """The other process: loads the peer from a module's table, then does what comes through the pipe until it is ended."""
    import peers

    def ids(shape):
        return shapes.token_ids(shape, conversions.config_of(folder)["vocab_size"])

    def measure(wanted, seconds):
        for shape in wanted:
            is_warm = lasted.get(shape, 0) > LONG
            lasted[shape] = timed(peer, ids(shape), seconds, is_warm)
        return {shape: {"seconds": lasted[shape]} for shape in wanted}

    def embed(sequences):
        return peers.mean_pooled(peer.compute(sequences), sequences)

    def last(shape):
        return peer.compute(ids(shape))[-1]

    def answer(act, *arguments):
        try:
            pipe.send(act(*arguments))
        except Exception as error:
            pipe.send(RuntimeError(repr(error)[:500]))

    lasted = {}  # seconds of a pass, by shape
    try:
        peer = importlib.import_module(module).PEERS[name](folder, threads, dtype)
    except Exception as error:
        pipe.send(RuntimeError(repr(error)[:500]))
        return
    pipe.send(peer.precision)
    with contextlib.suppress(EOFError):
        while True:
            request, arguments = pipe.recv()
            answer({"measure": measure, "embed": embed, "last": last}[request], *arguments)


def timed(peer, sequences, seconds, is_warm):
    if not is_warm:
        peer.compute(sequences)
    times, stop = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < stop:
        start = time.perf_counter()
        peer.compute(sequences)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


class Attendant:
    """`attendant bench`, which loads the model anew each turn; loading is not measured."""
    name = "Attendant"

    def __init__(self, binary, folder, threads, dtype):
        self.binary, self.folder, self.threads, self.dtype, self.precision = binary, folder, threads, dtype, dtype

    def turn(self, wanted, seconds):
        return attendant.bench(self.binary, self.folder, self.threads, self.dtype, wanted, seconds)[0]

    def last_hidden_states(self, shape):
        ids = shapes.token_ids(shape, conversions.config_of(self.folder)["vocab_size"])[-1]
        return np.reshape(attendant.hidden_states(self.binary, self.folder, self.dtype, [ids], "--every-token")[0], (len(ids), -1))

    def stop(self):
        pass
