#!/usr/bin/env python3
"""Writes what the `tokenizers` and `transformers` packages make of texts to Tests/Goldens/tokenizers/, for the Swift tokenizers to be held against.

    python scripts/goldens/tokenization.py

Needs what scripts/goldens/requirements.txt lists; of it only tokenizers and transformers.
All that is random is seeded, so a second run writes the same files. comparison.py uses the texts and `encode` from here.
"""

import argparse
import json
import random
from pathlib import Path

from tokenizers import Tokenizer, normalizers, pre_tokenizers

from unicode_tables import SCALARS, combining_classes, decompositions

ROOT = Path(__file__).resolve().parents[2]
GOLDENS = ROOT / "Tests/Goldens/tokenizers"
SENTIMENT = ROOT / "config/models/sentiment/tokenizer.json"
CODE_POINTS_PER_BLOCK = 1024


# ---- Texts ----

HANDWRITTEN = [
    "", " ", "a", "The movie was surprisingly good, and I enjoyed every minute of it!", "Hello, y'all! How are you 😁 ?",
    "Café au lait, naïve façade, Über-Größe", "Cafe\u0301 nai\u0308ve A\u030a\u0323 a\u0323\u030a", "İstanbul'da ISPARTA ıi İi̇ ǅ ẞ ΑΣ ΟΔΟΣ ſ ﬁ",
    "今天天气很好，我们去公园吧。", "東京タワーで写真を撮った。カタカナ ｶﾀｶﾅ が か\u3099", "한국어 각 각 \u1112\u1161\u11ab", "Привет, как дела? Ёлка й",
    "שלום עֲלֵיכֶם", "السَّلَامُ عَلَيْكُمْ", "नमस्ते दुनिया क़", "สวัสดี ทำ", "Tiếng Việt ậ ệ ữ", "👨‍👩‍👧‍👦 👍🏽 🏳️‍🌈 ❤️ 1️⃣ 🇩🇪🇫🇷", "a\u200db\u200cc\ufeffd\u00ade",
    "nul\u0000 bel\u0007 del\u007f fffd\ufffd private\ue000\U000f0000", "tab\there\nand\r\nthere\u000b\u000c\u001c\u0085", "a\u00a0b\u1680c\u2003d\u2028e\u2029f\u202fg\u205fh\u3000i\u200bj",
    "\u0301leading \u0301\u0323\u0f71\u0f72 \u0f73\u0344 marks", "a\u0301\u0323\u0345\u0334 e\u0334\u0327\u0301 \U0001d165\u0f80\u0328", "\U0001d15e\U0001d16f q\u0307\u0323",
    "[CLS] in the [MASK] text [SEP][SEP] [mask] [UNK]", "[MASK].[MASK] x[MASK]y", "e-mail: a.b@c.de, http://x.y/z?q=1&r=%20 #tag $5.00 (50%) ~^`|<>{}[]\\_+=*/",
    "unaffable antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis " + "x" * 101 + " " + "a" * 100, "「引用」、。！？…—–‘’“”«»‹›¡¿·¶§",
    "豈更車\uf900\U0002f800\U00020000\u4e00\u9fff\u3400", "ＦＵＬＬ　Ｗｉｄｔｈ ½ Ⅳ ℌ ① ㍿", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐐀𐐨 ⰀⰰᲐა Ꭰꭰ",
    "A\u030A Å \u212b K \u212a Ω \u2126", "\u1e9b\u0323 \u01d5 \u1f82 \u0390", "\U00016121\U00016a6d \u08d3 \u1ac1 \U00011938",
]
LONG = [("a", 100_000), ("the ", 3_000), ("\u4e2d", 2_000), ("e\u0323\u0301", 2_000), ("[CLS]", 2_000), ("\u0f73\u0301\u0323\u0345", 2_000), (" ", 5_000)]


def pools():
    """Kinds of characters for random texts, each drawn as often as the other."""
    decomposing = decompositions()
    lower = normalizers.Lowercase().normalize_str
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    return [
        [chr(c) for c in range(0x20, 0x7F)], list("abcdefghij "), [chr(c) for c in range(0xC0, 0x250)], [" "],
        [chr(c) for c in combining_classes(decomposing)], [chr(c) for c in decomposing], [chr(c) for c in SCALARS if lower(chr(c)) != chr(c)],
        list("\t\n\r\u000b\u000c\u0085\u00a0\u1680\u2000\u2009\u2028\u2029\u202f\u3000"), list("\u0000\u0007\u001f\u007f\u00ad\u200b\u200d\u200e\ufeff\ufffd\ue000"),
        [chr(c) for c in [*range(0x4E00, 0x4E40), *range(0xF900, 0xF940)]], [chr(c) for c in [*range(0xAC00, 0xAC60), *range(0x1100, 0x1180)]],
        ["👨‍👩‍👧", "🏳️‍🌈", "❤️", "1️⃣", "👍🏽", "🇩🇪"], [chr(c) for c in SCALARS if len(split(f"a{chr(c)}b")) == 3], list("İßſẞΣςǅﬁ"),
        list("\u0301\u0323\u0345\u0f71\u0f72\u0f74\u0f73\u0344\u3099\u0334\u302e\U0001d165"), ["the ", "movie ", "unbelievable ", "don't ", "playing "],
    ]


