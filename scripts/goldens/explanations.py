#!/usr/bin/env python3
"""Explanations of classifications by occlusion and by rollout, with transformers and numpy: Tests/Goldens/explanations/.

    python explanations.py

Called by `make`, behind models.py and tokenizer_families.py. Besides the bundled model and two of models.py a small seeded RoBERTa
is explained, which is written here too. `cases.json` is a list of
{model, text, text_pair, label, score, occlusion: {tokens, words, sum, difference}, rollout: {tokens, words}};
a token is [position, contribution], a word [text, start, end, "a" or "b", contribution].
"""

import shutil

import numpy
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, RobertaConfig, RobertaForSequenceClassification, RobertaTokenizer

from reference import GOLDENS, ROOT, write_json

ROBERTA = GOLDENS / "explanations" / "roberta"
MODELS = {
    "sentiment": ROOT / "config" / "models" / "sentiment",
    "roberta": ROBERTA,
    "regression": GOLDENS / "models" / "regression",
    "gelu-new-f16-multi-label": GOLDENS / "models" / "gelu-new-f16-multi-label",
}
TEXTS = {
    "sentiment": [
        ("The plot is thin, but the acting is unforgettable.", None), ("not bad at all", None), ("", None), ("awful", None),
        ("Crème brûlée 😀👍🏽 was overpriced & soggy", None), ("a [MASK] of antidisestablishmentarianism", None),
        ("The room was clean.", "The staff was unhelpfully rude!"), ("", "second only"),
    ],
    "roberta": [("The low  lower lowest", None), ("newest wider naïve 東京", "low, lower!"), ("a <mask> b", None), ("", None)],
    "regression": [("very good film!", None), ("unbelievable things", "as it was"), ("bad", None)],
    "gelu-new-f16-multi-label": [("not a very good film", None), ("worded oddly", "it is good")],
}


def write_roberta():
    """A RoBERTa with a bytes' tokenizer and weights far larger than usual, drawn by a seed."""
    shutil.rmtree(ROBERTA, ignore_errors=True)
    tokenizer = RobertaTokenizer.from_pretrained(GOLDENS / "tokenizers" / "families" / "roberta", model_max_length=40)
    torch.manual_seed(20261122)
    config = RobertaConfig(
        vocab_size=max(tokenizer.get_vocab().values()) + 1, hidden_size=24, num_hidden_layers=3, num_attention_heads=4, intermediate_size=40, max_position_embeddings=42,
        type_vocab_size=1, pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
        num_labels=4, initializer_range=0.4)
    model = RobertaForSequenceClassification(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.2)
            elif "LayerNorm" in name:
                parameter.normal_(1, 0.2)
    model.save_pretrained(ROBERTA)
    tokenizer.save_pretrained(ROBERTA)


@torch.no_grad()
def read(model, ids, type_ids):
    """(logits, attentions [layers, heads, tokens, tokens]) of one sequence."""
    inputs = {"input_ids": torch.tensor([ids])}
    if type_ids is not None:
        inputs["token_type_ids"] = torch.tensor([type_ids])
    output = model(**inputs, output_attentions=True)
    return output.logits[0].double().numpy(), torch.cat(output.attentions).double().numpy()


def scores(model, logits):
    kind = model.config.problem_type
    if kind == "regression":
        return logits
    if kind == "multi_label_classification" or len(logits) == 1:
        return 1 / (1 + numpy.exp(-logits))
    exponentials = numpy.exp(logits - logits.max())
    return exponentials / exponentials.sum()


def words_of(encoding):
    """(which text, positions) of each word."""
    words = {}
    for position, (sequence, word) in enumerate(zip(encoding.sequence_ids(), encoding.word_ids())):
        if word is not None:
            words.setdefault((sequence, word), []).append(position)
    return [(sequence, positions) for (sequence, _), positions in words.items()]


def rollout(attentions):
    """[tokens, tokens]: Abnar and Zuidema (2020), the product of all layers."""
    product = numpy.eye(attentions.shape[-1])
    for layer in attentions.mean(axis=1):
        mixed = layer + numpy.eye(len(layer))
        product = (mixed / mixed.sum(axis=1, keepdims=True)) @ product
    return product


def explain(tokenizer, model, text, pair):
    encoding = tokenizer(text, pair, truncation=True, max_length=model.config.max_position_embeddings - 2, return_offsets_mapping=True)
    ids, type_ids, offsets = encoding["input_ids"], encoding.get("token_type_ids"), encoding["offset_mapping"]
    logits, attentions = read(model, ids, type_ids)
    label = int(scores(model, logits).argmax())
    words = words_of(encoding)

    def lost(positions):
        hidden = [tokenizer.mask_token_id if position in positions else id for position, id in enumerate(ids)]
        return logits[label] - read(model, hidden, type_ids)[0][label]

    def shown(token_values, word_values):
        rows = []
        for (sequence, positions), value in zip(words, word_values):
            start, end = min(offsets[p][0] for p in positions), max(offsets[p][1] for p in positions)
            rows.append([(pair if sequence else text)[start:end], start, end, "ab"[sequence], number(value)])
        return {"tokens": [[position, number(value)] for position, value in token_values], "words": rows}

    positions = sorted(position for _, word in words for position in word)
    occluded = [lost(word) for _, word in words]
    first = rollout(attentions)[0]
    return {
        "label": model.config.id2label[label], "score": number(scores(model, logits)[label]),
        "occlusion": {**shown([(p, lost([p])) for p in positions], occluded), "sum": number(sum(occluded)), "difference": number(lost(positions))},
        "rollout": shown([(p, first[p]) for p in positions], [sum(first[p] for p in word) for _, word in words])}


def number(value):
    return float(f"{value:.9g}")


def main():
    write_roberta()
    cases = []
    for name, folder in MODELS.items():
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        cases += [{"model": name, "text": text, "text_pair": pair, **explain(tokenizer, model, text, pair)} for text, pair in TEXTS[name]]
    write_json(GOLDENS / "explanations" / "cases.json", cases)
    print(f"{len(cases)} explanations")


if __name__ == "__main__":
    main()
