#!/usr/bin/env python3
"""What the `tokenizers` package's normalizers, decoders and regular expressions make of texts.

    python scripts/goldens/normalizers.py     writes Tests/Goldens/tokenizers/normalizers/

All that is random is seeded, so a second run writes the same files.
"""

import functools
import json
import random

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers

from charsmap import precompiled_charsmap
from tokenization import GOLDENS, HANDWRITTEN, bert_normalizer, digest, pools, random_text, write_json
from unicode_tables import SCALARS

DIRECTORY = GOLDENS / "normalizers"
CODE_POINTS_PER_BLOCK = 4096
# Those with characters; the others have nothing that a normalizer changes.
PLANES = [0, 1, 2, 3, 14]

CLUSTERS = [
    "\r\n", "\u1100\u1161\u11a8", "\uac00\u11a8", "\u0915\u094d\u0937\u0301", "\u0915\u094d", "\u0958\u0300", "\u00a9\u200d\u00a9\u0301", "\U0001f1e9\U0001f1ea",
    "\U0001f468\u200d\U0001f469", "\u0600a", "\u0e33", "\u0903", "\u200d", "\u200c", "\u0301", "\u0323", "A\u0302\u0301", "\u1103\u1161", "\u01c4\u030c", "\ufb01\u0301",
]


@functools.cache
def charsmap():
    """Rules like those of SentencePiece's nmt_nfkc, over some hundreds of characters, and the longer keys that those have too."""
    replacements = {chr(c): "" for c in [*range(1, 9), 0x0B, *range(0x0E, 0x20), 0x7F, 0x8F, 0x9F]}
    replacements |= {chr(c): " " for c in [0x09, 0x0A, 0x0C, 0x0D, 0x1680, *range(0x200B, 0x2010), 0x2028, 0x2029, 0xFEFF, 0xFFFD, 0x3000]}
    nfd, nfkc = normalizers.NFD().normalize_str, normalizers.NFKC().normalize_str
    for c in [*range(0xA0, 0x180), *range(0x958, 0x960), *range(0x1100, 0x1103), *range(0x2100, 0x2110), *range(0x2460, 0x2470), *range(0xFB00, 0xFB07),
              *range(0xFDF0, 0xFDFC), *range(0xFF01, 0xFF20), *range(0xFF66, 0xFF70), 0x1D400, 0x1D401, 0x2F800, 0x1F130]:
        for form in {chr(c), nfd(chr(c))}:
            if nfkc(form) != form:
                replacements[form] = nfkc(form)
    # Two scalars become four, three become one, and one key begins another.
    replacements |= {"\u00df\u0301": "s\u0301s\u0301", "\u00df": "ss", "A\u0302\u0301": "\u1ea4", "\u2014\u2014": "--", "\U0001f468": "man"}
    return precompiled_charsmap({key.encode(): value for key, value in sorted(replacements.items())})


# Stands in the goldens for the charsmap, which is in a file of its own.
CHARSMAP = "CHARSMAP"


def replace(content, **pattern):
    return {"type": "Replace", "pattern": pattern, "content": content}


def sequence(*members):
    return {"type": "Sequence", "normalizers": list(members)}


