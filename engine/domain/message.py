"""Messages from outside: each finds its case by a key, and is delivered once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.journal import content_hash

Payload = dict[str, str | int | float | bool | None]


class Delivery(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    """A case has taken it."""
    KEPT = "kept"
    """No case awaits it yet; it is delivered as soon as one does."""
    GIVEN_UP = "given up"
    """Nobody awaited it in time, or the case could not take it; there is an incident."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was received.

    Attributes:
        message_id: Given by the sender; the same id is the same message.
        key: Reference of a case, or a key that a case has declared.
        case_id: None while no case has this key.
        settled_at: When it was delivered or given up.
    """

    id: int
    message_id: str
    name: str
    key: str
    payload: Payload
    fingerprint: str
    case_id: int | None
    received_at: datetime
    expires_at: datetime
    settled_at: datetime | None = None
    is_delivered: bool = False

    @property
    def delivery(self) -> Delivery:
        """Return what became of it so far."""
        if self.settled_at is None:
            return Delivery.KEPT
        return Delivery.DELIVERED if self.is_delivered else Delivery.GIVEN_UP


def fingerprint_of(name: str, key: str, payload: Payload) -> str:
    """Return the hash by which two messages with one id are told apart."""
    return content_hash({"name": name, "key": key, "payload": payload})
