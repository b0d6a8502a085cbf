"""Closed loops of requests over keep-alive: wrk speaks HTTP/1.1, plain or over TLS, and h2load HTTP/2 by prior knowledge."""
import json
import re
import subprocess
import tempfile

THREADS = 2


def wrk(url, connections, seconds, body=None):
    """{"requests_per_second", "errors"} of one run: GET, or POST of a JSON body."""
    command = ["wrk", "--threads", str(THREADS), "--connections", str(connections), "--duration", f"{seconds}s"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if body:
            script.write(f'wrk.method, wrk.body = "POST", {json.dumps(body)}\nwrk.headers["Content-Type"] = "application/json"\n')
            script.flush()
            command += ["--script", script.name]
        output = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    errors = re.findall(r"Non-2xx or 3xx responses: (\d+)", output) + re.findall(r"(?:connect|read|write|timeout) (\d+)", output)
    return {"requests_per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), "errors": sum(map(int, errors))}


def h2load(url, connections, seconds, streams):
    """The same, with so many requests at a time on each connection."""
    command = ["h2load", "--threads", str(THREADS), "--clients", str(connections), "--max-concurrent-streams", str(streams),
               "--duration", str(seconds), url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # Answers of an error status are among those that failed.
    return {"requests_per_second": float(re.search(r"finished in [^,]*, ([\d.]+) req/s", output)[1]),
            "errors": int(re.search(r"(\d+) failed", output)[1])}
