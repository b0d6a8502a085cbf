"""curl in every version of HTTP that it speaks."""
from commands import best_label, classify, curl


def test_curl_speaks_http_1_1_in_plain(server):
    answer = classify("--http1.1", f"{server.plain}/v1/classify")
    assert (answer.status, answer.version, best_label(answer.body)) == (200, "1.1", "positive")


def test_curl_speaks_http_1_1_over_tls(server):
    answer = classify("--http1.1", f"{server.secure}/v1/classify")
    assert (answer.status, answer.version, best_label(answer.body)) == (200, "1.1", "positive")


def test_curl_speaks_http_2_over_tls(server):
    answer = classify("--http2", f"{server.secure}/v1/classify")
    assert (answer.status, answer.version, best_label(answer.body)) == (200, "2", "positive")


def test_curl_speaks_http_2_by_prior_knowledge(server):
    answer = classify("--http2-prior-knowledge", f"{server.plain}/v1/classify")
    assert (answer.status, answer.version, best_label(answer.body)) == (200, "2", "positive")


def test_an_upgrade_to_h2c_is_not_taken_up_and_the_request_is_answered(server):
    answer = curl("--http2", f"{server.plain}/livez")
    assert (answer.status, answer.version, answer.body) == (200, "1.1", '{"status":"ok"}')


def test_the_certificate_holds_for_the_host_that_it_names(server, certificate):
    port = server.secure.rpartition(":")[2]
    answer = curl("--no-insecure", "--cacert", certificate.certificate, "--resolve", f"localhost:{port}:127.0.0.1",
                  f"https://localhost:{port}/livez")
    assert answer.status == 200


def test_curl_posts_a_large_body_over_http_2(server, tmp_path):
    body = tmp_path / "body"
    body.write_text('{"inputs": "What a wonderful film!"' + " " * 3_000_000 + "}")
    answer = curl("--http2", "--header", "Content-Type: application/json", "--data-binary", f"@{body}", f"{server.secure}/v1/classify")
    assert (answer.status, best_label(answer.body)) == (200, "positive")


def test_an_answer_over_http_2_is_that_over_http_1_1(server):
    request = ["--header", "Content-Type: application/json", "--data", '{"inputs": "Not bad at all"}']
    first = curl("--http1.1", *request, f"{server.plain}/v1/attention")
    second = curl("--http2", *request, f"{server.secure}/v1/attention")
    assert (first.status, second.status) == (200, 200)
    assert first.body == second.body
