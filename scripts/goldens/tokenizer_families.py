#!/usr/bin/env python3
"""What the classes of `transformers` make of texts where there is no tokenizer.json: `Tests/Goldens/tokenizers/families/`.

Small SentencePiece models, vocabularies and merges are made here, put into directories as checkpoints have them, and loaded by the class of each family.
Called by `make`; also needs the `sentencepiece` package. A second run writes the same files.
"""

import importlib.machinery
import io
import json
import random
import sys
import tempfile
import types

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import pre_tokenizers

import tokenizer_models
from tokenization import GOLDENS, HANDWRITTEN, random_text, with_results, write_json
from tokenizer_models import TEXTS

# XLM's tokenizer asks for Moses. The texts of its goldens are words between spaces, which Moses would leave as they are.
MOSES = types.ModuleType("sacremoses")
MOSES.__spec__ = importlib.machinery.ModuleSpec("sacremoses", None)
MOSES.MosesPunctNormalizer = type("MosesPunctNormalizer", (), {"__init__": lambda self, lang: None, "normalize": lambda self, text: text})
MOSES.MosesTokenizer = type("MosesTokenizer", (), {"__init__": lambda self, lang: None, "tokenize": lambda self, text, return_str, escape: text.split()})
sys.modules["sacremoses"] = MOSES

import transformers  # noqa: E402

# Rules of normalization: what becomes what, as code points. A few, so that the compiled form is small.
RULES = [("ﬁ", "fi"), ("Ａ", "A"), ("ｂ", "b"), ("　", " "), ("\u00a0", " "), ("\t", " "), ("\n", " "), ("½", "1/2"), ("e\u0301", "é"), ("ｶﾞ", "ガ"), ("\u200b", ""), ("㍿", "株式会社")]


