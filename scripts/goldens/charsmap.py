"""Builds `precompiled_charsmap` fields for tokenizer.json, as SentencePiece does: what Precompiled normalizers replace by what."""

import base64
import json
import struct

from tokenizers import Tokenizer


def precompiled_charsmap(replacements):
    """`replacements`: bytes of the keys to strings. A trie in the layout of Darts-clone, then the strings, each closed by a zero."""
    strings, starts = b"", {}
    for value in replacements.values():
        if value not in starts:
            starts[value] = len(strings)
            strings += value.encode() + b"\0"
    trie = double_array({key: starts[value] for key, value in replacements.items()})
    blob = b"".join(struct.pack("<I", unit) for unit in trie)
    return base64.b64encode(struct.pack("<I", len(blob)) + blob + strings).decode()


def double_array(values):
    """Units of 32 bits. A node's children lie at its position, with the offset of its unit and the byte combined by exclusive or."""
    root = {}
    for key, value in values.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[None] = value
    units, taken, waiting, free = [0] * 256, {0}, [(0, 0, root)], 1
    while waiting:
        position, label, node = waiting.pop()
        labels = [0 if byte is None else byte for byte in node]
        while free in taken:
            free += 1
        base = next(b for b in range(free & ~0xFF, 1 << 21) if not any((b ^ byte) in taken for byte in labels) and b != position)
        units += [0] * (max(base | 0xFF, 0) + 1 - len(units))
        units[position] = label | (0x100 if None in node else 0) | (position ^ base) << 10
        taken.update(base ^ byte for byte in labels)
        for byte, child in node.items():
            if byte is None:
                units[base] = child | 1 << 31
            else:
                waiting.append((base ^ byte, byte, child))
    return units


def precompiled(charsmap):
    """The normalizer with a charsmap, which Python's class does not build from base64."""
    tokenizer = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "pre_tokenizer": None, "post_processor": None,
                 "decoder": None, "normalizer": {"type": "Precompiled", "precompiled_charsmap": charsmap},
                 "model": {"type": "WordLevel", "vocab": {"?": 0}, "unk_token": "?"}}
    return Tokenizer.from_str(json.dumps(tokenizer)).normalizer
