"""Attendant and its peers under the same HTTP load, in turns within one run; prints Markdown tables.

The load is wrk's, closed-loop over keep-alive, to /v1/classify of the bundled model. Kinds of request: `short`, a text of
12 tokens; `ragged`, a text of 4 to 256 tokens; `batch32`, 32 ragged texts. The peer is FastAPI with ONNX Runtime, once
computing each request by itself, once joining those that wait; the better of the two in a cell counts. Every server has
the same threads for the model, and runs alone: the others idle, and a turn begins when the machine does. Values are
medians over the rounds, ratios the medians of the rounds' ratios. Only loopback is used, and it stops by itself.
"""
import argparse
import contextlib
import sys
import tempfile

import attendant
import http_targets
import machine
import wrk
from contestants import Attendant
from engines import listed, rotated
from models import SENTIMENT
from results import FOLDER, Records, median, median_ratio, number, print_table
from servers import attendant_command, peer_command, post, running

# Where two servers round differently. A wrong answer is another label, or a score that is nowhere near.
TOLERANCE = {"f32": 0.002, "bf16": 0.03, "int8": 0.15}


def commands(options):
    """{name: (command of its port, dtype)} of the servers to measure."""
    servers = {}
    for dtype in options.peer_dtypes:
        suffix = "" if dtype == "f32" else f" {dtype}"
        servers[f"FastAPI + ONNX Runtime{suffix}"] = peer_command(SENTIMENT, options.threads, dtype), dtype
        servers[f"the same{suffix}, joining requests"] = peer_command(SENTIMENT, options.threads, dtype, join=32), dtype
    if options.attendant:
        able = attendant.served_dtypes(options.attendant)
        for dtype in options.dtypes:
            if dtype in able:
                command = attendant_command(options.attendant, "sentiment", SENTIMENT, options.threads, dtype)
                servers[f"Attendant {dtype}"] = command, dtype
            else:
                print(f"this Attendant cannot serve in {dtype}", file=sys.stderr)
    return servers


def scores(url, request):
    """[{label: score}] for each text of a request."""
    return [{item["label"]: item["score"] for item in row} for row in post(url, request)["predictions"]]


def check_answers(urls, dtypes, load, count=8):
    """Compares the first answers of every kind with the first server's; stops everything if they differ."""
    reference, *others = urls
    for kind, requests in load.requests.items():
        for request in requests[:count]:
            expected = scores(urls[reference], request)
            for name in others:
                actual = scores(urls[name], request)
                if [row.keys() for row in actual] != [row.keys() for row in expected]:
                    sys.exit(f"{name} answers {kind} with other labels than {reference}")
                off = max(abs(a[label] - e[label]) for a, e in zip(actual, expected) for label in e)
                if off > TOLERANCE[dtypes[name]]:
                    sys.exit(f"{name} answers {kind} with scores that are off by {off:.3f}")


def cells(options):
    """(kind, connections) of everything that is measured."""
    connections = {"short": options.connections, "ragged": options.ragged_connections, "batch32": options.batch_connections}
    return [(kind, int(value)) for kind in options.kinds for value in connections[kind]]


def measure(urls, load, options, records):
    """{(kind, connections): {server: its results, one for each round}}"""
    figures = {}
    for kind, connections in cells(options):
        cell = figures[kind, connections] = {name: [] for name in urls}
        for name in urls:
            load.warm_up(urls[name], kind, connections)
        for round_number in range(options.rounds):
            for name in rotated(list(urls), round_number):
                result = load.run(urls[name], kind, connections, options.seconds)
                cell[name].append(result)
                records.add("http", server=name, requests=kind, connections=connections, round=round_number,
                            threads=options.threads, **result)
        print(f"{kind}, {connections} connections: done", file=sys.stderr)
    return figures


