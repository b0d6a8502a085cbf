"""The usual server of a BERT classifier, to measure Attendant against: FastAPI, uvicorn and ONNX Runtime.

    python benchmarks/fastapi_onnx.py MODEL PORT [--threads 2] [--dtype f32|int8] [--join 32]

It gets what a careful engineer would give it: ONNX Runtime's fused BERT graph, the Rust tokenizer, orjson, uvloop.
With --join N, requests that wait at the same time are computed together, up to about N texts, those of similar length in
one padded batch. POST /v1/classify {"inputs": TEXT or [TEXT, ...]} answers {"predictions": [[{"label", "score"}, ...], ...]},
best first, as Attendant does; GET /readyz answers once the model is warm.
"""
import argparse
import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import orjson
import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel
from tokenizers import Tokenizer

from conversions import config_of
from peers import ONNXRuntime

WASTE = 0.2  # of the tokens computed, what padding may be in a joined batch


class Classifier:
    def __init__(self, folder, threads, dtype):
        self.engine = ONNXRuntime(folder, threads, dtype, output="logits")
        config = config_of(folder)
        self.labels = [config["id2label"][str(index)] for index in range(len(config["id2label"]))]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(config["max_position_embeddings"])

    def tokenized(self, texts):
        return [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]

    def scores(self, sequences):
        """The softmax over the labels for each sequence, computed as one padded batch."""
        logits = self.engine.compute(sequences)
        shares = np.exp(logits - logits.max(1, keepdims=True))
        return shares / shares.sum(1, keepdims=True)

    def scores_by_length(self, sequences):
        """The same, in batches of similar length."""
        order = sorted(range(len(sequences)), key=lambda index: len(sequences[index]))
        batches, tokens = [[]], 0
        for index in order:
            length = len(sequences[index])
            tokens += length
            if batches[-1] and tokens < (1 - WASTE) * length * (len(batches[-1]) + 1):
                batches.append([])
                tokens = length
            batches[-1].append(index)
        result = np.empty((len(sequences), len(self.labels)), np.float32)
        for batch in batches:
            result[batch] = self.scores([sequences[index] for index in batch])
        return result

    def answer(self, rows):
        return [[{"label": self.labels[index], "score": float(row[index])} for index in np.argsort(-row)] for row in rows]


class Alone:
    """Computes each request by itself, two at a time."""

    def __init__(self, classifier):
        self.classifier, self.threads = classifier, ThreadPoolExecutor(2)

    async def scores(self, sequences):
        return await asyncio.get_running_loop().run_in_executor(self.threads, self.classifier.scores, sequences)


class Joined:
    """Computes together whatever came in while the last batch was computed."""

    def __init__(self, classifier, most):
        self.classifier, self.most, self.queue, self.task = classifier, most, asyncio.Queue(), None
        self.thread = ThreadPoolExecutor(1)

    async def scores(self, sequences):
        if self.task is None:
            self.task = asyncio.create_task(self.serve())
        done = asyncio.get_running_loop().create_future()
        self.queue.put_nowait((sequences, done))
        return await done

    async def serve(self):
        loop = asyncio.get_running_loop()
        while True:
            sequences, done = await self.queue.get()
            sequences, waiting = list(sequences), [(len(sequences), done)]
            while not self.queue.empty() and len(sequences) < self.most:
                more, done = self.queue.get_nowait()
                sequences += more
                waiting.append((len(more), done))
            try:
                rows = await loop.run_in_executor(self.thread, self.classifier.scores_by_length, sequences)
            except Exception as error:
                for _, done in waiting:
                    done.set_exception(error)
                continue
            for count, done in waiting:
                if not done.cancelled():
                    done.set_result(rows[:count])
                rows = rows[count:]


class Request(BaseModel):
    inputs: str | list[str]


def application(classifier, runner):
    app = FastAPI()

    @app.get("/readyz")
    async def ready():
        return {"status": "ok"}

    @app.post("/v1/classify")
    async def classify(request: Request):
        texts = [request.inputs] if isinstance(request.inputs, str) else request.inputs
        rows = await runner.scores(classifier.tokenized(texts))
        return Response(orjson.dumps({"predictions": classifier.answer(rows)}), media_type="application/json")

    return app


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dtype", choices=ONNXRuntime.dtypes, default="f32")
    parser.add_argument("--join", type=int, default=0)
    options = parser.parse_args()
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)  # the tokenizer's
    classifier = Classifier(options.model, options.threads, options.dtype)
    classifier.scores([[101, 102]])
    runner = Joined(classifier, options.join) if options.join else Alone(classifier)
    uvicorn.run(application(classifier, runner), host="127.0.0.1", port=options.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
