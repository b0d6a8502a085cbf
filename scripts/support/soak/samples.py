"""What the server holds over time, and whether it grows."""
import re
import statistics
from dataclasses import dataclass
from pathlib import Path

# The load is random, so that two moments of it differ; what leaks at every connection is far beyond these within minutes.
DESCRIPTOR_SHARE, DESCRIPTOR_SLACK = 0.03, 16
MEMORY_SHARE, MEMORY_SLACK = 0.03, 4e6  # bytes


@dataclass
class Sample:
    seconds: float
    descriptors: int
    resident_bytes: int
    threads: int

    @classmethod
    def of(cls, pid, seconds):
        status = Path(f"/proc/{pid}/status").read_text()
        return cls(seconds, descriptors(pid), 1024 * int(re.search(r"VmRSS:\s+(\d+)", status)[1]), int(re.search(r"Threads:\s+(\d+)", status)[1]))


def descriptors(pid):
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


@dataclass
class Growth:
    """From the first third of the samples to the last."""

    first: float
    last: float
    allowed: float

    @property
    def is_none(self):
        return self.last - self.first <= self.allowed


def growth(values, typical, share, slack):
    third = max(1, len(values) // 3)
    first, last = typical(values[:third]), typical(values[-third:])
    return Growth(first, last, share * first + slack)


def growths(samples):
    """(of descriptors, of memory)"""
    # The least descriptors, for a slow moment of the machine holds up connections, which says nothing about those that leak.
    return (growth([sample.descriptors for sample in samples], min, DESCRIPTOR_SHARE, DESCRIPTOR_SLACK),
            growth([sample.resident_bytes for sample in samples], statistics.median, MEMORY_SHARE, MEMORY_SLACK))
