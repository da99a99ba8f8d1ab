"""What is personal in an event: the journal commits to it without holding it.

The chain of events covers a commitment, an HMAC under a random salt. Value and salt lie beside the
journal, where they can be erased; then the chain still holds, and nobody can try out values
against the commitment, since the salt is gone too. While they are there, a forged value shows.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PERSONAL = frozenset({"cause", "content", "detail", "inputs", "key", "outputs", "reason", "scores"})
"""Facts of an event that people wrote or think, that tables computed from what people wrote, and
hashes of such texts, by which a guess could be tried out."""

FIELD = "personal"
"""Fact of an event that holds the commitment to all its personal facts."""

_SALT = 16


@dataclass(frozen=True, slots=True)
class Personal:
    """The personal facts of one event.

    Attributes:
        salt: 16 random bytes.
        text: The facts as JSON; exactly what was committed to.
    """

    salt: bytes
    text: str

    @property
    def commitment(self) -> str:
        """What the journal holds."""
        return commitment_to(self.salt, self.text.encode(errors="surrogatepass"))

    def facts(self) -> dict[str, Any]:
        """Return the facts as data."""
        facts: dict[str, Any] = json.loads(self.text)
        return facts


def parted(detail: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the public facts of an event, and the personal ones; an empty one tells nothing."""
    personal = {name: value for name, value in detail.items() if name in PERSONAL and value}
    return {name: value for name, value in detail.items() if name not in personal}, personal


def committed(text: str) -> Personal:
    """Return personal facts under a salt of their own."""
    return Personal(secrets.token_bytes(_SALT), text)


def commitment_to(salt: bytes, text: bytes) -> str:
    """Return the commitment to personal facts, hex."""
    return hmac.digest(salt, text, "sha256").hex()


def problem_of(commitment: object, found: str | None, *, is_erased: bool) -> str | None:
    """Return what is wrong with the personal facts of an event, or None.

    Args:
        commitment: What the journal holds; None for an event without personal facts.
        found: Commitment to what lies beside the journal; None for nothing.
        is_erased: Whether nothing is to be there, since it was erased.
    """
    if found is None:
        return None if commitment is None or is_erased else "lacks its personal facts"
    if commitment is None or is_erased:
        return "has personal facts that were added"
    return None if commitment == found else "has personal facts that were changed"
