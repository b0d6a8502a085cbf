"""Which small checkpoints families.py writes: every encoder family, the options that change its result, and every head.

`CHECKPOINTS` is the whole table, in the order of index.json. Sizes stand under each family's own names.
"""
from dataclasses import dataclass, field

import transformers

THREE = {"id2label": {0: "negative", 1: "neutral", 2: "positive"}, "label2id": {"negative": 0, "neutral": 1, "positive": 2}}
TAGS = {"id2label": {0: "O", 1: "B-PER", 2: "I-PER", 3: "B-LOC"}, "label2id": {"O": 0, "B-PER": 1, "I-PER": 2, "B-LOC": 3}}
LOWEST_ID = 5  # ids below it are kept for special tokens


@dataclass(frozen=True)
class Checkpoint:
    name: str
    kind: str  # a class of transformers
    config: dict
    exercises: str
    lengths: tuple = (1, 3, 9, 21, 40)
    types: int = 1  # token types that a pair has; 1: the family is given none
    special: dict = field(default_factory=dict)  # position → id, put into every sequence long enough
    with_langs: bool = False
    edit: str | None = None  # what saving.py does to the files after save_pretrained
    saved_as: str | None = None  # the class that writes the file, where it is not the one that reads it

    @property
    def head(self):
        return next((head for suffix, head in HEAD_OF_SUFFIX if self.kind.endswith(suffix)), "base")


# the first that fits the class' name
HEAD_OF_SUFFIX = [
    ("ForSequenceClassification", "sequence-classification"), ("ForTokenClassification", "token-classification"),
    ("ForQuestionAnswering", "question-answering"), ("ForQuestionAnsweringSimple", "question-answering"),
    ("ForMaskedLM", "masked-lm"), ("WithLMHeadModel", "masked-lm"), ("LMHeadModel", "masked-lm"),
    ("ForNextSentencePrediction", "next-sentence"), ("ElectraForPreTraining", "discriminator"), ("ForPreTraining", "pretraining"),
]

NAMES = dict(width="hidden_size", layers="num_hidden_layers", heads="num_attention_heads", inner="intermediate_size")
OWN_NAMES = {
    "DistilBert": dict(width="dim", layers="n_layers", heads="n_heads", inner="hidden_dim"),
    "XLM": dict(width="emb_dim", layers="n_layers", heads="n_heads", inner=None),  # always four times the width
    "XLNet": dict(width="d_model", layers="n_layer", heads="n_head", inner="d_inner"),
}
# What is asked of every family's small model, beside its sizes: most special ids default to numbers beyond a small vocabulary.
IDS = {
    "Roberta": dict(pad_token_id=1, bos_token_id=0, eos_token_id=2), "Camembert": dict(pad_token_id=1, bos_token_id=0, eos_token_id=2),
    "XLMRoberta": dict(pad_token_id=1, bos_token_id=0, eos_token_id=2), "MPNet": dict(pad_token_id=1, bos_token_id=0, eos_token_id=2),
    "ModernBert": dict(pad_token_id=0, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2),
    "BigBird": dict(pad_token_id=0, bos_token_id=1, eos_token_id=2, sep_token_id=3),
    "XLNet": dict(pad_token_id=0, bos_token_id=1, eos_token_id=2),
}
FOLDERS = {"Bert": "bert", "DistilBert": "distilbert", "Roberta": "roberta", "Camembert": "camembert", "XLMRoberta": "xlm-roberta",
           "XLM": "xlm", "Albert": "albert", "Electra": "electra", "Deberta": "deberta", "DebertaV2": "deberta-v2", "MPNet": "mpnet",
           "ModernBert": "modernbert", "BigBird": "big_bird", "XLNet": "xlnet", "NomicBert": "nomic_bert", "Gte": "gte"}


def sized(family, width=24, layers=2, heads=4, inner=40, positions=40, **options):
    names = OWN_NAMES.get(family, NAMES)
    config = {names["width"]: width, names["layers"]: layers, names["heads"]: heads, "vocab_size": 60, **IDS.get(family, {})}
    if names["inner"]:
        config[names["inner"]] = inner
    if family != "XLNet":  # which has no limit of length
        config["max_position_embeddings"] = positions
    return {**config, **options}


