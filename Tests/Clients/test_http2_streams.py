"""Streams of one HTTP/2 connection: bodies both ways, trailers, errors, and what one does not do to another."""
import json

import pytest
from commands import best_label
from http2_client import Client

CLASSIFY = json.dumps({"inputs": "What a wonderful film!"}).encode()


@pytest.fixture(params=["plain", "secure"])
def client(server, request):
    with Client(getattr(server, request.param)) as client:
        yield client


def test_a_post_is_answered(client):
    stream = client.post("/v1/classify", CLASSIFY)
    assert (stream.status, best_label(stream.body)) == (200, "positive")


def test_field_names_of_an_answer_are_in_lower_case_and_none_is_of_the_connection(client):
    headers = client.get("/livez").headers
    assert all(name == name.lower() for name in headers)
    assert headers.keys().isdisjoint({"connection", "transfer-encoding", "keep-alive", "upgrade"})


def test_head_is_answered_as_get_without_the_body(client):
    get, head = client.get("/livez"), client.get("/livez", method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", get.headers["content-length"])


def test_many_streams_at_once_are_all_answered(client):
    numbers = [client.begin("GET", "/livez", ends=True) for _ in range(50)]
    assert {(client.finish(number).status, client.finish(number).body) for number in numbers} == {(200, b'{"status":"ok"}')}


def test_a_body_may_come_in_pieces_of_one_byte(client):
    number = client.begin_post("/v1/classify", len(CLASSIFY))
    client.send(number, CLASSIFY, ends=True, piece=1)
    assert best_label(client.finish(number).body) == "positive"


def test_a_body_needs_no_length(client):
    number = client.begin_post("/v1/classify")
    client.send(number, CLASSIFY, ends=True)
    assert best_label(client.finish(number).body) == "positive"


def test_bodies_of_two_streams_may_come_in_turns(client):
    first, second = client.begin_post("/v1/classify"), client.begin_post("/v1/classify")
    for start in range(0, len(CLASSIFY), 8):
        client.send(first, CLASSIFY[start: start + 8])
        client.send(second, CLASSIFY[start: start + 8])
    client.send(second, b"", ends=True)
    client.send(first, b"", ends=True)
    assert [best_label(client.finish(number).body) for number in (first, second)] == ["positive", "positive"]


def test_a_body_may_end_with_trailers(client):
    number = client.begin_post("/v1/classify")
    client.send(number, CLASSIFY)
    client.send_trailers(number, [("checksum", "none")])
    assert best_label(client.finish(number).body) == "positive"


def test_a_reset_in_mid_body_leaves_other_streams_alone(client):
    broken, whole = client.begin_post("/v1/classify", len(CLASSIFY)), client.begin_post("/v1/classify", len(CLASSIFY))
    client.send(broken, CLASSIFY[:10])
    client.send(whole, CLASSIFY[:10])
    client.reset(broken)
    client.send(whole, CLASSIFY[10:], ends=True)
    assert best_label(client.finish(whole).body) == "positive"


def test_a_reset_in_mid_answer_leaves_the_connection_usable(client):
    client.reads_freely = False
    number = client.begin_post("/v1/attention")
    client.send(number, json.dumps({"inputs": "word " * 100}).encode(), ends=True)
    client.until(lambda: client.streams[number].body)
    client.reset(number)
    # What was read of that answer is still owed to the connection's window.
    client.acknowledge(number, len(client.streams[number].body))
    client.reads_freely = True
    assert client.is_usable


def test_a_length_that_the_body_belies_is_an_error_of_the_stream(client):
    number = client.begin("POST", "/v1/classify", [("content-type", "application/json"), ("content-length", "5")])
    # The state machine would not send it: it counts along.
    client.h2.streams[number]._expected_content_length = None
    client.send(number, CLASSIFY, ends=True)
    stream = client.finish(number)
    assert stream.reset_code is not None or stream.status == 400
    assert client.is_usable


ERRORS = {
    "malformed JSON": ("POST", "/v1/classify", b"{", 400, "malformed_json"),
    "a route that does not exist": ("POST", "/nowhere", CLASSIFY, 404, "route_not_found"),
    "a model that does not exist": ("POST", "/v1/classify", b'{"inputs": "a", "model": "none"}', 404, "model_not_found"),
    "another method": ("PUT", "/v1/classify", CLASSIFY, 405, "method_not_allowed"),
    "a field that is not known": ("POST", "/v1/classify", b'{"inputs": "a", "colour": 1}', 422, "unknown_field"),
}


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_leaves_the_connection_usable(client, error):
    method, path, body, status, code = ERRORS[error]
    number = client.begin(method, path, [("content-type", "application/json"), ("content-length", str(len(body)))])
    client.send(number, body, ends=True)
    stream = client.finish(number)
    assert (stream.status, json.loads(stream.body)["error"]["code"]) == (status, code)
    assert client.is_usable


def test_a_body_that_is_announced_as_too_large_is_refused_before_it_is_sent(client):
    number = client.begin_post("/v1/classify", 9 * 1024 * 1024)
    client.until(lambda: client.streams[number].status or client.streams[number].is_over)
    assert client.streams[number].status == 413
    assert client.is_usable


def test_a_body_that_turns_out_too_large_is_refused_and_the_connection_is_usable(client):
    number = client.begin_post("/v1/classify")
    block = b" " * 16384
    for _ in range(9 * 1024 * 1024 // len(block)):
        # The answer may come, and the stream be over, before the body is.
        client.until(lambda: client.streams[number].status or client.h2.local_flow_control_window(number) >= len(block))
        if client.streams[number].status:
            break
        client.send(number, block)
    client.until(lambda: client.streams[number].status)
    assert client.streams[number].status == 413
    assert client.is_usable
