"""A real IMAP server on this machine, in a process of its own, that speaks TLS."""

import imaplib
import os
import ssl
import subprocess
import sys
import time
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.clock import utc_now
from tests.postgres import free_port

_SERVER = "from pymap.main import main; main()"
_PASSWORD = "staple"


class Mailroom:
    """Keeps one mailbox.

    Attributes:
        url: As ``REDRESS_MAIL_IN_URL`` takes it; the password is in it.
        certificate: Of the server; whoever trusts it sets ``SSL_CERT_FILE``.
    """

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"imap://office:{_PASSWORD}@127.0.0.1:{self.port}/INBOX"
        self.certificate, key = _identity(folder)
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "-c", _SERVER),
                *("--host", "127.0.0.1", "--port", str(self.port)),
                *("--cert", str(self.certificate), "--key", str(key)),
                *("dict", "--demo-user", "office", "--demo-password", _PASSWORD),
            ],
            env={**os.environ, "SSL_CERT_FILE": ""},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._await()

    def put(self, *mails: bytes) -> None:
        """Let mails arrive."""
        with self._signed_in() as server:
            for raw in mails:
                crlf = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                assert server.append("INBOX", "", "", crlf)[0] == "OK"

    def unseen(self) -> int:
        """Return how many mails nobody has marked."""
        with self._signed_in() as server:
            server.select("INBOX", readonly=True)
            (found,) = server.uid("SEARCH", "UNSEEN")[1]
            return len((found or b"").split())

    def close(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait(timeout=10)

    def _signed_in(self) -> imaplib.IMAP4:
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        server.starttls(ssl.create_default_context(cafile=str(self.certificate)))
        server.login("office", _PASSWORD)
        return server

    def _await(self) -> None:
        for _ in range(200):
            try:
                imaplib.IMAP4("127.0.0.1", self.port, timeout=5).shutdown()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("The mail server does not start.")


def _identity(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for this machine and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailroom")])
    now = utc_now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "mailroom.pem", folder / "mailroom.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret
