"""Writes a small seeded checkpoint of every encoder family and head, and what the reference computes, to Tests/Goldens/families/.

    python families.py [NAME …]

A folder a checkpoint: config.json and model.safetensors (bfloat16) as save_pretrained writes them, and reference.safetensors with, for
sequence i: `i.ids` and `i.type_ids` [tokens] (and `i.langs` where languages are given), and of a bare model `i.hidden` [tokens, width] and
`i.attentions` [layers, heads, tokens, tokens] (`i.attentions.last` [1, heads, tokens, tokens] of a long sequence whose attention is what
it tests), of one short sequence also `i.hidden_states` [layers + 1, tokens, width] and, where a layer has a product for each,
`i.queries` and `i.keys` [layers, heads, tokens, head size]; of a head `i.logits` and, of pretraining heads, `i.next_sentence` or `i.sentence_order`. index.json lists the checkpoints.
The reference reads the files again in binary32 and runs one sequence at a time, without padding. Running it again writes the same bytes.
"""
import random
import re
import shutil
import sys
import zlib

import torch
import transformers
from safetensors.torch import save_file

from family_files import EDITS
from family_table import CHECKPOINTS, LOWEST_ID, class_named
from reference import GOLDENS, write_json

FAMILIES = GOLDENS / "families"
LONG = 30  # from here on a sequence's attention is kept for the last layer only, and only where it tests something
ATTENTION_MATTERS = {"mpnet", "deberta", "deberta-v2", "modernbert", "xlnet", "big_bird"}
MOST_ATTENTION = 101  # tokens
QUERY = re.compile(r"(^|\.)(query|query_proj|q_lin|q)$")
KEY = re.compile(r"(^|\.)(key|key_proj|k_lin|k)$")


def seed(checkpoint):
    return zlib.crc32(checkpoint.name.encode())


def write_model(checkpoint, folder):
    """Every weight, norms and biases included, is drawn by the seed, with a spread that leaves the functions' linear middle."""
    torch.manual_seed(seed(checkpoint))
    kind = class_named(checkpoint.saved_as or checkpoint.kind)
    model = kind(kind.config_class(**checkpoint.config))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 1 if "relative_attention_bias" in name else 0.4)
            else:
                parameter.normal_(1 if name.endswith("weight") else 0, 0.2)
    shutil.rmtree(folder, ignore_errors=True)
    if checkpoint.saved_as:
        model.config.architectures = [checkpoint.kind]
    model.to(torch.bfloat16).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if checkpoint.edit:
        EDITS[checkpoint.edit](folder)
    return model


def read_model(checkpoint, folder, **options):
    kind = class_named(checkpoint.kind)
    return kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", **options).eval()


def check_read(written, read):
    """The reference must have found every weight in the file, whatever names they have there."""
    written = written.state_dict()
    prefix = read.base_model_prefix + "."
    for name, value in read.state_dict().items():
        original = written.get(name, written.get(name.removeprefix(prefix), written.get(prefix + name)))
        assert original is not None and torch.equal(value, original.float()), name


