"""The journal in the database: events are added, never changed."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, select
from sqlmodel import col

from engine.domain.commitment import Personal, commitment_to
from engine.domain.journal import Event
from engine.domain.sample import NO_PART
from engine.domain.verification import Value
from engine.errors import SealBrokenError
from engine.store.journal_stream import ALL, Cases, JournalStream
from engine.store.prepared import table_of
from engine.store.sealing import Seal
from engine.store.session import Proof, Session
from engine.store.tables.case_fact_tables import ChangedCaseRow
from engine.store.tables.case_tables import JournalRow
from engine.store.tables.privacy_tables import JournalValueRow

_JOURNAL, _VALUE = table_of(JournalRow), table_of(JournalValueRow)
_ADD_VALUE = _VALUE.insert()
_VALUES_OF = select(_VALUE.c.seq, _VALUE.c.sealed).where(_VALUE.c.case_id == bindparam("of"))
_APPEND = _JOURNAL.insert()
_CHANGED = table_of(ChangedCaseRow).insert()
_SALT_DIGITS = 32
_HASH_AT = select(_JOURNAL.c.hash).where(
    _JOURNAL.c.case_id == bindparam("of"), _JOURNAL.c.seq == bindparam("of_seq")
)
_LAST_OF = (
    select(_JOURNAL)
    .where(
        _JOURNAL.c.case_id == bindparam("of"),
        _JOURNAL.c.type == bindparam("of_kind"),
        _JOURNAL.c.actor == bindparam("of_actor"),
    )
    .order_by(_JOURNAL.c.seq.desc())
    .limit(1)
)
_BETWEEN = (
    select(_JOURNAL.c.case_id)
    .where(_JOURNAL.c.at >= bindparam("begin"), _JOURNAL.c.at < bindparam("end"))
    .distinct()
)
_KEPT = select(_JOURNAL.c.id).where(
    _JOURNAL.c.case_id == bindparam("of"), _JOURNAL.c.hash == bindparam("of_hash")
)


class Journal:
    """Adds and reads events."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, events: Iterable[Event]) -> None:
        """Add events; the case row that carries the head is written by the caller."""
        event = None
        changed = set()
        for event in events:
            self._session.post(_APPEND, _values(event))
            if event.personal is not None:
                self._session.post(_ADD_VALUE, self._sealed(event, event.personal))
            if event.type not in NO_PART:
                changed.add(event.case_id)
        for case_id in changed:
            self._session.post(_CHANGED, {"case_id": case_id})
        if event is not None:
            # No other event will ever have its hash: it is there if all of this was stored.
            self._session.proof = Proof(_KEPT, {"of": event.case_id, "of_hash": event.hash})

    def of(self, case_id: int) -> tuple[Event, ...]:
        """Return the events of one case, oldest first."""
        rows = self._session.execute(
            select(*_COLUMNS)
            .where(col(JournalRow.case_id) == case_id)
            .order_by(col(JournalRow.seq))
        ).mappings()
        events = tuple(_to_event(row) for row in rows)
        values = self.values_of(case_id)
        return tuple(event._replace(personal=values.get(event.seq)) for event in events)

    def values_of(self, case_id: int, seqs: Sequence[int] = ()) -> dict[int, Personal]:
        """Return what is personal in the events of a case, by their numbers.

        Nothing can be read of somebody who was erased, or whose keys were not restored.

        Args:
            case_id: The case.
            seqs: Numbers of some events; none for all.
        """
        wanted = _VALUES_OF.where(_VALUE.c.seq.in_(seqs)) if seqs else _VALUES_OF
        rows = self._session.execute(wanted, {"of": case_id}).all()
        seal = self._session.seals.of(case_id) if rows else None
        if seal is None or not seal.has_key:
            return {}
        return {row.seq: _to_personal(case_id, row, seal) for row in rows}

    def _sealed(self, event: Event, personal: Personal) -> dict[str, Any]:
        # Salt and facts are sealed as one: neither is of use without the other.
        seal = self._session.seals.of(event.case_id)
        text = seal.close(_value_place(event.case_id, event.seq), _joined(personal))
        return {"case_id": event.case_id, "seq": event.seq, "sealed": text}

    @property
    def stream(self) -> JournalStream:
        """All of it, as fast as the driver can."""
        return JournalStream(self._session.connection)

    def all_values(self, cases: Cases = ALL) -> Generator[Value]:
        """Yield what is personal in events, by case and number.

        Raises:
            KeyLostError: The key file is not there.
        """
        vault = self._session.seals.vault
        with closing(self.stream.values(cases)) as rows:
            for of, seq, sealed, subject_id, sealed_key in rows:
                if sealed_key is None:
                    yield Value(of, seq, None, has_key=False)
                    continue
                seal = vault.seal_of(subject_id, bytes(sealed_key))
                try:
                    told = seal.open_bytes(_value_place(of, seq), sealed)
                    salt, text = bytes.fromhex(told[:_SALT_DIGITS].decode()), told[_SALT_DIGITS:]
                except (SealBrokenError, ValueError):
                    yield Value(of, seq, None)
                else:
                    yield Value(of, seq, commitment_to(salt, text))

    def last_of(self, case_id: int, *, kind: str, actor: str) -> Event | None:
        """Return the last event of a kind that somebody caused, without what is personal in it."""
        given = {"of": case_id, "of_kind": kind, "of_actor": actor}
        found = self._session.execute(_LAST_OF, given).mappings().first()
        return _to_event(found) if found else None

    def hash_at(self, case_id: int, seq: int) -> str:
        """Return the hash of an event; empty where it is not there."""
        found = self._session.execute(_HASH_AT, {"of": case_id, "of_seq": seq})
        return str(found.scalar_one_or_none() or "")

    def cases_between(self, begin: datetime, end: datetime) -> list[int]:
        """Return the cases that have an event from ``begin`` on and before ``end``."""
        found = self._session.execute(_BETWEEN, {"begin": begin, "end": end}).scalars()
        return sorted(found)


_COLUMNS = (
    col(JournalRow.case_id),
    col(JournalRow.seq),
    col(JournalRow.at),
    col(JournalRow.actor),
    col(JournalRow.type),
    col(JournalRow.detail),
    col(JournalRow.prev_hash),
    col(JournalRow.hash),
)


def _values(event: Event) -> dict[str, Any]:
    return {
        "case_id": event.case_id,
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "type": event.type,
        "detail": event.detail,
        "prev_hash": event.prev_hash,
        "hash": event.hash,
    }


def _to_event(row: RowMapping) -> Event:
    return Event(
        case_id=row["case_id"],
        seq=row["seq"],
        at=row["at"],
        actor=row["actor"],
        type=row["type"],
        detail=row["detail"],
        prev_hash=row["prev_hash"],
        hash=row["hash"],
    )


def _value_place(case_id: int, seq: int) -> str:
    return f"journal_value:{case_id}/{seq}:sealed"


def _joined(personal: Personal) -> str:
    return personal.salt.hex() + personal.text


def _to_personal(case_id: int, row: Any, seal: Seal) -> Personal:  # noqa: ANN401 - a row with a number and what is sealed
    text = seal.open(_value_place(case_id, row.seq), row.sealed)
    return Personal(bytes.fromhex(text[:_SALT_DIGITS]), text[_SALT_DIGITS:])
