"""How close every engine comes to PyTorch in 32-bit floats on the same weights; prints a Markdown table for each model.

Compared are the embeddings of texts, the mean of the hidden states over a text's tokens, by their cosine. The texts of a
batch have different lengths.
"""
import argparse
import sys

import numpy as np

import attendant
import machine
from contestants import Peer
from conversions import encoded
from engines import listed
from models import NAMES, folder_of
from peers import PEERS
from results import FOLDER, Records, print_table
from texts import ragged_texts

TEXTS, LONGEST = 64, 120  # shorter than where a model's own configuration may cut


def cosines(actual, expected):
    lengths = np.linalg.norm(actual, axis=1) * np.linalg.norm(expected, axis=1)
    return (actual * expected).sum(1) / lengths


def of_peer(name, folder, dtype, threads, sequences):
    peer = Peer(name, folder, threads, dtype)
    try:
        return np.concatenate([peer.embeddings(sequences[start: start + 8]) for start in range(0, len(sequences), 8)])
    finally:
        peer.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", help="the release binary; without it only the peers are compared")
    parser.add_argument("--models", type=listed(), default="minilm,bert-base", help="names (minilm, bert-base) or folders")
    parser.add_argument("--dtypes", type=listed(attendant.DTYPES), default="f32,bf16,int8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", default=FOLDER / "exactness.jsonl", help="where the figures go (default: %(default)s)")
    options = parser.parse_args()
    records, texts = Records(options.json), ragged_texts(TEXTS, seed=5, longest=LONGEST)
    records.add("machine", **machine.described())
    served = attendant.served_dtypes(options.attendant) if options.attendant else []
    for model in options.models:
        folder, rows = folder_of(model), []
        sequences = encoded(folder, texts)
        expected = of_peer("PyTorch", folder, "f32", options.threads, sequences)
        variants = [(name, dtype) for dtype in options.dtypes for name in (*PEERS, "Attendant")]
        for name, dtype in variants:
            try:
                if name == "Attendant" and dtype in served:
                    values = cosines(np.array(attendant.hidden_states(options.attendant, folder, dtype, sequences)), expected)
                elif name in PEERS and dtype in PEERS[name].dtypes and (name, dtype) != ("PyTorch", "f32"):
                    values = cosines(of_peer(name, folder, dtype, options.threads, sequences), expected)
                else:
                    continue
            except RuntimeError as error:
                print(f"{name} {dtype} is left out: {error}", file=sys.stderr)
                continue
            rows.append([name, dtype, f"{values.min():.6f}", f"{values.mean():.6f}"])
            records.add("exactness", model=model, engine=name, dtype=dtype, lowest=values.min(), mean=values.mean())
        print_table(f"{NAMES.get(model, model)}: cosine of {TEXTS} texts' embeddings with PyTorch's in f32",
                    ["engine", "dtype", "lowest", "mean"], rows, texts=2)


if __name__ == "__main__":
    main()
