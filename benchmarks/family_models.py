"""A checkpoint of base size of every encoder family, with the seeded random weights that transformers initializes it with.

They are as slow as trained ones. Large vocabularies are cut: rows that nobody looks up cost memory and no time.
"""
import shutil
from dataclasses import dataclass

from models import CACHE, made_once

WIDTH, HEADS, VOCABULARY, SEED = 768, 12, 8192, 2018
SIZES = dict(hidden_size=WIDTH, num_hidden_layers=12, num_attention_heads=HEADS, intermediate_size=3072)
ROBERTA = dict(max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5)
DEBERTA = dict(relative_attention=True, position_biased_input=False, pos_att_type=["c2p", "p2c"])
DEBERTA_V3 = dict(position_buckets=256, share_att_key=True, norm_rel_ebd="layer_norm")
SPECIAL_IDS = dict(pad_token_id=0, bos_token_id=1, eos_token_id=2)  # most families' own lie beyond the cut


@dataclass(frozen=True)
class Family:
    kind: str  # a class of transformers
    config: dict  # beside its defaults; the vocabulary is cut in all
    longest: int = 512  # tokens that it is measured up to
    layers_name: str = "num_hidden_layers"


FAMILIES = {
    "bert": Family("BertModel", SIZES),
    "distilbert": Family("DistilBertModel", dict(dim=WIDTH, n_layers=6, n_heads=HEADS, hidden_dim=3072), layers_name="n_layers"),
    "roberta": Family("RobertaModel", {**SIZES, **ROBERTA}),
    "xlm-roberta": Family("XLMRobertaModel", {**SIZES, **ROBERTA}),
    "albert": Family("AlbertModel", {**SIZES, "embedding_size": 128}),
    "electra": Family("ElectraModel", {**SIZES, "embedding_size": WIDTH}),
    "mpnet": Family("MPNetModel", {**SIZES, "max_position_embeddings": 514, "layer_norm_eps": 1e-5}),
    "deberta": Family("DebertaModel", {**SIZES, **DEBERTA}),
    "deberta-v2": Family("DebertaV2Model", {**SIZES, **DEBERTA, **DEBERTA_V3}),  # the sizes of deberta-v3-base
    "modernbert": Family("ModernBertModel", {**SIZES, **SPECIAL_IDS, "num_hidden_layers": 22, "intermediate_size": 1152,
                                             "cls_token_id": 1, "sep_token_id": 2}, longest=2048),
    "nomic_bert": Family("NomicBertModel", SIZES),
    "gte": Family("GteModel", SIZES),
    # Its own base is 1,024 wide; this is as wide as the others.
    "xlm": Family("XLMModel", dict(emb_dim=WIDTH, n_layers=12, n_heads=HEADS), layers_name="n_layers"),
    "xlnet": Family("XLNetModel", dict(**SPECIAL_IDS, d_model=WIDTH, n_layer=12, n_head=HEADS, d_inner=3072), layers_name="n_layer"),
    "big_bird": Family("BigBirdModel", {**SIZES, **SPECIAL_IDS, "sep_token_id": 3}, longest=2048),
}


def folder_of(name, layers=None):
    """Where the checkpoint of a family is, with all its layers or, to try something out, with fewer."""
    return CACHE / "families" / (f"{name}-{layers}" if layers else name)


def make(name, layers=None):
    """Makes the checkpoint if it is not there."""
    family = FAMILIES[name]

    def write(scratch):
        import torch
        import transformers

        transformers.utils.logging.disable_progress_bar()
        torch.manual_seed(SEED)
        kind = getattr(transformers, family.kind)
        config = {**family.config, "vocab_size": VOCABULARY} | ({family.layers_name: layers} if layers else {})
        kind(kind.config_class(**config)).save_pretrained(scratch)

    made_once(folder_of(name, layers), write)


def remove(name, layers=None):
    """Removes a checkpoint, with what was converted from it, which is kept beside it."""
    shutil.rmtree(folder_of(name, layers), ignore_errors=True)
