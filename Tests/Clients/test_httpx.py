"""httpx, which many use in Python, over HTTP/2."""
import asyncio
import ssl

import httpx

REQUEST = {"inputs": "What a wonderful film!"}


def client_of(certificate):
    # The name on the certificate is localhost, and 127.0.0.1 stands beside it.
    return httpx.AsyncClient(http2=True, verify=ssl.create_default_context(cafile=certificate.certificate), timeout=20)


def test_httpx_negotiates_http_2(server, certificate):
    async def fetch():
        async with client_of(certificate) as client:
            return await client.post(f"{server.secure}/v1/classify", json=REQUEST)

    answer = asyncio.run(fetch())
    assert (answer.status_code, answer.http_version) == (200, "HTTP/2")
    assert answer.json()["predictions"][0][0]["label"] == "positive"


def test_httpx_gets_fifty_answers_at_once_on_one_connection(server, certificate):
    async def fetch():
        async with client_of(certificate) as client:
            await client.get(f"{server.secure}/livez")  # so that all of them find the connection open
            return await asyncio.gather(*[client.post(f"{server.secure}/v1/classify", json=REQUEST) for _ in range(50)])

    answers = asyncio.run(fetch())
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


def test_httpx_goes_on_after_errors(server, certificate):
    async def fetch():
        async with client_of(certificate) as client:
            statuses = [(await client.get(f"{server.secure}/nowhere")).status_code, (await client.post(f"{server.secure}/livez")).status_code]
            return statuses, (await client.get(f"{server.secure}/livez")).status_code

    assert asyncio.run(fetch()) == ([404, 405], 200)


def test_httpx_streams_a_large_answer(server, certificate):
    async def fetch():
        received = 0
        async with client_of(certificate) as client:
            async with client.stream("POST", f"{server.secure}/v1/attention", json={"inputs": "word " * 100}) as answer:
                async for part in answer.aiter_bytes():
                    received += len(part)
        return answer.status_code, received

    status, received = asyncio.run(fetch())
    assert status == 200
    assert received > 1_000_000
