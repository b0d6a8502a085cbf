"""What clients count: answers that were right, those that were not, how long they took, and what was done to the server."""
import collections
import time

EXAMPLES = 3  # of what was wrong, of each kind


class Tally:
    def __init__(self):
        self.right = collections.Counter()
        self.wrong = collections.Counter()
        self.done = collections.Counter()  # abuses
        self.latencies = collections.defaultdict(list)  # seconds, by kind of client
        self.examples = collections.defaultdict(list)

    def add(self, other):
        self.right += other.right
        self.wrong += other.wrong
        self.done += other.done
        for kind, values in other.latencies.items():
            self.latencies[kind] += values
        for kind, examples in other.examples.items():
            self.examples[kind] = (self.examples[kind] + examples)[:EXAMPLES]

    def taken(self):
        """What was counted since the last time."""
        taken = Tally()
        taken.__dict__, self.__dict__ = self.__dict__, taken.__dict__
        return taken

    def count_right(self, kind, since):
        self.right[kind] += 1
        self.latencies[kind].append(time.monotonic() - since)

    def count_wrong(self, kind, what):
        self.wrong[kind] += 1
        if self.wrong[kind] <= EXAMPLES:
            self.examples[kind].append(what)

    def judge(self, kind, question, status, answer, since):
        """Counts an answer as right or wrong."""
        if question.is_right(status, answer):
            self.count_right(kind, since)
        else:
            self.count_wrong(kind, f"{question.path} was answered with {status}: {answer[:200]!r}")


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]
