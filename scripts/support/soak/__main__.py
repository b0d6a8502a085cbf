"""Mixed load for some minutes: does the server stay whole, stay as small as it was, and answer every good request right?

A thousand connections stay and ask now and then, plain and over TLS; five hundred a second come for one request; h2load asks
over HTTP/2. Beside them clients read and write slowly, close halves, reset in mid-body, send garbage, and ask to renegotiate
TLS. Only loopback is used.
"""
import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import certificates
import http2
from attendant_process import AttendantProcess
from clients import KINDS, Clients
from http1 import Connection, Endpoint
from questions import asked_once
from samples import Sample, descriptors, growths
from tally import Tally, percentile

SAMPLE_PAUSE, COLLECT_PAUSE = 5, 0.2  # seconds
GOOD_KINDS = ["keep-alive", "keep-alive over TLS", "one request", "one request over TLS"]  # whose p99 is printed over time
WARM_UP = 60  # seconds; a fifth of a shorter run
IDLE_PATIENCE, IDLE_SLACK = 120, 16  # seconds until the server has let go of all connections, and descriptors it may keep
LEAST_CHURN = 0.9  # of the rate that was asked for, below which the run was none


async def ask(endpoint):
    connection = await Connection.open(endpoint, limit=2**24)
    try:
        return await asked_once(connection)
    finally:
        connection.close()


def watch(server, clients, tally, seconds):
    """Prints a line every few seconds, until the time is over or the server; the samples."""
    print(f"{'seconds':>8}{'descriptors':>13}{'resident MB':>13}{'threads':>9}{'right/s':>9}{'wrong':>7}{'p99 ms':>9}", flush=True)
    samples, start, last = [], time.monotonic(), time.monotonic()
    recent = Tally()
    while server.is_running and (now := time.monotonic()) - start < seconds:
        time.sleep(COLLECT_PAUSE)
        for client in clients:
            client.collect(recent)
        if now - last < SAMPLE_PAUSE or not server.is_running:
            continue
        tally.add(recent)
        sample = Sample.of(server.pid, now - start)
        samples.append(sample)
        latencies = [value for kind in GOOD_KINDS for value in recent.latencies[kind]] or [0]
        print(f"{sample.seconds:8.0f}{sample.descriptors:13}{sample.resident_bytes / 1e6:13.1f}{sample.threads:9}"
              f"{sum(recent.right.values()) / (now - last):9.0f}{sum(tally.wrong.values()):7}{1000 * percentile(latencies, 0.99):9.1f}", flush=True)
        last, recent = now, Tally()
    tally.add(recent)
    return samples


def settled_descriptors(server, before):
    """How many are open once the connections are gone, or still after waiting for long."""
    stop = time.monotonic() + IDLE_PATIENCE
    while (count := descriptors(server.pid)) > before + IDLE_SLACK and time.monotonic() < stop:
        time.sleep(1)
    return count


def print_clients(tally):
    print(f"\n{'well-formed requests':<26}{'right':>10}{'wrong':>8}{'p50 ms':>9}{'p99 ms':>9}{'most ms':>9}")
    for kind in sorted(tally.right.keys() | tally.wrong.keys()):
        values = tally.latencies[kind] or [0]
        print(f"{kind:<26}{tally.right[kind]:>10}{tally.wrong[kind]:>8}{1000 * statistics.median(values):9.1f}"
              f"{1000 * percentile(values, 0.99):9.1f}{1000 * max(values):9.1f}")
    good = [value for kind in [*GOOD_KINDS, *http2.NAMES] for value in tally.latencies[kind]] or [0]
    print(f"\np99 of the well-behaved: {1000 * percentile(good, 0.99):.1f} ms\n")
    print("\n".join(f"{count:8} {what}" for what, count in sorted(tally.done.items())))
    for kind, examples in sorted(tally.examples.items()):
        for example in examples:
            print(f"wrong: {kind}: {example}")


def verdicts(options, tally, samples, before, after, status, errors):
    """[(whether it holds, what)]"""
    warm_up = min(WARM_UP, options.seconds / 5)
    settled = [sample for sample in samples if sample.seconds >= warm_up]
    yield status == 0, f"the server ran to the end and drained (exit status {status})"
    yield not errors, f"it wrote no error{': ' + errors[-1000:] if errors else ''}"
    if not settled:
        yield False, "there were samples after the warm-up"
        return
    files, memory = growths(settled)
    yield files.is_none, f"descriptors after {warm_up:.0f} s: {files.first:.0f}, at the end {files.last:.0f} (at most {files.allowed:.0f} more)"
    yield memory.is_none, (f"resident memory after {warm_up:.0f} s: {memory.first / 1e6:.1f} MB, at the end {memory.last / 1e6:.1f} MB "
                           f"(at most {memory.allowed / 1e6:.1f} more)")
    yield after <= before + IDLE_SLACK, f"descriptors before the load {before}, after it {after}"
    churned = sum(tally.right[kind] + tally.wrong[kind] for kind in ("one request", "one request over TLS")) / options.seconds
    yield churned >= LEAST_CHURN * options.churn, f"new connections for one request: {churned:.0f} a second (of {options.churn})"
    yield not sum(tally.wrong.values()), f"{sum(tally.right.values())} well-formed requests answered right, {sum(tally.wrong.values())} not"


def main():
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--connections", type=int, default=1000, help="that stay")
    parser.add_argument("--churn", type=int, default=500, help="new connections a second")
    parser.add_argument("--without", action="append", default=[], choices=["tls", "http2", *KINDS],
                        help="leaves out a part, to find the one that does it; repeatable")
    options = parser.parse_args()
    if "churning" in options.without:
        options.churn = 0
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        certificate = certificates.make(folder, "soak")
        listen, extra = ["http://127.0.0.1:0"], []
        if "tls" not in options.without:
            listen, extra = listen + ["https://127.0.0.1:0"], certificate.options
        with AttendantProcess(options.attendant, listen, *extra) as server:
            plain, secure, *_ = [Endpoint.at(address, certificate.certificate) for address in server.addresses] + [None]
            questions = asyncio.run(ask(plain))
            before = descriptors(server.pid)
            clients = [Clients(kind, plain, secure, questions, options) for kind in KINDS if kind not in options.without]
            loads = [] if "http2" in options.without else [http2.Load(address, options.seconds, Path(folder)) for address in server.addresses]
            try:
                samples = watch(server, clients, tally, options.seconds)
                # Without a server, they would go on to the end of their time and count nothing but failures.
                for part in clients + loads if server.is_running else ():
                    part.finish(tally)
            finally:
                for part in clients + loads:
                    part.stop()
            after = settled_descriptors(server, before) if server.is_running else 0
            if server.is_running:
                server.terminate()
            status, errors = server.wait(), server.errors
    print_clients(tally)
    print()
    held = []
    for holds, what in verdicts(options, tally, samples, before, after, status, errors):
        held.append(holds)
        print(f"{'passed' if holds else 'FAILED'}  {what}")
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
