"""What HTTP itself costs: a route that computes nothing, under load over keep-alive; prints Markdown tables.

`/livez` of Attendant is measured against Hummingbird with an equal route over HTTP/1.1 (wrk), against nghttpd with a file of
equal content over HTTP/2 by prior knowledge (h2load, with one request and with several at a time on each connection), and
against itself over TLS, there also with requests that classify a short text. All servers are started side by side, and one at a time is under load: the servers take turns, in
another order each round. Values are medians over the rounds, ratios the medians of the rounds' ratios. The load shares the
processors with the servers, log lines for requests are off, only loopback is used, and it stops by itself.
"""
import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

import keep_alive
import machine
import syscalls
from models import SENTIMENT
from results import FOLDER, Records, median, number, print_table, verdict
from servers import free_port

sys.path.append(str(Path(__file__).resolve().parent.parent / "scripts" / "support" / "python"))
import certificates  # noqa: E402

BODY = '{"status":"ok"}'
PATIENCE = 30  # seconds
CLASSIFY = '{"inputs": "What a wonderful film!"}'
CLASSIFYING = "HTTP/1.1, /v1/classify"
# The protocol names what a cell is compared within; `streams` is for HTTP/2 alone, `body` for POST.
Cell = namedtuple("Cell", "protocol server url streams body pid")
# What is compared, with whom, and the least ratio.
TARGETS = [("HTTP/1.1", "Attendant", "Hummingbird", 1.3), ("HTTP/1.1", "Attendant over TLS", "Attendant", 0.85),
           (CLASSIFYING, "Attendant over TLS", "Attendant", 0.85),
           ("HTTP/2, {} at a time", "Attendant", "nghttpd", 1.0)]


def fetched(url, is_http2):
    """The body that curl gets; None where the server does not speak this."""
    command = ["curl", "--silent", "--fail", "--insecure", "--max-time", "5", "--http2-prior-knowledge" if is_http2 else "--http1.1", url]
    answer = subprocess.run(command, capture_output=True, text=True)
    return answer.stdout if answer.returncode == 0 else None


@contextlib.contextmanager
def started(command, url, is_http2=False):
    """A server until the block ends; its process, once it answers with the body that all of them answer with."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, cwd=folder)
        try:
            stop = time.monotonic() + PATIENCE
            while (body := fetched(url, is_http2)) != BODY:
                if process.poll() is not None or time.monotonic() > stop:
                    sys.exit(f"{command[0]} did not start, or answers something else: {body}")
                time.sleep(0.05)
            yield process
        finally:
            process.terminate()
            process.wait()


def attendant_command(binary, folder, port, secure_port):
    certificate = certificates.make(folder, "overhead")
    return [binary, "serve", "--model", f"sentiment={SENTIMENT}", "--workers", "2", "--log-level", "warning",
            "--listen", f"http://127.0.0.1:{port}", "--listen", f"https://127.0.0.1:{secure_port}", *certificate.options]


def cells(options, stack):
    """Starts the servers and says what to measure."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    (folder / "files").mkdir()
    (folder / "files" / "livez").write_text(BODY)
    ports = {name: free_port() for name in ("hummingbird", "attendant", "secure", "nghttpd")}
    urls = {name: f"http{'s' if name == 'secure' else ''}://127.0.0.1:{port}/livez" for name, port in ports.items()}

    hummingbird = stack.enter_context(started([options.hummingbird, ports["hummingbird"]], urls["hummingbird"]))
    ours = stack.enter_context(started(attendant_command(options.attendant, folder, ports["attendant"], ports["secure"]), urls["attendant"]))
    found = [Cell("HTTP/1.1", "Hummingbird", urls["hummingbird"], None, None, hummingbird.pid)]
    for server, name in (("Attendant", "attendant"), ("Attendant over TLS", "secure")):
        found.append(Cell("HTTP/1.1", server, urls[name], None, None, ours.pid))
        found.append(Cell(CLASSIFYING, server, urls[name].replace("/livez", "/v1/classify"), None, CLASSIFY, ours.pid))

    command = ["nghttpd", "--no-tls", "--workers", "2", "--address", "127.0.0.1", "--htdocs", folder / "files", ports["nghttpd"]]
    nghttpd = stack.enter_context(started(command, urls["nghttpd"], is_http2=True))
    for streams in options.streams:
        protocol = f"HTTP/2, {streams} at a time"
        found.append(Cell(protocol, "nghttpd", urls["nghttpd"], streams, None, nghttpd.pid))
        found.append(Cell(protocol, "Attendant", urls["attendant"], streams, None, ours.pid))
    return found


def load(cell, options, seconds):
    if cell.streams:
        return keep_alive.h2load(cell.url, options.connections, seconds, cell.streams)
    return keep_alive.wrk(cell.url, options.connections, seconds, cell.body)


def measure(found, options, records):
    """{cell: its results, one for each round}"""
    figures = {cell: [] for cell in found}
    for cell in found:
        load(cell, options, 1)
    for round_number in range(options.rounds):
        first = round_number % len(found)
        for cell in found[first:] + found[:first]:
            is_idle = machine.wait_until_idle(options.idle)
            result = load(cell, options, options.seconds) | {"idle": is_idle}
            figures[cell].append(result)
            records.add("overhead", protocol=cell.protocol, server=cell.server, connections=options.connections, round=round_number, **result)
        print(f"round {round_number + 1} of {options.rounds}: done", file=sys.stderr)
    return figures


def count_calls(found, options, records):
    """{cell: system calls for each request}, in a run that does not count otherwise."""
    name = syscalls.counter()
    if name is None:
        print("neither perf nor strace may count system calls here", file=sys.stderr)
        return {}
    calls = {}
    for cell in found:
        with syscalls.counted(name, cell.pid) as count:
            result = load(cell, options, 2)
        requests = 2 * result["requests_per_second"]
        if count.calls and requests:
            calls[cell] = count.calls / requests
            records.add("syscalls", protocol=cell.protocol, server=cell.server, counter=name, per_request=calls[cell])
    return calls


def rates(figures, protocol, server):
    return next((([result["requests_per_second"] for result in results]) for cell, results in figures.items()
                 if (cell.protocol, cell.server) == (protocol, server)), None)


def print_figures(figures, calls):
    rows = []
    for cell, results in figures.items():
        speeds = [result["requests_per_second"] for result in results]
        rows.append([cell.protocol, cell.server, number(median(speeds)), number(min(speeds)), number(max(speeds)),
                     sum(result["errors"] for result in results), f"{calls[cell]:.2f}" if cell in calls else ""])
    print_table("Requests a second, to `/livez` where nothing else is said", ["protocol", "server", "median", "lowest", "highest", "errors", "system calls/request"],
                rows, texts=2)


def print_targets(figures, options):
    rows = []
    for protocol, ours, theirs, least in TARGETS:
        for name in dict.fromkeys(protocol.format(streams) for streams in options.streams):
            measured = rates(figures, name, ours), rates(figures, name, theirs)
            if None in measured:
                continue
            ratios = [our / their if their else float("inf") for our, their in zip(*measured, strict=True)]
            rows.append([name, f"{ours} / {theirs}", f"{median(ratios):.2f}", f"{min(ratios):.2f}", f"{max(ratios):.2f}", f"≥ {least}",
                         verdict(median(ratios) >= least)])
    print_table("Ratios against their targets", ["protocol", "ratio", "median", "lowest", "highest", "wanted", "verdict"], rows, texts=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", required=True, help="the release binary")
    parser.add_argument("--hummingbird", required=True, help="the binary of benchmarks/hummingbird-livez")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--streams", type=lambda text: [int(part) for part in text.split(",")], default="1,10",
                        help="requests at a time on each connection of HTTP/2 (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=4, help="of each run")
    parser.add_argument("--idle", type=float, default=20, help="seconds to wait at most until the machine is idle")
    parser.add_argument("--json", default=FOLDER / "overhead.jsonl", help="where every round is written to (default: %(default)s)")
    options = parser.parse_args()
    records, description = Records(options.json), machine.described()
    records.add("machine", **description)
    machine.print_machine(description)
    print(f"{options.connections} connections, medians of {options.rounds} rounds of {options.seconds} s")
    with contextlib.ExitStack() as stack:
        found = cells(options, stack)
        figures = measure(found, options, records)
        calls = count_calls(found, options, records)
    print_figures(figures, calls)
    busy = [result for results in figures.values() for result in results if not result["idle"]]
    if busy:
        print(f"{len(busy)} runs began while the machine was busy with something else: these figures are worth little.")
    print_targets(figures, options)


if __name__ == "__main__":
    main()