def random_text(rng, kinds, length):
    text = []
    while len(text) < length:
        kind = rng.choice(kinds)
        text += [rng.choice(kind) for _ in range(rng.choice([1, 1, 2, 5]))]
    if rng.random() < 0.2:
        text.append(chr(rng.choice(SCALARS)))
    return "".join(text)


def random_cases(seed, count, kinds, length):
    rng = random.Random(seed)
    cases = []
    for _ in range(count):
        case = {"text": random_text(rng, kinds, rng.randrange(length + 1))}
        if rng.random() < 0.3:
            case["pair"] = random_text(rng, kinds, rng.randrange(length + 1))
        if rng.random() < 0.4:
            # Never fewer than the template adds: the reference's subtraction would wrap around.
            case["max_length"] = rng.randrange(5, 24)
        if rng.random() < 0.2:
            case["add_special_tokens"] = False
        cases.append(case)
    return cases


# ---- Encoding with the reference ----


def encode(tokenizer, case, side="right"):
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if "max_length" in case:
        tokenizer.enable_truncation(case["max_length"], direction=side)
    text = case["text"] * case.get("repeat", 1)
    encoding = tokenizer.encode(text, case.get("pair"), add_special_tokens=case.get("add_special_tokens", True))
    return {"ids": encoding.ids, "type_ids": encoding.type_ids, "offsets": [list(o) for o in encoding.offsets],
            "special_tokens_mask": encoding.special_tokens_mask}


def with_results(tokenizer, cases, side="right"):
    """The cases with what the reference makes of them. Long results go as a hash; see `digest`."""
    results = []
    for case in cases:
        result = encode(tokenizer, case, side)
        if "repeat" in case:
            results.append({**case, "count": len(result["ids"]), "hash": digest(result["ids"], result["offsets"])})
        else:
            results.append({**case, **result, "tokens": [tokenizer.id_to_token(i) for i in result["ids"]]})
    return results


