"""nghttp and h2load, the clients of the nghttp2 project."""
import re

from commands import CLASSIFY, JSON, best_label, run


def test_nghttp_gets_a_page_in_plain(server):
    result = run("nghttp", f"{server.plain}/livez")
    assert (result.returncode, result.stdout) == (0, '{"status":"ok"}')


def test_nghttp_gets_a_page_over_tls(server):
    result = run("nghttp", "--no-verify-peer", f"{server.secure}/livez")
    assert (result.returncode, result.stdout) == (0, '{"status":"ok"}')


def test_nghttp_posts_a_body(server, tmp_path):
    body = tmp_path / "body"
    body.write_text(CLASSIFY)
    result = run("nghttp", "--header", JSON, "--data", body, f"{server.plain}/v1/classify")
    assert best_label(result.stdout) == "positive"


def test_nghttp_asks_many_times_at_once(server):
    result = run("nghttp", "--multiply", "50", f"{server.plain}/livez")
    assert result.stdout == '{"status":"ok"}' * 50


def test_nghttp_sends_trailers(server, tmp_path):
    body = tmp_path / "body"
    body.write_text(CLASSIFY)
    result = run("nghttp", "--header", JSON, "--data", body, "--trailer", "checksum: none", f"{server.plain}/v1/classify")
    assert best_label(result.stdout) == "positive"


def test_nghttp_pads_its_frames(server, tmp_path):
    body = tmp_path / "body"
    body.write_text(CLASSIFY)
    result = run("nghttp", "--padding", "255", "--header", JSON, "--data", body, f"{server.plain}/v1/classify")
    assert best_label(result.stdout) == "positive"


def succeeded(result):
    """(requests that h2load counts as answered with a status of success, those that failed)"""
    assert result.returncode == 0, result.stderr
    return int(re.search(r"(\d+) succeeded", result.stdout)[1]), int(re.search(r"(\d+) failed", result.stdout)[1])


def test_h2load_has_every_request_answered_in_plain(server):
    assert succeeded(run("h2load", "-n", "2000", "-c", "10", "-m", "10", f"{server.plain}/livez")) == (2000, 0)


def test_h2load_has_every_request_answered_over_tls(server):
    assert succeeded(run("h2load", "-n", "2000", "-c", "10", "-m", "10", f"{server.secure}/livez")) == (2000, 0)


def test_h2load_has_every_request_answered_through_a_unix_socket(server):
    assert succeeded(run("h2load", "-n", "500", "-c", "5", "-m", "10", "--base-uri", f"unix:{server.socket}", "http://localhost/livez")) == (500, 0)


def test_h2load_has_every_post_answered(server, tmp_path):
    body = tmp_path / "body"
    body.write_text(CLASSIFY)
    result = run("h2load", "-n", "200", "-c", "5", "-m", "5", "-H", JSON, "-d", body, f"{server.secure}/v1/classify")
    assert succeeded(result) == (200, 0)


def test_h2load_has_every_request_of_http_1_1_answered_over_tls(server):
    assert succeeded(run("h2load", "--h1", "-n", "1000", "-c", "10", f"{server.secure}/livez")) == (1000, 0)
