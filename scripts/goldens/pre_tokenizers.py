#!/usr/bin/env python3
"""What the `tokenizers` package's pre-tokenizers, post-processors, added tokens and windows make of texts.

    python scripts/goldens/pre_tokenizers.py     write Tests/Goldens/tokenizers/pre-tokenizers/

All that is random is seeded, so a second run writes the same files.
"""

import argparse
import contextlib
import json
import os
import random
import unicodedata

from tokenizers import Tokenizer

from tokenization import (ADDED_TEXTS, GOLDENS, HANDWRITTEN, TEMPLATE, added, bert_normalizer, digest, pools, random_text, template,
                          tokenizer_json, write_json)

FOLDER = GOLDENS / "pre-tokenizers"
CODE_POINTS_PER_BLOCK = 4096
CODE_POINTS_PER_TEXT = 64
TEXTS_PER_HASH = 5

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


# ---- Pre-tokenizers ----


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def byte_level(add_prefix_space=False, trim_offsets=True, use_regex=True):
    return {"type": "ByteLevel", "add_prefix_space": add_prefix_space, "trim_offsets": trim_offsets, "use_regex": use_regex}


def metaspace(prepend_scheme="always", split=True, replacement="▁"):
    return {"type": "Metaspace", "replacement": replacement, "prepend_scheme": prepend_scheme, "split": split}


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def pre_tokenizers():
    """Name to pre-tokenizer, for every type and option."""
    found = {name: {"type": name} for name in ["BertPreTokenizer", "Whitespace", "WhitespaceSplit", "UnicodeScripts", "Punctuation", "FixedLength"]}
    found |= {f"Punctuation {behavior}": {"type": "Punctuation", "behavior": behavior} for behavior in BEHAVIORS}
    found |= {f"Digits {flag}": {"type": "Digits", "individual_digits": flag} for flag in (False, True)}
    found |= {f"FixedLength {length}": {"type": "FixedLength", "length": length} for length in (1, 3)}
    found |= {f"CharDelimiterSplit {delimiter}": {"type": "CharDelimiterSplit", "delimiter": delimiter} for delimiter in " e。"}
    for behavior in BEHAVIORS:
        for invert in (False, True):
            found[f"Split spaces {behavior} {invert}"] = split(r"\s+", behavior, invert)
            found[f"Split literal {behavior} {invert}"] = split("aa", behavior, invert, "String")
            found[f"Split GPT-2 {behavior} {invert}"] = split(GPT2, behavior, invert)
        found[f"Split nothing {behavior}"] = split("", behavior, kind="String")
        found[f"Split empty matches {behavior}"] = split("a*", behavior)
    found |= {"Split Llama 3": split(LLAMA3), "Split Qwen2": split(QWEN2), "Split Llama 3 removed inverted": split(LLAMA3, "Removed", True)}
    found |= {f"ByteLevel {prefix} {regex}": byte_level(prefix, use_regex=regex) for prefix in (False, True) for regex in (False, True)}
    found |= {f"Metaspace {scheme} {flag}": metaspace(scheme, flag) for scheme in ("always", "first", "never") for flag in (False, True)}
    found |= {"Metaspace of a letter": metaspace(replacement="e"), "Metaspace, old keys": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True},
              "Sequence of none": sequence(), "Sequence of Llama 3": sequence(split(LLAMA3), byte_level(use_regex=False)),
              "Sequence of digits": sequence({"type": "Digits", "individual_digits": True}, byte_level(True)),
              "Sequence of metaspaces": sequence({"type": "WhitespaceSplit"}, metaspace()), "Sequence of first": sequence(split("a", "MergedWithNext"), metaspace("first")),
              "Sequence twice": sequence(sequence({"type": "Punctuation"}, byte_level(True)), byte_level(True), {"type": "UnicodeScripts"})}
    return found


WORD_TEXTS = [
    " ", "  ", " a", "a ", "a  b", "Hello, y'all!  How are\tyou 😁 ?\n", "aaa aaaa-a", "x1y22z333 4444 55555 ½²Ⅳ٣", "I'll've 'S'T 'ſ'LL 're're'Ve it's'D 's", "a\n\n b \r\n\r\n  c  \n",
    "don't!!\n\n ...\r\n?", "今天 天气。カタカナ ー ab 한국", "\u0301a\u00a0\u3000b\u2028c ▁d▁▁e", "'", " '", "''s 'x", "\n \n a\n", "e。e  。。",
]