def configurations():
    strip = {"type": "Strip", "strip_left": True, "strip_right": True}
    precompiled = {"type": "Precompiled", "precompiled_charsmap": CHARSMAP}
    return {
        "nfc": {"type": "NFC"}, "nfd": {"type": "NFD"}, "nfkc": {"type": "NFKC"}, "nfkd": {"type": "NFKD"}, "nmt": {"type": "Nmt"},
        "strip": strip, "strip-left": {**strip, "strip_right": False}, "strip-right": {**strip, "strip_left": False},
        "strip-accents": {"type": "StripAccents"}, "strip-accents-decomposed": sequence({"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}),
        "replace-string": replace("xyz", String="a"), "replace-by-nothing": replace("", String="e"), "replace-special": replace("\u00e9", String="."),
        "replace-empty-string": replace("_", String=""), "replace-spaces": replace(" ", Regex=" {2,}"), "replace-whitespace": replace("\u2581", Regex=r"\s+"),
        "replace-stars": replace("-", Regex="a*"), "replace-ends": replace("__", Regex="^|$"), "replace-accented": replace("e", Regex="[\u00e8-\u00eb]|e\\p{M}+"),
        "prepend": {"type": "Prepend", "prepend": "\u2581"}, "prepend-two": {"type": "Prepend", "prepend": "\u00e9_"}, "prepend-nothing": {"type": "Prepend", "prepend": ""},
        "byte-level": {"type": "ByteLevel"}, "precompiled": precompiled,
        "llama": sequence({"type": "Prepend", "prepend": "\u2581"}, replace("\u2581", String=" ")),
        "xlm-roberta": sequence(precompiled, replace(" ", Regex=" {2,}")), "empty": sequence(),
        "albert": sequence(replace('"', String="``"), replace('"', String="''"), {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, precompiled),
        "nested": sequence(sequence({"type": "NFC"}, strip), {"type": "Prepend", "prepend": "A\u00c9"}, bert_normalizer(True, True, True, True), {"type": "ByteLevel"}),
    }


def tokenizer_with(normalizer):
    """A token for each character that the normalizer leaves, so that its offsets can be seen."""
    tokenizer = Tokenizer.from_str(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": normalizer, "pre_tokenizer": None,
        "post_processor": None, "decoder": None, "model": {"type": "WordLevel", "vocab": {"?": 0}, "unk_token": "?"}}).replace(CHARSMAP, charsmap()))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("(?m:.)"), "isolated")
    return tokenizer


def source(offsets):
    """The one code point of the original; the complement of the one behind where there is none."""
    first, last = offsets
    assert first <= last <= first + 1
    return first if first < last else ~first


def write_normalizers():
    golden = []
    kinds = pools() + [CLUSTERS] * 8
    for seed, (name, normalizer) in enumerate(configurations().items(), start=100):
        rng = random.Random(seed)
        tokenizer = tokenizer_with(normalizer)
        texts = HANDWRITTEN[:3] + ["  a  \u00e0e\u0300 aa\u3000 ", "\u200b\u200b", "\u0001\u0002a\u0001b", "\u0001\ufb03\u0001", *CLUSTERS]
        texts += rng.sample(HANDWRITTEN[5:], 6) + [random_text(rng, kinds, rng.randrange(16)) for _ in range(16)]
        cases = [[text, tokenizer.normalizer.normalize_str(text), [source(offsets) for offsets in tokenizer.encode(text).offsets]] for text in texts]
        golden.append({"name": name, "normalizer": normalizer, "cases": cases})
    write_json(DIRECTORY / "cases.json", golden)


def write_code_points():
    """For each block of code points a hash of the normalized text and the offsets of its characters."""
    forms = {"alone": "a{}b ", "marked": "{}\u0323\u0301 "}
    used = configurations()
    pairs = [("nfc", "alone"), ("nfc", "marked"), ("nfkc", "alone"), ("nfkc", "marked"), ("nfkd", "marked"), ("nmt", "alone"), ("strip-accents", "alone"),
             ("precompiled", "alone"), ("precompiled", "marked"), ("replace-whitespace", "alone")]
    golden = {"code_points_per_block": CODE_POINTS_PER_BLOCK, "planes": PLANES, "configurations": []}
    for name, form in pairs:
        tokenizer = tokenizer_with(used[name])
        hashes = []
        for plane in PLANES:
            for start in range(plane << 16, (plane + 1) << 16, CODE_POINTS_PER_BLOCK):
                text = "".join(forms[form].format(chr(c)) for c in range(start, start + CODE_POINTS_PER_BLOCK) if not 0xD800 <= c < 0xE000)
                hashes.append(digest([ord(c) for c in tokenizer.normalizer.normalize_str(text)], tokenizer.encode(text).offsets))
        golden["configurations"].append({"name": name, "form": forms[form].split("{}"), "normalizer": used[name], "hashes": hashes})
    write_json(DIRECTORY / "code-points.json", golden)


