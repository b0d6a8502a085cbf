"""Attendant and its peers under the same HTTP load, in turns within one run; prints a Markdown table.

    python benchmarks/classify_load.py --attendant .build/release/attendant [--connections 1,64] [--rounds 5] [--seconds 6]

Run by scripts/bench, which builds and sets up everything. The load is wrk's, closed-loop over keep-alive: texts of 8 to
16 tokens (12 on average) to /v1/classify of the bundled model. Every server has two threads for the model and runs alone:
the others idle, and a turn begins when the machine does. Each round is begun by another server; a value is the median
over the rounds, and a ratio is to the first peer in the same run. Only loopback is used, and it stops by itself.
"""
import argparse
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent / "config" / "models" / "sentiment"
PATTERN = [
    "the a this that every another some".split(),
    "old new small large early green quiet heavy strong bright simple".split(),
    "man woman child house river city garden school market window story bridge teacher song ship dog forest".split(),
    "saw found left followed wanted built carried crossed remembered watched painted bought".split(),
    "the a my their our".split(),
    "paper museum island winter machine road horse village king letter".split(),
    "near under behind above without before after".split(),
]
SCRIPT = """
local bodies, last = {}, 0
function init(arguments)
  for body in io.lines(arguments[1]) do
    bodies[#bodies + 1] = wrk.format("POST", nil, {["Content-Type"] = "application/json"}, body)
  end
end
function request()
  last = last % #bodies + 1
  return bodies[last]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %f %f %f %d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def write_bodies(path, count=512):
    """Texts of common words, a token each: with [CLS], [SEP] and the full stop 8 to 16 tokens."""
    rng = random.Random(7)
    with open(path, "w") as out:
        for _ in range(count):
            words = itertools.islice(itertools.cycle(PATTERN), rng.randint(5, 13))
            out.write(json.dumps({"inputs": " ".join(rng.choice(part) for part in words) + "."}) + "\n")


def wait_for(port, process, seconds=180):
    stop = time.monotonic() + seconds
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1).read()
        except OSError:
            if process.poll() is not None or time.monotonic() > stop:
                sys.exit(f"the server on port {port} did not start")
            time.sleep(0.2)


def wait_until_idle(seconds=60):
    def ticks():
        numbers = [int(number) for number in open("/proc/stat").readline().split()[1:9]]
        return sum(numbers), numbers[3] + numbers[4]

    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        before = ticks()
        time.sleep(0.3)
        total, idle = (now - then for now, then in zip(ticks(), before))
        if idle > 0.9 * total:
            return
    print("the machine is busy with something else: these figures are worth little", file=sys.stderr)


def load(port, bodies, script, connections, seconds):
    """(requests a second, p50 ms, p99 ms); stops everything if an answer was an error."""
    wait_until_idle()
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script),
               f"http://127.0.0.1:{port}/v1/classify", "--", str(bodies)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, p50, p99, errors = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+)", output).groups()
    if errors != "0":
        sys.exit(f"{errors} errors from port {port}: such figures mean nothing")
    return float(rate), float(p50), float(p99)


def processor():
    names = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return f"{names[0] if names else 'unknown'}, {os.cpu_count()} processors"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", required=True, help="the release binary")
    parser.add_argument("--connections", default="1,64")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--first-port", type=int, default=18080)
    options = parser.parse_args()
    peer = [sys.executable, str(HERE / "fastapi_onnx.py"), str(MODEL)]
    commands = {
        "FastAPI + ONNX Runtime": lambda port: peer + [str(port)],
        "the same, joining requests": lambda port: peer + [str(port), "--join", "32"],
        "Attendant": lambda port: [options.attendant, "serve", "--port", str(port), "--model", f"sentiment={MODEL}",
                                   "--workers", "2", "--log-level", "warning"],
    }
    ports = {name: options.first_port + index for index, name in enumerate(commands)}
    servers = []
    try:
        for name, command in commands.items():
            servers.append(subprocess.Popen(command(ports[name]), stdout=subprocess.DEVNULL))
            wait_for(ports[name], servers[-1])
        print(f"{processor()}; {options.rounds} rounds of {options.seconds} s, medians\n")
        print("| connections | server | requests/s | p50 ms | p99 ms | ratio |\n|---|---|---|---|---|---|")
        with tempfile.TemporaryDirectory() as folder:
            bodies, script = Path(folder) / "bodies.jsonl", Path(folder) / "load.lua"
            write_bodies(bodies)
            script.write_text(SCRIPT)
            for connections in map(int, options.connections.split(",")):
                results = {name: [] for name in commands}
                for name in commands:
                    load(ports[name], bodies, script, connections, 2)
                for number in range(options.rounds):
                    names = list(commands)
                    for name in names[number % len(names):] + names[: number % len(names)]:
                        results[name].append(load(ports[name], bodies, script, connections, options.seconds))
                base = None
                for name in commands:
                    rate, p50, p99 = (statistics.median(values) for values in zip(*results[name]))
                    base = base or rate
                    print(f"| {connections} | {name} | {rate:.0f} | {p50:.1f} | {p99:.1f} | {rate / base:.2f} |", flush=True)
    finally:
        for server in servers:
            server.terminate()


main()
