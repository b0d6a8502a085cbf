"""What Attendant is meant to reach over HTTP, and whether it has."""
from results import median, median_ratio, verdict

RATIOS = [  # kind of request, dtype, times the better peer
    ("short", "f32", 1.5), ("short", "bf16", 2.7), ("short", "int8", 4.5), ("ragged", "f32", 1.4), ("batch32", "f32", 1.4),
]
SHORT_CONNECTIONS = 64
SLOWEST_OF_ONE = 0.7  # p99 with one connection, as a share of the better peer's
OF_ENGINE = 0.8
# A step down of less than this share is the measurement's own noise.
NOISE = 0.05


def is_peer(name):
    """Whether it is a peer that computes in f32, which is what the targets are to."""
    return not name.startswith("Attendant") and "int8" not in name


def better_peer(cell, key="requests_per_second", best=max):
    """The name of the better peer in a cell of {server: results of each round}."""
    return best(filter(is_peer, cell), key=lambda name: median(column(cell[name], key)))


def column(rounds, key):
    return [result[key] for result in rounds]


def judged(figures, engine):
    """Rows of (target, measured, wanted, verdict). figures: {(kind, connections): {server: results of each round}}."""
    rows = [row for kind, dtype, wanted in RATIOS for row in ratio_rows(figures, kind, dtype, wanted)]
    rows += latency_rows(figures) + load_rows(figures)
    for dtype, alone in engine.items():
        rounds = figures.get(("short", SHORT_CONNECTIONS), {}).get(f"Attendant {dtype}")
        if rounds:
            share = median(column(rounds, "texts_per_second")) / median(alone)
            rows.append([f"{dtype}, of the engine's own speed", f"{share:.2f}", f"≥ {OF_ENGINE}", verdict(share >= OF_ENGINE)])
    return rows


def ratio_rows(figures, kind, dtype, wanted):
    for (measured_kind, connections), cell in figures.items():
        ours = cell.get(f"Attendant {dtype}")
        if not ours or measured_kind != kind or (kind == "short" and connections != SHORT_CONNECTIONS):
            continue
        key = "requests_per_second"
        ratio = median_ratio(column(ours, key), column(cell[better_peer(cell)], key))
        yield [f"{kind}, {connections} connections, {dtype}: speed", f"{ratio:.2f} ×", f"≥ {wanted} ×",
               verdict(ratio >= wanted)]


def latency_rows(figures):
    cell = figures.get(("short", 1), {})
    rows = []
    for name in cell:
        if name.startswith("Attendant"):
            ratio = median_ratio(column(cell[name], "p99_ms"), column(cell[better_peer(cell, "p99_ms", min)], "p99_ms"))
            rows.append([f"short, 1 connection, {name.split()[-1]}: p99", f"{ratio:.2f} ×", f"≤ {SLOWEST_OF_ONE} ×",
                         verdict(ratio <= SLOWEST_OF_ONE)])
    return rows


def load_rows(figures):
    """More connections must not make it slower from 8 on, and nothing may fail."""
    rows = []
    for name in sorted({name for cell in figures.values() for name in cell if name.startswith("Attendant")}):
        steps = [(connections, median(column(cell[name], "requests_per_second")))
                 for (kind, connections), cell in figures.items() if kind == "short" and connections >= 8]
        if len(steps) > 1:
            least = min(rate / max(earlier for _, earlier in steps[: index + 1]) for index, (_, rate) in enumerate(steps))
            span = f"{steps[0][0]} to {steps[-1][0]} connections"
            rows.append([f"short, {span}, {name.split()[-1]}: lowest speed, as a share of the best with fewer",
                         f"{least:.2f}", f"≥ {1 - NOISE}", verdict(least >= 1 - NOISE)])
        errors = sum(result["errors"] for cell in figures.values() for result in cell[name])
        rows.append([f"{name.split()[-1]}: requests that failed", errors, "0", verdict(errors == 0)])
    return rows