def base(family, suffix, exercises, lengths=(1, 3, 9, 21, 40), types=1, special=None, with_langs=False, edit=None, **options):
    return Checkpoint(f"{FOLDERS[family]}-{suffix}", f"{family}Model", sized(family, **options), exercises, lengths, types,
                      special or {}, with_langs, edit)


def head(family, suffix, kind, exercises, lengths=(1, 9, 21), types=1, special=None, edit=None, saved_as=None, **options):
    options = {"layers": 1, "heads": 2, **options}
    return Checkpoint(f"{FOLDERS[family]}-{suffix}", family + kind, sized(family, **options), exercises, lengths, types,
                      special or {}, False, edit, family + saved_as if saved_as else None)


def usual_heads(family, sequence="the sequence head", language="the language head", types=1, special=None, lengths=(1, 9, 21),
                question_answering="ForQuestionAnswering", masked="ForMaskedLM", **options):
    """The four heads that nearly every family has."""
    shared = dict(types=types, special=special, lengths=lengths, **options)
    heads = [head(family, "sequence-classification", "ForSequenceClassification", sequence, **shared, **THREE),
             head(family, "token-classification", "ForTokenClassification", "a linear map a token", **shared, **TAGS)]
    if question_answering:
        heads.append(head(family, "question-answering", question_answering, "start and end columns", **shared))
    return heads + [head(family, "masked-lm", masked, language, **shared)]


def one_label(family, types=1, **options):
    return head(family, "one-label", "ForSequenceClassification", "a single logit, as rankers and regressions have", (1, 9), types,
                num_labels=1, **options)


BERT = [
    base("Bert", "base", "post-norm layers, token types, the last position", types=2, width=32, inner=48),
    base("Bert", "old-names", "a bare model under the prefix bert. with gamma and beta", types=2, edit="bert_old_names",
         hidden_act="gelu_new"),
    *usual_heads("Bert", "classifier(tanh(pooler))", "transform, decoder tied to the word embedding", types=2),
    one_label("Bert", types=2),
    head("Bert", "masked-lm-untied", "ForMaskedLM", "tie_word_embeddings false: a decoder and its bias of their own", types=2,
         tie_word_embeddings=False),
    head("Bert", "masked-lm-old-names", "ForMaskedLM", "gamma, beta, and a pooler and next-sentence head that are not asked for", types=2,
         edit="gamma_and_beta", saved_as="ForPreTraining"),
    head("Bert", "next-sentence", "ForNextSentencePrediction", "seq_relationship(tanh(pooler))", types=2),
    head("Bert", "pretraining", "ForPreTraining", "both pretraining heads", types=2),
]

PADDING_INSIDE = {7: 1}  # a token that is the padding id: it takes the padding position and counts for none
ROBERTA_OPTIONS = dict(type_vocab_size=1, layer_norm_eps=1e-5)


def roberta(family):
    return [
        base(family, "base", "positions count from padding id + 1, past a padding id inside, up to the last one",
             lengths=(1, 3, 9, 21, 38), special=PADDING_INSIDE, **ROBERTA_OPTIONS),
        *usual_heads(family, "out_proj(tanh(dense(first)))", "gelu whatever hidden_act says", special=PADDING_INSIDE,
                     hidden_act="relu", **ROBERTA_OPTIONS),
        one_label(family, **ROBERTA_OPTIONS),
    ]


DISTILBERT = [
    base("DistilBert", "base", "BERT's layers under other names, no token types"),
    base("DistilBert", "relu-sinusoidal", "relu; sinusoidal_pos_embds, where the file's table counts", activation="relu",
         sinusoidal_pos_embds=True),
    *usual_heads("DistilBert", "classifier(relu(pre_classifier(first)))", "transform, activation, norm, tied projector"),
]

ELECTRA = [
    base("Electra", "base", "embeddings narrower than the layers, projected", types=2, embedding_size=16),
    base("Electra", "unprojected", "embeddings as wide as the layers: no projection", types=2, embedding_size=24),
    *usual_heads("Electra", "out_proj(gelu(dense(first)))", "the generator's head in the embedding's width", types=2, embedding_size=16),
    head("Electra", "discriminator", "ForPreTraining", "one logit a token", types=2, embedding_size=16, hidden_act="relu"),
]

