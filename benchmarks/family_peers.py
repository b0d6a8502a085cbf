"""The peers that know more families than BERT, each with its way to convert them; conversions are kept beside the checkpoint.

A peer is as those of peers.py. Its prepare(folder) does what needs PyTorch and is done once, in a process of its own. Not every
family can be converted, and not everything that was converted gives the same results: whoever measures compares them first.
"""
import contextlib
import sys
import warnings

import conversions
import peers
from family_models import HEADS, WIDTH


def torch_model(folder, **options):
    """BigBird's block-sparse attention exists in PyTorch alone, so what is converted has its full attention."""
    is_sparse = conversions.config_of(folder)["model_type"] == "big_bird"
    return conversions.torch_model(folder, **options, **({"attention_type": "original_full"} if is_sparse else {}))


def conversion(folder, name, convert):
    """The file of a conversion; convert(path) makes it if it is not there."""
    path = folder / "converted" / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            convert(path)
    return path


class PyTorch:
    """transformers with one of its implementations of attention."""
    attention = None

    @staticmethod
    def prepare(folder):
        pass

    def __init__(self, folder, threads, dtype):
        import torch

        self.torch, self.precision = torch, dtype
        torch.set_num_threads(threads)
        self.full = torch_model(folder, attn_implementation=self.attention)
        self.sparse, self.longest_full = self.full, None
        config = self.full.inner.config
        if config.model_type == "big_bird":
            # A BigBird that meets a sequence too short to be sparse never is again: it has one model for each.
            self.sparse = conversions.torch_model(folder, attn_implementation=self.attention)
            self.longest_full = (5 + 2 * config.num_random_blocks) * config.block_size

    def compute(self, sequences):
        ids, mask = map(self.torch.from_numpy, peers.padded(sequences))
        model = self.full if self.longest_full is None or ids.shape[1] <= self.longest_full else self.sparse
        with self.torch.inference_mode():
            return model(ids, mask).numpy()


class PyTorchFused(PyTorch):
    name, attention = "PyTorch sdpa", "sdpa"


class PyTorchEager(PyTorch):
    name, attention = "PyTorch eager", "eager"


class UnfusedONNXRuntime:
    """The graph of the older exporter, with what ONNX Runtime does to any graph."""
    name = "ONNX Runtime unfused"

    @staticmethod
    def prepare(folder):
        def convert(path):
            import torch

            inputs, varying = conversions.examples(), {0: "sequences", 1: "tokens"}
            model = torch_model(folder, attn_implementation="eager")
            # The tracer warns of every size that it may take for a constant; the comparison of results shows whether it did.
            torch.onnx.export(model, tuple(inputs.values()), str(path), input_names=list(inputs), output_names=["last_hidden_state"],
                              dynamic_axes={name: varying for name in (*inputs, "last_hidden_state")}, opset_version=17, dynamo=False)

        return conversion(folder, "plain.onnx", convert)

    def __init__(self, folder, threads, dtype):
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads, settings.log_severity_level, self.precision = threads, 3, dtype
        self.session = onnxruntime.InferenceSession(type(self).prepare(folder), settings, providers=["CPUExecutionProvider"])
        self.takes = {given.name for given in self.session.get_inputs()}

    def compute(self, sequences):
        given = dict(zip(("input_ids", "attention_mask"), peers.padded(sequences)))
        return self.session.run(None, {name: value for name, value in given.items() if name in self.takes})[0]


class ONNXRuntime(UnfusedONNXRuntime):
    """With the fusions that its makers wrote for BERT, those that fit."""
    name = "ONNX Runtime"

    @staticmethod
    def prepare(folder):
        def convert(path):
            from onnxruntime.transformers.optimizer import optimize_model

            optimize_model(str(UnfusedONNXRuntime.prepare(folder)), "bert", HEADS, WIDTH).save_model_to_file(str(path))

        return conversion(folder, "fused.onnx", convert)


class OpenVINO(peers.OpenVINO):
    @staticmethod
    def prepare(folder):
        def convert(path):
            import openvino

            openvino.save_model(openvino.convert_model(torch_model(folder), example_input=conversions.examples()), path,
                                compress_to_fp16=False)

        return conversion(folder, "model.xml", convert)

    def converted(self, folder, dtype):
        return self.prepare(folder)


PEERS = {peer.name: peer for peer in (PyTorchFused, PyTorchEager, ONNXRuntime, UnfusedONNXRuntime, OpenVINO)}


def prepare(name, folder):
    PEERS[name].prepare(folder)
