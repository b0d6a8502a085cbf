"""The usual server of a BERT classifier, to measure Attendant against: FastAPI, uvicorn and ONNX Runtime.

    python fastapi_onnx.py MODEL PORT [--threads 2] [--join 32]

It gets what a careful engineer would give it: ONNX Runtime's fused BERT graph, the Rust tokenizer, orjson, uvloop.
With --join N, requests that wait at the same time are computed in one padded batch of up to N texts.
POST /v1/classify {"inputs": TEXT} answers [{"label", "score"}, ...], best first.
"""
import argparse
import asyncio
import hashlib
import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import orjson
import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel
from tokenizers import Tokenizer


def fused_graph(folder):
    """The path of the model as ONNX with ONNX Runtime's BERT fusions; made once and kept in the temporary directory."""
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / "attendant-benchmarks" / digest / "model.onnx"
    if path.exists():
        return path
    import torch
    from onnxruntime.transformers import optimizer
    from transformers import AutoModelForSequenceClassification

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = AutoModelForSequenceClassification.from_pretrained(
                folder, dtype=torch.float32, attn_implementation="eager").eval()

        def forward(self, input_ids, attention_mask):
            return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

    path.parent.mkdir(parents=True, exist_ok=True)
    plain = path.with_name("plain.onnx")
    module, axes = Logits(), {0: "batch", 1: "tokens"}
    torch.onnx.export(
        module, (torch.tensor([[101, 2023, 102], [101, 102, 0]]), torch.tensor([[1, 1, 1], [1, 1, 0]])), str(plain),
        input_names=["input_ids", "attention_mask"], output_names=["logits"], opset_version=17, dynamo=False,
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}})
    config = module.model.config
    optimizer.optimize_model(str(plain), "bert", config.num_attention_heads, config.hidden_size).save_model_to_file(str(path))
    plain.unlink()
    return path


class Classifier:
    def __init__(self, folder, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = onnxruntime.InferenceSession(str(fused_graph(folder)), options, providers=["CPUExecutionProvider"])
        labels = json.loads((folder / "config.json").read_text())["id2label"]
        self.labels = [labels[str(index)] for index in range(len(labels))]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(512)

    def __call__(self, sequences):
        """The scores of each sequence of ids."""
        longest = max(map(len, sequences))
        ids, mask = np.zeros((2, len(sequences), longest), np.int64)
        for row, sequence in enumerate(sequences):
            ids[row, : len(sequence)], mask[row, : len(sequence)] = sequence, 1
        logits = self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        shares = np.exp(logits - logits.max(1, keepdims=True))
        return (shares / shares.sum(1, keepdims=True)).tolist()


class Joined:
    """Computes in one call whatever came in while the last call ran."""

    def __init__(self, classifier, most):
        self.classifier, self.most, self.queue, self.task = classifier, most, asyncio.Queue(), None
        self.thread = ThreadPoolExecutor(1)

    async def scores(self, sequence):
        if self.task is None:
            self.task = asyncio.create_task(self.serve())
        done = asyncio.get_running_loop().create_future()
        self.queue.put_nowait((sequence, done))
        return await done

    async def serve(self):
        while True:
            waiting = [await self.queue.get()]
            while not self.queue.empty() and len(waiting) < self.most:
                waiting.append(self.queue.get_nowait())
            sequences = [sequence for sequence, _ in waiting]
            rows = await asyncio.get_running_loop().run_in_executor(self.thread, self.classifier, sequences)
            for (_, done), row in zip(waiting, rows):
                if not done.cancelled():
                    done.set_result(row)


class Alone:
    """Computes each request by itself, two at a time."""

    def __init__(self, classifier):
        self.classifier, self.threads = classifier, ThreadPoolExecutor(2)

    async def scores(self, sequence):
        rows = await asyncio.get_running_loop().run_in_executor(self.threads, self.classifier, [sequence])
        return rows[0]


class Request(BaseModel):
    inputs: str


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--join", type=int, default=0)
    options = parser.parse_args()
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    classifier = Classifier(options.model, options.threads)
    classifier([[101, 102]])
    runner = Joined(classifier, options.join) if options.join else Alone(classifier)
    app = FastAPI()

    @app.get("/livez")
    async def live():
        return {"status": "ok"}

    @app.post("/v1/classify")
    async def classify(request: Request):
        row = await runner.scores(classifier.tokenizer.encode(request.inputs).ids)
        ranked = sorted(zip(row, classifier.labels), reverse=True)
        return Response(orjson.dumps([{"label": label, "score": score} for score, label in ranked]),
                        media_type="application/json")

    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
