"""Certificates for servers and clients of a test, made by openssl and good for two days."""
import subprocess
from dataclasses import dataclass
from pathlib import Path

ELLIPTIC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("-newkey", "rsa:2048")


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path

    @property
    def options(self):
        """The server's options that name it."""
        return ["--certificate", self.certificate, "--key", self.key]

    def replace(self, other):
        """Puts another's contents under these names, as a renewal does."""
        for ours, theirs in ((self.certificate, other.certificate), (self.key, other.key)):
            fresh = ours.with_suffix(".new")
            fresh.write_bytes(theirs.read_bytes())
            fresh.replace(ours)


def make(folder, name, hosts=("localhost",), kind=ELLIPTIC, signer=None):
    """A certificate for host names and 127.0.0.1, signed by the signer's or by itself, in files that begin with `name`."""
    made = Certificate(Path(folder) / f"{name}.crt", Path(folder) / f"{name}.key")
    alternatives = ",".join([f"DNS:{host}" for host in hosts] + ["IP:127.0.0.1"])
    command = ["openssl", "req", "-x509", *kind, "-noenc", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={alternatives}",
               "-keyout", made.key, "-out", made.certificate]
    if signer:
        command += ["-CA", signer.certificate, "-CAkey", signer.key, "-addext", "basicConstraints=critical,CA:FALSE"]
    subprocess.run(command, check=True, capture_output=True)
    return made
