"""Well-formed requests, with what the right answers to them are."""
import json
import random

from http1 import get, post

TOLERANCE = 1e-5
ALIVE = b'{"status":"ok"}'
TEXTS = ["What a wonderful film!", "The room was clean, the staff was rude.", "It arrived on Tuesday.", "I want my money back.",
         "Not bad at all", "The battery lasts for two days, which is twice as long as that of the old one.", "Meh.", "Crème brûlée, at last"]
# An answer of some hundred kilobytes.
ATTENTION = json.dumps({"inputs": "the quick brown fox jumps over the lazy dog " * 3, "layers": [0, 1, 2, 3, 4, 5]}).encode()


class Question:
    """One request, and whether an answer to it is right."""

    def __init__(self, path, body=None, expected=None):
        self.path, self.body, self.expected = path, body, expected

    def request(self, closes=False):
        return get(self.path, closes) if self.body is None else post(self.path, self.body, closes)

    def is_right(self, status, answer):
        if status != 200:
            return False
        if self.body is None or self.path == "/v1/attention":
            return answer == self.expected
        actual, expected = scores(answer), self.expected
        return actual.keys() == expected.keys() and all(abs(actual[label] - expected[label]) <= TOLERANCE for label in expected)


def scores(answer):
    return {item["label"]: item["score"] for item in json.loads(answer)["predictions"][0]}


class Questions:
    """All of them, with the answers that the server gave when nobody else asked."""

    def __init__(self, classify, attention):
        self.alive = Question("/livez", expected=ALIVE)
        self.classify = [Question("/v1/classify", body, expected) for body, expected in classify]
        self.attention = Question("/v1/attention", ATTENTION, attention)

    def any(self, share):
        """A classification with this probability, else the question whether the server lives."""
        return random.choice(self.classify) if random.random() < share else self.alive


async def asked_once(connection):
    classify = []
    for text in TEXTS:
        body = json.dumps({"inputs": text}).encode()
        status, answer = await connection.exchange(post("/v1/classify", body))
        if status != 200:
            raise RuntimeError(f"the server answers {body} with {status}: {answer}")
        classify.append((body, scores(answer)))
    status, attention = await connection.exchange(post("/v1/attention", ATTENTION))
    if status != 200:
        raise RuntimeError(f"the server answers a question for attention with {status}: {attention[:300]}")
    return Questions(classify, attention)
