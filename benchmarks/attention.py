"""How long one text's attention weights take: the usual Python way and Attendant's formats over HTTP; prints a Markdown table.

The usual way is transformers with eager attention and orjson in a process, without a server around it. Attendant answers curl over HTTP,
which says how long it took from the connection to the body's end. All take turns in every round; a row is the median of the rounds.
"""
import argparse
import json
import random
import subprocess
import time

import orjson
import torch
import transformers

import machine
from engines import listed
from models import NAMES, folder_of
from results import FOLDER, Records, median, print_table, verdict
from servers import attendant_command, running
from texts import text


class Python:
    """transformers and orjson."""

    def __init__(self, folder):
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.model = transformers.AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()

    @torch.inference_mode()
    def forward(self, given):
        self.model(**self.tokenizer(given, return_tensors="pt"))

    @torch.inference_mode()
    def json(self, given):
        inputs = self.tokenizer(given, return_tensors="pt")
        attentions = torch.cat(self.model(**inputs, output_attentions=True).attentions).numpy()
        return orjson.dumps(
            {"tokens": self.tokenizer.convert_ids_to_tokens(inputs["input_ids"][0].tolist()), "attentions": attentions},
            option=orjson.OPT_SERIALIZE_NUMPY)


def timed(run):
    """What makes an answer in this process, as seconds and bytes."""

    def measured(given):
        start = time.perf_counter()
        answer = run(given)
        return time.perf_counter() - start, len(answer or b"")

    return measured


def curl(url, body):
    """Seconds and bytes of an answer."""
    told = subprocess.run(
        ["curl", "--silent", "--fail-with-body", "--output", "/dev/null", "--write-out", "%{time_total} %{size_download}",
         "--header", "Content-Type: application/json", "--data-binary", "@-", url],
        input=json.dumps(body).encode(), stdout=subprocess.PIPE, check=True).stdout.split()
    return float(told[0]), int(told[1])


def contestants(folder, address, layers):
    python = Python(folder)

    def attention(**options):
        return lambda given: curl(f"{address}/v1/attention", {"inputs": given} | options)

    return {
        "transformers, orjson": timed(python.json),
        "transformers, forward pass alone": timed(python.forward),
        "Attendant, JSON": attention(),
        "Attendant, JSON, decimals 4": attention(decimals=4),
        "Attendant, forward pass alone (embeddings)": lambda given: curl(f"{address}/v1/embeddings", {"input": given}),
        "Attendant, npy float32": attention(format="npy"),
        "Attendant, npy float16": attention(format="npy", dtype="float16"),
        "Attendant, safetensors float16": attention(format="safetensors", dtype="float16"),
        "Attendant, rollout": attention(reduce="rollout", format="npy"),
        "Attendant, one head of the first layer": attention(layers=[0], heads=[0], format="npy"),
        "Attendant, one head of the last layer": attention(layers=[layers - 1], heads=[0], format="npy"),
    }


TARGETS = {  # of a row, the row that it is measured by, and the share of its time that is allowed, for 128 tokens
    "Attendant, JSON": ("transformers, orjson", 0.5),
    "Attendant, npy float32": ("Attendant, forward pass alone (embeddings)", 1.1),
    "Attendant, npy float16": ("Attendant, forward pass alone (embeddings)", 1.1),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", required=True, help="the release binary")
    parser.add_argument("--models", type=listed(), default="bert-base", help="names or folders")
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--idle", type=float, default=20, help="seconds to wait at most until the machine is idle")
    parser.add_argument("--json", default=FOLDER / "attention.jsonl", help="where every round is written to (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    records, description = Records(options.json), machine.described()
    records.add("machine", **description)
    machine.print_machine(description)
    for name in options.models:
        folder, rng = folder_of(name), random.Random(5)
        config = json.loads((folder / "config.json").read_text())
        with running(attendant_command(options.attendant, "measured", folder, options.threads, "f32")) as server:
            runs = contestants(folder, server.address, config["num_hidden_layers"])
            times, sizes = {key: [] for key in runs}, {}
            machine.wait_until_idle(options.idle)
            for round_number in range(-2, options.rounds):
                given = text(rng, options.tokens)
                for key, run in runs.items():
                    seconds, sizes[key] = run(given)
                    if round_number >= 0:
                        times[key].append(seconds)
                        records.add("attention", model=name, tokens=options.tokens, contestant=key, round=round_number, seconds=seconds)
        medians = {key: median(values) for key, values in times.items()}
        rows = []
        for key, seconds in medians.items():
            row = [key, f"{seconds * 1e3:.1f}", f"{sizes[key] / 1e6:.2f}" if sizes[key] else ""]
            other, most = TARGETS.get(key, (None, None))
            # The ratio of a round is of times that were taken side by side.
            ratio = other and median(one / two for one, two in zip(times[key], times[other]))
            rows.append(row + ([f"{ratio:.2f} of {other}: {verdict(ratio <= most)} (≤ {most})"] if other else [""]))
        title = f"{NAMES.get(name, name)}, {options.tokens} tokens, medians of {options.rounds} rounds"
        print_table(title, ["answer", "ms", "MB", "target"], rows)


main()