# ---- Regular expressions ----

PATTERNS = {
    "gpt2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "cl100k": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    "llama3": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "qwen2": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "o200k": r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
             r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
             r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "clip": r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "bloom": " ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+",
    "deepseek": r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "kimi": r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+|\p{N}{1,3}|\s+",
    "digits": r"\p{Nd}{1,3}(?=(?:\d{3})*\b)|\D", "hexadecimal": r"\h+", "not hexadecimal": r"\H+", "words": r"\w+|[^\w\s]+", "bounds": r"\b\w", "inside": r"\B.",
    "line ends": r"$|^.", "text ends": r"\A.|.\z|.\Z", "all": r"(?m:.)+", "dot": r".+", "interval": r"a{2,3}+|b{,2}c|d{2}?e", "intersection": r"[a-z&&[^aeiou]]+", "union": r"[a-c[x-z]5]+",
    "negated union": r"[^a-c[x-z]\s]+", "negated set": r"[^\P{L}a]+", "caseless": r"(?i)stra.e|K|s", "posix": r"[[:alpha:]]+|[[:^alpha:][:digit:]]", "empty": r"x*",
    "escapes": r"\x61\t?|\x{62}|\u0063|\/|\-|\\", "names": r"\p{Alpha}+|\p{^Alpha}", "spaces": r"\s", "comment": "(?x) a b # c\n | c",
    "atomic": r"(?>a+)b|(?<=\s)c|(?<!a)c", "options": r"a(?i)b|c", "optional": r"a{2}?b", "stacked": r"a**b",
    "controls": r"\v|\f|\e", "all of all": r"\O", "newer": r"\p{Ll}|[\p{Lo}\p{Nd}]|\P{L}", "newer words": r"\w", "not words": r"\W", "class first": "[]a]", "literal braces": r"x{|{a}|b{,}", "group": r"(?<x>a)\k<x>|(b)c",
}


def matches(pattern, text):
    """Offsets of all matches that are not empty, and the text with each match, empty ones too, replaced."""
    pieces = pre_tokenizers.Split(Regex(pattern), "removed", invert=True).pre_tokenize_str(text)
    return [n for _, offsets in pieces for n in offsets], normalizers.Replace(Regex(pattern), "\ue000").normalize_str(text)


def write_regular_expressions():
    texts = ["I'll don't YOU'RE x'S 'd 12345 a1 \u0661\u0662 \u2460", "  two  \n\n\r\n x\n  \t", "abc aabbcc axyz5 ddee aaab bc bbb \u212a K stra\u00dfe STRASSE \u017f", "a-f 0\u00e9 f00 _x", "caf\u00e9 e\u0301 \u4e2d\u6587, \u3072\u3089 \U0001f468\u200d\U0001f469 !?\u2026 \u3002",
             "\u180e\u0085\u00a0\u2003\u200b\u000b\u000c\u001c a\nb", "", "\n", "a/b\\c", " (a|b) [x] c\u0964", "\u1c89\u1c8a\ua7cb \U00031350\U0002ebf0 \U00010d40\U00010d4a\U000116d0\U00011f00 \U0001e4f0\u0ece x{a}]\u001b"]
    kinds = pools() + [["a", "b", "c", " ", "\n", "'s", "1", "."]] * 8
    golden = []
    for seed, (name, pattern) in enumerate(PATTERNS.items(), start=200):
        rng = random.Random(seed)
        used = texts + [random_text(rng, kinds, rng.randrange(16)) for _ in range(8)]
        golden.append({"name": name, "pattern": pattern, "cases": [[text, *matches(pattern, text)] for text in used]})
    write_json(DIRECTORY / "regular-expressions.json", golden)


# ---- Decoders ----


