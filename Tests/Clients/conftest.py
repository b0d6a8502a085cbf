"""Servers for the tests: one that most of them share, and others with options of their own, all on free ports."""
import os
from types import SimpleNamespace

import certificates
import pytest
from attendant_process import AttendantProcess

PLAIN, SECURE = "http://127.0.0.1:0", "https://127.0.0.1:0"


@pytest.fixture(scope="session")
def binary():
    return os.environ["ATTENDANT_BINARY"]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return certificates.make(tmp_path_factory.mktemp("certificate"), "server")


@pytest.fixture(scope="session")
def server(binary, certificate, tmp_path_factory):
    """Listens in the three ways: `plain` and `secure` are addresses to which a path is added, `socket` is a path."""
    socket = tmp_path_factory.mktemp("socket") / "attendant"
    with AttendantProcess(binary, [PLAIN, SECURE, f"unix:{socket}"], *certificate.options) as process:
        yield SimpleNamespace(process=process, plain=process.addresses[0], secure=process.addresses[1], socket=socket)
        assert process.is_running, f"the server has ended:\n{process.errors}"


@pytest.fixture
def start(binary):
    """start(listen, *options) starts a server that is stopped when the test ends."""
    processes = []

    def started(listen, *options):
        processes.append(AttendantProcess(binary, listen, *options))
        return processes[-1]

    yield started
    for process in processes:
        process.stop()
