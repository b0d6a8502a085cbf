"""Certificates: one of several by the name that is asked for, those of clients, and new ones without a restart."""
import socket
import ssl
import time
from urllib.parse import urlsplit

import certificates
import pytest
from commands import curl, run
from conftest import SECURE
from openssl_client import is_answered, s_client, subject

SECONDS = 10


@pytest.fixture
def authority(tmp_path):
    return certificates.make(tmp_path, "authority")


# MARK: names

@pytest.fixture
def two_names(start, tmp_path):
    """A server for a.example and, second, for b.example and *.c.example."""
    first = certificates.make(tmp_path, "first", ["a.example"])
    second = certificates.make(tmp_path, "second", ["b.example", "*.c.example"])
    return start([SECURE], *first.options, *second.options).addresses[0]


@pytest.mark.parametrize("name, expected", [("a.example", "first"), ("b.example", "second"), ("B.EXAMPLE", "second"), ("x.c.example", "second")])
def test_the_name_that_is_asked_for_picks_the_certificate(two_names, name, expected):
    result = s_client(two_names, name=name)
    assert subject(result) == expected
    assert is_answered(result)


def test_a_name_that_is_on_none_gets_the_first_certificate(two_names):
    assert subject(s_client(two_names, name="elsewhere.example")) == "first"


def test_who_asks_for_no_name_gets_the_first_certificate(two_names):
    assert subject(s_client(two_names, name=None)) == "first"


# MARK: clients' certificates

@pytest.fixture
def mutual(start, certificate, authority):
    return start([SECURE], *certificate.options, "--client-ca", authority.certificate).addresses[0]


def fetched(address, *options):
    """(curl's exit status, what it got)"""
    result = run("curl", "--silent", "--insecure", "--max-time", SECONDS, *options, f"{address}/livez")
    return result.returncode, result.stdout


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_a_client_with_a_certificate_of_the_authority_is_answered(mutual, authority, tmp_path, version):
    client = certificates.make(tmp_path, "client", signer=authority)
    assert curl(version, "--cert", client.certificate, "--key", client.key, f"{mutual}/livez").status == 200


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_client_without_a_certificate_is_refused(mutual, version):
    status, output = fetched(mutual, "--tlsv1.2", "--tls-max", version)
    assert status != 0
    assert output == ""


def test_a_client_with_a_certificate_of_another_authority_is_refused(mutual, tmp_path):
    stranger = certificates.make(tmp_path, "stranger")
    client = certificates.make(tmp_path, "client", signer=stranger)
    status, output = fetched(mutual, "--cert", client.certificate, "--key", client.key)
    assert status != 0
    assert output == ""


# MARK: new certificates

def connected(address):
    """A connection over TLS, whose certificate is read and not verified."""
    parts = urlsplit(address)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection((parts.hostname, parts.port), timeout=SECONDS), server_hostname="localhost")


def served(address):
    """The certificate of a new connection."""
    with connected(address) as connection:
        return connection.getpeercert(binary_form=True)


def is_alive(connection):
    """Whether a keep-alive connection still answers."""
    connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
    received = b""
    while not received.endswith(b'{"status":"ok"}'):
        piece = connection.recv(4096)
        if not piece:
            return False
        received += piece
    return True


@pytest.fixture
def renewable(start, tmp_path):
    """(server, the certificate that it serves, which a test may replace)"""
    certificate = certificates.make(tmp_path, "renewable")
    return start([SECURE], *certificate.options), certificate


def test_a_reload_serves_the_new_certificate_while_an_open_connection_goes_on(renewable, tmp_path):
    process, certificate = renewable
    address = process.addresses[0]
    with connected(address) as connection:
        assert is_alive(connection)
        before = served(address)
        renewed = certificates.make(tmp_path, "renewed")
        certificate.replace(renewed)
        assert served(address) == before
        process.reload()
        expected = ssl.PEM_cert_to_DER_cert(renewed.certificate.read_text())
        stop = time.monotonic() + SECONDS
        while served(address) != expected:
            assert time.monotonic() < stop, "the server goes on with its old certificate"
        assert is_alive(connection)
    assert process.is_running


def test_a_reload_of_what_is_no_certificate_keeps_the_old_one(renewable):
    process, certificate = renewable
    before = served(process.addresses[0])
    certificate.certificate.write_text("not a certificate\n")
    process.reload()
    # Whether it has reloaded is not to be seen from outside; it must serve on, whenever it does.
    for _ in range(20):
        assert served(process.addresses[0]) == before
    assert process.is_running


def test_a_key_that_does_not_fit_its_certificate_fails_the_start(start, tmp_path):
    one, other = certificates.make(tmp_path, "one"), certificates.make(tmp_path, "other")
    with pytest.raises(RuntimeError, match="did not start"):
        start([SECURE], "--certificate", one.certificate, "--key", other.key)
