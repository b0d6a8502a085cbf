"""Attendant and its peers on every encoder family, in a process and in 32-bit floats; prints a Markdown table.

For each family a checkpoint of base size is made, and removed after its turns. First every contestant computes every shape, and
the hidden states of its last sequence are compared with PyTorch's: who fails, or comes to something else, is left out at that
shape. Then the contestants take turns as in engines.py. The best peer at a shape is the one with the lowest median; the ratio is
its time to Attendant's, the median of the rounds' ratios. All sequences of a shape have the same length, so there is no padding.
"""
import argparse
import concurrent.futures
import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np

import family_models
import family_peers
import machine
from contestants import Attendant, Peer
from engines import PAUSE, listed, rotated
from family_models import FAMILIES
from results import FOLDER, Records, median, median_ratio, number, print_table, table
from shapes import lengths

SHAPES = ["1x16", "1x128", "8x128", "1x512", "1x2048"]
FURTHEST = 1e-3  # from PyTorch's hidden states
REFERENCE, FUSED, UNFUSED = "PyTorch eager", "ONNX Runtime", "ONNX Runtime unfused"
CONVERTING = {FUSED, UNFUSED, "OpenVINO"}
COLUMNS = ["family", "shape", "left out", "best peer", "its ms", "Attendant's ms", "times as fast"]


def apart(act, *arguments):
    """Calls a function in a process of its own, so that PyTorch's threads and memory are gone afterwards. Throws RuntimeError."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(described_errors, act, *arguments).result()
        except concurrent.futures.process.BrokenProcessPool:
            raise RuntimeError("its process ended") from None


def described_errors(act, *arguments):
    """Not every library's errors can be sent to another process."""
    try:
        return act(*arguments)
    except Exception as error:
        raise RuntimeError(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}") from None


class Turns:
    """The contestants of a family, and at which shapes each takes part."""

    def __init__(self, family, options, records):
        self.family, self.options, self.records = family, options, records
        self.shapes = [shape for shape in options.shapes if max(lengths(shape)) <= FAMILIES[family].longest]
        self.contestants, self.taken, self.left_out = [], {}, {shape: [] for shape in self.shapes}
        self.expected = {}

    def prepare(self, folder):
        for name in dict.fromkeys([REFERENCE, *self.options.peers]):
            self.add_peer(name, folder)
        binary = self.options.attendant
        if binary:
            self.add("Attendant", lambda: Attendant(binary, folder, self.options.threads, "f32"), self.shapes)

    def add_peer(self, name, folder):
        """The unfused graph takes the place of the fused one where that is of no use."""
        shapes = self.shapes
        if name == UNFUSED:
            shapes = [shape for shape in shapes if shape not in self.taken.get(FUSED, [])]

        def make():
            apart(family_peers.prepare, name, folder)
            return Peer(name, folder, self.options.threads, "f32", "family_peers")

        if shapes:
            self.add(name, make, shapes)

    def add(self, name, make, shapes):
        """Makes a contestant, compares what it computes with the reference, and lets it take a turn that does not count."""
        try:
            contestant = make()
        except RuntimeError as error:
            self.leave_out(name, shapes, "no conversion" if name in CONVERTING else "cannot", str(error))
            return
        self.contestants.append(contestant)
        self.taken[name] = [shape for shape in shapes if self.agrees(contestant, shape)]
        try:
            if self.taken[name]:
                contestant.turn(self.taken[name], 0)
        except (RuntimeError, OSError) as error:
            self.leave_out(name, self.taken.pop(name), "fails", str(error))

    def agrees(self, contestant, shape):
        try:
            states = contestant.last_hidden_states(shape)
        except (RuntimeError, OSError) as error:
            self.leave_out(contestant.name, [shape], "fails", str(error))
            return False
        expected = self.expected.setdefault(shape, states)
        distance = np.abs(states - expected).max() if states.shape == expected.shape else np.inf
        self.records.add("agreement", family=self.family, engine=contestant.name, shape=shape, distance=float(distance))
        if not distance < FURTHEST:
            self.leave_out(contestant.name, [shape], "other results", f"they differ by up to {distance:.2g}")
            return False
        return True

    def leave_out(self, name, shapes, how, reason):
        print(f"{self.family}: {name} is left out at {', '.join(shapes)}: {how}: {reason}", file=sys.stderr)
        self.records.add("left_out", family=self.family, engine=name, shapes=shapes, how=how, reason=reason)
        for shape in shapes:
            self.left_out[shape].append((name, how))

    def measure(self):
        """{shape: {engine: the seconds of a pass in each round}}"""
        times = {shape: {} for shape in self.shapes}
        for round_number in range(self.options.rounds):
            for contestant in rotated([each for each in self.contestants if self.taken.get(each.name)], round_number):
                time.sleep(PAUSE)
                for shape, figure in contestant.turn(self.taken[contestant.name], self.options.seconds).items():
                    times[shape].setdefault(contestant.name, []).append(figure["seconds"])
                    self.records.add("families", family=self.family, engine=contestant.name, threads=self.options.threads,
                                     shape=shape, round=round_number, **figure)
            print(f"{self.family}: round {round_number + 1} of {self.options.rounds}", file=sys.stderr)
        return times

    def stop(self):
        for contestant in self.contestants:
            contestant.stop()


