"""The command-line clients, and what they print."""
import json
import subprocess
from dataclasses import dataclass

SECONDS = 20
JSON = "Content-Type: application/json"
CLASSIFY = json.dumps({"inputs": "What a wonderful film!"})


def run(*command, text_in=None):
    return subprocess.run(list(map(str, command)), input=text_in, capture_output=True, text=True, timeout=SECONDS)


@dataclass
class Answer:
    status: int
    version: str
    body: str


def curl(*arguments):
    """What curl gets, with the version of HTTP as it writes it: 1.1 or 2. The certificates are not of an authority it knows."""
    result = run("curl", "--silent", "--show-error", "--insecure", "--max-time", SECONDS, "--write-out", "\n%{http_code} %{http_version}",
                 *arguments)
    assert result.returncode == 0, result.stderr
    body, _, last = result.stdout.rpartition("\n")
    status, version = last.split()
    return Answer(int(status), version, body)


def classify(*arguments):
    return curl("--header", JSON, "--data", CLASSIFY, *arguments)


def best_label(body):
    return json.loads(body)["predictions"][0][0]["label"]
