"""What SIGTERM does to those who are connected. (h2's state machine takes a GOAWAY for the end, so frames are sent by hand.)"""
import json
import signal

import pytest
from commands import best_label
from conftest import PLAIN, SECURE
from frames_client import FramesClient, data
from hyperframe.frame import GoAwayFrame

CLASSIFY = json.dumps({"inputs": "What a wonderful film!"}).encode()


@pytest.fixture(params=[PLAIN, SECURE], ids=["plain", "secure"])
def process(start, certificate, request):
    return start([request.param], *(certificate.options if request.param == SECURE else []))


@pytest.fixture
def client(process):
    with FramesClient(process.addresses[0]) as client:
        yield client


def begin(client, number):
    """A stream whose body has begun."""
    client.send(client.request(number, flags=("END_HEADERS",), method="POST", path="/v1/classify", fields=[("content-type", "application/json")]))
    client.send(data(number, CLASSIFY[:10], ends=False))


def wait_until_begun(client):
    """The server answers in order of arrival; so once another stream is answered, the first one has reached it."""
    client.send(client.request(3))
    assert client.outcome(3) == 200


def test_a_stream_is_finished_after_the_goaway_of_a_drain(process, client):
    begin(client, 1)
    wait_until_begun(client)
    process.terminate()
    goaway = client.next(lambda frame: isinstance(frame, GoAwayFrame))
    assert goaway.error_code == 0
    assert goaway.last_stream_id >= 3
    client.send(data(1, CLASSIFY[10:]))
    assert client.outcome(1) == 200
    assert best_label(client.body(1)) == "positive"
    assert client.is_closed()
    client.close()  # what the server lingers for
    assert process.wait() == 0


def test_a_connection_without_streams_is_closed_by_a_drain(process, client):
    process.terminate()
    assert client.goaway() == 0
    assert client.is_closed()
    client.close()  # what the server lingers for
    assert process.wait() == 0


def test_a_server_that_drains_takes_no_new_connections(process, client):
    begin(client, 1)
    wait_until_begun(client)
    process.terminate()
    assert client.goaway() == 0
    with pytest.raises(OSError):
        FramesClient(process.addresses[0])
    client.send(data(1, CLASSIFY[10:]))
    assert client.outcome(1) == 200


def test_a_second_signal_ends_the_server_at_once(process, client):
    begin(client, 1)
    wait_until_begun(client)
    process.terminate()
    assert client.goaway() == 0
    process.terminate()
    # Without the second signal, it would wait for the stream.
    assert process.wait(5) != -signal.SIGKILL
