"""The proxies of the guide, with the configuration of the guide, on this machine."""

import ipaddress
import re
import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.clock import utc_now
from tests.architecture.house import ROOT
from tests.postgres import free_port
from tests.processes import eventually, launch

SHIPPED = ROOT / "docs" / "proxies"
NAME = "complaints.example.org"


@dataclass(frozen=True)
class Proxy:
    """A running proxy.

    Attributes:
        address: ``https://localhost:port``.
        plain: ``http://localhost:port``; empty where there is none.
        trust: Trusts its certificate, and nothing else.
    """

    address: str
    plain: str
    trust: ssl.SSLContext


def program(name: str) -> str | None:
    """Return where a proxy is installed; None when it is not."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


@contextmanager
def running(name: str, *, before: str, folder: Path, without: str = "") -> Iterator[Proxy]:
    """Run a proxy with its shipped configuration until the block ends.

    Args:
        name: ``nginx`` or ``caddy``.
        before: Address of the application.
        folder: Empty; for what the proxy writes.
        without: A line of the configuration that is left out.
    """
    certificate = _certify(folder)
    secure, plain = free_port(), free_port()
    upstream = before.removeprefix("http://")
    command = {
        "nginx": _nginx,
        "caddy": _caddy,
    }[name](folder, secure=secure, plain=plain, upstream=upstream, without=without)
    trust = ssl.create_default_context(cafile=str(certificate))
    found = Proxy(
        f"https://localhost:{secure}",
        f"http://localhost:{plain}" if name == "nginx" else "",
        trust,
    )
    log = folder / "proxy.log"
    environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "PATH": "/usr/bin:/bin"}
    process = launch(command, log, cwd=folder, env=environment)
    try:
        up = eventually(lambda: process.poll() is not None or _answers(found), within=20)
        assert up, "the proxy did not come up in time"
        assert process.poll() is None, log.read_text()
        yield found
    finally:
        process.terminate()
        process.wait(20)


def _answers(proxy: Proxy) -> bool:
    try:
        return httpx.get(f"{proxy.address}/healthz", verify=proxy.trust, timeout=1).is_success
    except httpx.TransportError:
        return False


def _nginx(folder: Path, *, secure: int, plain: int, upstream: str, without: str) -> list[str]:
    text = _shipped("nginx.conf", without)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;")
    text = text.replace(f"server_name {NAME};", f"server_name {NAME} localhost;")
    text = text.replace("/etc/ssl/redress/", f"{folder}/").replace("127.0.0.1:8080", upstream)
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 512; }}\nhttp {{\naccess_log off;\n{kept}{text}\n}}\n"
    )
    path = folder / "nginx.conf"
    path.write_text(whole, "utf-8")
    return [str(program("nginx")), "-p", str(folder), "-c", str(path)]


def _caddy(folder: Path, *, secure: int, plain: int, upstream: str, without: str) -> list[str]:
    text = _shipped("Caddyfile", without)
    tls = f"tls {folder}/certificate.pem {folder}/key.pem"
    site = f"https://localhost:{secure} {{\n\tbind 127.0.0.1\n\t{tls}"
    text = text.replace(f"{NAME} {{", site).replace("127.0.0.1:8080", upstream)
    path = folder / "Caddyfile"
    path.write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text, "utf-8")
    return [str(program("caddy")), "run", "--config", str(path), "--adapter", "caddyfile"]


def _shipped(name: str, without: str) -> str:
    """Return a configuration of the guide; a line that is left out must have been there."""
    text = (SHIPPED / name).read_text("utf-8")
    if not without:
        return text
    left, n = re.subn(rf"(?m)^.*{re.escape(without)}.*\n", "", text)
    assert n, f"{name} has no line with {without}"
    return left


def _certify(folder: Path) -> Path:
    """Put a throw-away certificate for this machine into a folder, and return where it is."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = utc_now()
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate = folder / "certificate.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate
