"""The server as a child process, listening where it is told to, on free ports if these are 0."""
import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

SENTIMENT = Path(__file__).resolve().parents[3] / "config" / "models" / "sentiment"
ANNOUNCEMENT = "Attendant listens on "
PATIENCE = 60  # seconds


class AttendantProcess:
    """`addresses` are those it has announced, in the order of `listen`: http://HOST:PORT, https://HOST:PORT, unix:PATH."""

    def __init__(self, binary, listen, *options):
        # In a folder of its own, so that no configuration of the caller's is found there.
        self.folder = tempfile.TemporaryDirectory()
        self.errors_file = Path(self.folder.name) / "errors"
        command = [str(binary), "serve", "--model", f"sentiment={SENTIMENT}", "--log-level", "error"]
        for address in listen:
            command += ["--listen", address]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ATTENDANT_")}
        with open(self.errors_file, "wb") as errors:
            self.process = subprocess.Popen(command + list(map(str, options)), stdout=subprocess.PIPE, stderr=errors, text=True,
                                            cwd=self.folder.name, env=environment)
        self.addresses = self.announced(len(listen))
        if len(self.addresses) < len(listen):
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"did not start: {' '.join(command)}\n{self.errors}")

    def announced(self, count):
        """The first addresses it prints; fewer if it ends or takes too long."""
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        addresses = []
        try:
            while len(addresses) < count and (line := self.process.stdout.readline()):
                if line.startswith(ANNOUNCEMENT):
                    addresses.append(line.removeprefix(ANNOUNCEMENT).strip())
        finally:
            timer.cancel()
        return addresses

    @property
    def pid(self):
        return self.process.pid

    @property
    def errors(self):
        """What it has written to standard error."""
        return self.errors_file.read_text(errors="replace")

    @property
    def is_running(self):
        return self.process.poll() is None

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def terminate(self):
        """Asks it to drain and to end."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds=40):
        """Its exit status once it has ended; after so many seconds it is killed, and the status says so."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return self.process.returncode

    def stop(self):
        """Ends it, if it still runs, without waiting long for those who hold connections; nothing is left of it."""
        for _ in range(2):  # the second signal ends it at once
            if self.is_running:
                self.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(3)
        self.wait(1)
        self.process.stdout.close()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
