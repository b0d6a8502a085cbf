"""Draws the curves of docs/performance.md as SVG files from the JSON lines of scaling.py and over_http.py."""
import argparse
import statistics
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

from models import NAMES
from results import FOLDER, read
from scaling import CURVES, steps

DOCS = Path(__file__).resolve().parent.parent / "docs" / "plots"
# Colours that are told apart without seeing red and green, and by their lightness in print.
COLOURS = {"Attendant": "#0b5fa5", "ONNX Runtime": "#d95f02", "OpenVINO": "#7b5aa6", "CTranslate2": "#b8860b",
           "PyTorch": "#8a8a8a", "FastAPI + ONNX Runtime": "#d95f02", "the same, joining requests": "#7b5aa6"}
LINES = {"f32": "-", "bf16": "--", "int8": ":"}


def style(engine, dtype):
    return {"color": COLOURS.get(engine, "#444444"), "linestyle": LINES[dtype], "marker": "o", "markersize": 3,
            "linewidth": 2 if engine == "Attendant" else 1.2}


def medians(records, group, x, y):
    """{group: [(x, median of y), ...]} in the order of x; group, x and y take a record."""
    values = {}
    for record in records:
        values.setdefault(group(record), {}).setdefault(x(record), []).append(y(record))
    return {name: sorted((at, statistics.median(of)) for at, of in points.items()) for name, points in values.items()}


def draw(path, title, x_label, y_label, curves, logarithmic):
    """curves: {(label, engine, dtype): [(x, y), ...]}"""
    figure, axes = plt.subplots(figsize=(6.4, 4))
    for (label, engine, dtype), points in curves.items():
        axes.plot(*zip(*points), label=label, **style(engine, dtype))
    ticks = sorted({x for points in curves.values() for x, _ in points})
    axes.set_xscale("log", base=2)
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    if logarithmic:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.set(title=title, xlabel=x_label, ylabel=y_label)
    axes.grid(alpha=0.25)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(fontsize=7, frameon=False, ncols=2)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    print(path)


def draw_scaling(file, folder):
    records = read(file, "engines")
    for model in dict.fromkeys(record["model"] for record in records):
        for curve, (label, shapes) in CURVES.items():
            for dtype in LINES:
                wanted = [record for record in records
                          if (record["model"], record["dtype"]) == (model, dtype) and record["shape"] in shapes]
                curves = medians(wanted, lambda r: (r["engine"], r["engine"], "f32"), lambda r: steps(curve, r["shape"]),
                                 lambda r: 1e3 * r["seconds"])
                if curves:
                    name = NAMES.get(model, Path(model).name)
                    draw(folder / f"{curve}-{name.lower()}-{dtype}.svg", f"{name}, {dtype}, {wanted[0]['threads']} threads",
                         label, "milliseconds of a pass", curves, logarithmic=True)
    return bool(records)


def draw_load(file, folder):
    records = [record for record in read(file, "http") if record["requests"] == "short"]

    def group(record):
        engine, _, dtype = record["server"].rpartition(" ")
        is_named = dtype in LINES
        return record["server"], engine if is_named else record["server"], dtype if is_named else "f32"

    plots = (("load", "requests a second", "requests_per_second"), ("load-p99", "p99 in milliseconds", "p99_ms"))
    for name, label, key in plots:
        curves = medians(records, group, lambda r: r["connections"], lambda r: r[key])
        if curves:
            draw(folder / f"{name}.svg", "Texts of 12 tokens to /v1/classify", "connections", label, curves,
                 logarithmic=key == "p99_ms")
    return bool(records)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scaling", type=Path, default=FOLDER / "scaling.jsonl", help="(default: %(default)s)")
    parser.add_argument("--http", type=Path, default=FOLDER / "http.jsonl", help="(default: %(default)s)")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of the SVG files (default: %(default)s)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    # Text as text, and the same identifiers every time: the files stay small, and change only where the figures do.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "attendant", "font.size": 9})
    for part, file, is_drawn in (("scaling", options.scaling, draw_scaling(options.scaling, options.out)),
                                 ("http", options.http, draw_load(options.http, options.out))):
        if not is_drawn:
            print(f"nothing to draw in {file}: run scripts/bench {part}", file=sys.stderr)


if __name__ == "__main__":
    main()
