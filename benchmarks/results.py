"""What the measurements leave behind: JSON lines with every round, and tables in Markdown."""
import json
import statistics
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "results"


class Records:
    """A file of JSON lines, begun anew. Each line is written at once: a run that is broken off leaves what it has measured."""

    def __init__(self, path):
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = open(path, "w", encoding="utf-8")

    def add(self, kind, **fields):
        self.file.write(json.dumps({"kind": kind, **fields}) + "\n")
        self.file.flush()


def read(path, kind):
    """The records of one kind in a file; none if there is no such file."""
    if not Path(path).exists():
        return []
    with open(path, encoding="utf-8") as lines:
        return [record for record in map(json.loads, lines) if record["kind"] == kind]


def table(columns, rows, texts=1):
    """A Markdown table; the first columns are `texts`, those after them numbers."""
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in (columns, *rows)]
    lines.insert(1, "|" + "---|" * texts + "--:|" * (len(columns) - texts))
    return "\n".join(lines)


def print_table(title, columns, rows, texts=1):
    """A table on standard output."""
    print(f"\n{title}\n" if title else "")
    print(table(columns, rows, texts), end="\n\n", flush=True)


def median(values):
    return statistics.median(values)


def median_ratio(ours, theirs):
    """The median over the rounds of ours/theirs. Both were measured in the same rounds, so the machine's drift cancels out."""
    return statistics.median(our / their if their else float("inf") for our, their in zip(ours, theirs))


def number(value):
    """Three digits are as many as a measurement is worth, but whole numbers are not rounded."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def verdict(is_met):
    return "met" if is_met else "**missed**"
