"""Clients on the file system's socket, beside those on the network."""
import stat

from commands import best_label, classify, curl


def test_curl_speaks_http_1_1_through_a_unix_socket(server):
    answer = classify("--http1.1", "--unix-socket", server.socket, "http://localhost/v1/classify")
    assert (answer.status, answer.version, best_label(answer.body)) == (200, "1.1", "positive")


def test_curl_speaks_http_2_through_a_unix_socket(server):
    answer = curl("--http2-prior-knowledge", "--unix-socket", server.socket, "http://localhost/livez")
    assert (answer.status, answer.version) == (200, "2")


def test_a_server_that_ends_takes_its_unix_socket_along(start, tmp_path):
    socket = tmp_path / "attendant"
    process = start([f"unix:{socket}"])
    assert stat.S_ISSOCK(socket.stat().st_mode)
    process.terminate()
    assert process.wait() == 0
    assert not socket.exists()


def test_a_unix_socket_that_a_killed_server_left_is_taken_over(start, tmp_path):
    socket = tmp_path / "attendant"
    killed = start([f"unix:{socket}"])
    killed.process.kill()
    killed.wait()
    start([f"unix:{socket}"])
    assert curl("--unix-socket", socket, "http://localhost/livez").status == 200


def test_several_listeners_serve_at_once(start, tmp_path):
    socket = tmp_path / "attendant"
    process = start(["http://127.0.0.1:0", "http://127.0.0.1:0", f"unix:{socket}"])
    first, second, third = process.addresses
    assert first != second
    assert third == f"unix:{socket}"
    assert [curl(f"{address}/livez").status for address in (first, second)] == [200, 200]
    assert curl("--unix-socket", socket, "http://localhost/livez").status == 200
