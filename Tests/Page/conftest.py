"""A server, a browser, and for each test a page of its own that must stay free of errors and keep to its server."""
import json
import os
import re
import urllib.request
from urllib.parse import urlsplit

import pytest
from attendant_process import SENTIMENT, AttendantProcess
from browser import chromium, serve_edited
from lens_page import LensPage


@pytest.fixture(scope="session")
def binary():
    return os.environ["ATTENDANT_BINARY"]


@pytest.fixture(scope="session")
def server(binary):
    """Its address, ending with a slash. It has the bundled model twice, so that there are two models to compare."""
    with AttendantProcess(binary, ["http://127.0.0.1:0"], "--model", f"again={SENTIMENT}") as process:
        yield process.addresses[0] + "/"
        assert process.is_running, f"the server has ended:\n{process.errors}"


@pytest.fixture
def start(binary):
    """start(*options) starts a server of the test's own, which the test may stop."""
    processes = []

    def started(*options):
        processes.append(AttendantProcess(binary, ["http://127.0.0.1:0"], *options))
        return processes[-1]

    yield started
    for process in processes:
        process.stop()


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def make_lens(browser):
    """make_lens(address, **options of the context) opens a window; when the test ends, no window may have had an error or asked another host."""
    windows = []

    def made(address, **options):
        context = browser.new_context(viewport=options.pop("viewport", {"width": 1280, "height": 900}), **options)
        serve_edited(context)
        page = context.new_page()
        lens = LensPage(page, address)
        errors, strangers = [], []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        host = urlsplit(address).netloc
        page.on("request", lambda request: strangers.append(request.url)
                if urlsplit(request.url).scheme not in ("data", "blob") and urlsplit(request.url).netloc != host else None)
        windows.append((context, lens, errors, strangers))
        return lens

    yield made
    for context, lens, errors, strangers in windows:
        context.close()
        assert [error for error in errors if not any(re.search(pattern, error) for pattern in lens.forgiven)] == []
        assert strangers == []


@pytest.fixture
def lens(make_lens, server):
    return make_lens(server)


@pytest.fixture(scope="session")
def ask(server):
    """ask(path, body) posts to the API itself and gives the answer's JSON, or with `raw` its bytes."""
    def asked(path, body, raw=False):
        request = urllib.request.Request(server + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            content = response.read()
        return content if raw else json.loads(content)

    return asked
