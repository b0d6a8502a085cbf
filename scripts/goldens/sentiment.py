"""Writes what the reference computes with the bundled sentiment model to Tests/Goldens/sentiment/.

    python sentiment.py

In cases.json each case has the text (and text_pair), ids, tokens, offsets, type_ids and logits of transformers' tokenizer and model
with truncation at 512 tokens, and attention weights: all of them for sequences of up to five tokens, 400
drawn by a seed of longer ones; `positions` are indices into the flat [layers, heads, tokens, tokens].
layers.json has of one text hidden_states [layers + 1, tokens, width], queries and keys [layers, heads, tokens, head size], as drawn values.
"""
import random

import torch
from transformers import AutoTokenizer, BertForSequenceClassification

from reference import GOLDENS, ROOT, floats, run, write_json
from sentences import LONG, PAIRS, SHORT

LAYER_VALUES = 1500
MODEL = ROOT / "config" / "models" / "sentiment"
WHOLE, DRAWN = 5, 400  # up to this many tokens all weights, of longer sequences this many weights


def weights(attentions, rng):
    """{positions or null for all, weights}"""
    flat = attentions.flatten()
    positions = None if attentions.shape[-1] <= WHOLE else sorted(rng.sample(range(flat.numel()), DRAWN))
    return {"positions": positions, "weights": floats(flat if positions is None else flat[positions])}


@torch.no_grad()
def layer_by_layer(tokenizer, model, text, rng):
    products = {"queries": [], "keys": []}
    for layer in model.bert.encoder.layer:
        for name, linear in (("queries", layer.attention.self.query), ("keys", layer.attention.self.key)):
            linear.register_forward_hook(lambda _, __, output, into=products[name]: into.append(output[0]))
    states = model(**tokenizer(text, return_tensors="pt"), output_hidden_states=True).hidden_states
    heads = model.config.num_attention_heads
    values = {"hidden_states": torch.cat(states)} | {
        name: torch.stack([output.unflatten(-1, (heads, -1)).transpose(0, 1) for output in outputs]) for name, outputs in products.items()}
    drawn = {name: sorted(rng.sample(range(value.numel()), LAYER_VALUES)) for name, value in values.items()}
    return {"text": text} | {
        name: {"shape": list(value.shape), "positions": drawn[name], "values": floats(value.flatten()[drawn[name]])}
        for name, value in values.items()}


def main():
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    model = BertForSequenceClassification.from_pretrained(
        MODEL, dtype=torch.float32, attn_implementation="eager").eval()
    rng, cases = random.Random(7), []
    for text, pair in [(text, None) for text in SHORT + LONG] + PAIRS:
        encoding = tokenizer(text, pair, truncation=True, max_length=512, return_offsets_mapping=True)
        logits, attentions = run(model, encoding["input_ids"], encoding["token_type_ids"])
        cases.append({
            "text": text, "text_pair": pair, "ids": encoding["input_ids"],
            "tokens": tokenizer.convert_ids_to_tokens(encoding["input_ids"]),
            "offsets": encoding["offset_mapping"], "type_ids": encoding["token_type_ids"],
            "logits": floats(logits), "attention": weights(attentions, rng)})
    write_json(GOLDENS / "sentiment" / "cases.json", cases)
    write_json(GOLDENS / "sentiment" / "layers.json", layer_by_layer(tokenizer, model, "time flies like an arrow", rng))
    print(f"{len(cases)} cases")


main()
