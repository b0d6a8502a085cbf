"""The same weights in each peer's own format, by the way that its makers recommend; kept in the cache.

A converted model is found again by the digest of the weights and the version of the package that converted it.
`output` is what the converted model gives: `last_hidden_state`, or the `logits` of a classifier.
"""
import contextlib
import json
import sys
import warnings
from importlib.metadata import version

from models import CACHE, digest, made_once
from texts import ragged_texts

CALIBRATION_TEXTS = 128


def converted(folder, package, name, convert):
    """The folder of a converted model; convert(folder) makes it if it is not there. Says what it prints on standard error."""
    def make(scratch):
        with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            convert(scratch)

    weights = digest(folder / "model.safetensors")[:16]
    return made_once(CACHE / "converted" / weights / f"{package}-{version(package)}" / name, make)


def config_of(folder):
    return json.loads((folder / "config.json").read_text())


def torch_model(folder, output="last_hidden_state", **options):
    """A module in 32-bit floats that takes (input_ids, attention_mask) and gives just that output."""
    import torch
    from transformers import AutoModel, AutoModelForSequenceClassification
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    family = AutoModelForSequenceClassification if output == "logits" else AutoModel

    class OneOutput(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = family.from_pretrained(folder, dtype=torch.float32, **options)

        def forward(self, input_ids, attention_mask):
            return self.inner(input_ids=input_ids, attention_mask=attention_mask)[output]

    return OneOutput().eval()


def examples():
    """What a model is traced with: two sequences, so that the batch is not taken for a constant, one with padding."""
    import torch

    mask = torch.ones(2, 6, dtype=torch.int64)
    mask[1, 4:] = 0
    return {"input_ids": torch.full((2, 6), 2000) * mask, "attention_mask": mask}


def onnx(folder, output="last_hidden_state"):
    """ONNX Runtime's fused BERT graph. Its fusions know the graph of the older exporter with plain attention."""
    def convert(target):
        import torch
        from onnxruntime.transformers.optimizer import optimize_model

        inputs, plain, varying = examples(), target / "plain.onnx", {0: "sequences", 1: "tokens"}
        axes = {name: varying for name in inputs} | {output: varying if output == "last_hidden_state" else {0: "sequences"}}
        torch.onnx.export(torch_model(folder, output, attn_implementation="eager"), tuple(inputs.values()), str(plain),
                          input_names=list(inputs), output_names=[output], dynamic_axes=axes, opset_version=17, dynamo=False)
        config = config_of(folder)
        fused = optimize_model(str(plain), "bert", config["num_attention_heads"], config["hidden_size"])
        fused.save_model_to_file(str(target / "model.onnx"))
        plain.unlink()

    return converted(folder, "onnxruntime", f"{output}-f32", convert) / "model.onnx"


def onnx_int8(folder, output="last_hidden_state"):
    """ONNX Runtime's dynamic quantization of the fused graph: weights by column, activations as they come."""
    def convert(target):
        from onnx import TensorProto
        from onnxruntime.quantization import QuantType, quantize_dynamic

        # The shape inference of ONNX stops at fused operators, so the type behind them has to be said.
        quantize_dynamic(onnx(folder, output), target / "model.onnx", per_channel=True, weight_type=QuantType.QInt8,
                         op_types_to_quantize=["Attention", "MatMul"],
                         extra_options={"DefaultTensorType": TensorProto.FLOAT})

    return converted(folder, "onnxruntime", f"{output}-int8", convert) / "model.onnx"


def openvino(folder):
    """OpenVINO's own conversion, straight from PyTorch: attention stays one operation."""
    def convert(target):
        import openvino as ov

        ov.save_model(ov.convert_model(torch_model(folder), example_input=examples()), target / "model.xml",
                      compress_to_fp16=False)

    return converted(folder, "openvino", "f32", convert) / "model.xml"


def openvino_int8(folder):
    """NNCF's static quantization for Transformers, calibrated with texts."""
    def convert(target):
        import nncf
        import numpy as np
        import openvino as ov

        def sample(ids):
            return {"input_ids": np.array([ids]), "attention_mask": np.ones((1, len(ids)), np.int64)}

        samples = nncf.Dataset(encoded(folder, ragged_texts(CALIBRATION_TEXTS, seed=1)), sample)
        model = nncf.quantize(ov.Core().read_model(openvino(folder)), samples, subset_size=CALIBRATION_TEXTS,
                              model_type=nncf.ModelType.TRANSFORMER)
        ov.save_model(model, target / "model.xml", compress_to_fp16=False)

    return converted(folder, "openvino", "int8", convert) / "model.xml"


def ctranslate2(folder):
    """CTranslate2's converter. It quantizes when it loads."""
    def convert(target):
        from ctranslate2.converters import TransformersConverter
        from transformers import BertConfig

        # The converter asks for a field that transformers 5 no longer has.
        BertConfig.position_embedding_type = "absolute"
        TransformersConverter(str(folder)).convert(str(target), force=True)

    return converted(folder, "ctranslate2", "f32", convert)


def encoded(folder, texts):
    """The token ids of each text, whole: a tokenizer.json may ask for padding or a cut."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]