def sequences(checkpoint):
    """(ids, type ids, language ids or None): pairs where the family has token types."""
    draw = random.Random(seed(checkpoint))
    for index, length in enumerate(checkpoint.lengths):
        ids = [draw.randrange(LOWEST_ID, checkpoint.config["vocab_size"]) for _ in range(length)]
        for position, special in checkpoint.special.items():
            if position < length:
                ids[position] = special
        type_ids = [0] * length
        if checkpoint.types > 1 and length > 3:
            type_ids = [int(position > length // 2) for position in range(length)]
        if checkpoint.types > 2 and length > 3:
            type_ids[-1] = 2  # the class token at the end has a segment of its own
        langs = [draw.randrange(checkpoint.config["n_langs"]) for _ in ids] if checkpoint.with_langs and index % 2 else None
        yield ids, type_ids, langs


def inputs(checkpoint, ids, type_ids, langs):
    values = {"input_ids": torch.tensor([ids])}
    if checkpoint.types > 1:
        values["token_type_ids"] = torch.tensor([type_ids])
    if langs:
        values["langs"] = torch.tensor([langs])
    return values


@torch.no_grad()
def hidden_and_attentions(checkpoint, folder, model, values):
    """A BigBird that met a short sequence stays with full attention: it is read anew, and asked for that kind where it falls back to it."""
    length = values["input_ids"].shape[1]
    if checkpoint.name.startswith("big_bird") and model.config.attention_type == "block_sparse":
        hidden = read_model(checkpoint, folder)(**values).last_hidden_state
        falls_back = length <= (5 + 2 * model.config.num_random_blocks) * model.config.block_size
        model = read_model(checkpoint, folder, **({"attention_type": "original_full"} if falls_back else {}))
        output = model(**values, output_attentions=True)
        assert torch.equal(hidden, output.last_hidden_state)
    else:
        output = model(**values, output_attentions=True)
    attentions = torch.cat(output.attentions)[:, :, :length, :length]
    return output.last_hidden_state[0], attentions


def recorded(model, pattern, into):
    """Hooks that keep what the layers' products put out; relative embeddings pass through some of them, too, behind the tokens."""
    shared = model.config.model_type == "albert"
    seen = set()

    def keep(module, _, output):
        if shared or module not in seen:
            seen.add(module)
            into.append(output[0])

    return [module.register_forward_hook(keep) for name, module in model.named_modules() if pattern.search(name)]


@torch.no_grad()
def layer_by_layer(checkpoint, folder, model, values):
    """Hidden states behind the embeddings and each layer, and each head's queries and keys."""
    if checkpoint.name.startswith("big_bird"):
        model = read_model(checkpoint, folder, attention_type="original_full")
    queries, keys = [], []
    hooks = recorded(model, QUERY, queries) + recorded(model, KEY, keys)
    states = model(**values, output_hidden_states=True).hidden_states
    for hook in hooks:
        hook.remove()
    results = {"hidden_states": torch.cat([state[:, :values["input_ids"].shape[1]] for state in states])}
    if queries:
        heads = model.config.num_attention_heads
        for name, products in (("queries", queries), ("keys", keys)):
            results[name] = torch.stack([product.unflatten(-1, (heads, -1)).transpose(0, 1) for product in products])
    return results


@torch.no_grad()
def head_results(checkpoint, folder, model, values):
    if checkpoint.name.startswith("big_bird"):
        model = read_model(checkpoint, folder)
    output = model(**values)
    if checkpoint.head == "question-answering":
        return {"logits": torch.stack((output.start_logits[0], output.end_logits[0]), dim=1)}
    if checkpoint.head != "pretraining":
        return {"logits": output.logits[0]}
    if "sop_logits" in output:
        return {"logits": output.prediction_logits[0], "sentence_order": output.sop_logits[0]}
    return {"logits": output.prediction_logits[0], "next_sentence": output.seq_relationship_logits[0]}


def big_bird_question(model, ids, type_ids):
    """The types that the head itself gives where it is given none: 1 after the first separator."""
    separator = model.config.sep_token_id
    length = ids.index(separator) + 1 if separator in ids else 1
    return [int(position >= length) for position in range(len(ids))]


def reference(checkpoint, folder, model):
    results = {}
    for index, (ids, type_ids, langs) in enumerate(sequences(checkpoint)):
        if checkpoint.name == "big_bird-question-answering":
            type_ids = big_bird_question(model, ids, type_ids)
        given = {"ids": torch.tensor(ids), "type_ids": torch.tensor(type_ids)} | ({"langs": torch.tensor(langs)} if langs else {})
        values = inputs(checkpoint, ids, type_ids, langs)
        if checkpoint.head == "base":
            hidden, attentions = hidden_and_attentions(checkpoint, folder, model, values)
            given["hidden"] = hidden
            if 3 < len(ids) < LONG and not any(name.endswith("hidden_states") for name in results):
                given |= layer_by_layer(checkpoint, folder, model, values)
            if len(ids) < LONG:
                given["attentions"] = attentions
            elif model.config.model_type in ATTENTION_MATTERS and len(ids) <= MOST_ATTENTION:
                given["attentions.last"] = attentions[-1:]
        else:
            given |= head_results(checkpoint, folder, model, values)
        for name, value in given.items():
            assert value.isfinite().all(), (checkpoint.name, name)
            results[f"{index}.{name}"] = value.contiguous()
    return results


def write(checkpoint):
    folder = FAMILIES / checkpoint.name
    written = write_model(checkpoint, folder)
    model = read_model(checkpoint, folder)
    check_read(written, model)
    save_file(reference(checkpoint, folder, model), folder / "reference.safetensors")
    return {"name": checkpoint.name, "model_type": model.config.model_type, "architecture": checkpoint.kind,
            "head": checkpoint.head, "exercises": checkpoint.exercises}


def main(names):
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    if not names:
        shutil.rmtree(FAMILIES, ignore_errors=True)
    index = [write(checkpoint) for checkpoint in CHECKPOINTS if not names or checkpoint.name in names]
    if not names:
        write_json(FAMILIES / "index.json", index)
    size = sum(file.stat().st_size for file in FAMILIES.rglob("*") if file.is_file())
    print(f"families: {len(index)} checkpoints, {size // 1024} KiB")


main(sys.argv[1:])
