"""Holds the vectors of a running Attendant against those of sentence-transformers, on several hundred sentences.

    python embeddings_comparison.py --attendant BINARY DIRECTORY ...

A directory is a folder of sentence-transformers. Exit status 1 if any number differs by more than 1e-5.
"""
import argparse
import json
import random
import struct
import sys
import urllib.request
import warnings
from base64 import b64decode
from pathlib import Path

import torch
import transformers
from attendant_process import AttendantProcess
from sentence_transformers import SentenceTransformer

from sentences import LONG, SHORT

TOLERANCE = 1e-5
RANDOM_TEXTS = 300


def texts():
    """Those of the goldens, and words drawn from the longer ones."""
    words, draw = " ".join(LONG).split(), random.Random(1)
    return SHORT + LONG + [" ".join(draw.choices(words, k=draw.randint(1, 60))) for _ in range(RANDOM_TEXTS)]


def ask(address, texts):
    """Its vectors in both ways of writing them, which must say the same."""
    def post(encoding_format):
        body = json.dumps({"model": "compared", "input": texts, "normalize": True, "encoding_format": encoding_format}).encode()
        request = urllib.request.Request(f"{address}/v1/embeddings", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return [item["embedding"] for item in json.load(answer)["data"]]

    binary = torch.tensor([[number for number, in struct.iter_unpack("<f", b64decode(text))] for text in post("base64")])
    assert torch.equal(torch.tensor(post("float")), binary), "float and base64 differ"
    return binary


def compare(binary, directory):
    model = SentenceTransformer(directory, device="cpu", model_kwargs={"dtype": torch.float32})
    expected = model.encode(texts(), normalize_embeddings=True, convert_to_tensor=True)
    with AttendantProcess(binary, ["http://127.0.0.1:0"], "--model", f"compared={Path(directory).resolve()}") as process:
        found = ask(process.addresses[0], texts())
    difference = (found - expected).abs().max().item()
    cosine = torch.nn.functional.cosine_similarity(found, expected).min().item()
    print(f"{directory}: {len(found)} texts of {found.shape[1]} numbers, largest difference {difference:.2g}, least cosine {cosine:.7f}")
    return difference <= TOLERANCE


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", required=True, metavar="BINARY")
    parser.add_argument("directories", nargs="+", metavar="DIRECTORY")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    results = [compare(arguments.attendant, directory) for directory in arguments.directories]
    sys.exit(not all(results))


main()