def words_digest(pre_tokenizer, texts):
    return digest(*([[ord(c) for c in word], offsets] for text in texts for word, offsets in pre_tokenizer.pre_tokenize_str(text)))


def make_pre_tokenizer(description):
    return Tokenizer.from_str(json.dumps(tokenizer_json(None) | {"pre_tokenizer": description})).pre_tokenizer


def write_words():
    rng = random.Random(40)
    kinds = pools() + [list("'sStTmMdD"), ["'re", "'LL", "'ve", " '"], list("0123456789²½٣Ⅳ"), list(" \n\r\t"), list("ae▁。")]
    # Of characters that are newer than the system library for regular expressions, CODE_POINTS knows enough.
    texts = [text for text in [random_text(rng, kinds, rng.randrange(60)) for _ in range(80)] if all(unicodedata.category(c) != "Cn" for c in text)]
    texts = [text for text in texts + HANDWRITTEN if text]
    golden = {"texts": WORD_TEXTS + texts, "texts_per_hash": TEXTS_PER_HASH, "pre_tokenizers": []}
    groups = [golden["texts"][start:start + TEXTS_PER_HASH] for start in range(0, len(golden["texts"]), TEXTS_PER_HASH)]
    for name, description in pre_tokenizers().items():
        pre_tokenizer = make_pre_tokenizer(description)
        golden["pre_tokenizers"].append({
            "name": name, "pre_tokenizer": description, "hashes": [words_digest(pre_tokenizer, group) for group in groups],
            "offsets": [[number for _, offsets in pre_tokenizer.pre_tokenize_str(text) for number in offsets] for text in WORD_TEXTS]})
    write_json(FOLDER / "words.json", golden)


def write_code_points():
    """For each block of code points a hash of where words begin and end in texts with each of them in several contexts.
    The planes that are empty or for private use have a single block each."""
    form = "a{0}b {0}1{0} '{0}s\n{0}"
    golden = {"code_points_per_block": CODE_POINTS_PER_BLOCK, "code_points_per_text": CODE_POINTS_PER_TEXT, "form": form, "pre_tokenizers": []}
    starts = [start for start in range(0, 0x110000, CODE_POINTS_PER_BLOCK) if start >> 16 in (0, 1, 2, 3) or start & 0xFFFF == 0]
    every = pre_tokenizers()
    for name in ["Whitespace", "Punctuation", "Digits False", "UnicodeScripts", "ByteLevel False True", "Split Llama 3"]:
        split_text = make_pre_tokenizer(every[name]).pre_tokenize_str
        blocks = []
        for start in starts:
            offsets = []
            # The reference takes quadratic time.
            for first in range(start, start + CODE_POINTS_PER_BLOCK, CODE_POINTS_PER_TEXT):
                text = "".join(form.format(chr(c)) for c in range(first, first + CODE_POINTS_PER_TEXT) if not 0xD800 <= c < 0xE000)
                offsets += [word_offsets for _, word_offsets in split_text(text)]
            blocks.append([start, digest(*offsets)])
        golden["pre_tokenizers"].append({"name": name, "pre_tokenizer": every[name], "blocks": blocks})
    write_json(FOLDER / "code-points.json", golden)


# ---- Whole tokenizers: added tokens, post-processors, windows ----


def byte_alphabet():
    tokens = make_pre_tokenizer(byte_level(use_regex=False)).pre_tokenize_str("".join(map(chr, range(0x800))))[0][0]
    return sorted(set(tokens))


def roberta(trim_offsets=True, add_prefix_space=True):
    return {"type": "RobertaProcessing", "sep": ["</s>", 302], "cls": ["<s>", 301], "trim_offsets": trim_offsets, "add_prefix_space": add_prefix_space}


BERT = {"type": "BertProcessing", "sep": ["[SEP]", 302], "cls": ["[CLS]", 301]}
PLAIN_TEMPLATE = {"type": "TemplateProcessing", "single": template(("[CLS]", 0), ("A", 0), ("[SEP]", 0)),
                  "pair": template(("[CLS]", 0), ("A", 0), ("[SEP]", 0), ("B", 1), ("[SEP]", 1)), "special_tokens": TEMPLATE["special_tokens"]}
