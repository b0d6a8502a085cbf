"""A closed loop of HTTP requests by wrk: every connection sends its next request when the last is answered."""
import json
import math
import random
import re
import subprocess
from pathlib import Path

import machine
import texts

TEXTS_IN_REQUEST = {"short": 1, "ragged": 1, "batch32": 32}
SHORT_TOKENS = 12
LEAST_ANSWERS, MOST_SECONDS = 2, 40  # answers on each connection, for which a run is made longer, up to a point
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
  io.write(string.format("RESULT %d %f %f %f %d %d\\n", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, e.status, e.connect + e.read + e.write + e.timeout))
end
"""


def bodies(kind, count=512):
    """Requests of a kind. short: a text of 12 tokens; ragged: one of 4 to 256; batch32: 32 of those in each request."""
    rng = random.Random(7)
    if kind == "short":
        return [{"inputs": texts.text(rng, SHORT_TOKENS)} for _ in range(count)]
    if kind == "ragged":
        return [{"inputs": text} for text in texts.ragged_texts(count, seed=7)]
    every = texts.ragged_texts(32 * count, seed=7)
    return [{"inputs": every[start: start + 32]} for start in range(0, len(every), 32)]


class Load:
    """The files of a load, in a folder that whoever makes it removes."""

    def __init__(self, folder, kinds, idle_limit):
        self.folder, self.idle_limit, self.requests = Path(folder), idle_limit, {kind: bodies(kind) for kind in kinds}
        self.needed = {}  # seconds that a run needs, by URL, kind and connections
        (self.folder / "load.lua").write_text(SCRIPT)
        for kind, requests in self.requests.items():
            (self.folder / kind).write_text("".join(json.dumps(request) + "\n" for request in requests))

    def warm_up(self, url, kind, connections):
        """A run that does not count. It shows how long one must be for every connection to get its answers."""
        seconds, result = 1, self.once(url, kind, connections, 1)
        while result["answers"] < connections and seconds < MOST_SECONDS:
            seconds *= 2
            result = self.once(url, kind, connections, seconds)
        self.needed[url, kind, connections] = LEAST_ANSWERS * connections * result["duration"] / max(1, result["answers"])

    def run(self, url, kind, connections, seconds):
        """One run of `seconds`, or of as many as are needed, once the machine is idle.

        Requests that fail, or are answered with an error, are `errors` and do not count.
        """
        is_idle = machine.wait_until_idle(self.idle_limit)
        seconds = max(seconds, min(MOST_SECONDS, math.ceil(self.needed[url, kind, connections])))
        return self.once(url, kind, connections, seconds) | {"idle": is_idle}

    def once(self, url, kind, connections, seconds):
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "60s",
                   "--script", str(self.folder / "load.lua"), url, "--", str(self.folder / kind)]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        values = re.search(r"^RESULT (.*)$", output, re.MULTILINE)[1].split()
        answered, duration, p50, p99, refused, failed = map(float, values)
        rate = (answered - refused) / duration
        return {"requests_per_second": rate, "texts_per_second": rate * TEXTS_IN_REQUEST[kind], "p50_ms": p50, "p99_ms": p99,
                "errors": int(refused + failed), "answers": int(answered), "duration": duration}
