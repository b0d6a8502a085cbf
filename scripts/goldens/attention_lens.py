"""Writes random attention weights and what numpy and networkx make of them to Tests/Goldens/attention/.

    python attention_lens.py

A file a case: `weights` are those of each layer, `[heads, tokens, tokens]` flat, and everything else is what the server derives of them.
Running it again writes the same bytes.
"""
import shutil
import zlib
from dataclasses import dataclass

import networkx
import numpy

from reference import GOLDENS, write_json

ATTENTION = GOLDENS / "attention"
# Capacities are multiples of this, as whole numbers, so that networkx adds and compares them exactly.
UNIT = 2**60


@dataclass
class Case:
    layers: int
    heads: int
    tokens: int
    sharpness: float  # of the softmax
    separators: tuple
    keys: tuple = (1, 3, 100)  # of top_k
    window: int = 1000  # keys farther away have no weight
    levels: int = 0  # weights are multiples of 1 / levels, many of them equal or 0


CASES = {
    "one-token": Case(2, 2, 1, 1, (0,)),
    "two-tokens": Case(3, 2, 2, 2, (1,)),
    "one-layer": Case(1, 1, 5, 2, ()),
    "two-layers": Case(2, 3, 9, 3, (4, 8)),
    "even": Case(4, 3, 7, 1, (6,)),
    "deep": Case(6, 1, 10, 2, (5, 9)),
    # So many layers that most flows are limited only where they begin or end.
    "deeper": Case(8, 1, 10, 2, (9,)),
    "sharp": Case(4, 2, 12, 8, (11,)),
    "windowed": Case(4, 2, 12, 3, (11,), window=1),
    "ties": Case(3, 2, 10, 3, (3, 9), levels=8),
    "more-than-a-register": Case(1, 2, 19, 4, (9, 18), (5, 18)),
}


def softmax_rows(case, random):
    shape = (case.layers, case.heads, case.tokens, case.tokens)
    scores = case.sharpness * random.standard_normal(shape)
    positions = numpy.arange(case.tokens)
    scores[..., abs(positions[:, None] - positions) > case.window] = -numpy.inf
    weights = numpy.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    if case.levels:
        weights = numpy.floor(weights * case.levels) / case.levels
        # What rounding down left goes to the last key.
        weights[..., -1] += 1 - weights.sum(-1)
    return weights.astype(numpy.float32)


def statistics(weights, separators):
    """[layers, heads, 7] of weights [layers, heads, tokens, tokens]"""
    tokens = weights.shape[-1]
    positions = numpy.arange(tokens)
    logarithms = numpy.log(weights, out=numpy.zeros_like(weights), where=weights > 0)
    beside = lambda offset: weights.diagonal(offset, -2, -1).sum(-1) / tokens
    return numpy.stack([
        -(weights * logarithms).sum((-2, -1)) / tokens,
        (weights * abs(positions[:, None] - positions)).sum((-2, -1)) / tokens,
        weights[..., 0].mean(-1),
        weights[..., list(separators)].sum(-1).mean(-1),
        beside(-1), beside(0), beside(1),
    ], axis=-1)


def with_residual(weights):
    """[layers, tokens, tokens]"""
    mixed = weights.mean(1) / 2 + numpy.eye(weights.shape[-1]) / 2
    return mixed / mixed.sum(-1, keepdims=True)


def rollout(mixed):
    result = numpy.eye(mixed.shape[-1])
    for layer in mixed:
        result = layer @ result
    return result


def flow(mixed):
    layers, tokens, _ = mixed.shape
    graph = networkx.DiGraph()
    for layer in range(layers):
        for upper in range(tokens):
            for lower in range(tokens):
                graph.add_edge((layer + 1, upper), (layer, lower), capacity=round(float(mixed[layer, upper, lower]) * UNIT))
    return numpy.array([
        [networkx.maximum_flow_value(graph, (layers, i), (0, j)) / UNIT for j in range(tokens)] for i in range(tokens)])


def decimals(array):
    return [decimals(part) for part in array] if numpy.ndim(array) else float(f"{array:.9g}")


def flat(array):
    """One list for each layer."""
    return decimals(array.reshape(len(array), -1))


def write_case(name, case):
    stored = softmax_rows(case, numpy.random.default_rng(zlib.crc32(name.encode())))
    weights = stored.astype(numpy.float64)
    mixed = with_residual(weights)
    order = numpy.argsort(-weights, axis=-1, kind="stable")
    write_json(ATTENTION / f"{name}.json", {
        "layers": case.layers, "heads": case.heads, "tokens": case.tokens, "separators": case.separators,
        "weights": flat(stored),
        "mean": flat(weights.mean(1)),
        "max": flat(weights.max(1)),
        "statistics": flat(statistics(weights, case.separators)),
        "strongest": {str(count): order[..., :count].reshape(case.layers, -1).tolist() for count in case.keys},
        "rollout": decimals(rollout(mixed).ravel()),
        "flow": decimals(flow(mixed).ravel()),
    })


def main():
    shutil.rmtree(ATTENTION, ignore_errors=True)
    for name, case in CASES.items():
        write_case(name, case)
    size = sum(file.stat().st_size for file in ATTENTION.iterdir())
    print(f"attention: {len(CASES)} cases, {size // 1024} KiB")


main()
