"""Which version of Unicode a tokenizer goes by, step by step: seen by characters of which each version was the first to know something.

Versions without a character here brought none for that step.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from tokenization import added, bert_normalizer, tokenizer_json
from tokenizers import Tokenizer

LETTERS = {
    "6.1": "\u08a0", "7.0": "\U00010500", "8.0": "\u08b3", "9.0": "\u08b6", "10.0": "\u0860", "11.0": "\u0560",
    "12.0": "\u0e86", "13.0": "\u08be", "14.0": "\u0870", "15.0": "\U0001e4d0", "15.1": "\U0002ebf0", "16.0": "\u1c89", "17.0": "\U00016ea0",
}
NONSPACING_MARKS = {
    "6.1": "\u08e4", "7.0": "\u1ab0", "8.0": "\u08e3", "9.0": "\u08d4", "10.0": "\u0d00", "11.0": "\u07fd",
    "12.0": "\u0eba", "13.0": "\u1abf", "14.0": "\u0898", "15.0": "\u0ece", "16.0": "\u0897", "17.0": "\u1acf",
}
LOWERCASE = {
    "7.0": "\u037f\u03f3", "8.0": "\ua7b4\ua7b5", "9.0": "\ua7ae\u026a", "11.0": "\u1c90\u10d0", "12.0": "\ua7ba\ua7bb",
    "13.0": "\ua7c7\ua7c8", "14.0": "\u2c2f\u2c5f", "16.0": "\u1c89\u1c8a", "17.0": "\U00016ea0\U00016ebb",
}
DECOMPOSITIONS = {
    "6.1": "\U0001112e\U00011131\U00011127", "7.0": "\U000114bb\U000114b9\U000114ba", "13.0": "\U00011938\U00011935\U00011930",
    "16.0": "\U000105c9\U000105d2\u0307",
}
COMPATIBILITY = {
    "6.1": "\U0001ee00\u0627", "7.0": "\ua69c\u044a", "9.0": "\U0001f23b\u914d", "12.1": "\u32ff\u4ee4\u548c", "13.0": "\uab69\u028d",
    "14.0": "\ua7f2C", "15.0": "\U0001e030\u0430",
}


@dataclass
class Probe:
    name: str
    tokenizer: dict
    # Version to a text of which it is the first to know something, and whether an encoding shows that it is known.
    texts: dict
    known: Callable


def mapping(name, normalizer, pairs):
    """Pairs are strings of a character and what the normalizer makes of it, which is a word of the vocabulary."""
    vocabulary = {"[UNK]": 0} | {pair[1:]: 1 + number for number, pair in enumerate(pairs.values())}
    return Probe(name, tokenizer_json(normalizer, False, vocabulary=vocabulary), {version: pair[0] for version, pair in pairs.items()},
                 lambda encoding: encoding["ids"] != [0])


def splitting(name, pre_tokenizer):
    """A letter goes on a word."""
    return Probe(name, {**tokenizer_json(None, vocabulary={"[UNK]": 0}), "pre_tokenizer": pre_tokenizer},
                 {version: "a" + letter for version, letter in LETTERS.items()}, lambda encoding: len(encoding["ids"]) == 1)


PROBES = [
    Probe("categories that BERT's normalizer strips",
          tokenizer_json(bert_normalizer(strip_accents=True), False, vocabulary={"[UNK]": 0, "a": 1}),
          {version: "a" + mark for version, mark in NONSPACING_MARKS.items()}, lambda encoding: encoding["ids"] == [1]),
    mapping("lowercase", {"type": "Lowercase"}, LOWERCASE),
    mapping("canonical decompositions", {"type": "NFD"}, DECOMPOSITIONS),
    mapping("compatibility decompositions", {"type": "NFKD"}, COMPATIBILITY),
    Probe("words, which added tokens must be",
          tokenizer_json(None, False, added_tokens=[added("zz", id=1, single_word=True)], vocabulary={"[UNK]": 0}),
          {version: "zz" + letter for version, letter in LETTERS.items()}, lambda encoding: 1 not in encoding["ids"]),
    splitting("letters, in GPT-2's pattern", {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": True}),
    splitting("letters, in a pattern of the file's",
              {"type": "Split", "pattern": {"Regex": "\\p{L}+"}, "behavior": "Isolated", "invert": False}),
]


def newest(probe, encodings):
    """The newest version that is known, and in parentheses those that are not although a newer one is, and the next one."""
    versions = list(probe.texts)
    known = [probe.known(encoding) for encoding in encodings]
    last = max((number for number, is_known in enumerate(known) if is_known), default=-1)
    unknown = [version for version, is_known in zip(versions[:last + 2], known) if not is_known]
    return (versions[last] if last >= 0 else "none") + (f" (not {', '.join(unknown)})" if unknown else "")


def print_versions(attendant, encode):
    """A line a probe, with what the reference and Attendant know there."""
    print(f"{'newest version of Unicode for':44}{'reference':20}Attendant")
    for probe in PROBES:
        tokenizer = Tokenizer.from_str(json.dumps(probe.tokenizer))
        cases = [{"text": text} for text in probe.texts.values()]
        reference = newest(probe, [encode(tokenizer, case) for case in cases])
        with tempfile.TemporaryDirectory() as directory:
            (Path(directory) / "tokenizer.json").write_text(json.dumps(probe.tokenizer))
            try:
                ours = newest(probe, list(attendant.encodings(directory, cases)))
            except attendant.Failure as failure:
                ours = f"none: {str(failure).replace(directory + '/', '')}"
        print(f"{probe.name:44}{reference:20}{ours}", flush=True)
