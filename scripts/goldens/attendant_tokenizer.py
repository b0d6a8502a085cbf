"""Attendant's tokenizer, as a process that answers lines of JSON."""

import json
import subprocess
import threading


class AttendantTokenizer:
    class Failure(Exception):
        """What the process said on standard error."""

    def __init__(self, binary):
        self.binary = binary

    def encodings(self, directory, cases):
        """What it makes of each case, in order, while the caller works on them: {"ids", "type_ids", "offsets", "special_tokens_mask"}."""
        process = subprocess.Popen([self.binary, "tokenize", directory, "--lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace")
        writer = threading.Thread(target=self._write, args=(process.stdin, cases))
        writer.start()
        answers = 0
        for line in process.stdout:
            answers += 1
            yield json.loads(line)
        errors = process.stderr.read().strip()
        writer.join()
        if process.wait() != 0 or answers != len(cases):
            raise self.Failure(errors or f"{len(cases)} lines in, {answers} out, status {process.returncode}")

    @staticmethod
    def _write(file, cases):
        try:
            with file:
                for case in cases:
                    file.write(json.dumps(case) + "\n")
        except BrokenPipeError:
            pass  # it says why on standard error

    def times(self, directory, lines, rounds):
        """Seconds and bytes of loading, and the seconds of each round over a file of lines."""
        with open(lines, "rb") as file:
            result = subprocess.run([self.binary, "tokenize", directory, "--lines", "--time", str(rounds)], stdin=file,
                                    capture_output=True, text=True)
        if result.returncode != 0:
            raise self.Failure(result.stderr.strip())
        return json.loads(result.stdout)
