"""Cuts real vocabularies down to what a sample of texts needs, and writes them to Tests/Goldens/tokenizers/real/ with what the
reference makes of the sample: tests have no network, and no room for 17 MB.

    python real_vocabularies.py      after scripts/fetch-models, with what requirements.txt lists but torch

Everything but the number of entries is as in the real files: scores, merges in their order, the character map, all settings. The
sample comes out in the same pieces as with the whole vocabulary.
"""

import json
import random
import shutil
from itertools import pairwise

from comparison import reference_tokenizer
from texts import lines
from tokenization import GOLDENS, HANDWRITTEN, ROOT, pools, random_cases, with_results
from tokenizers import Tokenizer

MODELS = ROOT / "models"
REAL = GOLDENS / "real"
SEED = 2611
CODE_POINTS = [range(0x250), range(0x250, 0x3100), range(0x3100, 0xD800), range(0xF900, 0x10000), range(0x10000, 0x18000),
               range(0x1D000, 0x20000), range(0x20000, 0x110000)]
WHOLE_CASES = 90  # with all their tokens; of the others there is a hash
WHOLE_LATTICES = 150  # texts that keep every piece that is somewhere in them; the others keep those they come out in


def sample(special_tokens, count, code_points):
    """Texts that are not too long, and samples of ten code points each, most of them from where there are letters."""
    texts = [text for text in lines(8 * count, SEED, special_tokens) if len(text) <= 80][:count]
    rng = random.Random(SEED)
    for number in range(code_points):
        block = CODE_POINTS[number % len(CODE_POINTS)]
        texts.append("".join(rng.choice(["a{}b ", "{}", " {}"]).format(chr(rng.choice(block))) for _ in range(10)))
    return [*HANDWRITTEN, *texts]


def cases_of(texts, special_tokens):
    cases = [{"text": text} for text in texts]
    cases[WHOLE_CASES:] = [{**case, "repeat": 1} for case in cases[WHOLE_CASES:]]
    return cases + random_cases(SEED, 20, pools() + [special_tokens], 20)


def texts_of(cases):
    return [text for case in cases for text in (case["text"], case.get("pair")) if text]


def compact(value):
    """Without escapes, which would triple most of it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def write_cases(name, whole, texts, special_tokens):
    """The cases with the results of the cut vocabulary, which must spell what the whole one spells."""
    cut = reference_tokenizer(REAL / name)
    for text in texts:
        expected, encoding = whole.encode(text), cut.encode(text)
        assert (encoding.tokens, encoding.offsets) == (expected.tokens, expected.offsets), text
    results = with_results(cut, cases_of(texts, special_tokens))
    write(REAL / f"{name}.cases.json", "[\n" + ",\n".join(map(compact, results)) + "\n]")


# ---- Unigram: XLM-R's pieces ----


def pieces_in(tokenizer, vocabulary, longest, text):
    """All pieces that are somewhere in the text: those of the whole lattice."""
    found = set()
    for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text)):
        for start in range(len(word)):
            found.update(word[start:end] for end in range(start + 1, min(start + longest, len(word)) + 1) if word[start:end] in vocabulary)
    return found


def cut_unigram(name, texts, special_tokens):
    source = json.loads((MODELS / name / "tokenizer.json").read_text(encoding="utf-8"))
    whole = Tokenizer.from_file(str(MODELS / name / "tokenizer.json"))
    scores = dict(map(tuple, source["model"]["vocab"]))
    longest = max(map(len, scores))
    # The penalty of an unknown character hangs on the least score.
    kept = set(special_tokens) | {min(scores, key=scores.get)}
    for number, text in enumerate(texts_of(cases_of(texts, special_tokens))):
        kept.update(token for token in whole.encode(text).tokens if token in scores)
        if number < WHOLE_LATTICES:
            kept |= pieces_in(whole, scores, longest, text)
    source["model"]["vocab"] = [entry for entry in source["model"]["vocab"] if entry[0] in kept]
    ids = {piece: number for number, (piece, _) in enumerate(source["model"]["vocab"])}
    for token in source["added_tokens"]:
        token["id"] = ids[token["content"]]
    write(REAL / name / "tokenizer.json", compact(source))
    write_cases(name, whole, texts, special_tokens)


# ---- BPE: GPT-2's merges ----


def merges_in(word, ranks):
    """All merges that are possible at some step on the word's way; the one of the lowest rank is made, wherever it is possible."""
    found, symbols = set(), list(word)
    while possible := {pair for pair in pairwise(symbols) if pair in ranks}:
        found |= possible
        best = min(possible, key=ranks.get)
        merged = []
        for symbol in symbols:
            if merged and (merged[-1], symbol) == best:
                merged[-1] += symbol
            else:
                merged.append(symbol)
        symbols = merged
    return found


def cut_bpe(name, texts, special_tokens):
    whole = reference_tokenizer(MODELS / name)
    vocabulary = json.loads((MODELS / name / "vocab.json").read_text(encoding="utf-8"))
    header, *merges = (MODELS / name / "merges.txt").read_text(encoding="utf-8").splitlines()
    ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(merges)}
    kept = set()
    for text in texts_of(cases_of(texts, special_tokens)):
        for word, _ in whole.pre_tokenizer.pre_tokenize_str(text):
            kept |= merges_in(word, ranks)
    tokens = {token for token in vocabulary if len(token) == 1} | set(special_tokens) | {first + second for first, second in kept}
    write(REAL / name / "vocab.json", compact({token: number for number, token in enumerate(sorted(tokens, key=vocabulary.get))}))
    write(REAL / name / "merges.txt", "\n".join([header, *(" ".join(merge) for merge in sorted(kept, key=ranks.get))]))
    shutil.copy(MODELS / name / "tokenizer_config.json", REAL / name)
    write_cases(name, whole, texts, special_tokens)


if __name__ == "__main__":
    xlm_tokens, gpt_tokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"], ["<|endoftext|>"]
    cut_unigram("multilingual-e5-small", sample(xlm_tokens, 300, 40), xlm_tokens)
    cut_bpe("gpt2", sample(gpt_tokens, 600, 40), gpt_tokens)
