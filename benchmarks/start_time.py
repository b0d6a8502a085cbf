"""How long Attendant takes from its start to its first answer, with the bundled model and a warm page cache.

    python3 benchmarks/start_time.py .build/release/attendant [--runs 9]
"""
import argparse
import json
import re
import statistics
import subprocess
import time
import urllib.request
from pathlib import Path

MODEL = Path(__file__).resolve().parent.parent / "config" / "models" / "sentiment"


def run(binary):
    """(seconds to the line that says where it listens, seconds to the first classification, resident MiB)"""
    start = time.monotonic()
    server = subprocess.Popen([binary, "serve", "--port", "0", "--model", f"sentiment={MODEL}", "--log-level", "warning"],
                              stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://\S+", server.stdout.readline()).group()
        listens = time.monotonic() - start
        request = urllib.request.Request(f"{address}/v1/classify", json.dumps({"inputs": "fine"}).encode(),
                                         {"Content-Type": "application/json"})
        urllib.request.urlopen(request).read()
        answers = time.monotonic() - start
        status = Path(f"/proc/{server.pid}/status").read_text()
        return listens, answers, int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    run(options.binary)
    listens, answers, resident = (statistics.median(values) for values in zip(*(run(options.binary) for _ in range(options.runs))))
    print(f"listens after {listens:.3f} s, has answered after {answers:.3f} s, then holds {resident:.0f} MiB "
          f"(medians of {options.runs})")


main()
