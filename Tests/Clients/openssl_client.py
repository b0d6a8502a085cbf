"""`openssl s_client`: handshakes with the options that a test names."""
import re
import subprocess
from urllib.parse import urlsplit

SECONDS = 20
REQUEST = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def s_client(address, *options, name="localhost", request=REQUEST):
    """Its run until the server has closed the connection behind the answer, or without a request until the handshake is over."""
    command = ["openssl", "s_client", "-connect", urlsplit(address).netloc, *(["-servername", name] if name else ["-noservername"]), *options]
    # -ign_eof waits for the answer, and takes away the meaning that letters have at the beginning of a line.
    command += ["-ign_eof"] if request else []
    return subprocess.run(list(map(str, command)), input=request, capture_output=True, text=True, errors="replace", timeout=SECONDS)


def is_answered(result):
    return "HTTP/1.1 200" in result.stdout


def protocol(result):
    """Such as TLSv1.3; None where there was no handshake."""
    found = re.search(r"^New, (\S+), Cipher is (\S+)$|^Reused, (\S+), Cipher is (\S+)$", result.stdout, re.MULTILINE)
    return None if found is None or "(NONE)" in found.groups() else found[1] or found[3]


def is_resumed(result):
    return re.search(r"^Reused, ", result.stdout, re.MULTILINE) is not None


def subject(result):
    """The common name on the server's certificate."""
    return re.search(r"^subject=.*CN ?= ?(\S+)$", result.stdout, re.MULTILINE)[1]


def negotiated(result):
    """What ALPN came to; None where nothing was negotiated."""
    found = re.search(r"^ALPN protocol: (\S+)$", result.stdout, re.MULTILINE)
    return found and found[1]