def digest(*numbers):
    """FNV-1a over 64-bit words, of nested lists of numbers, as hexadecimal."""
    state = 0xCBF29CE484222325
    stack = list(reversed(numbers))
    while stack:
        item = stack.pop()
        if isinstance(item, (list, tuple)):
            stack.extend(reversed(item))
        else:
            state = ((state ^ item) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{state:016x}"


# ---- Fixtures ----


def bert_normalizer(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False):
    """The normalizer as tokenizer.json describes it."""
    return {"type": "BertNormalizer", "clean_text": clean_text, "handle_chinese_chars": handle_chinese_chars,
            "strip_accents": strip_accents, "lowercase": lowercase}


def added(content, **flags):
    return {"id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False, **flags}


SPECIAL_TOKENS = {"[CLS]": {"id": "[CLS]", "ids": [101, 7], "tokens": ["[CLS]", "x"]}, "[SEP]": {"id": "[SEP]", "ids": [102], "tokens": ["[SEP]"]}}


def template(*pieces):
    return [{"Sequence" if name in "AB" else "SpecialToken": {"id": name, "type_id": type_id}} for name, type_id in pieces]


TEMPLATE = {"type": "TemplateProcessing", "single": template(("[CLS]", 0), ("A", 0), ("[SEP]", 0)),
            "pair": template(("B", 3), ("[SEP]", 1), ("A", 2), ("[CLS]", 1)), "special_tokens": SPECIAL_TOKENS}
BERT_PROCESSING = {"type": "BertProcessing", "sep": ["[SEP]", 102], "cls": ["[CLS]", 101]}
ADDED = [
    added("[M]", lstrip=True, special=True), added("<r>", rstrip=True), added("<b>", lstrip=True, rstrip=True), added("sw", single_word=True),
    added("Straße", normalized=True), added("Naïve", normalized=True, single_word=True, lstrip=True), added("ab", normalized=True, rstrip=True),
    added("abc"), added("abcde"), added("cd", normalized=True), added("\u4e00", normalized=True), added("x y", normalized=True),
    added("é", normalized=True, lstrip=True, rstrip=True), added("\u00a0"), added("  ", normalized=True, single_word=True),
]
# Overlapping pieces: a token of whitespace that takes more whitespace along.
ADDED_SPACES = [added(" ", rstrip=True), added("\n"), added("[M]", lstrip=True)]
ADDED_TEXTS = ["[M]", "<r>", "<b>", "sw", "Straße", "straße", "STRASSE", "naïve", "Naïve", "ab", "abc", "abcd", "abcde", "cd", "x y", " ", "  ", "_", "\u00a0", "é"]
SMALL_VOCABULARY = {token: i for i, token in enumerate(
    ["[UNK]", "a", "##a", "##b", "b", "e", "##e", "##ef", "ab", "##\u0301", "\u4e00", "c", "##c", "the", "##dd", "i", "##\u0307", "bb", "ba"])} | {"[CLS]": 101, "[SEP]": 102}


def tokenizer_json(normalizer, pre_tokenizer=True, post_processor=None, added_tokens=(), vocabulary=SMALL_VOCABULARY, longest=100, prefix="##"):
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": list(added_tokens), "normalizer": normalizer,
            "pre_tokenizer": {"type": "BertPreTokenizer"} if pre_tokenizer else None, "post_processor": post_processor, "decoder": None,
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": prefix, "max_input_chars_per_word": longest, "vocab": vocabulary}}


def fixtures():
    """Name to tokenizer.json, for every flag and component in some combination."""
    uncased = bert_normalizer(True, True, None, True)
    cased = bert_normalizer(True, True, None, False)
    return {
        "uncased-template": tokenizer_json(uncased, post_processor=TEMPLATE, added_tokens=ADDED),
        "uncased-short-words": tokenizer_json(uncased, post_processor=BERT_PROCESSING, added_tokens=ADDED[:7], longest=3),
        "accents-only": tokenizer_json(bert_normalizer(strip_accents=True), post_processor=BERT_PROCESSING, added_tokens=ADDED[3:], longest=5, prefix="b"),
        "stripped-without-prefix": tokenizer_json(bert_normalizer(True, True, True, False), added_tokens=ADDED_SPACES, longest=1_000_000, prefix=""),
        "cased": tokenizer_json(cased, post_processor=BERT_PROCESSING, added_tokens=ADDED),
        "lowercase-only": tokenizer_json({"type": "Lowercase"}, pre_tokenizer=False, added_tokens=ADDED),
        "decomposed": tokenizer_json({"type": "NFD"}, added_tokens=ADDED[:3]),
        "plain": tokenizer_json(None, pre_tokenizer=False, post_processor=TEMPLATE, added_tokens=ADDED + [added("\u0301", normalized=True)]),
    }


def characters_vocabulary(tokenizer, cases):
    """Every character that the normalizer leaves of the cases, as a word and as a continuation, so that ids show the text."""
    normalize = tokenizer.normalizer.normalize_str
    characters = {c for case in cases for c in normalize(case["text"] * min(case.get("repeat", 1), 2)) + normalize(case.get("pair", ""))}
    tokens = ["[UNK]"] + [form for c in sorted(characters) for form in (c, "##" + c)]
    return {token: i for i, token in enumerate(tokens)}


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def write_cases(name, cases):
    write_json(GOLDENS / f"{name}.cases.json", cases)


def write_goldens():
    kinds = pools()
    fixed = [{"text": text} for text in HANDWRITTEN] + [{"text": HANDWRITTEN[3], "pair": HANDWRITTEN[5], "max_length": n} for n in range(5, 30, 4)]
    long = [{"text": text, "repeat": repeat} for text, repeat in LONG]
    sentiment = Tokenizer.from_file(str(SENTIMENT))
    write_cases("sentiment", with_results(sentiment, fixed + long + random_cases(1, 120, kinds + [["[CLS]", "[MASK]", " [SEP]"]], 25)))
    write_cases("sentiment-left", with_results(sentiment, fixed[-7:] + random_cases(2, 20, kinds, 25), side="left"))
    for seed, (name, fixture) in enumerate(fixtures().items(), start=10):
        write_json(GOLDENS / name / "tokenizer.json", fixture)
        texts = [{"text": text} for text in ["", "the sw abc abcd abcde  [M] x", "Straße NAIVE  naïve\u0301 nai\u0308ve!", "<b> \n <r>  \n[M]<b>  x y  "]]
        cases = texts + random_cases(seed, 50, kinds + [ADDED_TEXTS] * 6, 16)
        write_cases(name, with_results(Tokenizer.from_str(json.dumps(fixture)), cases + [case for case in long if case["repeat"] < 5000]))
    for name, normalizer in [("characters-uncased", bert_normalizer(True, True, None, True)), ("characters-stripped", bert_normalizer(strip_accents=True)),
                             ("characters-decomposed", {"type": "NFD"})]:
        cases = fixed[:len(HANDWRITTEN)] + random_cases(20, 60, kinds, 25)
        vocabulary = characters_vocabulary(Tokenizer.from_str(json.dumps(tokenizer_json(normalizer))), cases)
        fixture = tokenizer_json(normalizer, vocabulary=vocabulary)
        write_json(GOLDENS / name / "tokenizer.json", fixture)
        write_cases(name, with_results(Tokenizer.from_str(json.dumps(fixture)), cases))
    write_vocabulary_texts(fixed[:len(HANDWRITTEN)] + random_cases(30, 30, kinds, 20))
    write_code_points()
    write_combining_runs()


def write_vocabulary_texts(cases):
    """Directories with vocab.txt and tokenizer_config.json, loaded by transformers' BertTokenizer."""
    from transformers import BertTokenizer

    lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "movie", "was", "##s", "good", "i", ",", ".", "!", "a", "b  ", "##e\u0301", "E", "e", "##E", "\u00e9", "the", "", "##a", "ca", "##fe", "天"]
    configurations = {
        "vocab-txt": {"model_max_length": 1000000000000000019884624838656, "tokenizer_class": "BertTokenizer"},
        "vocab-txt-cased": {
            "do_lower_case": False, "strip_accents": None, "tokenize_chinese_chars": False, "model_max_length": 128, "truncation_side": "left",
            "cls_token": "<s>", "sep_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": {
                "__type": "AddedToken", "content": "<mask>", "lstrip": True, "rstrip": False, "single_word": False, "normalized": False, "special": True},
            "added_tokens_decoder": {
                "0": {"content": "<pad>", "lstrip": False, "rstrip": False, "single_word": False, "normalized": False, "special": True},
                "40": {"content": "movie", "lstrip": True, "rstrip": False, "single_word": True, "normalized": True, "special": False}},
            "tokenizer_class": "BertTokenizer"},
    }
    for name, configuration in configurations.items():
        directory = GOLDENS / name
        directory.mkdir(parents=True, exist_ok=True)
        replaced = {"[PAD]": "<pad>", "[UNK]": "<unk>", "[CLS]": "<s>", "[SEP]": "</s>"} if name.endswith("cased") else {}
        (directory / "vocab.txt").write_text("\n".join(replaced.get(line, line) for line in lines) + "\n")
        write_json(directory / "tokenizer_config.json", configuration)
        tokenizer = BertTokenizer.from_pretrained(directory).backend_tokenizer
        texts = [{"text": text} for text in ["the movie was [MASK] <mask>movies  movie, a b", "  <mask> </s> café E e\u0301 天"]]
        write_cases(name, with_results(tokenizer, texts + cases, configuration.get("truncation_side", "right")))


# ---- All code points, in compressed form ----


def write_code_points():
    """For each block of code points a hash of what a tokenizer makes of all of them: the normalized text, the ids and the offsets.
    Each stands between letters, except in the planes that are empty or for private use: there they follow one another."""
    configurations = {
        "uncased": tokenizer_json(bert_normalizer(True, True, None, True), vocabulary={"[UNK]": 0}),
        "stripped": tokenizer_json(bert_normalizer(strip_accents=True), vocabulary={"[UNK]": 0}),
        "lowercase": tokenizer_json({"type": "Lowercase"}, vocabulary={"[UNK]": 0}),
        "single-word": tokenizer_json(None, vocabulary={"[UNK]": 0}, added_tokens=[added("a", single_word=True)]),
    }
    golden = {"code_points_per_block": CODE_POINTS_PER_BLOCK, "configurations": []}
    for name, configuration in configurations.items():
        tokenizer = Tokenizer.from_str(json.dumps(configuration))
        hashes = []
        for start in range(0, 0x110000, CODE_POINTS_PER_BLOCK):
            form = "a{}b " if start >> 16 in (0, 1, 2, 14) else "{}"
            text = "".join(form.format(chr(c)) for c in range(start, start + CODE_POINTS_PER_BLOCK) if not 0xD800 <= c < 0xE000)
            normalized = tokenizer.normalizer.normalize_str(text) if tokenizer.normalizer else text
            encoding = tokenizer.encode(text)
            hashes.append(digest([ord(c) for c in normalized], encoding.ids, encoding.offsets))
        golden["configurations"].append({"name": name, "tokenizer": configuration, "hashes": hashes})
    write_json(GOLDENS / "code-points.json", golden)


def write_combining_runs():
    """For each code point of a combining class, where it comes to stand in a run of one mark of every other class."""
    nfd = normalizers.NFD().normalize_str
    classes = combining_classes(decompositions())
    run = "".join(chr(c) for c in {k: c for c, k in sorted(classes.items(), reverse=True)}.values())
    golden = {"run": run, "positions": [[c, nfd("a" + run + chr(c)).rindex(chr(c)) - 1] for c in sorted(classes)]}
    write_json(GOLDENS / "combining-runs.json", golden)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    write_goldens()
