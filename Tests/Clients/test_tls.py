"""Protocols, suites, ALPN, tickets and renegotiation, as openssl sees them."""
import subprocess
from types import SimpleNamespace

import certificates
import pytest
from client_hello import TLS_1_0, TLS_1_1, TLS_1_2, offered
from commands import curl
from conftest import SECURE
from attendant_process import AttendantProcess
from openssl_client import is_answered, is_resumed, negotiated, protocol, s_client

# As IANA numbers them. Each is one that a server with an RSA certificate could speak.
STRONG = 0xC02F  # ECDHE-RSA-AES128-GCM-SHA256
STRONG_ELLIPTIC = 0xC02B  # ECDHE-ECDSA-AES128-GCM-SHA256
WEAK = {
    "no encryption": 0x003B, "no encryption, ECDHE": 0xC010, "export RC4": 0x0003, "export DES": 0x0008, "RC4": 0x0005, "RC4, ECDHE": 0xC011,
    "DES": 0x0009, "3DES": 0x000A, "3DES, ECDHE": 0xC012, "AES-CBC with SHA-1": 0x002F, "AES-CBC with SHA-1, ECDHE": 0xC013,
    "AES-256-CBC with SHA-1, ECDHE": 0xC014, "AES-CBC with SHA-256, ECDHE": 0xC027, "AES-GCM without forward secrecy": 0x009C,
    "AES-256-GCM without forward secrecy": 0x009D, "anonymous DH": 0x00A6, "anonymous ECDH": 0xC018, "Camellia": 0x0041, "SEED": 0x0096,
    "IDEA": 0x0007,
}


@pytest.fixture(scope="module")
def rsa_server(binary, tmp_path_factory):
    """With an RSA certificate, without which the weak suites of RSA would be refused for want of a key."""
    certificate = certificates.make(tmp_path_factory.mktemp("rsa"), "rsa", kind=certificates.RSA)
    with AttendantProcess(binary, [SECURE], *certificate.options) as process:
        yield SimpleNamespace(secure=process.addresses[0])


@pytest.mark.parametrize("option, version", [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_tls_1_2_and_1_3_are_spoken(server, option, version):
    result = s_client(server.secure, option)
    assert is_answered(result)
    assert protocol(result) == version


@pytest.mark.parametrize("option", ["-tls1", "-tls1_1"])
def test_older_protocols_are_refused_to_openssl(server, option):
    result = s_client(server.secure, option, "-cipher", "ALL:@SECLEVEL=0")
    assert not is_answered(result)
    assert protocol(result) is None
    # It was the server that refused.
    assert "alert" in result.stderr or "unexpected eof" in result.stderr, result.stderr


@pytest.mark.parametrize("version", [TLS_1_0, TLS_1_1])
def test_older_protocols_are_refused_whatever_the_suites(rsa_server, version):
    assert offered(rsa_server.secure, version, [0xC013, 0xC014, 0x002F, 0x0035, 0x000A, STRONG]) is None


def test_suites_with_forward_secrecy_and_authenticated_encryption_are_spoken(rsa_server, server):
    assert offered(rsa_server.secure, TLS_1_2, [STRONG]) == STRONG
    assert offered(server.secure, TLS_1_2, [STRONG_ELLIPTIC]) == STRONG_ELLIPTIC


@pytest.mark.parametrize("suite", WEAK)
def test_a_weak_suite_is_refused(rsa_server, suite):
    assert offered(rsa_server.secure, TLS_1_2, [WEAK[suite]]) is None


def test_weak_suites_are_passed_over_for_a_strong_one(rsa_server):
    assert offered(rsa_server.secure, TLS_1_2, [*WEAK.values(), STRONG]) == STRONG


@pytest.mark.parametrize("offer, taken", [("h2,http/1.1", "h2"), ("http/1.1,h2", "h2"), ("http/1.1", "http/1.1"), ("h2", "h2")])
def test_alpn_prefers_http_2(server, offer, taken):
    assert negotiated(s_client(server.secure, "-alpn", offer, request="")) == taken


def test_without_alpn_http_1_1_is_spoken(server):
    result = s_client(server.secure)
    assert negotiated(result) is None
    assert is_answered(result)


def test_a_protocol_that_alpn_does_not_find_is_refused(server):
    result = s_client(server.secure, "-alpn", "spdy/3", request="")
    assert "no application protocol" in result.stderr


@pytest.mark.parametrize("option", ["-tls1_2", "-tls1_3"])
def test_a_session_is_resumed_with_its_ticket(server, tmp_path, option):
    session = tmp_path / "session"
    assert not is_resumed(s_client(server.secure, option, "-sess_out", session))
    result = s_client(server.secure, option, "-sess_in", session)
    assert is_resumed(result)
    assert is_answered(result)


@pytest.fixture
def renegotiating(server):
    """An s_client that has asked to renegotiate, and has not been told to end."""
    address = server.secure.removeprefix("https://")
    process = subprocess.Popen(["openssl", "s_client", "-connect", address, "-tls1_2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    process.stdin.write("R\n")
    process.stdin.flush()
    yield process
    process.kill()
    process.wait()


def test_renegotiation_is_refused(server, renegotiating):
    # It reads on until the connection ends: if the server took part, that would be never, for its end of the input stays open.
    output = ""
    for line in renegotiating.stdout:
        output += line
    assert renegotiating.wait(10) != 0
    assert "RENEGOTIATING" in output
    assert curl(f"{server.secure}/livez").status == 200


def test_plain_http_on_a_listener_for_tls_is_refused(server):
    address = server.secure.replace("https://", "http://")
    result = subprocess.run(["curl", "--silent", "--max-time", "10", f"{address}/livez"], capture_output=True, text=True)
    assert '{"status":"ok"}' not in result.stdout
    assert result.returncode in (0, 1, 52, 56)  # an answer that says so, no answer, or a closed connection
    assert curl(f"{server.secure}/livez").status == 200