def engine_speeds(options, records):
    """{dtype: texts a second of Attendant's engine alone in each round}, on the batches that short requests are joined to."""
    if not options.attendant or not attendant.can_bench(options.attendant):
        print("this Attendant has no bench command: its engine alone is not measured", file=sys.stderr)
        return {}
    shape, figures = f"{32 * options.threads}x{wrk.SHORT_TOKENS}", {}
    for round_number in range(options.rounds):
        for dtype in options.dtypes:
            machine.wait_until_idle(options.idle)
            engine = Attendant(options.attendant, SENTIMENT, options.threads, dtype)
            try:
                figure = engine.turn([shape], 1)[shape]
            except RuntimeError as error:
                print(error, file=sys.stderr)
                continue
            rate = 32 * options.threads / figure["seconds"]
            figures.setdefault(dtype, []).append(rate)
            records.add("engine", dtype=dtype, shape=shape, round=round_number, texts_per_second=rate, **figure)
    return figures


def print_figures(figures):
    rows = []
    for (kind, connections), cell in figures.items():
        best = http_targets.better_peer(cell)
        for name, rounds in cell.items():
            values = {key: [result[key] for result in rounds] for key in rounds[0]}
            ratio = median_ratio(values["requests_per_second"], [result["requests_per_second"] for result in cell[best]])
            rows.append([kind, connections, name, number(median(values["requests_per_second"])),
                         number(median(values["texts_per_second"])), number(median(values["p50_ms"])),
                         number(median(values["p99_ms"])), sum(values["errors"]), f"{ratio:.2f}"])
    columns = ["requests", "connections", "server", "requests/s", "texts/s", "p50 ms", "p99 ms", "errors", "ratio"]
    print_table("Over HTTP; ratios are to the better f32 peer of a cell", columns, rows, texts=3)


def print_engine_shares(figures, engine):
    """What share of the engine's own speed comes through HTTP."""
    rows = []
    for (kind, connections), cell in figures.items():
        for dtype, alone in engine.items():
            rounds = cell.get(f"Attendant {dtype}")
            if kind == "short" and connections >= 64 and rounds:
                through = [result["texts_per_second"] for result in rounds]
                rows.append([dtype, connections, number(median(through)), number(median(alone)),
                             f"{median(through) / median(alone):.2f}"])
    if rows:
        print_table("Texts of 12 tokens a second, over HTTP and in the engine alone",
                    ["dtype", "connections", "over HTTP", "engine", "share"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", help="the release binary; without it only the peers run")
    parser.add_argument("--dtypes", type=listed(attendant.DTYPES), default="f32,bf16,int8", help="of Attendant")
    parser.add_argument("--peer-dtypes", type=listed(("f32", "int8")), default="f32")
    parser.add_argument("--kinds", type=listed(tuple(wrk.TEXTS_IN_REQUEST)), default="short,ragged,batch32")
    parser.add_argument("--connections", type=listed(), default="1,2,4,8,16,32,64,128,256", help="of short requests")
    parser.add_argument("--ragged-connections", type=listed(), default="64")
    parser.add_argument("--batch-connections", type=listed(), default="8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each run of wrk")
    parser.add_argument("--idle", type=float, default=20, help="seconds to wait at most until the machine is idle")
    parser.add_argument("--json", default=FOLDER / "http.jsonl", help="where every round is written to (default: %(default)s)")
    options = parser.parse_args()
    records, description = Records(options.json), machine.described()
    records.add("machine", **description)
    machine.print_machine(description)
    print(f"{options.threads} threads, medians of {options.rounds} rounds of {options.seconds} s")
    wanted = commands(options)
    with contextlib.ExitStack() as stack:
        load = wrk.Load(stack.enter_context(tempfile.TemporaryDirectory()), options.kinds, options.idle)
        urls = {name: f"{stack.enter_context(running(command)).address}/v1/classify" for name, (command, _) in wanted.items()}
        check_answers(urls, {name: dtype for name, (_, dtype) in wanted.items()}, load)
        figures = measure(urls, load, options, records)
    engine = engine_speeds(options, records)
    print_figures(figures)
    busy = [result for cell in figures.values() for rounds in cell.values() for result in rounds if not result["idle"]]
    if busy:
        print(f"{len(busy)} runs began while the machine was busy with something else: these figures are worth little.")
    print_engine_shares(figures, engine)
    rows = http_targets.judged(figures, engine)
    if rows:
        print_table("Attendant against its targets over HTTP", ["target", "measured", "wanted", "verdict"], rows, texts=4)


if __name__ == "__main__":
    main()
