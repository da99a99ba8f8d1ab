"""Headers that every answer carries, and what a browser may load and run."""

import base64
import hashlib
import re
from importlib.resources import files
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import Message

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def inline_script_hashes(html: str) -> tuple[str, ...]:
    """Return the CSP source of each inline script of a page, in order.

    >>> inline_script_hashes("<script>1</script>")
    ("'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='",)
    """
    digests = (hashlib.sha256(body.encode()).digest() for body in _INLINE_SCRIPT.findall(html))
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def desk_policy() -> str:
    """Return the content security policy of the pages behind the gate.

    Components arrive over the websocket as text and are imported from ``blob:``; styles are
    written by Streamlit at run time. Nothing is loaded from elsewhere, nothing is evaluated.
    """
    index = files("streamlit").joinpath("static", "index.html").read_text("utf-8")
    scripts = " ".join(("'self'", "blob:", *inline_script_hashes(index)))
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def door_policy(nonce: str, *, posts_to: str = "") -> str:
    """Return the content security policy of a page that needs no script at all.

    Args:
        nonce: Of its style.
        posts_to: Address besides our own to which its form may be sent; empty for none.
    """
    parts = urlsplit(posts_to)
    # Browsers hold each hop to the policy, and a provider may lead on to other hosts of its own.
    beyond = " https:" if parts.scheme == "https" else f" {parts.scheme}://{parts.netloc}"
    forms = "'self'" + (beyond if posts_to else "")
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; font-src 'self'; img-src 'self'; "
        f"object-src 'none'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
    )


API_POLICY = (
    "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Content security policy of answers to programs: a browser that shows one does nothing."""


def harden(start: Message, policy: str, *, is_encrypted: bool = False) -> None:
    """Add what is missing to a starting answer; a stricter policy of its own is kept.

    Args:
        start: The message that begins an answer.
        policy: Content security policy, where the answer has none.
        is_encrypted: The browser speaks TLS, and shall do so from now on.
    """
    headers = MutableHeaders(raw=start.setdefault("headers", []))
    for name, value in _ALWAYS.items():
        headers[name] = value
    headers.setdefault("content-security-policy", policy)
    if is_encrypted:
        headers["strict-transport-security"] = "max-age=31536000"
        start["headers"] = [(name, _secured(name, value)) for name, value in headers.raw]
    else:
        start["headers"] = headers.raw


def _secured(name: bytes, value: bytes) -> bytes:
    """Return a header, a cookie only for connections with TLS; Streamlit knows of no proxy."""
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return value
    return value + b"; Secure"
