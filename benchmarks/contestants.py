"""Those who take turns: each peer in a process that stays, Attendant's bench command in a new one each turn.

    turn(shapes, seconds) -> {shape: {"seconds": median of a pass, ...}}

A turn at a shape is one pass that does not count, then passes for `seconds`, at least one. A peer's pass that was seen to take
over a second is not run twice: what the first of two would warm up is lost in such a time.
"""
import multiprocessing
import statistics
import time

import attendant
import shapes

LONG = 1  # seconds

class Peer:
    """A peer in its own process: the thread pools of two engines in one would disturb each other."""

    def __init__(self, name, folder, threads, dtype):
        self.name, self.dtype = name, dtype
        context = multiprocessing.get_context("spawn")
        self.pipe, far_end = context.Pipe()
        self.process = context.Process(target=serve_peer, args=(far_end, name, folder, threads, dtype), daemon=True)
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

    def stop(self):
        self.pipe.close()  # which ends the loop of the other process
        self.process.join(10)
        self.process.terminate()
        self.process.join()


def serve_peer(pipe, name, folder, threads, dtype):
    """The other process: loads the peer, then does what comes through the pipe until it is ended."""
    import conversions
    import peers

    def measure(wanted, seconds):
        vocabulary = conversions.config_of(folder)["vocab_size"]
        for shape in wanted:
            is_warm = lasted.get(shape, 0) > LONG
            lasted[shape] = timed(peer, shapes.token_ids(shape, vocabulary), seconds, is_warm)
        return {shape: {"seconds": lasted[shape]} for shape in wanted}

    def embed(sequences):
        return peers.mean_pooled(peer.compute(sequences), sequences)

    try:
        lasted = {}  # seconds of a pass, by shape
        peer = peers.PEERS[name](folder, threads, dtype)
        pipe.send(peer.precision)
        while True:
            request, arguments = pipe.recv()
            pipe.send({"measure": measure, "embed": embed}[request](*arguments))
    except EOFError:
        pass
    except Exception as error:
        pipe.send(RuntimeError(repr(error)[:500]))


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

    def stop(self):
        pass
