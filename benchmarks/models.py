"""The models to measure, as folders in Hugging Face's layout; they are fetched or made when first needed.

    python benchmarks/models.py [NAME ...]      prints the folder of each

minilm      sentence-transformers/all-MiniLM-L6-v2 with its trained weights, by scripts/fetch-models
bert-base   the sizes of bert-base-uncased with seeded random weights, which are as slow as trained ones
sentiment   the classifier that comes with Attendant
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = Path(os.environ.get("BENCH_CACHE") or HERE / "cache")
SENTIMENT = ROOT / "config" / "models" / "sentiment"

BERT_BASE = {
    "architectures": ["BertModel"], "model_type": "bert", "vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
    "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu", "max_position_embeddings": 512,
    "type_vocab_size": 2, "layer_norm_eps": 1e-12, "initializer_range": 0.02, "pad_token_id": 0,
    "position_embedding_type": "absolute", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
}


def digest(path):
    """SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def made_once(folder, make):
    """`folder`; if it is not there, make(scratch) fills it. It appears complete or not at all."""
    if not folder.exists():
        print(f"Making {folder.name} in {folder.parent} ...", file=sys.stderr)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as parent:
            scratch = Path(parent) / "scratch"
            scratch.mkdir()
            make(scratch)
            scratch.rename(folder)
    return folder


def fetched(name):
    """The folder of a model that scripts/fetch-models downloads and checks."""
    subprocess.run([ROOT / "scripts" / "fetch-models", name], check=True, stdout=sys.stderr)
    return ROOT / "models" / name


def bert_tensors(config):
    """(name, shape) of every tensor of a BertModel, as its checkpoints name them."""
    width, inner = config["hidden_size"], config["intermediate_size"]

    def linear(name, inputs, outputs):
        return [(f"{name}.weight", (outputs, inputs)), (f"{name}.bias", (outputs,))]

    def norm(name):
        return [(f"{name}.LayerNorm.weight", (width,)), (f"{name}.LayerNorm.bias", (width,))]

    rows = {"word": "vocab_size", "position": "max_position_embeddings", "token_type": "type_vocab_size"}
    tensors = [(f"embeddings.{kind}_embeddings.weight", (config[key], width)) for kind, key in rows.items()]
    tensors += norm("embeddings")
    for layer in (f"encoder.layer.{number}" for number in range(config["num_hidden_layers"])):
        for part in ("query", "key", "value"):
            tensors += linear(f"{layer}.attention.self.{part}", width, width)
        tensors += linear(f"{layer}.attention.output.dense", width, width) + norm(f"{layer}.attention.output")
        tensors += linear(f"{layer}.intermediate.dense", width, inner)
        tensors += linear(f"{layer}.output.dense", inner, width) + norm(f"{layer}.output")
    return tensors + linear("pooler.dense", width, width)


def make_bert_base(folder):
    """BERT's own initialization: normal with deviation 0.02, biases 0, LayerNorm 1 and 0."""
    import numpy as np
    from safetensors.numpy import save_file

    rng, weights = np.random.default_rng(2018), {}
    for name, shape in bert_tensors(BERT_BASE):
        if name.endswith(".bias"):
            weights[name] = np.zeros(shape, np.float32)
        elif ".LayerNorm." in name:
            weights[name] = np.ones(shape, np.float32)
        else:
            weights[name] = rng.standard_normal(shape, np.float32) * np.float32(BERT_BASE["initializer_range"])
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    (folder / "config.json").write_text(json.dumps(BERT_BASE, indent=2) + "\n")
    for name in ("tokenizer.json", "tokenizer_config.json"):  # the vocabulary is that of bert-base-uncased
        shutil.copy(SENTIMENT / name, folder / name)


NAMES = {"minilm": "MiniLM", "bert-base": "BERT-base", "sentiment": "sentiment"}


def folder_of(name):
    """The folder of a model named above; any other name is taken for a folder."""
    if name == "sentiment":
        return SENTIMENT
    if name == "minilm":
        return fetched("all-MiniLM-L6-v2")
    if name == "bert-base":
        return made_once(CACHE / "models" / name, make_bert_base)
    if (Path(name) / "config.json").exists():
        return Path(name).resolve()
    sys.exit(f"no model {name}: name a folder with a config.json, or one of {', '.join(NAMES)}")


if __name__ == "__main__":
    for argument in sys.argv[1:] or NAMES:
        print(folder_of(argument))
