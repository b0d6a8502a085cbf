"""OpenAI's own client for Python, which many programs speak to any server that has its routes."""
import json
from pathlib import Path

import openai
import pytest

PLAIN = "http://127.0.0.1:0"
MODEL = Path(__file__).resolve().parents[1] / "Goldens" / "embeddings" / "mean"
TEXTS = ["a good film", "It was NOT very good, was it?"]


@pytest.fixture
def client(start):
    server = start([PLAIN], "--model", f"mean={MODEL}")
    with openai.OpenAI(base_url=f"{server.addresses[0]}/v1", api_key="any", max_retries=0, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def reference():
    """What sentence-transformers makes of a text, asked for nothing else."""
    cases = json.loads((MODEL / "reference.json").read_text())
    return {case["text"]: case["embedding"] for case in cases if case.keys() == {"text", "embedding"}}


def assert_same(vector, expected):
    assert vector == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("options", [{}, {"encoding_format": "float"}], ids=["base64, its default", "float"])
def test_vectors_are_those_of_the_reference(client, reference, options):
    answer = client.embeddings.create(model="mean", input=TEXTS, **options)
    assert [item.index for item in answer.data] == [0, 1]
    for item, text in zip(answer.data, TEXTS):
        assert_same(item.embedding, reference[text])
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 0


def test_both_encodings_say_the_same(client):
    vectors = [client.embeddings.create(model="mean", input="a good film", **options).data[0].embedding
               for options in ({}, {"encoding_format": "float"})]
    assert_same(vectors[0], vectors[1])
    raw = client.embeddings.create(model="mean", input="a good film", encoding_format="base64").data[0].embedding
    assert isinstance(raw, str)


def test_token_ids_are_an_input(client, reference):
    tokens = client.post("/tokenize", body={"model": "mean", "inputs": TEXTS}, cast_to=object)["results"]
    answer = client.embeddings.create(model="mean", input=[item["token_ids"] for item in tokens])
    for item, text in zip(answer.data, TEXTS):
        assert_same(item.embedding, reference[text])


def test_its_own_fields_and_ours(client):
    short = client.embeddings.create(model="mean", input="a", dimensions=4, user="somebody").data[0].embedding
    assert len(short) == 4 and sum(number * number for number in short) == pytest.approx(1, abs=1e-5)
    query = client.embeddings.create(model="mean", input="film", extra_body={"prompt_name": "document"}).data[0].embedding
    assert_same(query, client.embeddings.create(model="mean", input="the film is film").data[0].embedding)


def test_any_model_makes_vectors(client):
    answer = client.embeddings.create(model="sentiment", input=["What a wonderful film!"] * 100)
    assert len(answer.data) == 100 and {len(item.embedding) for item in answer.data} == {384}


def test_models_are_listed(client):
    assert {model.id for model in client.models.list()} == {"sentiment", "mean"}


def test_errors_are_the_clients_own(client):
    with pytest.raises(openai.NotFoundError) as error:
        client.embeddings.create(model="text-embedding-3-small", input="a")
    assert (error.value.code, error.value.param) == ("model_not_found", "model")
    with pytest.raises(openai.UnprocessableEntityError) as error:
        client.embeddings.create(model="mean", input=[[5], [15339]])
    assert error.value.param == "input[1]"
