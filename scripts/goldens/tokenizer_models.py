#!/usr/bin/env python3
"""What the `tokenizers` package makes of texts with each of its models and their options: `Tests/Goldens/tokenizers/models/`.

Called by `make`. All that is random is seeded, so a second run writes the same files.
"""

import copy
import json
import math
import random
from collections import Counter

from tokenizers import Tokenizer, pre_tokenizers

import tokenization
from sentences import LONG, SHORT
from tokenization import GOLDENS, HANDWRITTEN, random_text, with_results, write_json

TEXTS = [" ".join(SHORT[:12] + LONG[:3]), "Über-Größe naïve façade, Köln: süße Äpfel und Öl. Straße straße größer größte", "東京タワーで写真を撮った。東京 写真 今天天气很好，我们去公园吧。今天 天气",
         "low lower lowest newer newest wider widest aaaa aaab baab abab ababab bababa"]
WORDS = [word for word, _ in pre_tokenizers.BertPreTokenizer().pre_tokenize_str(" ".join(TEXTS))]
BYTE_TOKENS = [f"<0x{byte:02X}>" for byte in range(256)]
BERT = {"type": "BertPreTokenizer"}


def tokenizer_json(model, pre_tokenizer=BERT):
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": pre_tokenizer,
            "post_processor": None, "decoder": None, "model": model}


# ---- Models ----


def bpe(merge_count=170, special=("<unk>",), prefix=None, suffix=None, **fields):
    """A model trained on the texts, with some fields replaced. The package's trainer breaks ties as it happens; here the first in order wins."""
    words = []
    for word in WORDS:
        symbols = [word[0]] + [(prefix or "") + character for character in word[1:]]
        words.append(symbols[:-1] + [symbols[-1] + (suffix or "")])
    counts = Counter(symbol for symbols in words for symbol in symbols)
    alphabet = sorted(symbol for symbol in counts if counts[symbol] > 1 or symbol[0] in "東京写真")
    merges = []
    for _ in range(merge_count):
        pairs = Counter(pair for symbols in words for pair in zip(symbols, symbols[1:]) if all(symbol in alphabet for symbol in pair))
        left, right = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merged = left + right[len(prefix or ""):]
        merges.append([left, right])
        alphabet += [merged] if merged not in alphabet else []
        for symbols in words:
            for index in range(len(symbols) - 1):
                if symbols[index:index + 2] == [left, right]:
                    symbols[index:index + 2] = [merged]
    return {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": prefix, "end_of_word_suffix": suffix, "fuse_unk": False,
            "byte_fallback": False, "ignore_merges": False, "vocab": {token: id for id, token in enumerate([*special, *alphabet])}, "merges": merges, **fields}


def pieces(count):
    """The most frequent pieces of the words, and all their common characters, with logarithms of their frequencies."""
    frequencies = Counter(word[start:end] for word in WORDS for start in range(len(word)) for end in range(start + 1, min(start + 7, len(word) + 1)))
    total = sum(frequencies.values())
    ranked = sorted(frequencies, key=lambda piece: (-frequencies[piece] * len(piece) ** 2, piece))[:count]
    characters = sorted(piece for piece in frequencies if len(piece) == 1 and frequencies[piece] > 2 and piece not in ranked)
    return [[piece, round(math.log(frequencies[piece] / total), 4)] for piece in ranked + characters]


def unigram(vocabulary, **fields):
    return {"type": "Unigram", "unk_id": 0, "vocab": vocabulary, "byte_fallback": False, **fields}


def without_type(model):
    return {name: value for name, value in model.items() if name != "type"}


