"""How often Attendant gives the bundled classifier's test sentences their class, in every dtype; prints a Markdown table.

The sentences are those that the model's card names: the test split of the four corpora that come with vaderSentiment 0.5 on
PyPI (Hutto and Gilbert, ICWSM 2014). A sentence's class is its mean rating, neutral within half a point of zero.
"""
import argparse
import ast
import hashlib
import html
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import attendant
import machine
from engines import listed
from models import CACHE, SENTIMENT, made_once
from results import FOLDER, Records, print_table
from servers import attendant_command, post, running

PACKAGE = "vaderSentiment==0.5"
CORPORA = ("amazonReviewSnippets", "movieReviewSnippets", "nytEditorialSnippets", "tweets")
TEST_FOLD, FOLDS = 1, 10
BATCH = 64


def make_corpora(folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:",
                    "--no-build-isolation", "--dest", str(folder), PACKAGE], check=True, stdout=sys.stderr)
    with zipfile.ZipFile(next(folder.glob("*.zip"))) as package:
        inner = io.BytesIO(package.read(next(name for name in package.namelist() if name.endswith("hutto_ICWSM_2014.tar.gz"))))
    with tarfile.open(fileobj=inner) as corpora:
        for member in corpora.getmembers():
            if member.isfile() and member.name.endswith(".txt"):
                (folder / Path(member.name).name).write_bytes(corpora.extractfile(member).read())


def rows(path):
    return [line.split("\t") for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines()]


def test_sentences(folder):
    """[(text, class)] of the documents in the test split."""
    sentences = []
    for corpus in CORPORA:
        ratings = {row[0]: (float(row[1]), ast.literal_eval(row[3])) for row in rows(folder / f"{corpus}_anonDataRatings.txt") if len(row) >= 4}
        for row in rows(folder / f"{corpus}_GroundTruth.txt"):
            # Rows that the two files number differently are left out, as in training.
            if len(row) < 3 or row[0] not in ratings or abs(float(row[1]) - ratings[row[0]][0]) > 0.02:
                continue
            document = f"{corpus}/{row[0].split('_')[0]}"
            if hashlib.sha256(document.encode()).digest()[0] % FOLDS != TEST_FOLD:
                continue
            values = ratings[row[0]][1]
            mean = sum(values) / len(values)
            sentences.append((html.unescape(row[2]).strip(), "negative" if mean <= -0.5 else "positive" if mean >= 0.5 else "neutral"))
    return sentences


def accuracy(address, sentences):
    right = 0
    for start in range(0, len(sentences), BATCH):
        batch = sentences[start: start + BATCH]
        answer = post(f"{address}/v1/classify", {"inputs": [text for text, _ in batch], "top_k": 1})
        right += sum(prediction[0]["label"] == label for prediction, (_, label) in zip(answer["predictions"], batch, strict=True))
    return right / len(sentences)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", required=True, help="the release binary")
    parser.add_argument("--dtypes", type=listed(attendant.DTYPES), default="f32,bf16,int8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", default=FOLDER / "accuracy.jsonl", help="where the figures go (default: %(default)s)")
    options = parser.parse_args()
    records, table = Records(options.json), []
    records.add("machine", **machine.described())
    sentences = test_sentences(made_once(CACHE / "vader", make_corpora))
    for dtype in options.dtypes:
        with running(attendant_command(options.attendant, "sentiment", SENTIMENT, options.threads, dtype)) as server:
            share = accuracy(server.address, sentences)
        records.add("accuracy", dtype=dtype, sentences=len(sentences), accuracy=share)
        table.append([dtype, f"{100 * share:.2f}%"])
    print_table(f"The bundled classifier on {len(sentences):,} test sentences", ["dtype", "accuracy"], table)


if __name__ == "__main__":
    main()
