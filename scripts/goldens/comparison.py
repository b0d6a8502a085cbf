#!/usr/bin/env python3
"""Holds Attendant's tokenizers against the reference, the `tokenizers` package: ids, type ids, offsets and the mask of special tokens
must be equal, for every code point alone, between letters and before a mark, for texts in many scripts, and for random characters with
pairs and truncation. Then both are timed on one thread, on the same texts.

    python scripts/goldens/comparison.py --attendant BINARY [DIRECTORY ...]

A directory holds a tokenizer.json, or the files of which transformers makes one. Exit status 1 if anything differs.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import tokenizers
from attendant_tokenizer import AttendantTokenizer
from tokenization import encode, pools, random_cases
from tokenizers import Tokenizer
from unicode_tables import SCALARS, ranges
from unicode_versions import print_versions

PARTS = ["versions", "code-points", "texts", "times"]
FORMS = {"alone": "{}", "between letters": "a{}b", "before a mark": "{}\u0301"}
SHOWN = 3  # differences of a suite in full
TURNS = 2  # in which the programs are timed by turns


def reference_tokenizer(directory):
    path = Path(directory) / "tokenizer.json"
    if path.exists():
        return Tokenizer.from_file(str(path))
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(directory).backend_tokenizer


# ---- Differences, for people ----


def printable(text):
    return json.dumps(text if len(text) <= 200 else text[:200] + "…")


def explained(tokenizer, case, ours, expected):
    """The case, and the first token that is not the same."""
    extra = {name: value for name, value in case.items() if name != "text"}
    lines = [f"  text {printable(case['text'])}" + (f", {json.dumps(extra)}" if extra else "")]
    tokens = [list(zip(e["ids"], e["offsets"], e["type_ids"], e["special_tokens_mask"])) for e in (expected, ours)]
    place = next((i for i, (a, b) in enumerate(zip(*tokens)) if a != b), min(map(len, tokens)))
    for name, side in zip(("reference", "Attendant"), tokens):
        shown = [f"{i} {json.dumps(tokenizer.id_to_token(i), ensure_ascii=False)} {start}..{end}"
                 + (f" segment {segment}" if segment else "") + " special" * special
                 for i, (start, end), segment, special in side[place:place + 4]]
        lines.append(f"    {name}, token {place} of {len(side)}: {' | '.join(shown) or 'its end'}")
    return "\n".join(lines)


def compare(tokenizer, attendant, directory, name, cases):
    """The cases that come out otherwise; prints how many, and the first of them."""
    wrong, examples = [], []
    for ours, case in zip(attendant.encodings(directory, cases), cases):
        expected = encode(tokenizer, case)
        if ours != expected:
            wrong.append(case)
            if len(examples) < SHOWN:
                examples.append(explained(tokenizer, case, ours, expected))
    print(f"{name}: {len(cases):,} cases, {len(wrong):,} differences", flush=True)
    if examples:
        print("\n".join(examples), flush=True)
    return wrong


def compare_code_points(tokenizer, attendant, directory, name, form):
    cases = [{"text": form.format(chr(c))} for c in SCALARS]
    wrong = [ord(case["text"][form.index("{")]) for case in compare(tokenizer, attendant, directory, f"every code point {name}", cases)]
    if wrong:
        runs = [f"{first:04X}" if first == last else f"{first:04X}-{last:04X}" for first, last in ranges(wrong)]
        unassigned = sum(unicodedata.category(chr(c)) == "Cn" for c in wrong)
        print(f"  {unassigned:,} of these are not assigned in Unicode {unicodedata.unidata_version}. Code points: {' '.join(runs[:40])}"
              + (f" and {len(runs) - 40:,} runs more" if len(runs) > 40 else ""), flush=True)
    return len(wrong)


# ---- Times ----


def print_times(tokenizer, attendant, directory, texts, rounds):
    with tempfile.TemporaryDirectory() as scratch:
        saved, lines = Path(scratch) / "tokenizer.json", Path(scratch) / "lines.json"
        tokenizer.save(str(saved), pretty=False)
        lines.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        ours, theirs = [], []
        for _ in range(TURNS):
            ours.append(attendant.times(directory, lines, rounds))
            command = [sys.executable, Path(__file__).with_name("reference_times.py"), saved, lines, str(rounds)]
            theirs.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    print(f"one thread, {len(texts):,} texts, {megabytes:.1f} MB, {ours[0]['tokens']:,} tokens; "
          f"seconds, the medians of {TURNS} runs of {rounds} rounds:")
    print(f"  {'':28}{'first round':>12}{'later rounds':>14}{'MB/s':>8}{'loading':>9}{'MB held':>9}{'at most':>9}")
    sides = [("Attendant", ours, "round_seconds"), ("the package, one by one", theirs, "round_seconds"),
             ("the package, encode_batch", theirs, "batch_round_seconds")]
    medians = []
    for name, reports, key in sides:
        first = statistics.median(report[key][0] for report in reports)
        later = statistics.median(seconds for report in reports for seconds in (report[key][1:] or report[key]))
        load = statistics.median(report["load_seconds"] for report in reports)
        held, peak = (statistics.median(report[field] - report["resident_bytes_before"] for report in reports) / 1e6
                      for field in ("resident_bytes", "peak_resident_bytes"))
        medians.append(later)
        print(f"  {name:28}{first:12.3f}{later:14.3f}{megabytes / later:8.1f}{load:9.3f}{held:9.0f}{peak:9.0f}")
    print(f"  Attendant is {medians[1] / medians[0]:.2f} times as fast as the package one by one, "
          f"{medians[2] / medians[0]:.2f} times as fast as encode_batch", flush=True)
    if ours[0]["tokens"] != theirs[0]["tokens"]:
        print(f"  the package makes {theirs[0]['tokens']:,} tokens of them")


# ---- The whole ----


def compare_directory(attendant, directory, arguments):
    tokenizer = reference_tokenizer(directory)
    print(f"\n## {Path(directory).name}: {tokenizer.get_vocab_size():,} tokens", flush=True)
    special = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
    differences = 0
    if "code-points" in arguments.parts:
        differences += sum(compare_code_points(tokenizer, attendant, directory, *item) for item in FORMS.items())
    if "texts" in arguments.parts or "times" in arguments.parts:
        from texts import lines

        texts = lines(arguments.lines, arguments.seed, special or [" "])
    if "texts" in arguments.parts:
        kinds, seed = pools() + [special or [" "]], arguments.seed
        for name, cases in [(f"texts in many scripts, seed {seed}", [{"text": text} for text in texts]),
                            (f"random characters, pairs and truncation, seed {seed}", random_cases(seed, arguments.lines // 4, kinds, 40)),
                            (f"long ones, seed {seed + 1}", random_cases(seed + 1, arguments.lines // 100, kinds, 2000))]:
            differences += len(compare(tokenizer, attendant, directory, name, cases))
    if "times" in arguments.parts:
        print_times(tokenizer, attendant, directory, texts, arguments.rounds)
    return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", required=True, help="the binary")
    parser.add_argument("--lines", type=int, default=20_000, help="how many texts (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="of timing, in each run (%(default)s)")
    parser.add_argument("--parts", default=",".join(PARTS), help="some of %(default)s")
    parser.add_argument("directories", nargs="+", metavar="DIRECTORY")
    arguments = parser.parse_args()
    arguments.parts = arguments.parts.split(",")
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"--parts has {', '.join(sorted(unknown))}, but knows {', '.join(PARTS)}")
    attendant = AttendantTokenizer(arguments.attendant)
    unassigned = sum(unicodedata.category(chr(c)) == "Cn" for c in SCALARS)
    print(f"The reference is tokenizers {tokenizers.__version__}. Of {len(SCALARS):,} code points, {unassigned:,} are not assigned in "
          f"Unicode {unicodedata.unidata_version}, which Python knows; they are compared, too.")
    if "versions" in arguments.parts:
        print_versions(attendant, encode)
    differences = {}
    for directory in arguments.directories:
        try:
            differences[directory] = compare_directory(attendant, directory, arguments)
        except AttendantTokenizer.Failure as failure:
            print(f"  Attendant failed: {failure}", flush=True)
            differences[directory] = None
    print()
    for directory, count in differences.items():
        compared = {"code-points", "texts"} & set(arguments.parts)
        print(f"{Path(directory).name}: " + ("failed" if count is None else f"{count:,} differences" if compared else "not compared"))
    sys.exit(1 if any(count != 0 for count in differences.values()) else 0)


if __name__ == "__main__":
    main()
