#!/usr/bin/env python3
"""Writes Sources/Tokenizers/Unicode/UnicodeTables.swift: what the `tokenizers` package knows of each code point.

    python scripts/goldens/unicode_tables.py

The package's tables are of several Unicode versions, none of them that of Swift or of a system library, so it is asked
code point by code point. Run it again when the reference moves to another version of tokenizers (now 0.23.3).
"""

import argparse
import textwrap
import unicodedata
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

from charsmap import precompiled, precompiled_charsmap

TABLES = Path(__file__).resolve().parents[2] / "Sources/Tokenizers/Unicode/UnicodeTables.swift"
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL_SYLLABLES = range(0xAC00, 0xD7A4)


def decompositions():
    """Canonical decompositions, Hangul syllables aside: code point to string."""
    nfd = normalizers.NFD().normalize_str
    return {c: nfd(chr(c)) for c in SCALARS if c not in HANGUL_SYLLABLES and nfd(chr(c)) != chr(c)}


def combining_classes(decomposing):
    """Canonical combining classes other than 0, found by what the reference reorders: it sorts runs of marks by class.

    Only the classes' numbers come from Python's own tables, whose Unicode version is newer.
    """
    nfd = normalizers.NFD().normalize_str

    def swaps(first, second):
        return nfd("a" + first + second) != "a" + first + second

    marks = [chr(c) for c in SCALARS if c not in decomposing and c not in HANGUL_SYLLABLES
             and (swaps("\u0345", chr(c)) or swaps(chr(c), "\u0334"))]
    representatives = {unicodedata.combining(mark): mark for mark in reversed(marks)}
    classes = sorted(representatives)
    return {ord(mark): max(k for k in classes if not swaps(representatives[k], mark)) for mark in marks}


def compatibility_decompositions():
    """Compatibility decompositions where they are not the canonical ones: code point to string."""
    nfd, nfkd = normalizers.NFD().normalize_str, normalizers.NFKD().normalize_str
    return {c: nfkd(chr(c)) for c in SCALARS if nfkd(chr(c)) != nfd(chr(c))}


def composition_exclusions(decomposing):
    """What decomposes and is never composed again. All else composes of its decomposition without the last scalar, and that scalar."""
    nfc = normalizers.NFC().normalize_str
    excluded = [c for c in decomposing if nfc(chr(c)) != chr(c)]
    composed = {decomposing[c]: chr(c) for c in decomposing if c not in excluded}
    for decomposition, composite in composed.items():
        first = decomposition[:-1]
        assert len(first) == 1 or first in composed, f"U+{ord(composite):04X} does not compose of two"
        assert nfc(composed.get(first, first) + decomposition[-1]) == composite
    return excluded


def grapheme_breaks():
    """Classes of Grapheme_Cluster_Break and Indic_Conjunct_Break, and Extended_Pictographic, from where clusters end.

    Precompiled replaces clusters of up to 5 bytes as a whole and the characters of longer ones one by one,
    so with a charsmap that makes an X of whatever begins with any byte the X tell how a text was split.
    """
    normalize = precompiled(precompiled_charsmap({bytes([byte]): "X" for byte in range(1, 256)})).normalize_str
    mark, joiner, symbol, consonant, linker = "\u0300", "\u200d", "\u00a9", "\u0915", "\u094d"

    def find(form, count, candidates=SCALARS):
        return [c for c in candidates if c and len(normalize(form.format(chr(c)))) == count]

    joined = find("a{}", 1)
    # With a mark behind it, a character that begins a cluster makes an X with the mark if both are short, else two as within one.
    conjoining = [*range(0x1100, 0x1200), *range(0xA960, 0xA980), *range(0xD7B0, 0xD800)]
    after_l, after_v, after_t = (set(find(before + "{}" + mark, 3, conjoining)) for before in "\u1100\u1161\u11a8")
    extending = find(symbol + "{}" + joiner + symbol + mark, 5, joined)
    controls = {0, *find("{}" + mark + mark, 2)}
    linkers = find(consonant + "{}" + consonant + mark, 4, joined)
    indic = {*linkers, *find(consonant + linker + "{}" + consonant + mark, 5, joined)}
    return {
        "Control": sorted(controls),
        "Extend": [c for c in extending if chr(c) != joiner],
        "SpacingMark": [c for c in joined if c not in set(extending)],
        "Prepend": find("{}a", 1),
        "L": sorted(after_l - after_v), "V": sorted(after_v - after_t), "T": sorted(after_t),
        "ExtendedPictographic": find(symbol + joiner + "{}", 3, sorted(set(SCALARS) - set(joined))),
        "IndicConsonant": find("{}" + linker + consonant + mark, 4, sorted(set(range(0x900, 0x20000)) & set(SCALARS) - set(joined) - controls)),
        "IndicLinker": linkers,
        "IndicNone": [c for c in extending if c not in indic],
    }


