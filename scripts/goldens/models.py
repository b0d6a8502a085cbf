"""Writes small seeded BERT checkpoints and what the reference computes with them to Tests/Goldens/models/.

    python models.py

A folder a checkpoint: config.json, weights, a tokenizer, and reference.json, a list of
{ids, type_ids, logits (or null), attentions [layers, heads, tokens, tokens]}. Together they cover every activation,
dtype, kind of head, and way to lay out the files that the loader knows. Running it again writes the same bytes.
"""
import json
import random
import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import (BertConfig, BertForMaskedLM, BertForSequenceClassification, BertModel, BertTokenizerFast)

from reference import GOLDENS, floats, run, write_json

WORDS = "the of and to in a is that it was for on with as good bad film not very un ##able ##ing ##s ##ed".split()
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
VOCABULARY = (["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list(".,!?'-") + list(LETTERS)
              + ["##" + letter for letter in LETTERS] + [word for word in WORDS if word != "a"])

BASE = dict(vocab_size=len(VOCABULARY), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
            intermediate_size=48, max_position_embeddings=40, type_vocab_size=2, pad_token_id=0,
            initializer_range=0.4)  # far larger than usual: attention and activations leave their linear middle
THREE = {"id2label": {0: "negative", 1: "neutral", 2: "positive"}, "label2id": {"negative": 0, "neutral": 1, "positive": 2}}

# name: (class, config, dtype in the file)
CHECKPOINTS = {
    "gelu-f32": (BertForSequenceClassification, {**THREE}, torch.float32),
    "gelu-new-f16-multi-label": (BertForSequenceClassification, {
        **THREE, "hidden_act": "gelu_new", "problem_type": "multi_label_classification"}, torch.float16),
    "relu-bf16-one-label": (BertForSequenceClassification, {"num_labels": 1, "hidden_act": "relu"}, torch.bfloat16),
    "regression": (BertForSequenceClassification, {
        "num_labels": 1, "problem_type": "regression", "hidden_act": "gelu_pytorch_tanh"}, torch.float32),
    # 5 heads of 4 in a width of 20 and an inner width of 30: nothing is a multiple of a vector register
    "silu-ragged-sharded": (BertForSequenceClassification, {
        "hidden_act": "silu", "hidden_size": 20, "num_attention_heads": 5, "intermediate_size": 30,
        "layer_norm_eps": 1e-5}, torch.float32),
    "bare": (BertModel, {}, torch.float32),
    "masked-lm": (BertForMaskedLM, {"hidden_size": 16, "type_vocab_size": 1}, torch.float16),
}


def seeded(kind, config, dtype):
    """A model whose weights, LayerNorms and biases included, are drawn by the seed and representable in dtype."""
    torch.manual_seed(20261121)
    model = kind(BertConfig(**{**BASE, **config}, attn_implementation="eager")).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.2)
            elif "LayerNorm" in name:
                parameter.normal_(1, 0.2)
            parameter.copy_(parameter.to(dtype).to(torch.float32))
    return model


def save(model, folder, dtype, name):
    shutil.rmtree(folder, ignore_errors=True)
    model.to(dtype).save_pretrained(folder)
    model.to(torch.float32)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if name == "silu-ragged-sharded":
        shard(folder)
        config = json.loads((folder / "config.json").read_text())
        assert "id2label" not in config, "two labels are the default, which is not written"
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    if name == "bare":  # the oldest layout: no tokenizer.json
        (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True, "model_max_length": 40}) + "\n")
    else:
        BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=40).save_pretrained(folder)
        (folder / "vocab.txt").unlink()


def shard(folder):
    """The same weights in two files and an index, laid out as save_pretrained does for large models."""
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names, files = sorted(weights), ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    halves = [names[: len(names) // 2], names[len(names) // 2:]]
    for file, half in zip(files, halves):
        save_file({name: weights[name] for name in half}, folder / file, metadata={"format": "pt"})
    index = {"metadata": {"total_size": sum(w.nbytes for w in weights.values())},
             "weight_map": {name: file for file, half in zip(files, halves) for name in half}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def sequences(config):
    """Ids and segments: one token, a few, a pair, and as many as there are positions."""
    rng = random.Random(7)
    for length, pair in ((1, False), (2, False), (5, False), (12, True), (17, False), (config.max_position_embeddings, True)):
        ids = [rng.randrange(5, config.vocab_size) for _ in range(length)]
        first = length // 2 if pair and config.type_vocab_size > 1 else length
        yield ids, [0] * first + [1] * (length - first)


def main():
    for name, (kind, config, dtype) in CHECKPOINTS.items():
        folder = GOLDENS / "models" / name
        model = seeded(kind, config, dtype)
        save(model, folder, dtype, name)
        cases = []
        for ids, type_ids in sequences(model.config):
            logits, attentions = run(model, ids, type_ids)
            if len(ids) > 20:  # one head says enough about a long sequence
                attentions = attentions[-1:, :1]
            cases.append({"ids": ids, "type_ids": type_ids, "logits": None if logits is None else floats(logits),
                          "attentions": floats(attentions)})
        write_json(folder / "reference.json", cases)
        print(f"{name}: {sum(file.stat().st_size for file in folder.iterdir()) // 1024} KiB")


main()
