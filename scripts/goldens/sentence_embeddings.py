"""Writes small seeded folders of sentence-transformers, and the vectors that it makes, to Tests/Goldens/embeddings/.

    python sentence_embeddings.py

A folder a model, as sentence-transformers saves it now or as its old versions did, with reference.json, a list of `{text, embedding}` and
whatever of `prompt_name`, `pooling`, `normalize` and `dimensions` was asked for, under the names of the route. Running it again writes the
same bytes.
"""
import json
import shutil
import warnings
import zlib
from dataclasses import dataclass, field

import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from transformers import BertConfig, BertModel, BertTokenizerFast

from reference import GOLDENS, floats, write_json

EMBEDDINGS = GOLDENS / "embeddings"
VOCABULARY = GOLDENS / "models" / "bare" / "vocab.txt"
WIDTH = 16
TEXTS = ["a good film", "It was NOT very good, was it?", "", "un un un ing ed s the of and to in a is that it was for on with as"]
QUERY = {"prompts": {"query": "query: ", "document": "the film is "}}


@dataclass
class Model:
    """Modules behind the encoder, how they were saved, and what is asked beside each of TEXTS as it is."""
    poolings: tuple
    dense: tuple = ()
    normalizes: bool = True
    settings: dict = field(default_factory=dict)  # of SentenceTransformer
    transformer: dict = field(default_factory=dict)  # sentence_bert_config.json
    cased: bool = False
    layout: str = "new"
    asked: tuple = ()


MODELS = {
    "mean": Model(("mean",), settings=QUERY, asked=(
        {"prompt_name": "query"}, {"prompt_name": "document"}, {"dimensions": 5}, {"dimensions": 5, "normalize": False}, {"normalize": False},
        {"pooling": "cls"}, {"pooling": "max"}, {"pooling": "last", "normalize": False}, {"pooling": "none"},
        {"pooling": "none", "normalize": True, "dimensions": 3})),
    # Every way at once, in the order of the old keys; texts are cut after nine tokens
    "all-poolings-old": Model(
        ("cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"), normalizes=False, layout="old",
        transformer={"max_seq_length": 9}, asked=({"pooling": "mean"}, {"normalize": True})),
    # A tokenizer that knows capitals behind texts that have none
    "cls-old-lowercased": Model(("cls",), normalizes=False, layout="old", cased=True, transformer={"max_seq_length": 40, "do_lower_case": True}),
    "last-max-dense": Model(("lasttoken", "max"), dense=((8, True, torch.nn.Tanh()),), asked=({"dimensions": 2}, {"pooling": "none"})),
    "two-dense-default-prompt": Model(
        ("mean",), dense=((24, False, torch.nn.Identity()), (12, True, torch.nn.GELU())), normalizes=False,
        settings={**QUERY, "default_prompt_name": "document", "truncate_dim": 7},
        asked=({"prompt_name": "query"}, {"dimensions": 12}, {"pooling": "cls", "normalize": True})),
    "plain": Model(("mean",), layout="plain", asked=({"dimensions": 4},)),
}


def random_encoder():
    config = BertConfig(
        vocab_size=len(VOCABULARY.read_text().split()), hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
        max_position_embeddings=40, type_vocab_size=2, pad_token_id=0)
    encoder = BertModel(config, add_pooling_layer=False)
    for name, parameter in encoder.named_parameters():
        parameter.normal_(1 if parameter.dim() == 1 and name.endswith("weight") else 0, 0.4 if parameter.dim() > 1 else 0.2)
    return encoder.to(torch.float16)


@torch.no_grad()
def write_model(name, model):
    torch.manual_seed(zlib.crc32(name.encode()))
    folder = EMBEDDINGS / name
    random_encoder().save_pretrained(folder)
    BertTokenizerFast(vocab=str(VOCABULARY), do_lower_case=not model.cased, model_max_length=40).save_pretrained(folder)
    modules, width = [Pooling(WIDTH, model.poolings)], WIDTH * len(model.poolings)
    for outputs, bias, activation in model.dense:
        modules.append(Dense(width, outputs, bias=bias, activation_function=activation))
        width = outputs
    modules += [Normalize()] * model.normalizes
    if model.layout == "new":
        # The encoder lies there already, in 16 bits.
        weights = (folder / "model.safetensors").read_bytes()
        encoder = Transformer(str(folder), **model.transformer)
        SentenceTransformer(modules=[encoder, *modules], **model.settings).save(str(folder), create_model_card=False)
        (folder / "model.safetensors").write_bytes(weights)
        remove_versions(folder)
    elif model.layout == "old":
        write_old_files(folder, model)


def remove_versions(folder):
    file = folder / "config_sentence_transformers.json"
    settings = json.loads(file.read_text())
    del settings["__version__"]
    file.write_text(json.dumps(settings, indent=2) + "\n")


def write_old_files(folder, model):
    """As sentence-transformers 2 wrote them."""
    kinds = ["Transformer", "Pooling"] + ["Normalize"] * model.normalizes
    write = lambda path, value: path.write_text(json.dumps(value, indent=2) + "\n")
    write(folder / "modules.json", [
        {"idx": index, "name": str(index), "path": f"{index}_{kind}" if index else "", "type": f"sentence_transformers.models.{kind}"}
        for index, kind in enumerate(kinds)])
    (folder / "1_Pooling").mkdir()
    keys = {"cls": "cls_token", "mean": "mean_tokens", "max": "max_tokens", "mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
            "weightedmean": "weightedmean_tokens", "lasttoken": "lasttoken"}
    write(folder / "1_Pooling" / "config.json", {
        "word_embedding_dimension": WIDTH, **{f"pooling_mode_{key}": mode in model.poolings for mode, key in keys.items()}})
    write(folder / "sentence_bert_config.json", {"do_lower_case": False, **model.transformer})


def read(folder):
    return SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": torch.float32})


def embed(model, normalizes, text, prompt_name=None, pooling=None, normalize=None, dimensions=None):
    """Options of the route, put together from what sentence-transformers has."""
    if pooling == "none":
        vectors = model.encode(text, output_value="token_embeddings", convert_to_tensor=True)[:, :dimensions]
        return torch.nn.functional.normalize(vectors, dim=-1) if normalize else vectors
    modules = list(model)
    if pooling:
        modules[1] = Pooling(WIDTH, {"last": "lasttoken"}.get(pooling, pooling))
    if normalize is False:
        modules = [module for module in modules if not isinstance(module, Normalize)]
    if modules != list(model):
        model = SentenceTransformer(
            modules=modules, prompts=model.prompts, default_prompt_name=model.default_prompt_name, truncate_dim=model.truncate_dim)
    normalizes = normalizes if normalize is None else normalize
    return model.encode(text, prompt_name=prompt_name, truncate_dim=dimensions, normalize_embeddings=normalizes, convert_to_tensor=True)


def write_goldens():
    shutil.rmtree(EMBEDDINGS, ignore_errors=True)
    for name, settings in MODELS.items():
        write_model(name, settings)
        model = read(EMBEDDINGS / name)
        cases = []
        for asked in ({}, *settings.asked):
            for text in TEXTS if not asked else TEXTS[1:2]:
                embedding = embed(model, settings.normalizes, text, **asked)
                assert embedding.isfinite().all(), name
                cases.append({"text": text, **asked, "embedding": floats(embedding)})
        write_json(EMBEDDINGS / name / "reference.json", cases)
    size = sum(file.stat().st_size for file in EMBEDDINGS.rglob("*") if file.is_file())
    print(f"embeddings: {len(MODELS)} models, {size // 1024} KiB")


def main():
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    write_goldens()


main()
