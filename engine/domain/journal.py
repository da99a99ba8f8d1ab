"""The journal: what happened, chained so that a change shows (ISO 10002:2018, 4.9 and 8.1)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from engine.domain.commitment import FIELD, PERSONAL, Personal, committed, parted, problem_of

_SORTED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_FORMAT = 1
_quoted = json.encoder.encode_basestring
_COMMITTED = f'"{FIELD}":"'

ORGANISATION = 0
"""Stands for the organisation where an event of a case names its case."""


class Event(NamedTuple):
    """One event of one case, or of the organisation.

    Attributes:
        seq: From 1 without a gap, per case.
        detail: Canonical JSON; exactly what was hashed.
        prev_hash: Hash of the event before; empty for the first.
        hash: SHA-256, hex.
        personal: What the detail only commits to; None when there is none, or it was erased.
    """

    case_id: int
    seq: int
    at: datetime
    actor: str
    type: str
    detail: str
    prev_hash: str
    hash: str
    personal: Personal | None = None

    def facts(self) -> dict[str, Any]:
        """Return the detail as data, with what is personal as far as it is not erased."""
        facts: dict[str, Any] = json.loads(self.detail)
        return facts if self.personal is None else facts | self.personal.facts()

    @property
    def commitment(self) -> str | None:
        """The commitment to what is personal; None where nothing is."""
        return commitment_in(self.detail)


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
    (event,) = chain_all(
        [(kind, detail)], case_id=case_id, last=(seq - 1, prev_hash), at=at, actor=actor
    )
    return event


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
    moment, who = _spelled(at), _quoted(actor)
    for seq, (kind, detail) in enumerate(happened, before + 1):
        personal = None
        if case_id != ORGANISATION and not PERSONAL.isdisjoint(detail):
            detail, private = parted(detail)  # noqa: PLW2901 - nothing personal goes on
            if private:
                personal = committed(canonical(private))
                detail[FIELD] = personal.commitment
        text, prev = canonical(detail), head
        head = digest_of(case_id, seq, moment, who, _quoted(kind), text, prev)
        events.append(Event(case_id, seq, at, actor, kind, text, prev, head, personal))
    return tuple(events)


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def digest_of(  # every argument is a part of what is hashed
    case_id: int, seq: int, moment: str, actor: str, kind: str, detail: str, prev_hash: str
) -> str:
    """Return the hash of an event, hex.

    It is the hash of a JSON array, written here by hand because a verification of a million events
    writes a million of them.

    Args:
        case_id: Of its case.
        seq: Its number.
        moment: When it happened, in UTC as ``datetime.isoformat`` spells it.
        actor: In JSON, with its quotation marks.
        kind: In JSON, with its quotation marks.
        detail: As it is, without them.
        prev_hash: Of the event before.

    Raises:
        TypeError: The detail is no text.
    """
    told = _quoted(detail)
    body = f'[{_FORMAT},{case_id},{seq},"{moment}",{actor},{kind},{told},"{prev_hash}"]'
    # The leading byte keeps hashes of events apart from any other hash of the same text.
    return hashlib.sha256(b"\x00" + body.encode()).hexdigest()


def commitment_in(detail: str) -> str | None:
    """Return the commitment of an event to what is personal; None where nothing is."""
    begin = detail.find(_COMMITTED)
    if begin < 0:
        return None
    begin += len(_COMMITTED)
    if detail.find(_COMMITTED, begin) < 0:
        return detail[begin : detail.index('"', begin)]
    commitment: str | None = json.loads(detail).get(FIELD)
    return commitment


def verify(
    events: Iterable[Event], *, head: str, last_seq: int, is_erased: bool = False
) -> str | None:
    """Return what is wrong with the chain of one case, or None.

    Args:
        events: All events of the case, by ``seq``.
        head: Hash of the last event, as the case row holds it.
        last_seq: Number of events, as the case row holds it.
        is_erased: Whether what is personal in the case was erased.
    """
    prev, seq = "", 0
    for event in events:
        seq += 1
        if event.seq != seq:
            return f"event {seq} is missing"
        if problem := _problem_of(event, prev, is_erased=is_erased):
            return f"event {seq} {problem}"
        prev = event.hash
    if seq < last_seq:
        return f"{last_seq - seq} events are missing at the end"
    if seq > last_seq:
        return f"{seq - last_seq} events were added at the end"
    if prev != head:
        return "the last event is not the one that the case knows"
    return None


def _problem_of(event: Event, prev_hash: str, *, is_erased: bool) -> str | None:
    """Return what is wrong with one event, or None."""
    moment, who, what = _spelled(event.at), _quoted(event.actor), _quoted(event.type)
    digest = digest_of(event.case_id, event.seq, moment, who, what, event.detail, prev_hash)
    if event.prev_hash != prev_hash or event.hash != digest:
        return "was changed"
    found = event.personal.commitment if event.personal else None
    return problem_of(event.commitment, found, is_erased=is_erased)
