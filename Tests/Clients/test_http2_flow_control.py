"""Windows: the server sends no more than it may (h2 raises if it does), and gives back what it has read."""
import json

import pytest
from commands import best_label, curl
from http2_client import Client, window_of

REQUEST = {"inputs": "It was the best of times, it was the worst of times.", "layers": [0, 5]}


@pytest.fixture(scope="module")
def expected(server):
    """The answer to the request, over HTTP/1.1."""
    return curl("--http1.1", "--header", "Content-Type: application/json", "--data", json.dumps(REQUEST), f"{server.plain}/v1/attention").body


def test_a_large_answer_comes_through_a_tiny_window(server, expected):
    with Client(server.plain, window_of(100)) as client:
        stream = client.post("/v1/attention", json.dumps(REQUEST).encode())
        assert stream.status == 200
        assert stream.body.decode() == expected


def test_a_large_answer_comes_through_a_tiny_window_over_tls(server, expected):
    with Client(server.secure, window_of(100)) as client:
        assert client.post("/v1/attention", json.dumps(REQUEST).encode()).body.decode() == expected


def test_a_window_of_zero_holds_the_body_back_and_not_the_head(server):
    with Client(server.plain, window_of(0)) as client:
        number = client.begin("GET", "/livez", ends=True)
        client.until(lambda: client.streams[number].status)
        # An answer to a ping shows that whatever the server meant to send before has come.
        client.h2.ping(b"are you?")
        client.flush()
        client.receive()
        assert (client.streams[number].status, client.streams[number].body) == (200, b"")
        client.h2.increment_flow_control_window(5, number)
        client.flush()
        client.until(lambda: len(client.streams[number].body) == 5)
        client.h2.increment_flow_control_window(100, number)
        client.flush()
        assert client.finish(number).body == b'{"status":"ok"}'


def test_a_larger_initial_window_lets_streams_that_wait_go_on(server):
    with Client(server.plain, window_of(0)) as client:
        number = client.begin("GET", "/livez", ends=True)
        client.until(lambda: client.streams[number].status)
        client.h2.update_settings(window_of(1000))
        client.flush()
        assert client.finish(number).body == b'{"status":"ok"}'


def test_an_answer_that_nobody_reads_does_not_hold_up_another(server):
    with Client(server.plain, window_of(1000)) as client:
        client.reads_freely = False
        stalled = client.begin_post("/v1/attention")
        client.send(stalled, json.dumps(REQUEST).encode(), ends=True)
        client.until(lambda: len(client.streams[stalled].body) == 1000)
        assert client.get("/livez").body == b'{"status":"ok"}'
        assert not client.streams[stalled].is_over


def test_a_body_far_larger_than_the_first_window_is_taken(server):
    body = json.dumps({"inputs": "What a wonderful film!"}).encode() + b" " * 3_000_000
    with Client(server.plain) as client:
        assert best_label(client.post("/v1/classify", body).body) == "positive"


def test_large_bodies_one_after_the_other_are_taken(server):
    body = json.dumps({"inputs": "What a wonderful film!"}).encode() + b" " * 500_000
    with Client(server.secure) as client:
        assert [best_label(client.post("/v1/classify", body).body) for _ in range(4)] == ["positive"] * 4


def test_bodies_that_are_reset_give_their_window_back(server):
    with Client(server.plain) as client:
        # Together they are many times the connection's first window.
        for _ in range(30):
            number = client.begin_post("/v1/classify", 60_000)
            client.send(number, b" " * 50_000)
            client.reset(number)
        assert client.is_usable
        body = json.dumps({"inputs": "What a wonderful film!"}).encode() + b" " * 100_000
        assert best_label(client.post("/v1/classify", body).body) == "positive"