ALBERT = [
    base("Albert", "base", "one group of shared weights for every layer, gelu_new", types=2, embedding_size=16, layers=3),
    base("Albert", "two-groups", "three layers in two groups: 0, 0, 1", types=2, embedding_size=16, layers=3, num_hidden_groups=2),
    base("Albert", "inner-two", "two inner layers in each group pass", types=2, embedding_size=16, inner_group_num=2),
    *usual_heads("Albert", "classifier(tanh(pooler))", "dense to the embedding's width", types=2, embedding_size=16, layers=2),
    head("Albert", "pretraining", "ForPreTraining", "masked words and sentence order", types=2, embedding_size=16),
]

MPNET = [
    base("MPNet", "base", "relative buckets up to the last (distances beyond 90), a padding id inside", lengths=(1, 3, 9, 21, 100),
         special=PADDING_INSIDE, positions=102, heads=2, layer_norm_eps=1e-5),
    *usual_heads("MPNet", "out_proj(tanh(dense(first)))", "gelu whatever hidden_act says", hidden_act="relu", layer_norm_eps=1e-5),
]

BOTH = ["c2p", "p2c"]
DEBERTA = [
    base("Deberta", "base", "content to position and position to content, no absolute positions, no token types",
         heads=2, relative_attention=True, pos_att_type=BOTH, position_biased_input=False),
    base("Deberta", "clamped", "distances beyond max_relative_positions, absolute positions too, token types", types=2, heads=2,
         relative_attention=True, pos_att_type="c2p|p2c", max_relative_positions=8, type_vocab_size=2, hidden_act="gelu_new"),
    base("Deberta", "c2p", "content to position alone", heads=2, relative_attention=True, pos_att_type=["c2p"]),
    base("Deberta", "p2c", "position to content alone", heads=2, relative_attention=True, pos_att_type=["p2c"]),
    base("Deberta", "absolute", "no relative attention; the score's scale still counts pos_att_type", heads=2, pos_att_type=BOTH),
    *usual_heads("Deberta", "classifier(gelu(pooler.dense(first)))", "the legacy head, as BERT's", relative_attention=True,
                 pos_att_type=BOTH, position_biased_input=False),
    head("Deberta", "masked-lm-new-head", "ForMaskedLM", "legacy false: lm_predictions, over the word embedding", legacy=False,
         relative_attention=True, pos_att_type=BOTH, position_biased_input=False),
]

VERSION_THREE = dict(relative_attention=True, pos_att_type="p2c|c2p", position_buckets=8, share_att_key=True, norm_rel_ebd="layer_norm",
                     position_biased_input=False, type_vocab_size=0)
DEBERTA_V2 = [
    base("DebertaV2", "base", "as version 2: convolution (gelu), shared keys, normed relative embeddings, logarithmic buckets",
         lengths=(1, 3, 9, 21, 64), heads=2, positions=64, conv_kernel_size=3, conv_act="gelu", **VERSION_THREE),
    base("DebertaV2", "version-three", "as version 3: no convolution; longer than its positions, so that buckets clamp",
         lengths=(1, 3, 9, 21, 72), heads=2, positions=48, **VERSION_THREE),
    base("DebertaV2", "own-projections", "share_att_key false, no norm, absolute positions, token types, convolution with tanh by default",
         lengths=(1, 3, 9, 21, 40), types=2, heads=2, relative_attention=True, pos_att_type=BOTH, position_buckets=4,
         max_relative_positions=32, type_vocab_size=2, conv_kernel_size=3),
    base("DebertaV2", "linear-distances", "no buckets, distances clamped at max_relative_positions", heads=2, relative_attention=True,
         pos_att_type=BOTH, max_relative_positions=8, position_biased_input=False),
    base("DebertaV2", "absolute", "no relative attention, token types", types=2, heads=2, type_vocab_size=2),
    *usual_heads("DebertaV2", "classifier(gelu(pooler.dense(first)))", "the legacy head, as BERT's", **VERSION_THREE),
    head("DebertaV2", "masked-lm-new-head", "ForMaskedLM", "legacy false: lm_predictions, over the word embedding", legacy=False,
         **VERSION_THREE),
]

