"""The work that every engine gets: how many sequences, how long, and which token ids.

A shape is BxN (B sequences of N tokens each), explicit lengths joined by + (12+24+30), or `ragged`.
"""
import math
import random

STANDARD = ["1x16", "1x128", "1x512", "8x128", "32x32", "32x128", "8x512", "ragged"]
SEED = 29  # its ragged batch has 823 tokens, the longest sequence 72
CLASSIFY, SEPARATE = 101, 102  # [CLS] and [SEP] of BERT's vocabulary
FIRST_WORD = 1996  # before it are special, unused and single-character tokens


def ragged_length(rng):
    """Tokens of a text as people send them: most are short, a few are long. Lognormal, median 24, from 4 to 256."""
    return max(4, min(256, round(math.exp(rng.gauss(math.log(24), 0.8)))))


def lengths(shape):
    """The number of tokens in each sequence of a shape."""
    if shape == "ragged":
        rng = random.Random(SEED)
        return [ragged_length(rng) for _ in range(32)]
    if "+" in shape:
        return [int(part) for part in shape.split("+")]
    count, _, tokens = shape.partition("x")
    return [int(tokens)] * int(count)


def explicit(shape):
    """The shape in the notation of `attendant bench`, which does not know the name `ragged`."""
    return "+".join(map(str, lengths(shape))) if shape == "ragged" else shape


def token_ids(shape, vocabulary=30522):
    """A list of ids for each sequence, the same in every process. Which ids they are makes no difference to the speed."""
    rng = random.Random(SEED)
    words = range(min(FIRST_WORD, vocabulary // 2), vocabulary)
    return [[CLASSIFY, *rng.choices(words, k=length - 2), SEPARATE] for length in lengths(shape)]