def fixtures():
    unknown = [["<unk>", 0.0]]
    words = unknown + pieces(160)
    suffixed = bpe(suffix="</w>")
    strings = copy.deepcopy(bpe())
    strings["merges"] = ["#version: 0.2"] + [" ".join(merge) for merge in strings["merges"]]
    bytes_some = [token for token in BYTE_TOKENS if token not in ("<0xC3>", "<0x0A>")]
    # Ids with holes; merges that make one token of different pairs, and one that comes twice.
    odd = {"type": "BPE", "unk_token": "?", "vocab": {"a": 7, "b": 3, "c": 90, "ab": 11, "bc": 12, "abc": 1000, "cc": 14, "?": 0, "??": 5, "?a": 8},
           "merges": [["b", "c"], ["a", "b"], ["ab", "c"], ["a", "bc"], ["c", "c"], ["?", "?"], ["?", "a"], ["b", "c"]]}
    ties = [["?", -2.0], ["a", -1.0], ["aa", -2.0], ["aaa", -3.0], ["b", -1.5], ["ab", -2.5], ["ba", -2.5], ["aab", -3.5], ["a", -1.0], ["", 0.0], ["bb", -40.0]]
    positive = [["?", 30.0], ["a", 40.0], ["b", 35.0], ["xx", 31.0], ["xyx", 30.5], ["ab?", 90.0], ["éé", 30.0]]
    return {
        "bpe": tokenizer_json(bpe()),
        "bpe-strings-without-type": tokenizer_json(without_type(strings)),
        "bpe-whole-text": tokenizer_json(bpe(dropout=0.0), None),
        "bpe-prefix": tokenizer_json(bpe(prefix="##")),
        "bpe-suffix": tokenizer_json(suffixed),
        "bpe-prefix-suffix": tokenizer_json(bpe(prefix="@@", suffix="</w>", fuse_unk=True)),
        "bpe-fused": tokenizer_json(bpe(fuse_unk=True), None),
        "bpe-dropped": tokenizer_json(bpe(unk_token=None), None),
        "bpe-bytes": tokenizer_json(bpe(170, ("<unk>", *BYTE_TOKENS), byte_fallback=True, fuse_unk=True), None),
        "bpe-some-bytes": tokenizer_json(bpe(170, ("<unk>", *bytes_some), byte_fallback=True, fuse_unk=True), None),
        "bpe-some-bytes-unfused": tokenizer_json(bpe(170, ("<unk>", *bytes_some), byte_fallback=True), None),
        "bpe-whole-words": tokenizer_json({**suffixed, "ignore_merges": True, "vocab": {**suffixed["vocab"], "movie": 900, "東京": 901, "?!": 902}}),
        "bpe-odd": tokenizer_json(odd, None),
        "unigram": tokenizer_json(unigram(words)),
        "unigram-whole-text": tokenizer_json(unigram(words + [["▁", -3.0], [" ", -4], [" the", -2.5]]), None),
        "unigram-bytes": tokenizer_json(unigram(words + [[token, -20.0] for token in BYTE_TOKENS], byte_fallback=True), None),
        "unigram-some-bytes": tokenizer_json(unigram(words + [[token, -20.0] for token in bytes_some], byte_fallback=True, unk_id=3), None),
        "unigram-without-type": tokenizer_json({"unk_id": 1, "vocab": [["a", -1.25]] + words}),
        "unigram-ties": tokenizer_json(unigram(ties), None),
        "unigram-positive": tokenizer_json(unigram(positive), None),
        "word-level": tokenizer_json({"type": "WordLevel", "unk_token": "[UNK]", "vocab": {"[UNK]": 5, **{word: 10 + i for i, word in enumerate(sorted(set(WORDS))[:150])}}}),
        "word-level-without-type": tokenizer_json({"unk_token": "the", "vocab": {"the": 0, "movie": 3, "é": 1, "e\u0301": 2}}),
    }


# ---- Texts ----


def cases(name, seed):
    if name in ("bpe-odd", "unigram-ties", "unigram-positive"):
        rng = random.Random(seed)
        return [{"text": "".join(rng.choice("aaabbbccxyé?") for _ in range(rng.randrange(1, 25)))} for _ in range(25)]
    kinds = [["the ", "movie ", "low", "er ", "est ", "new"], list("abcdehilmnorstu "), list("aeiou"), list("äöüßéñ "), list("東京今天写真 "), WORDS, [" "], list(".,!?'"),
             list("\n\t\u0000\u00a0\u3000"), ["👍🏽", "😁", "ж", "<unk>", "<0x41>", "\U00020000"]]
    rng = random.Random(seed)
    texts = [TEXTS[3], *HANDWRITTEN[1:9:3], HANDWRITTEN[25]] + [random_text(rng, kinds, rng.randrange(50)) for _ in range(9)]
    return [{"text": text} for text in texts] + [{"text": unit, "repeat": 3000} for unit in ("a", "ab", "ж", "the ")]


def main():
    for seed, (name, fixture) in enumerate(fixtures().items(), start=100):
        write_json(GOLDENS / "models" / name / "tokenizer.json", fixture)
        tokenizer = Tokenizer.from_str(json.dumps(fixture))
        tokenization.write_cases(f"models/{name}", with_results(tokenizer, cases(name, seed)))


if __name__ == "__main__":
    main()
