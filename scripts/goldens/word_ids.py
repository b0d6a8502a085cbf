#!/usr/bin/env python3
"""Which word, and which of two texts, each token is of, by the `tokenizers` package: Tests/Goldens/tokenizers/word-ids.json.

Called by `make`, behind the scripts that write the tokenizers. `texts` are cases; `results` has for each tokenizer and text
{word_ids, second}: the package's `word_ids`, and the half-open range of tokens of the second text, or null. `digests` has for each
tokenizer with goldens of its own a hash for each of those cases; see `numbers`.
"""

import json

import transformers
from tokenizers import Tokenizer

from tokenization import GOLDENS, SENTIMENT, digest

TEXTS = [
    {"text": ""}, {"text": "   "}, {"text": "unbelievably good, isn't it?"}, {"text": "Café nai\u0308ve façade ½ ﬁne e\u0301\u0323"},
    {"text": "今天天气很好，我们去公园吧。東京タワー"}, {"text": "I ❤️ this 👍🏽 👩‍👩‍👧‍👦 🇫🇷 ok"}, {"text": "nul\u0000 and\u200b zero \u00ad width"},
    {"text": "a [MASK] in the[MASK]middle <mask> of [SEP][SEP]text  </s> "}, {"text": "low <r>  x y  Straße sw abcd [M] lower"},
    {"text": "the movie", "pair": "was surprisingly good!"}, {"text": "low lower", "pair": ""}, {"text": "", "pair": "lowest 東京"},
    {"text": "low [MASK]", "pair": "<mask> newer", "add_special_tokens": False},
    {"text": "the lowest of all the widest towers", "max_length": 7}, {"text": "the lowest of all", "pair": "the widest towers, newer", "max_length": 9},
    {"text": "the lowest of all", "pair": "towers", "max_length": 5},
]
SHOWN = [
    "sentiment", "uncased-template", "cased", "stripped-without-prefix", "plain", "models/bpe", "models/bpe-dropped", "models/unigram",
    "models/unigram-bytes", "models/word-level", "families/roberta", "families/roberta-spaces", "families/xlm-roberta", "families/albert",
    "families/xlnet", "families/deberta-v2", "families/mpnet", "real/multilingual-e5-small",
]


def load(name):
    """The tokenizer of the package."""
    folder = GOLDENS / name
    if name in ("sentiment", "sentiment-left"):
        return Tokenizer.from_file(str(SENTIMENT))
    if (folder / "tokenizer.json").exists():
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    class_name = json.loads((folder / "tokenizer_config.json").read_text())["tokenizer_class"]
    tokenizer = getattr(transformers, class_name).from_pretrained(folder)
    return getattr(tokenizer, "backend_tokenizer", None)


def encode(tokenizer, case, side):
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if "max_length" in case:
        tokenizer.enable_truncation(case["max_length"], direction=side)
    text = case["text"] * case.get("repeat", 1)
    encoding = tokenizer.encode(text, case.get("pair"), add_special_tokens=case.get("add_special_tokens", True))
    second = [index for index, sequence in enumerate(encoding.sequence_ids) if sequence == 1]
    assert second == list(range(second[0], second[-1] + 1)) if second else True
    return {"word_ids": encoding.word_ids, "second": [second[0], second[-1] + 1] if second else None}


def numbers(result):
    """What is hashed: each token's word + 1, or 0, and the range of the second text, or 0 and 0."""
    return [0 if word is None else word + 1 for word in result["word_ids"]] + (result["second"] or [0, 0])


def side(name):
    path = GOLDENS / name / "tokenizer_config.json"
    configured = json.loads(path.read_text()).get("truncation_side") if path.exists() else None
    return "left" if name == "sentiment-left" else configured or "right"


def main():
    digests = {}
    for path in sorted(GOLDENS.rglob("*.cases.json")):
        name = str(path.relative_to(GOLDENS)).removesuffix(".cases.json")
        tokenizer = None if name.startswith("families/xlm") and "roberta" not in name else load(name)  # XLM's gives no words
        if tokenizer is not None:
            digests[name] = [digest(numbers(encode(tokenizer, case, side(name)))) for case in json.loads(path.read_text())]
    results = {name: [encode(load(name), case, side(name)) for case in TEXTS] for name in SHOWN}
    lines = [f'"texts":{json.dumps(TEXTS)}']
    for title, members in (("results", results), ("digests", digests)):
        rows = ",\n".join(f"{json.dumps(name)}:{json.dumps(value, separators=(',', ':'))}" for name, value in members.items())
        lines.append(f'"{title}":{{\n{rows}\n}}')
    (GOLDENS / "word-ids.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(results)} tokenizers shown, {len(digests)} as hashes of {sum(map(len, digests.values()))} cases")


if __name__ == "__main__":
    main()
