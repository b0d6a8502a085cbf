"""Layouts of checkpoints that save_pretrained no longer writes, made from what it wrote.

Each function takes the folder and changes its files in place; `EDITS` are the names that family_table.py uses.
"""
import json

from safetensors.torch import load_file, save_file
from transformers import AutoModel


def rename(folder, new_name):
    file = folder / "model.safetensors"
    weights = load_file(file)
    save_file({new_name(name): weights[name] for name in sorted(weights)}, file, metadata={"format": "pt"})


def old_norm(name):
    return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")


def gamma_and_beta(folder):
    rename(folder, old_norm)


def bert_old_names(folder):
    rename(folder, lambda name: "bert." + old_norm(name))


def new_prefix(folder):
    rename(folder, lambda name: "new." + name)


def native_names(folder):
    """The parameters' own names, of a model whose saving turns them into the first checkpoints' names."""
    model = AutoModel.from_pretrained(folder)
    weights = model.state_dict()
    save_file({name: weights[name].contiguous() for name in sorted(weights)}, folder / "model.safetensors", metadata={"format": "pt"})


def modernbert_old_config(folder):
    """config.json as 4.x wrote it: which layers are full, and the two thetas, under their old keys."""
    file = folder / "config.json"
    config = json.loads(file.read_text())
    kinds, rope = config.pop("layer_types"), config.pop("rope_parameters")
    every = kinds[1:].index("full_attention") + 1
    assert kinds == ["sliding_attention" if index % every else "full_attention" for index in range(len(kinds))]
    config |= {"global_attn_every_n_layers": every, "global_rope_theta": rope["full_attention"]["rope_theta"],
               "local_rope_theta": rope["sliding_attention"]["rope_theta"]}
    file.write_text(json.dumps(dict(sorted(config.items())), indent=2) + "\n")


EDITS = {edit.__name__: edit for edit in (gamma_and_beta, bert_old_names, new_prefix, native_names, modernbert_old_config)}