def maker_of(name):
    """PyTorch is measured with each of its attentions and ONNX Runtime with either graph, and one of two is enough."""
    return name.split()[0]


def row_of(family, shape, left_out, times):
    """A row of the table: who could not be measured, and who was the fastest."""
    measured = {maker_of(name) for name in times}
    missing = {maker_of(name): f"{name}: {how}" for name, how in reversed(left_out) if maker_of(name) not in measured}
    theirs = {name: median(seconds) for name, seconds in times.items() if name != "Attendant"}
    best = min(theirs, key=theirs.get, default=None)
    row = [family, shape, ", ".join(missing.values()), best or "", number(1e3 * theirs[best]) if best else ""]
    if "Attendant" not in times:
        return row + ["", ""]
    ratio = f"{median_ratio(times[best], times['Attendant']):.2f}" if best else ""
    return row + [number(1e3 * median(times["Attendant"])), ratio]


def rows_of(family, options, records):
    folder = family_models.folder_of(family, options.layers)
    apart(family_models.make, family, options.layers)
    turns = Turns(family, options, records)
    try:
        turns.prepare(folder)
        times = turns.measure()
    finally:
        turns.stop()
        if not options.keep:
            family_models.remove(family, options.layers)
    return [row_of(family, shape, turns.left_out[shape], times[shape]) for shape in turns.shapes]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", help="the release binary; without it only the peers run")
    parser.add_argument("--families", type=listed(tuple(FAMILIES)), default=",".join(FAMILIES))
    parser.add_argument("--peers", type=listed(tuple(family_peers.PEERS)), default=",".join(family_peers.PEERS))
    parser.add_argument("--shapes", type=listed(), default=",".join(SHAPES), help="each for the families that go that far")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3, help="of each turn at a shape")
    parser.add_argument("--layers", type=int, help="of the models, to try something out (default: as many as the family's base has)")
    parser.add_argument("--keep", action="store_true", help="keep the checkpoints and what was converted, about a gigabyte each")
    parser.add_argument("--json", default=FOLDER / "families.jsonl",
                        help="where every round is written to, and beside it the table (default: %(default)s)")
    options = parser.parse_args()
    records, description, rows = Records(options.json), machine.described(), []
    records.add("machine", **description)
    machine.print_machine(description)
    for family in options.families:
        try:
            rows += rows_of(family, options, records)
        except RuntimeError as error:
            print(f"{family} is left out: {error}", file=sys.stderr)
        Path(options.json).with_suffix(".md").write_text(table(COLUMNS, rows, texts=4) + "\n")
    print_table(f"{options.threads} threads, f32, medians of {options.rounds} rounds of {options.seconds} s", COLUMNS, rows, texts=4)


if __name__ == "__main__":
    main()
