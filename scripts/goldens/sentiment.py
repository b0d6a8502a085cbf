"""Writes what the reference computes with the bundled sentiment model to Tests/Goldens/sentiment/cases.json.

    python sentiment.py

Each case has the text (and text_pair), ids, tokens, offsets, type_ids and logits of transformers' tokenizer and model
with truncation at 512 tokens, and attention weights: all of them for sequences of up to five tokens, 400
drawn by a seed of longer ones; `positions` are indices into the flat [layers, heads, tokens, tokens].
"""
import random

import torch
from transformers import AutoTokenizer, BertForSequenceClassification

from reference import GOLDENS, ROOT, floats, run, write_json
from sentences import LONG, PAIRS, SHORT

MODEL = ROOT / "config" / "models" / "sentiment"
WHOLE, DRAWN = 5, 400  # up to this many tokens all weights, of longer sequences this many weights


def weights(attentions, rng):
    """{positions or null for all, weights}"""
    flat = attentions.flatten()
    positions = None if attentions.shape[-1] <= WHOLE else sorted(rng.sample(range(flat.numel()), DRAWN))
    return {"positions": positions, "weights": floats(flat if positions is None else flat[positions])}


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
    print(f"{len(cases)} cases")


main()