def word_characters():
    """What `\\w` matches, seen by an added token that must be a whole word."""
    tokenizer = Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.add_tokens([AddedToken("zz", single_word=True, normalized=False)])
    return [c for c in SCALARS if 1 not in tokenizer.encode("zz" + chr(c)).ids]


def newer_characters():
    """By category or property, what the reference's regular expressions know beyond Unicode 14, which is Python 3.11's."""
    text = "".join(map(chr, SCALARS))
    assert unicodedata.unidata_version == "14.0.0", "run this with Python 3.11"
    newer = {}
    for name in ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp",
                 "Cf", "Alphabetic", "Uppercase", "Lowercase", "Han", "Hiragana", "Katakana", "Latin", "Cyrillic", "Arabic", "Devanagari"]:
        found = normalizers.Replace(Regex(rf"\P{{{name}}}"), "").normalize_str(text)
        newer[name] = sorted(ord(c) for c in found if unicodedata.category(c) == "Cn")
    return {name: code_points for name, code_points in newer.items() if code_points}


def matched_by(expression):
    """What a regular expression for one character matches."""
    split = pre_tokenizers.Split(Regex(expression), "removed")
    kept = {ord(c) for word, _ in split.pre_tokenize_str("".join(map(chr, SCALARS))) for c in word}
    return [c for c in SCALARS if c not in kept]


def newer_numbers(numbers):
    """What `Digits` splits at besides."""
    digits = pre_tokenizers.Digits(individual_digits=True).pre_tokenize_str
    return sorted({c for c in SCALARS if len(digits(f"a{chr(c)}b")) == 3} - set(numbers))


def scripts():
    """The code points of each script, those of no script aside: in the order of their first one."""
    split = pre_tokenizers.UnicodeScripts().pre_tokenize_str

    def is_one_word(first, second):
        return len(split(chr(first) + chr(second))) == 1

    with_script = [c for c in SCALARS if not (is_one_word(ord("a"), c) and is_one_word(0x4EAC, c))]
    found = []
    for c in with_script:
        script = next((script for script in found if is_one_word(script[-1], c)), None)
        if script is None:
            found.append([c])
        else:
            script.append(c)
            # The next character most likely has the same.
            found.remove(script)
            found.insert(0, script)
    return sorted(found)


def pre_tokenizer_tables():
    letters, numbers = matched_by(r"\p{L}"), matched_by(r"\p{N}")
    assert matched_by(r"\s") == [c for c in SCALARS if len(pre_tokenizers.WhitespaceSplit().pre_tokenize_str(f"a{chr(c)}b")) == 2]
    return [
        ("letter", "`\\p{L}` of Oniguruma: Unicode 16.", hexadecimal_ranges(letters)),
        ("number", "`\\p{N}` of Oniguruma.", hexadecimal_ranges(numbers)),
        ("newerNumber", "What `char::is_numeric` of Rust knows besides.", hexadecimal_ranges(newer_numbers(numbers))),
        ("script", "Scripts of Unicode 9, a section for each, Hiragana and Katakana with Han; what is in none has no script.",
         "; ".join(hexadecimal_ranges(script) for script in scripts())),
    ]


def ranges(code_points):
    """A sorted list as runs of neighbours, (first, last)."""
    runs = []
    for c in code_points:
        if runs and c == runs[-1][1] + 1:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    return runs


def hexadecimal_ranges(code_points):
    return " ".join(f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in ranges(code_points))


def lowercase_table(lower):
    """`first-last/step>difference`, or `<difference` downwards."""
    runs = []
    for c, lowered in sorted(lower.items()):
        # Of İ, which has two scalars, only that it has a lowercase form is in the table.
        difference = ord(lowered) - c if len(lowered) == 1 else 0
        if runs and runs[-1][3] == difference and c - runs[-1][1] <= 2 and runs[-1][2] in (0, c - runs[-1][1]):
            runs[-1][1:3] = [c, c - runs[-1][1]]
        else:
            runs.append([c, c, 0, difference])
    return " ".join((f"{first:X}" if first == last else f"{first:X}-{last:X}") + (f"/{step:X}" if step > 1 else "")
                    + (f"<{-difference:X}" if difference < 0 else f">{difference:X}")
                    for first, last, step, difference in runs)