# Nobody knows how to decode this: only what the template does with the two texts counts.
SWAPPED_TEMPLATE = PLAIN_TEMPLATE | {"pair": template(("B", 1), ("[SEP]", 0), ("A", 0))}


def processors(*steps):
    return {"type": "Sequence", "processors": list(steps)}


def post_processors():
    found = [None, BERT, TEMPLATE, PLAIN_TEMPLATE, SWAPPED_TEMPLATE]
    for trim, prefix in [(False, False), (True, False), (True, True)]:
        found += [roberta(trim, prefix), byte_level(prefix, trim), processors(byte_level(prefix, trim), PLAIN_TEMPLATE),
                  processors(PLAIN_TEMPLATE, byte_level(prefix, trim)), processors(byte_level(prefix, trim), processors(roberta(True, prefix)))]
    return found


def vocabulary(rng, alphabet):
    """Most characters by themselves, and some longer tokens, also with spaces in them."""
    tokens = ["[UNK]"] + [c for c in alphabet if rng.random() < 0.97]
    pieces = ["Ġ", "ĠĠ", "▁", "▁▁", "Ċ", "a", "b", "Ġa", "▁a", "th", "e", "Ġthe", "▁the", "ab", " ", "  ", "\u3000"]
    for _ in range(40):
        token = "".join(rng.choice(pieces) for _ in range(rng.randrange(2, 4)))
        if token not in tokens:
            tokens.append(token)
    ids = {token: i for i, token in enumerate(tokens)}
    if rng.random() < 0.3:
        ids["zz"] = 1000
    return ids


TOKEN_CONTENTS = ["[M]", "<r>", " <b>", "<b> ", "sw", "Straße", "é", "ab", "abc", "cd", "x y", " ", "  ", "\n", "_", "▁", "▁a", "Ġ", "Ġa", "\u00a0", "e", "E\u0301", "\u4e00", "zz"]
TEXT_PARTS = sorted(set(ADDED_TEXTS + TOKEN_CONTENTS)) + ["E", "a b", "the ", " the", "\n ", "\u3000", "ABC", "STRASSE"]


def random_added_tokens(rng, normalizer):
    flags = ["single_word", "lstrip", "rstrip", "normalized", "special"]
    tokens = [added(content, **{flag: rng.random() < 0.4 for flag in flags}) for content in rng.sample(TOKEN_CONTENTS, rng.randrange(1, 7))]
    normalizer = normalizer and Tokenizer.from_str(json.dumps(tokenizer_json(normalizer))).normalizer
    # Of two tokens that the normalizer makes the same the reference takes now one, now the other.
    forms = {normalizer.normalize_str(token["content"]) if normalizer and token["normalized"] else (token["content"], token["normalized"]): token for token in tokens}
    return list(forms.values())


def random_tokenizer(rng, alphabet):
    pre_tokenizer = rng.choice([
        None, byte_level(), byte_level(True), byte_level(True), byte_level(use_regex=False), metaspace(), metaspace("first"), metaspace("never"), metaspace("first", False),
        {"type": "BertPreTokenizer"}, sequence({"type": "WhitespaceSplit"}, metaspace()), sequence(split(LLAMA3), byte_level(use_regex=False))])
    normalizer = rng.choice([None, None, bert_normalizer(True, True, None, True), bert_normalizer(strip_accents=True), {"type": "Lowercase"}, {"type": "NFD"}])
    post_processor = rng.choice(post_processors())
    return tokenizer_json(normalizer, post_processor=post_processor, added_tokens=random_added_tokens(rng, normalizer), vocabulary=vocabulary(rng, alphabet), prefix="") | {"pre_tokenizer": pre_tokenizer}


ERRORS = {"stride": "strideTooLarge", "too short": "textTooShort", "Second sequence": "pairMissing"}


@contextlib.contextmanager
def without_panics():
    """Without the reference's own words, a stack and all, on each panic of its library; those are errors here."""
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def encode(tokenizer, text, pair=None, add_special_tokens=True):
    """None where added tokens of whitespace that take whitespace along make the reference fail."""
    try:
        return tokenizer.encode(text, pair, add_special_tokens=add_special_tokens)
    except BaseException as error:
        assert "bad split" in str(error), error
        return None


