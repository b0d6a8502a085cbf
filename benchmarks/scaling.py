"""How the time of a pass grows with the batch and with the length, in a process; prints Markdown tables.

The curve against the number of connections is among what over_http.py measures.
"""
import machine
from engines import arguments, measure, without_bench
from models import NAMES
from results import Records, median, number, print_table

CURVES = {
    "batch": ("sequences of 32 tokens", [f"{count}x32" for count in (1, 2, 4, 8, 16, 32, 64)]),
    "length": ("tokens of one sequence", [f"1x{tokens}" for tokens in (16, 32, 64, 128, 256, 512)]),
}


def steps(curve, shape):
    """Where a shape lies on a curve."""
    count, tokens = map(int, shape.split("x"))
    return count if curve == "batch" else tokens


def main():
    options = arguments(__doc__, "scaling.jsonl", rounds=3, seconds=0.2, models="minilm").parse_args()
    without_bench(options)
    records, description = Records(options.json), machine.described()
    records.add("machine", **description)
    machine.print_machine(description)
    print(f"{options.threads} threads, medians of {options.rounds} rounds of {options.seconds} s")
    options.shapes = list(dict.fromkeys(shape for _, shapes in CURVES.values() for shape in shapes))
    for model in options.models:
        times = {}
        for dtype in options.dtypes:
            for shape, engines in measure(model, dtype, options, records).items():
                for engine, figures in engines.items():
                    times[f"{engine} {dtype}", shape] = 1e3 * median(figure["seconds"] for figure in figures)
        names = sorted({name for name, _ in times}, key=lambda name: (not name.startswith("Attendant"), name))
        for curve, (label, shapes) in CURVES.items():
            rows = [[steps(curve, shape)] + [number(times[name, shape]) for name in names] for shape in shapes]
            print_table(f"{NAMES.get(model, model)}: milliseconds of a pass", [label, *names], rows)


if __name__ == "__main__":
    main()
