"""Servers as child processes on free loopback ports, and what they answer."""
import contextlib
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import attendant

HERE = Path(__file__).resolve().parent

# Whoever is ended by a signal still stops its servers.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def post(url, body):
    """The JSON answer; an HTTPError for an error status."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


class Server:
    """A server that was started: its address, its process, and how long it took until it was ready."""

    def __init__(self, command, port, patience=600, pause=0.002):
        self.address = f"http://127.0.0.1:{port}"
        start = time.monotonic()
        # In a folder of its own, so that no configuration of the caller's is found there.
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self.folder.name)
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() - start > patience:
                self.stop()
                raise RuntimeError(f"did not start: {' '.join(map(str, command))}")
            time.sleep(pause)
        self.seconds_to_ready = time.monotonic() - start

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:  # also an error status
            return False

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()


@contextlib.contextmanager
def running(command, pause=0.002):
    """command(port) is run until the block ends."""
    port = free_port()
    server = Server(command(port), port, pause=pause)
    try:
        yield server
    finally:
        server.stop()


def attendant_command(binary, name, folder, threads, dtype):
    return lambda port: attendant.serve_command(binary, name, folder, port, threads, dtype)


def peer_command(folder, threads, dtype="f32", join=0):
    return lambda port: [sys.executable, str(HERE / "fastapi_onnx.py"), str(folder), str(port), "--threads", str(threads),
                         "--dtype", dtype, "--join", str(join)]
