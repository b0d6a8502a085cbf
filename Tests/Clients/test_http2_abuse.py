"""What a hostile client does on HTTP/2 ends its stream or its connection, and nobody else's."""
import pytest
from frames_client import (ENOUGH, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR, REFUSED_STREAM, FramesClient, data)
from http2_client import Client
from hyperframe.frame import ContinuationFrame, DataFrame, HeadersFrame, PingFrame, RstStreamFrame, SettingsFrame, WindowUpdateFrame

MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE = 3, 6


@pytest.fixture
def client(server):
    """After the test, whatever it did, the server answers others."""
    with FramesClient(server.plain) as client:
        yield client
    with Client(server.plain) as other:
        assert other.is_usable


def test_the_settings_bound_streams_and_header_lists(client):
    assert 1 <= client.settings[MAX_CONCURRENT_STREAMS] <= 1000
    assert client.settings[MAX_HEADER_LIST_SIZE] <= 64 * 1024


def test_a_flood_of_streams_that_are_reset_at_once_is_ended(client):
    client.flood(client.request(number).serialize() + RstStreamFrame(number, error_code=8).serialize() for number in range(1, 40_001, 2))
    assert client.goaway() in ENOUGH


def test_a_flood_of_posts_that_are_reset_in_mid_body_is_ended(client):
    def pieces():
        for number in range(1, 40_001, 2):
            head = client.request(number, flags=("END_HEADERS",), method="POST", path="/v1/classify")
            yield b"".join(frame.serialize() for frame in (head, data(number, b"{", ends=False), RstStreamFrame(number, error_code=8)))

    client.flood(pieces())
    assert client.goaway() in ENOUGH


def begin_too_many(client):
    """Begins a stream more than the server allows; their numbers."""
    numbers = [2 * index + 1 for index in range(client.settings[MAX_CONCURRENT_STREAMS] + 1)]
    for number in numbers:
        client.send(client.request(number, flags=("END_HEADERS",), method="POST", path="/v1/tokenize", fields=[("content-type", "application/json")]))
    return numbers


def test_a_stream_beyond_a_bound_that_the_client_need_not_know_yet_is_refused_and_the_others_are_answered(server):
    with FramesClient(server.plain, acknowledges=False) as client:
        numbers = begin_too_many(client)
        assert client.outcome(numbers[-1]) in (("reset", REFUSED_STREAM), ("reset", PROTOCOL_ERROR))
        client.send(data(numbers[0], b'{"inputs": "a"}'))
        assert client.outcome(numbers[0]) == 200


def test_a_stream_beyond_a_bound_that_the_client_knows_is_refused(client):
    # A server may end the whole connection for it (RFC 9113, section 5.4.1).
    assert client.outcome(begin_too_many(client)[-1])[0] in ("reset", "goaway")


def test_a_flood_of_continuations_is_ended(client):
    client.send(HeadersFrame(1, client.head(), flags=("END_STREAM",)))
    client.flood([ContinuationFrame(1, b"\x00\x01a\x01b" * 1000).serialize()] * 2000)
    assert client.goaway() not in (None, 0)


def test_a_flood_of_empty_continuations_is_ended(client):
    client.send(HeadersFrame(1, client.head(), flags=("END_STREAM",)))
    client.flood([ContinuationFrame(1, b"").serialize() * 100] * 2000)
    assert client.goaway() not in (None, 0)


def test_a_header_list_beyond_the_bound_is_refused(client):
    client.send(HeadersFrame(1, client.head(fields=[(f"name-{index}", "a" * 1000) for index in range(15)]), flags=("END_STREAM",)))
    client.send(ContinuationFrame(1, client.encoder.encode([(f"more-{index}", "b" * 1000) for index in range(15)])))
    client.send(ContinuationFrame(1, client.encoder.encode([(f"most-{index}", "c" * 1000) for index in range(15)]), flags=("END_HEADERS",)))
    assert_refused(client.outcome(1))


def test_a_header_list_that_is_small_until_it_is_decompressed_is_refused(client):
    client.send(client.request(1, fields=[("name", "a" * 3000)]))
    assert client.outcome(1) == 200
    # Each byte of this block names the field of three kilobytes in the table.
    block = client.head() + client.encoder.encode([("name", "a" * 3000)]) * 500
    assert len(block) < 1000
    client.send(HeadersFrame(3, block, flags=("END_HEADERS", "END_STREAM")))
    assert_refused(client.outcome(3))


def assert_refused(outcome):
    assert outcome == 431 or outcome[0] in ("reset", "goaway")


@pytest.mark.parametrize("frame", [PingFrame(0, b"12345678"), SettingsFrame(0)], ids=["pings", "settings"])
def test_a_flood_of_frames_whose_answers_are_not_read_is_ended(client, frame):
    client.socket.settimeout(2)
    for _ in range(10_000):
        try:
            client.send_bytes(frame.serialize() * 100)
        except OSError:  # closed, or no longer read
            return
    pytest.fail("a million frames were taken while nobody read the answers")


def test_a_flood_of_empty_data_is_ended(client):
    client.send(client.request(1, flags=("END_HEADERS",), method="POST", path="/v1/classify"))
    client.flood([DataFrame(1, b"").serialize() * 100] * 1000)
    assert client.goaway() in ENOUGH


def test_a_body_beyond_the_window_is_not_taken(client):
    client.send(client.request(1, flags=("END_HEADERS",), method="POST", path="/v1/classify"))
    # A server that gives back its window as fast as it reads sees a body that is too large.
    client.flood([data(1, b" " * 16384, ends=False).serialize() * 4096])
    assert client.outcome(1) in (("reset", FLOW_CONTROL_ERROR), ("goaway", FLOW_CONTROL_ERROR), 413)


def test_a_frame_above_the_size_is_a_frame_size_error(client):
    client.send(client.request(1, flags=("END_HEADERS",), method="POST", path="/v1/classify"))
    client.flood([data(1, b" " * 20_000, ends=False).serialize()])
    assert client.goaway() == FRAME_SIZE_ERROR


def test_a_stream_of_an_even_number_is_a_protocol_error(client):
    client.send(client.request(2))
    assert client.goaway() == PROTOCOL_ERROR


def test_a_window_that_overflows_is_a_flow_control_error(client):
    client.send(WindowUpdateFrame(0, window_increment=2**31 - 1))
    assert client.goaway() == FLOW_CONTROL_ERROR


@pytest.mark.parametrize("fields", [[("connection", "keep-alive")], [("transfer-encoding", "chunked")], [("Upper", "case")], [(":late", "x")]])
def test_fields_that_http_2_does_not_have_are_an_error_of_the_stream(client, fields):
    client.send(client.request(1, fields=fields))
    assert client.outcome(1) in (400, ("reset", PROTOCOL_ERROR))
    client.send(client.request(3))
    assert client.outcome(3) == 200
