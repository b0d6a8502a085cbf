"""NumPy and the safetensors package read what the server sends, and it is what the JSON says."""
import io
import json

import httpx
import numpy as np
import pytest
import safetensors.numpy

TEXTS = ["time flies like an arrow", {"text": "A good film?", "text_pair": "Not at all. " * 12}]
TYPES = {"float32": np.float32, "float16": np.float16}


@pytest.fixture
def post(server):
    def posted(path, body, status=200, **options):
        answer = httpx.post(server.plain + path, json=body, timeout=60, **options)
        assert answer.status_code == status, answer.text
        return answer

    return posted


def metadata(content):
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8:8 + length])["__metadata__"]


def arrays(answer, form):
    return safetensors.numpy.load(answer.content) if form == "safetensors" else dict(np.load(io.BytesIO(answer.content)))


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("form", ["npz", "safetensors"])
def test_a_file_of_several_texts_holds_what_the_json_says(post, form, dtype):
    body = {"inputs": TEXTS, "layers": [4, -1], "heads": [0, 7, 3], "queries_keys": True, "statistics": True}
    expected = post("/v1/attention", body).json()["results"]
    answer = post("/v1/attention", body | {"format": form, "dtype": dtype})
    assert answer.headers["content-type"] == f"application/x-{form}"
    assert int(answer.headers["content-length"]) == len(answer.content)
    found = arrays(answer, form)
    for index, result in enumerate(expected):
        for name in ["attentions", "queries", "keys"]:
            array = found[f"{index}.{name}"]
            assert array.dtype == TYPES[dtype]
            assert np.array_equal(array, np.array(result[name], np.float32).astype(TYPES[dtype])), name
        names = ["entropy", "mean_distance", "first", "separators", "previous", "same", "next"]
        statistics = np.array([[[head[name] for name in names] for head in layer] for layer in result["statistics"]], np.float32)
        assert np.array_equal(found[f"{index}.statistics"], statistics)
        for name in ["token_ids", "offsets", "segments"]:
            assert np.array_equal(found[f"{index}.{name}"], np.array(result[name])), name
    if form == "safetensors":
        told = metadata(answer.content)
        assert json.loads(told["layers"]) == [4, 5] and json.loads(told["heads"]) == [0, 7, 3] and told["model"]
        assert json.loads(told["1.tokens"]) == expected[1]["tokens"]
        assert json.loads(told["1.sentence_b_start"]) == expected[1]["sentence_b_start"]


@pytest.mark.parametrize("accepted", [True, False], ids=["by Accept", "by format"])
def test_a_npy_file_holds_the_weights_of_one_text(post, accepted):
    body = {"inputs": TEXTS[0]}
    asked = {"headers": {"accept": "application/x-npy"}} if accepted else {}
    answer = post("/v1/attention", body if accepted else body | {"format": "npy"}, **asked)
    assert answer.headers["content-type"] == "application/x-npy"
    found = np.load(io.BytesIO(answer.content))
    expected = post("/v1/attention", body).json()["results"][0]
    assert list(found.shape) == expected["shape"]
    assert np.array_equal(found, np.array(expected["attentions"], np.float32))
    assert np.abs(found.sum(axis=-1) - 1).max() < 1e-5


@pytest.mark.parametrize("reduce", ["mean", "max", "rollout", "flow"])
def test_reductions_are_smaller_arrays(post, reduce):
    body = {"inputs": TEXTS[0], "reduce": reduce}
    found = np.load(io.BytesIO(post("/v1/attention", body | {"format": "npy"}).content))
    assert np.array_equal(found, np.array(post("/v1/attention", body).json()["results"][0]["attentions"], np.float32))
    whole = np.array(post("/v1/attention", {"inputs": TEXTS[0]}).json()["results"][0]["attentions"], np.float64)
    tokens = whole.shape[-1]
    if reduce in ("mean", "max"):
        assert np.abs(found - getattr(whole, reduce)(axis=1)).max() < 1e-6
    elif reduce == "rollout":
        expected = np.eye(tokens)
        for layer in whole.mean(axis=1) / 2 + np.eye(tokens) / 2:
            expected = (layer / layer.sum(axis=-1, keepdims=True)) @ expected
        assert np.abs(found - expected).max() < 1e-6
    else:
        assert found.shape == (tokens, tokens) and (found >= 0).all()


def test_the_strongest_keys_come_first(post):
    body = {"inputs": TEXTS[0], "top_k": 3}
    result = post("/v1/attention", body).json()["results"][0]
    whole = np.array(post("/v1/attention", {"inputs": TEXTS[0]}).json()["results"][0]["attentions"], np.float32)
    order = np.argsort(-whole, axis=-1, kind="stable")[..., :3]
    assert result["shape"] == list(order.shape)
    assert [[[[key["index"] for key in row] for row in head] for head in layer] for layer in result["attentions"]] == order.tolist()
    found = safetensors.numpy.load(post("/v1/attention", body | {"format": "safetensors"}).content)
    assert np.array_equal(found["0.indices"], order)
    assert np.array_equal(found["0.weights"], np.take_along_axis(whole, order, axis=-1))


def test_hidden_states_come_in_every_format(post):
    body = {"inputs": TEXTS, "layers": [0, -1]}
    expected = post("/v1/hidden-states", body).json()["results"]
    for form in ["npz", "safetensors"]:
        found = arrays(post("/v1/hidden-states", body | {"format": form}), form)
        for index, result in enumerate(expected):
            assert np.array_equal(found[f"{index}.hidden_states"], np.array(result["hidden_states"], np.float32))
            assert list(found[f"{index}.hidden_states"].shape) == result["shape"]


def test_what_the_client_does_not_accept_is_not_sent(post):
    answer = post("/v1/attention", {"inputs": "a"}, status=406, headers={"accept": "text/html"})
    assert "application/x-npz" in answer.json()["error"]["message"]