BIASES = dict(attention_bias=True, mlp_bias=True, norm_bias=True, classifier_bias=True)
MODERNBERT = [
    base("ModernBert", "base", "two full and three sliding layers (4 to each side), rotary of two bases, no biases", layers=5, heads=2,
         inner=32, local_attention=8),
    base("ModernBert", "biases-old-config", "every bias; a config.json of 4.x with global_attn_every_n_layers 2 and two thetas", layers=3,
         heads=2, inner=32, local_attention=6, edit="modernbert_old_config", hidden_activation="gelu_pytorch_tanh",
         layer_types=["full_attention", "sliding_attention", "full_attention"],
         rope_parameters={"full_attention": {"rope_type": "default", "rope_theta": 800.0},
                          "sliding_attention": {"rope_type": "default", "rope_theta": 50.0}}, **BIASES),
    *usual_heads("ModernBert", "the first token through dense, gelu, norm", "dense, gelu, norm, tied decoder", layers=2, local_attention=8),
    head("ModernBert", "sequence-classification-mean", "ForSequenceClassification", "mean of the tokens, biases, relu in the head",
         classifier_pooling="mean", classifier_activation="relu", **BIASES, **THREE),
    head("ModernBert", "masked-lm-no-bias", "ForMaskedLM", "a decoder without bias", decoder_bias=False),
]

NOMIC = [
    base("NomicBert", "base", "rotary, gated MLP, token types; written under the classic names", types=2),
    base("NomicBert", "native-names", "the names of transformers 5, another theta", types=2, edit="native_names",
         rope_parameters={"rope_type": "default", "rope_theta": 100.0}),
    *usual_heads("NomicBert", "classifier(tanh(pooler))", "transform with silu", types=2, question_answering=None),
]

GTE = [
    base("Gte", "base", "biases in the attention, one token type, gelu in the gate"),
    base("Gte", "native-names", "the names of transformers 5, two token types", types=2, edit="native_names", type_vocab_size=2),
    base("Gte", "new-prefix", "the prefix new. of the first checkpoints, no token types at all", edit="new_prefix", type_vocab_size=0),
    *usual_heads("Gte", "classifier(tanh(pooler))", "lm_head with gelu", question_answering=None, hidden_act="silu"),
]

XLM = [
    base("XLM", "base", "gelu, no languages, an inner width of four times the width", sinusoidal_embeddings=True),
    base("XLM", "languages", "three languages, given to some sequences and not to others; relu", with_langs=True, n_langs=3,
         use_lang_emb=True, gelu_activation=False),
    base("XLM", "languages-unused", "use_lang_emb false", layers=1, n_langs=3, use_lang_emb=False),
    *usual_heads("XLM", "the summary's projection of the first token are the logits", "a projection of the hidden states, tied",
                 question_answering="ForQuestionAnsweringSimple", masked="WithLMHeadModel"),
]

XLNET = [
    base("XLNet", "base", "relative positions, biases, segments (the class token's too), gelu", types=3),
    base("XLNet", "relu-clamped", "relu, distances clamped at 6", types=3, ff_activation="relu", clamp_len=6),
    *usual_heads("XLNet", "logits_proj(tanh(summary(last)))", "lm_loss over the hidden states, tied", types=3,
                 question_answering="ForQuestionAnsweringSimple", masked="LMHeadModel"),
]

SPARSE = dict(block_size=4, num_random_blocks=3)
BIG_BIRD = [
    base("BigBird", "base", "full attention up to 44 tokens, block-sparse above; 45 and 50 are padded to whole blocks",
         lengths=(1, 12, 44, 45, 50, 64, 96), types=2, width=32, heads=2, inner=48, positions=96, **SPARSE),
    base("BigBird", "rescaled", "rescale_embeddings, no biases in query, key and value, blocks of 2 with one random block",
         lengths=(3, 14, 15, 40), types=2, heads=2, rescale_embeddings=True, use_bias=False, block_size=2, num_random_blocks=1),
    base("BigBird", "full", "original_full at any length", lengths=(3, 21, 60), types=2, heads=2, positions=60,
         attention_type="original_full"),
    *usual_heads("BigBird", "out_proj(hidden_act(dense(first)))", "transform, tied decoder", types=2, lengths=(1, 9, 50),
                 special={4: 3}, positions=60, **SPARSE),
    head("BigBird", "pretraining", "ForPreTraining", "both pretraining heads", types=2, lengths=(9, 50), positions=60, **SPARSE),
]

CHECKPOINTS = [*BERT, *roberta("Roberta"), *roberta("Camembert"), *roberta("XLMRoberta"), *DISTILBERT, *ELECTRA, *ALBERT, *MPNET, *DEBERTA,
               *DEBERTA_V2, *MODERNBERT, *NOMIC, *GTE, *XLM, *XLNET, *BIG_BIRD]


def class_named(name):
    return getattr(transformers, name)