def decoders():
    metaspace = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
    word_piece = {"type": "WordPiece", "prefix": "##", "cleanup": True}
    ctc = {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": True}
    fallback, fuse = {"type": "ByteFallback"}, {"type": "Fuse"}
    strip = {"type": "Strip", "content": "_", "start": 2, "stop": 0}
    return {
        "none": None, "word-piece": word_piece, "word-piece-kept": {**word_piece, "cleanup": False}, "word-piece-without-prefix": {**word_piece, "prefix": ""},
        "byte-level": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "metaspace": metaspace, "metaspace-first": {**metaspace, "prepend_scheme": "first"}, "metaspace-never": {**metaspace, "prepend_scheme": "never"},
        "metaspace-old": {"type": "Metaspace", "replacement": "_", "add_prefix_space": True}, "bpe": {"type": "BPEDecoder", "suffix": "</w>"},
        "byte-fallback": fallback, "fuse": fuse, "strip-start": strip, "strip-end": {**strip, "start": 0, "stop": 1},
        "replace-string": replace(" ", String="\u2581"), "replace-expression": replace("-", Regex="^a*|e$"), "ctc": ctc, "ctc-kept": {**ctc, "cleanup": False},
        "llama": sequence(replace(" ", String="\u2581"), fallback, fuse, {"type": "Strip", "content": " ", "start": 1, "stop": 0}), "empty": sequence(),
    }


TOKENS = [
    "a", "##b", "##", "c##d", ".", ",", "!", "?", "n't", "'s", "'re", "'m", "'ve", "'", "do not", " .", " n't", "it 's", "don't", "\u0120a", "\u0120", "\u00c3", "\u00a9",
    "\u00e4", "\u00b8\u0143", "\u4e2d", "x\u4e2d", "\u2581a", "\u2581", "\u2581\u2581b\u2581c", "a</w>", "</w>", "</w>b</w>c", "<0xE4>", "<0xB8>", "<0xAD>", "<0x61>", "<0xe9>",
    "<0x6>", "<0x+1>", "<0x4G>", "<0x00>", "<pad>", "|", "x<pad>|y", "aaa", "aeee", "_a__", "__x_", "_y", "z_", "e\u0301", "\U0001f600",
]


def write_decoders():
    """Ids, not all in the vocabulary, and what they decode to with and without special tokens."""
    added = [{"id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": normalized, "special": special}
             for content, normalized, special in [("<s>", False, True), ("<x>", False, False), ("<n>", True, True), ("a", False, False), ("##b", False, True)]]
    fixture = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": {"type": "Prepend", "prepend": "_"}, "pre_tokenizer": None,
        "post_processor": None,
        "model": {"type": "WordPiece", "unk_token": TOKENS[0], "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                  "vocab": {token: i for i, token in enumerate(TOKENS)}}}
    golden = {"tokenizer": fixture, "decoders": []}
    for seed, (name, decoder) in enumerate(decoders().items(), start=300):
        if decoder and decoder["type"] == "Sequence":
            decoder = {"type": "Sequence", "decoders": decoder["normalizers"]}
        rng = random.Random(seed)
        tokenizer = Tokenizer.from_str(json.dumps({**fixture, "decoder": decoder}))
        cases = []
        while len(cases) < 30:
            # Mostly in the vocabulary, at times neighbours, which belong together, or the same again.
            ids = []
            for _ in range(rng.randrange(9)):
                ids += rng.choice([[rng.randrange(len(TOKENS) + 6)], list(range(start := rng.randrange(len(TOKENS)), start + 3)), ids[-1:]])
            # The reference fails where there is nothing to leave a suffix out of.
            if ids:
                cases.append([ids, tokenizer.decode(ids), tokenizer.decode(ids, skip_special_tokens=False)])
        golden["decoders"].append({"name": name, "decoder": decoder, "cases": cases})
    write_json(DIRECTORY / "decoders.json", golden)


def main():
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    (DIRECTORY / "charsmap.base64").write_text(charsmap())
    write_decoders()
    write_normalizers()
    write_code_points()
    write_regular_expressions()


if __name__ == "__main__":
    main()
