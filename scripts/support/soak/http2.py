"""A steady load over HTTP/2 by h2load, beside the others; it writes down every answer's status and time."""
import subprocess

NAMES = ["HTTP/2", "HTTP/2 over TLS"]
CONNECTIONS, REQUESTS_A_SECOND = 20, 5  # on each connection


class Load:
    def __init__(self, address, seconds, folder):
        is_secure = address.startswith("https:")
        self.name, self.log = NAMES[is_secure], folder / f"h2load-{is_secure}.log"
        command = ["h2load", "--clients", str(CONNECTIONS), "--rps", str(REQUESTS_A_SECOND), "--max-concurrent-streams", "10",
                   "--duration", str(seconds), "--log-file", str(self.log), f"{address}/livez"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def finish(self, tally):
        """Waits for its end and counts what it has seen."""
        output, _ = self.process.communicate(timeout=60)
        if self.process.returncode != 0 or not self.log.exists():
            tally.count_wrong(self.name, f"h2load failed: {output[-300:]}")
            return
        for line in self.log.read_text().splitlines():
            _, status, microseconds = line.split("\t")[:3]
            if status == "200":
                tally.right[self.name] += 1
                tally.latencies[self.name].append(int(microseconds) / 1e6)
            else:
                tally.count_wrong(self.name, f"a stream ended with {status}")
        if not tally.right[self.name]:
            tally.count_wrong(self.name, "nothing was answered")