def sentence_piece(**options):
    """A unigram model trained on the texts, without the paths of this machine."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as rules:
        rules.writelines(" ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n" for source, target in RULES)
        rules.flush()
        output = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([text for text in TEXTS for _ in range(3)]), model_writer=output, model_type="unigram", vocab_size=180, hard_vocab_limit=False,
            character_coverage=0.99, num_threads=1, minloglevel=2, normalization_rule_tsv=rules.name, **options)
    model = sentencepiece_model_pb2.ModelProto.FromString(output.getvalue())
    for field in ("input", "model_prefix"):
        model.trainer_spec.ClearField(field)
    model.normalizer_spec.ClearField("normalization_rule_tsv")
    for piece in model.pieces:
        piece.score = round(piece.score, 3)
    return model.SerializeToString(deterministic=True)


def byte_pairs(special):
    """vocab.json and merges.txt over bytes, as GPT-2 writes them."""
    words = tokenizer_models.WORDS
    split = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str
    tokenizer_models.WORDS = [word for text in TEXTS for word, _ in split(text)]
    model = tokenizer_models.bpe(80, special=special + sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer_models.WORDS = words
    return {"vocab.json": json.dumps(model["vocab"]), "merges.txt": "#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in model["merges"])}


def xlm_byte_pairs():
    """Merges with how often they met. The vocabulary lacks some of the tokens that merges go through."""
    model = tokenizer_models.bpe(80, special=["<s>", "</s>", "<pad>", "<unk>"] + [f"<special{i}>" for i in range(10)], suffix="</w>")
    missing = [merge[0] + merge[1] for merge in model["merges"][::7]] + ["z", "w</w>"]
    vocabulary = [token for token in model["vocab"] if token not in missing]
    return {"vocab.json": json.dumps({token: id for id, token in enumerate(vocabulary)}), "merges.txt": "".join(f"{left} {right} 7\n" for left, right in model["merges"])}


def decoder(*tokens):
    return {str(id): {"content": content, "lstrip": False, "rstrip": False, "single_word": False, "normalized": False, "special": True, **flags} for id, content, flags in tokens}


def fixtures():
    """Name of a directory to its class, files, and tokenizer_config.json."""
    fairseq = sentence_piece()
    control = sentence_piece(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]", "[MASK]"], user_defined_symbols=["(", ")", "low"])
    xlnet = sentence_piece(control_symbols=["<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>"])
    deberta = sentence_piece(pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]")
    bpe, roberta, words = "sentencepiece.bpe.model", byte_pairs(["<s>", "<pad>", "</s>", "<unk>", "<mask>"]), "\n".join(["[UNK]", "<s>", "</s>", "<pad>", "<mask>", "the", "low", "##er", "##est", "a", "b", ",", "写", "movie"]) + "\n"
    return {
        "xlm-roberta": ("XLMRobertaTokenizer", {bpe: fairseq}, {}),
        "xlm-roberta-named": ("XLMRobertaTokenizer", {bpe: fairseq}, {"pad_token": "[p]", "mask_token": {"__type": "AddedToken", "content": "<m>", "lstrip": True, "rstrip": True, "single_word": False, "normalized": False}, "additional_special_tokens": ["<x>", "the"]}),
        "xlm-roberta-mapped": ("XLMRobertaTokenizer", {bpe: fairseq, "special_tokens_map.json": json.dumps({"mask_token": {"content": "<mask>", "lstrip": True, "rstrip": False, "single_word": False, "normalized": False}, "cls_token": "<s>"}), "added_tokens.json": json.dumps({"<new>": 900, "Low": 901, "<mask>": 902})}, {"add_prefix_space": False}),
        "camembert": ("CamembertTokenizer", {bpe: fairseq}, {}),
        "albert": ("AlbertTokenizer", {"spiece.model": control}, {}),
        "albert-cased": ("AlbertTokenizer", {"spiece.model": control}, {"do_lower_case": False, "keep_accents": True}),
        "xlnet": ("XLNetTokenizer", {"spiece.model": xlnet}, {}),
        "xlnet-uncased": ("XLNetTokenizer", {"spiece.model": fairseq}, {"do_lower_case": True, "added_tokens_decoder": decoder((182, "<sep>", {}), (183, "<cls>", {"rstrip": True}))}),
        "deberta-v2": ("DebertaV2Tokenizer", {"spm.model": deberta}, {}),
        "deberta-v2-punctuation": ("DebertaV2Tokenizer", {"spm.model": deberta}, {"do_lower_case": True, "split_by_punct": True, "add_prefix_space": False}),
        "roberta": ("RobertaTokenizer", roberta, {}),
        "roberta-spaces": ("RobertaTokenizer", roberta, {"add_prefix_space": True, "trim_offsets": False, "mask_token": {"__type": "AddedToken", "content": "<mask>", "lstrip": True, "rstrip": False, "single_word": False, "normalized": False}}),
        "gpt2": ("GPT2Tokenizer", byte_pairs(["<|endoftext|>"]), {}),
        "deberta": ("DebertaTokenizer", byte_pairs(["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"]), {}),
        "mpnet": ("MPNetTokenizer", {"vocab.txt": words}, {}),
        "xlm": ("XLMTokenizer", xlm_byte_pairs(), {}),
        "xlm-cased": ("XLMTokenizer", xlm_byte_pairs(), {"do_lowercase_and_remove_accent": False}),
    }


# ---- Texts ----


def cases(seed):
    kinds = [["the ", "movie ", "low", "er ", "est ", "new"], list("abcdehilmnorstu "), list("äöüßéñ "), list("東京今天写真 "), [" ", "  "], list(".,!?'()\"-`"), [left for left, _ in RULES],
             list("\n\t\u0000\u3000"), ["👍🏽", "ж", "e\u0301", "A\u030a", "``", "''"], ["<s>", "</s>", "<mask>", " <mask> ", "[MASK]", "[SEP]", "<sep>", "<new>", "Low", "<pad>", "<unk>", "low", "<x>", "<m>"]]
    rng = random.Random(seed)
    texts = ["The low  naïve façade x [MASK]y <mask> ``a'' (low)", HANDWRITTEN[8], *(random_text(rng, kinds, rng.randrange(40)) for _ in range(14))]
    cases = [{"text": text} for text in texts]
    for case in cases[::3]:
        case["pair"] = random_text(rng, kinds, 12)
    return cases


def xlm_cases(tokenizer, seed):
    words = ["low", "Lower", "NEWEST", "naïve", "façade", "größer", "東京", "<s>", "<special1>", "ж", "the", "wizard", "zwei", "Straße", "a", "Abab", "</s>", "é"]
    rng = random.Random(seed)
    texts = ["", "low", *(" ".join(rng.choice(words) for _ in range(rng.randrange(1, 9))) for _ in range(12))]
    cases = []
    for index, text in enumerate(texts):
        case = {"text": text, **({"pair": rng.choice(texts)} if index % 2 else {})}
        encoding = tokenizer(text, case.get("pair"), return_token_type_ids=True)
        cases.append({**case, "ids": encoding["input_ids"], "type_ids": encoding["token_type_ids"]})
    return cases


def main():
    for seed, (name, (class_name, files, configuration)) in enumerate(fixtures().items(), start=200):
        directory = GOLDENS / "families" / name
        directory.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (directory / file).write_bytes(content if isinstance(content, bytes) else content.encode())
        write_json(directory / "tokenizer_config.json", {"tokenizer_class": class_name, **configuration})
        tokenizer = getattr(transformers, class_name).from_pretrained(directory)
        results = xlm_cases(tokenizer, seed) if class_name == "XLMTokenizer" else with_results(tokenizer.backend_tokenizer, cases(seed))
        write_json(GOLDENS / "families" / f"{name}.cases.json", results)


if __name__ == "__main__":
    main()