def encodings(tokenizer, case):
    """The encoding and those that overflow, or the kind of the error."""
    try:
        tokenizer.enable_truncation(case["max_length"], stride=case["stride"], strategy=case["strategy"], direction=case["side"])
        encoding = tokenizer.encode(case["text"], case.get("pair"), add_special_tokens=case["add_special_tokens"])
    except BaseException as error:
        return next(name for part, name in ERRORS.items() if part in str(error))
    return [encoding, *encoding.overflowing]


def encoding_digest(encoding, with_type_ids=True):
    return digest(encoding.ids, encoding.type_ids if with_type_ids else [], encoding.offsets, encoding.special_tokens_mask)


def random_windows(rng, tokenizer, parts):
    """A case with windows; None where the reference cannot make them, and errs in another way than it says."""
    case = {"text": random_parts(rng, parts, 40), "max_length": rng.randrange(3, 24), "stride": rng.choice([0, 0, 1, 2, 3, 6]),
            "strategy": rng.choice(["longest_first", "only_first", "only_second"]), "side": rng.choice(["right", "right", "left"]), "add_special_tokens": rng.random() < 0.8}
    if rng.random() < 0.6:
        case["pair"] = random_parts(rng, parts, 40)
    is_pair = "pair" in case
    room = case["max_length"] - (tokenizer.num_special_tokens_to_add(is_pair) if case["add_special_tokens"] else 0)
    # The reference's first check of the stride takes the special tokens off, whether they are added or not.
    if room < 2 or case["stride"] > min(room - 1, case["max_length"] - tokenizer.num_special_tokens_to_add(False)):
        return None
    tokenizer.no_truncation()
    if any(encode(tokenizer, case[name]) is None for name in ("text", "pair") if name in case):
        return None
    expected = encodings(tokenizer, case)
    if isinstance(expected, str):
        return case | {"error": expected}
    if len(expected) > 40:
        return None
    # Of the windows behind the first one the reference forgets what the template says of segments.
    return case | {"windows": [encoding_digest(encoding, index == 0) for index, encoding in enumerate(expected)]}


def random_parts(rng, parts, count):
    return "".join(rng.choice(rng.choice(parts)) for _ in range(rng.randrange(count + 1)))


def random_encoding(rng, tokenizer, parts):
    tokenizer.no_truncation()
    case = {"text": random_parts(rng, parts, 12), "add_special_tokens": rng.random() < 0.8}
    if rng.random() < 0.3:
        case["pair"] = random_parts(rng, parts, 12)
    encoding = encode(tokenizer, case["text"], case.get("pair"), case["add_special_tokens"])
    return encoding and case | {"ids": encoding.ids, "offsets": [list(o) for o in encoding.offsets], "hash": encoding_digest(encoding)}


def random_tokenizers(seed, count, encoding_count, window_count):
    rng = random.Random(seed)
    alphabet = byte_alphabet()
    parts = [TEXT_PARTS, TEXT_PARTS, TOKEN_CONTENTS, list(" ab"), list("éÉ中😁\t")]
    golden = []
    for _ in range(count):
        description = random_tokenizer(rng, alphabet)
        tokenizer = Tokenizer.from_str(json.dumps(description))
        with without_panics():
            cases = [random_encoding(rng, tokenizer, parts) for _ in range(encoding_count)]
            windows = [random_windows(rng, tokenizer, parts) for _ in range(window_count)]
        golden.append({"tokenizer": description, "cases": [case for case in cases if case], "windows": [case for case in windows if case]})
    return golden


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", nargs=3, metavar=("SEED", "COUNT", "FILE"), help="only write a file as tokenizers.json, of other and more tokenizers")
    arguments = parser.parse_args()
    if arguments.random:
        seed, count, file = arguments.random
        with open(file, "w") as output:
            json.dump(random_tokenizers(int(seed), int(count), 20, 20), output)
        return
    write_words()
    write_code_points()
    write_json(FOLDER / "tokenizers.json", random_tokenizers(50, 16, 12, 8))


if __name__ == "__main__":
    main()