def decomposition_table(decomposing):
    """`code point: scalars, scalars of the next code point, …;`"""
    return "; ".join(
        f"{first:X}: " + ", ".join(" ".join(f"{ord(s):X}" for s in decomposing[c]) for c in range(first, last + 1))
        for first, last in ranges(sorted(decomposing)))


def write_tables():
    decomposing = decompositions()
    classes = {}
    for c, combining_class in sorted(combining_classes(decomposing).items()):
        classes.setdefault(combining_class, []).append(c)
    clean, strip, chinese = (normalizers.BertNormalizer(**{
        "clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False, flag: True}).normalize_str
        for flag in ("clean_text", "strip_accents", "handle_chinese_chars"))
    all_marks = normalizers.StripAccents().normalize_str
    lower = normalizers.Lowercase().normalize_str
    pieces = {c: len(pre_tokenizers.BertPreTokenizer().pre_tokenize_str(f"a{chr(c)}b")) for c in SCALARS}
    tables = [
        ("whitespace", "White_Space, the same in all versions since 6.3.", hexadecimal_ranges(c for c in SCALARS if pieces[c] == 2)),
        ("control", "General categories Cc (without tab, line feed and carriage return), Cf and Co, of Unicode 8.",
         hexadecimal_ranges(c for c in SCALARS if c not in (0, 0xFFFD) and clean(f"a{chr(c)}b") == "ab" or c == 0)),
        ("nonspacingMark", "General category Mn of Unicode 8, without what decomposes.",
         hexadecimal_ranges(c for c in SCALARS if c not in decomposing and strip(f"a{chr(c)}b") == "ab")),
        ("mark", "General categories M* of Unicode 9.", hexadecimal_ranges(c for c in SCALARS if all_marks(f"a{chr(c)}b") == "ab")),
        ("punctuation", "General categories P* of Unicode 8, and the rest of ASCII's printing characters that are neither letter nor digit.",
         hexadecimal_ranges(c for c in SCALARS if pieces[c] == 3)),
        ("word", "`\\w` of Rust's regex crate: Unicode 16.", hexadecimal_ranges(word_characters())),
        ("ideograph", "What BERT puts between spaces.", hexadecimal_ranges(c for c in SCALARS if chinese(chr(c)) != chr(c))),
        *pre_tokenizer_tables(),
        ("combiningClass", "Canonical combining classes of Unicode 9: `class: ranges;`.",
         "; ".join(f"{k:X}: {hexadecimal_ranges(v)}" for k, v in sorted(classes.items()))),
        ("lowercase", "Lowercase of Unicode 17: `first-last/step>difference`, `<` for a negative one. Without İ's second scalar.",
         lowercase_table({c: lower(chr(c)) for c in SCALARS if lower(chr(c)) != chr(c)})),
        ("decomposition", "Full canonical decompositions, Unicode 9: `code point: scalars, those of the next code point, …;`.",
         decomposition_table(decomposing)),
        ("compatibilityDecomposition", "Full compatibility decompositions, Unicode 9, where they are not canonical, in the same form.",
         decomposition_table(compatibility_decompositions())),
        ("compositionExclusion", "What is not composed again of its canonical decomposition.",
         hexadecimal_ranges(composition_exclusions(decomposing))),
    ]
    lines = ["// Written by scripts/goldens/unicode_tables.py; do not edit.", "",
             "/// What the reference, tokenizers 0.23.3, knows of characters, asked code point by code point: its tables are of several",
             "/// Unicode versions, and newer ones would tokenize differently. Code points in hexadecimal.", "enum UnicodeTables {"]
    tables += [(f"graphemeBreak{name}", f"Unicode 17, for grapheme clusters: {name}.", hexadecimal_ranges(code_points))
               for name, code_points in grapheme_breaks().items()]
    tables.append(("newerCharacters", "What the regular expressions know (Unicode 16) and Unicode 14 does not: `property=ranges;`.",
                   "; ".join(f"{name}={hexadecimal_ranges(code_points)}" for name, code_points in newer_characters().items())))
    for name, comment, table in tables:
        lines += [f"    /// {comment}", f'    static let {name}: StaticString = """']
        lines += textwrap.wrap(table, 120, initial_indent=" " * 8, subsequent_indent=" " * 8, break_long_words=False,
                               break_on_hyphens=False)
        lines += ['        """', ""]
    TABLES.write_text("\n".join(lines[:-1] + ["}"]) + "\n")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    write_tables()
