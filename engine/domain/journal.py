"""The journal: what happened, chained so that a change shows (ISO 10002:2018, 4.9 and 8.1)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_IN_ORDER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_SORTED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_FORMAT = 1

ORGANISATION = 0
"""Stands for the organisation where an event of a case names its case."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one case, or of the organisation.

    Attributes:
        seq: From 1 without a gap, per case.
        detail: Canonical JSON; exactly what was hashed.
        prev_hash: Hash of the event before; empty for the first.
        hash: SHA-256, hex.
    """

    case_id: int
    seq: int
    at: datetime
    actor: str
    type: str
    detail: str
    prev_hash: str
    hash: str

    def facts(self) -> dict[str, Any]:
        """Return the detail as data."""
        facts: dict[str, Any] = json.loads(self.detail)
        return facts


def canonical(detail: Mapping[str, Any]) -> str:
    """Return JSON with one spelling for one meaning."""
    return _SORTED.encode(detail)


def content_hash(content: dict[str, Any]) -> str:
    """Return the hash by which approved and sent content are compared."""
    # A text that no database can store still gets a hash, and is then refused with a sentence.
    return hashlib.sha256(canonical(content).encode(errors="surrogatepass")).hexdigest()


def chain(
    *,
    case_id: int,
    seq: int,
    at: datetime,
    actor: str,
    kind: str,
    detail: Mapping[str, Any],
    prev_hash: str,
) -> Event:
    """Return the next event of a case."""
    text = canonical(detail)
    digest = _hash(case_id, seq, at, actor, kind, text, prev_hash)
    return Event(case_id, seq, at, actor, kind, text, prev_hash, digest)


def chain_all(
    happened: Iterable[tuple[str, Mapping[str, Any]]],
    *,
    case_id: int,
    last: tuple[int, str],
    at: datetime,
    actor: str,
) -> tuple[Event, ...]:
    """Return the next events of a case, in order.

    Args:
        happened: Kind and detail of each.
        case_id: The case.
        last: Number and hash of the event before; 0 and empty for a new case.
        at: When all of them happened.
        actor: User name of whoever caused them.
    """
    events: list[Event] = []
    before, head = last
    for seq, (kind, detail) in enumerate(happened, before + 1):
        events.append(
            chain(
                case_id=case_id,
                seq=seq,
                at=at,
                actor=actor,
                kind=kind,
                detail=detail,
                prev_hash=head,
            )
        )
        head = events[-1].hash
    return tuple(events)


def _hash(
    case_id: int, seq: int, at: datetime, actor: str, kind: str, detail: str, prev_hash: str
) -> str:
    body = _IN_ORDER.encode(
        [_FORMAT, case_id, seq, at.astimezone(UTC).isoformat(), actor, kind, detail, prev_hash]
    )
    # The leading byte keeps hashes of events apart from any other hash of the same text.
    return hashlib.sha256(b"\x00" + body.encode()).hexdigest()


def verify(events: Iterable[Event], *, head: str, last_seq: int) -> str | None:
    """Return what is wrong with the chain of one case, or None.

    Args:
        events: All events of the case, by ``seq``.
        head: Hash of the last event, as the case row holds it.
        last_seq: Number of events, as the case row holds it.
    """
    prev, seq = "", 0
    for event in events:
        seq += 1
        if event.seq != seq:
            return f"event {seq} is missing"
        digest = _hash(
            event.case_id, event.seq, event.at, event.actor, event.type, event.detail, prev
        )
        if event.prev_hash != prev or event.hash != digest:
            return f"event {seq} was changed"
        prev = event.hash
    if seq < last_seq:
        return f"{last_seq - seq} events are missing at the end"
    if seq > last_seq:
        return f"{seq - last_seq} events were added at the end"
    if prev != head:
        return "the last event is not the one that the case knows"
    return None
