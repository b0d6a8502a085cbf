"""English-like texts with an exact number of tokens: each word is one token of the uncased BERT vocabulary."""
import itertools
import random

from shapes import ragged_length

PATTERN = [
    "the a this that every another some".split(),
    "old new small large early green quiet heavy strong bright simple".split(),
    "man woman child house river city garden school market window story bridge teacher song ship dog forest".split(),
    "saw found left followed wanted built carried crossed remembered watched painted bought".split(),
    "the a my their our".split(),
    "paper museum island winter machine road horse village king letter".split(),
    "near under behind above before without after".split(),
]


def text(rng, tokens):
    """A text of `tokens` tokens: its words, a full stop, and the two that every sequence begins and ends with."""
    words = itertools.islice(itertools.cycle(PATTERN), max(1, tokens - 3))
    return " ".join(rng.choice(part) for part in words) + "."


def ragged_texts(count, seed, longest=256):
    """Texts of very different lengths."""
    rng = random.Random(seed)
    return [text(rng, min(longest, ragged_length(rng))) for _ in range(count)]
