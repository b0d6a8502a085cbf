"""Measures the `tokenizers` package on one thread, as `attendant tokenize --lines --time` measures Attendant; a process of its own, for
what it holds of the memory.

    python reference_times.py TOKENIZER_JSON LINES ROUNDS      prints a line of JSON
"""

import json
import os
import re
import sys
import time
from pathlib import Path

os.environ |= {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}  # read when the package is first used

from tokenizers import Tokenizer


def memory(name):
    return 1024 * int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def seconds(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main(path, lines, rounds):
    before = memory("VmRSS")
    load, tokenizer = seconds(lambda: Tokenizer.from_file(path))
    report = {"load_seconds": load, "resident_bytes_before": before, "resident_bytes": memory("VmRSS"),
              "peak_resident_bytes": memory("VmHWM")}
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = [json.loads(line)["text"] for line in open(lines, encoding="utf-8")]
    report |= {"lines": len(texts), "round_seconds": [], "batch_round_seconds": []}
    for _ in range(rounds):
        elapsed, tokens = seconds(lambda: sum(len(tokenizer.encode(text)) for text in texts))
        report["round_seconds"].append(elapsed)
        elapsed, encodings = seconds(lambda: tokenizer.encode_batch(texts))
        report["batch_round_seconds"].append(elapsed)
        del encodings
    print(json.dumps(report | {"tokens": tokens}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
