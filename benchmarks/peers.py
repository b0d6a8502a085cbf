"""What people compute a BERT with on a CPU today, each with the settings that suit it best.

A peer is made for a model's folder, a number of threads and a dtype. compute(ids) takes a list of ids for each sequence
and gives the hidden states as an array, sequences x longest x width. `precision` says what it really computes in.
"""
import numpy as np

import conversions


def padded(sequences):
    """(ids, mask), rectangular, for those that know no other batches."""
    mask = np.arange(max(map(len, sequences)))[None] < np.array([[len(sequence)] for sequence in sequences])
    ids = np.zeros(mask.shape, np.int64)
    ids[mask] = np.concatenate(sequences)
    return ids, mask.astype(np.int64)


class PyTorch:
    name, dtypes = "PyTorch", ("f32", "bf16")

    def __init__(self, folder, threads, dtype):
        import torch

        self.torch, self.precision = torch, dtype
        torch.set_num_threads(threads)
        self.model = conversions.torch_model(folder).to({"f32": torch.float32, "bf16": torch.bfloat16}[dtype])

    def compute(self, sequences):
        ids, mask = (self.torch.from_numpy(array) for array in padded(sequences))
        with self.torch.inference_mode():
            return self.model(ids, mask).to(self.torch.float32).numpy()


class ONNXRuntime:
    name, dtypes = "ONNX Runtime", ("f32", "int8")

    def __init__(self, folder, threads, dtype, output="last_hidden_state"):
        import onnxruntime

        convert = {"f32": conversions.onnx, "int8": conversions.onnx_int8}[dtype]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.precision = dtype
        self.session = onnxruntime.InferenceSession(convert(folder, output), options, providers=["CPUExecutionProvider"])

    def compute(self, sequences):
        ids, mask = padded(sequences)
        return self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


class OpenVINO:
    """One request at a time over all threads. What is not int8 is in bf16, by default, where the processor can do that."""
    name, dtypes = "OpenVINO", ("f32", "bf16", "int8")

    def __init__(self, folder, threads, dtype):
        import openvino

        settings = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": threads}
        if dtype == "f32":
            settings["INFERENCE_PRECISION_HINT"] = "f32"
        compiled = openvino.Core().compile_model(self.converted(folder, dtype), "CPU", settings)
        rest = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        self.precision = f"int8, rest {rest}" if dtype == "int8" else rest
        self.request = compiled.create_infer_request()

    def converted(self, folder, dtype):
        return conversions.openvino_int8(folder) if dtype == "int8" else conversions.openvino(folder)

    def compute(self, sequences):
        return self.request.infer(list(padded(sequences)), share_inputs=True, share_outputs=True)[0]


class CTranslate2:
    """Takes out padding before it computes."""
    name, dtypes = "CTranslate2", ("f32", "int8")

    def __init__(self, folder, threads, dtype):
        import ctranslate2

        self.encoder = ctranslate2.Encoder(str(conversions.ctranslate2(folder)), device="cpu", inter_threads=1,
                                           intra_threads=threads, compute_type={"f32": "float32", "int8": "int8"}[dtype])
        self.precision = self.encoder.compute_type

    def compute(self, sequences):
        return np.array(self.encoder.forward_batch(sequences).last_hidden_state)


PEERS = {peer.name: peer for peer in (PyTorch, ONNXRuntime, OpenVINO, CTranslate2)}


def mean_pooled(hidden, sequences):
    """The mean over each sequence's own tokens."""
    return np.stack([row[: len(sequence)].mean(0, dtype=np.float64) for row, sequence in zip(hidden, sequences)])
