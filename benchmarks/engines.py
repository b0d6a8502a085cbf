"""Attendant and its peers in a process, without HTTP, on the same weights and the same work; prints Markdown tables.

For each model and dtype the contestants take turns, a different one first in each round; a turn goes through all shapes.
Values are medians over the rounds, ratios the medians of the rounds' ratios. The second kind of table says which of the
targets are met.
"""
import argparse
import sys
import time

import machine
from attendant import DTYPES, can_bench
from contestants import Attendant, Peer
from models import NAMES, folder_of
from peers import PEERS
from results import FOLDER, Records, median, number, print_table
from shapes import STANDARD, lengths
from targets import judged

PAUSE = 0.3  # seconds between turns; some engines' threads go on spinning that long


def contestants(folder, dtype, options):
    """Those of the wanted ones that can compute this dtype of this model; says who is left out, and why."""
    makers = [(name, lambda name=name: Peer(name, folder, options.threads, dtype))
              for name in options.peers if dtype in PEERS[name].dtypes]
    if options.attendant:
        makers.append(("Attendant", lambda: Attendant(options.attendant, folder, options.threads, dtype)))
    ready = []
    for name, make in makers:
        try:
            contestant = make()
            contestant.turn(options.shapes, 0)
            ready.append(contestant)
        except RuntimeError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    return ready


def rotated(items, by):
    by %= max(1, len(items))
    return items[by:] + items[:by]


def measure(model, dtype, options, records):
    """{shape: {engine: its figures, one for each round}}"""
    figures = {shape: {} for shape in options.shapes}
    ready = contestants(folder_of(model), dtype, options)
    try:
        for round_number in range(options.rounds):
            for contestant in rotated(ready, round_number):
                time.sleep(PAUSE)
                for shape, figure in contestant.turn(options.shapes, options.seconds).items():
                    figure["sequences_per_second"] = len(lengths(shape)) / figure["seconds"]
                    figures[shape].setdefault(contestant.name, []).append(figure)
                    records.add("engines", model=model, dtype=dtype, engine=contestant.name, precision=contestant.precision,
                                threads=options.threads, shape=shape, sequences=len(lengths(shape)),
                                tokens=sum(lengths(shape)), round=round_number, **figure)
            print(f"{model} {dtype}: round {round_number + 1} of {options.rounds}", file=sys.stderr)
    finally:
        for contestant in ready:
            contestant.stop()
    return figures


def speeds(figures):
    return {engine: [figure["sequences_per_second"] for figure in rounds] for engine, rounds in figures.items()}


def print_speeds(model, dtype, figures):
    engines = [name for name in ("Attendant", *PEERS) if any(name in of_shape for of_shape in figures.values())]
    rows = []
    for shape, of_shape in figures.items():
        values = {engine: number(median(rates)) for engine, rates in speeds(of_shape).items()}
        rows.append([shape] + [values.get(engine, "") for engine in engines])
    print_table(f"{NAMES.get(model, model)}, {dtype}: sequences a second", ["shape", *engines], rows)


def print_verdicts(model, by_dtype):
    """Prints the targets' table of a model and returns the cells' verdicts."""
    rows, verdicts = [], []
    for shape in next(iter(by_dtype.values())):
        row = [shape]
        for dtype, figures in by_dtype.items():
            shares = [figure["gflops"] / figure["peak_gflops"] for figure in figures[shape].get("Attendant", [])
                      if figure.get("peak_gflops")]
            text, is_met = judged(dtype, shape, speeds(figures[shape]), shares)
            row.append(text)
            verdicts.append(is_met)
        rows.append(row)
    verdicts = [is_met for is_met in verdicts if is_met is not None]
    if verdicts:
        print_table(f"{NAMES.get(model, model)}: Attendant against its targets", ["shape", *by_dtype], rows, len(rows[0]))
    return verdicts


def listed(choices=None):
    """A parser of comma-separated values, of these choices if they are given."""
    def parse(text):
        values = [value for value in text.split(",") if value]
        for value in values:
            if choices and value not in choices:
                raise argparse.ArgumentTypeError(f"{value}: choose from {', '.join(choices)}")
        return values
    return parse


def arguments(description, file, rounds=5, seconds=0.3, models="minilm,bert-base"):
    """The options that every measurement in a process has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", help="the release binary; without it only the peers run")
    parser.add_argument("--models", type=listed(), default=models, help="names (minilm, bert-base, sentiment) or folders")
    parser.add_argument("--dtypes", type=listed(DTYPES), default=",".join(DTYPES))
    parser.add_argument("--peers", type=listed(tuple(PEERS)), default=",".join(PEERS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seconds", type=float, default=seconds, help="of each turn at a shape")
    parser.add_argument("--json", default=FOLDER / file, help="where every round is written to (default: %(default)s)")
    return parser


def without_bench(options):
    """Leaves Attendant out where its binary has no bench command."""
    if options.attendant and not can_bench(options.attendant):
        print("this Attendant has no bench command: only the peers are measured", file=sys.stderr)
        options.attendant = None


def main():
    parser = arguments(__doc__, "engines.jsonl")
    parser.add_argument("--shapes", type=listed(), default=",".join(STANDARD), help="such as 1x16,8x128,ragged,12+24+30")
    options = parser.parse_args()
    without_bench(options)
    records, description, verdicts = Records(options.json), machine.described(), []
    records.add("machine", **description)
    machine.print_machine(description)
    print(f"{options.threads} threads, medians of {options.rounds} rounds of {options.seconds} s")
    for model in options.models:
        by_dtype = {}
        for dtype in options.dtypes:
            by_dtype[dtype] = measure(model, dtype, options, records)
            print_speeds(model, dtype, by_dtype[dtype])
        verdicts += print_verdicts(model, by_dtype)
    if verdicts:
        print(f"{sum(verdicts)} of {len(verdicts)} cells are met.")


if __name__ == "__main__":
    main()
