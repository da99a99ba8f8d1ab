"""Who calls the programming interface: a program with a key, or a page of a signed-in browser."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.api_key import KeyHolder
from engine.services.accounts import keys

PROOF_HEADER = "x-redress-proof"
"""Carries what only a page of this site knows, so that a page elsewhere cannot act for it."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        name: By which requests are counted; never the key or the session itself.
        proof: What a page of this session sends along with a change; empty for a key.
    """

    actor: Actor
    name: str
    proof: str = ""


class KeyRing(Protocol):
    """Knows the API keys."""

    def actor_of_key(self, key: str) -> KeyHolder | None:
        """Return who comes with a key; None for one that is not good."""


class AccountKeys:
    """The API keys in the database.

    Args:
        platform: What services are called with.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def actor_of_key(self, key: str) -> KeyHolder | None:
        """Return who comes with a key, see ``KeyRing``."""
        return keys.actor_of_key(self._platform, key=key)


def key_in(request: Request) -> str | None:
    """Return the key of a request, empty when it cannot be one; None without such a header."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    kind, _, key = header.partition(" ")
    is_key = kind.lower() == "bearer" and 0 < len(key) <= _LONGEST_KEY and key.isascii()
    return key if is_key else ""


def session_name(token: str) -> str:
    """Return the name under which the requests of a session are counted."""
    return f"session:{hashlib.sha256(token.encode()).hexdigest()[:16]}"
