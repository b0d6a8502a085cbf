"""How long Attendant takes until it is ready, and what it holds then and after some requests; prints a Markdown table.

The page cache is warm: a start that does not count comes first. A megabyte is a million bytes.
"""
import argparse
import sys
import urllib.error

import attendant
import machine
from engines import listed
from models import NAMES, folder_of
from results import FOLDER, Records, median, print_table, verdict
from servers import attendant_command, post, running
from texts import ragged_texts

TARGETS = {("minilm", "f32"): (160e6, 0.3), ("bert-base", "f32"): (520e6, 1.0)}  # bytes after the requests, seconds
REQUESTS = 8


def some_requests(address):
    """Sends texts to the first task that the model can do."""
    texts = ragged_texts(REQUESTS, seed=3)
    for path, field in (("embeddings", "input"), ("classify", "inputs"), ("attention", "inputs")):
        try:
            for text in texts:
                post(f"{address}/v1/{path}", {field: text})
            return
        except urllib.error.HTTPError as error:
            if error.code not in (404, 405, 422):
                raise
    sys.exit("the model answers none of the tasks that were tried")


def start(binary, folder, dtype, threads):
    """What one start shows."""
    # It is asked often whether it is ready: every millisecond would be a share of the processors, every ten an error.
    with running(attendant_command(binary, "measured", folder, threads, dtype), pause=0.004) as server:
        loaded, mapped, _ = machine.resident_bytes(server.process.pid)
        some_requests(server.address)
        used, _, most = machine.resident_bytes(server.process.pid)
    return {"seconds_to_ready": server.seconds_to_ready, "loaded_bytes": loaded, "mapped_bytes": mapped, "used_bytes": used,
            "most_bytes": most}


def row_of(model, dtype, runs):
    values = {key: median(run[key] for run in runs) for key in runs[0]}
    row = [NAMES.get(model, model), dtype, f"{values['seconds_to_ready']:.2f}"]
    row += [f"{values[key] / 1e6:.0f}" for key in ("loaded_bytes", "mapped_bytes", "used_bytes", "most_bytes")]
    if (model, dtype) not in TARGETS:
        return row + [""]
    most, slowest = TARGETS[model, dtype]
    is_met = values["used_bytes"] <= most and values["seconds_to_ready"] <= slowest
    return row + [f"≤ {most / 1e6:.0f} MB, ≤ {slowest} s: {verdict(is_met)}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", required=True, help="the release binary")
    parser.add_argument("--models", type=listed(), default="minilm,bert-base", help="names or folders")
    parser.add_argument("--dtypes", type=listed(attendant.DTYPES), default="f32,bf16,int8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--idle", type=float, default=20, help="seconds to wait at most until the machine is idle")
    parser.add_argument("--json", default=FOLDER / "memory.jsonl", help="where every round is written to (default: %(default)s)")
    options = parser.parse_args()
    records, description = Records(options.json), machine.described()
    records.add("machine", **description)
    machine.print_machine(description)
    rows = []
    for model in options.models:
        for dtype in options.dtypes:
            if dtype not in attendant.served_dtypes(options.attendant):
                print(f"this Attendant cannot serve in {dtype}", file=sys.stderr)
                continue
            runs = []
            for round_number in range(-1, options.rounds):
                machine.wait_until_idle(options.idle)
                run = start(options.attendant, folder_of(model), dtype, options.threads)
                if round_number >= 0:
                    runs.append(run)
                    records.add("memory", model=model, dtype=dtype, threads=options.threads, round=round_number, **run)
            rows.append(row_of(model, dtype, runs))
    print_table(f"Start and memory, medians of {options.rounds}; after {REQUESTS} requests",
                ["model", "dtype", "ready after s", "MB when ready", "of which mapped", "MB after requests", "most MB", "target"],
                rows, texts=2)


if __name__ == "__main__":
    main()
