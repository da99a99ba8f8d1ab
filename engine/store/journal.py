"""The journal in the database: events are added, never changed."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import RowMapping, bindparam, exists, func, select
from sqlmodel import col

from engine.domain.journal import Event
from engine.store.prepared import table_of
from engine.store.session import Proof, Session
from engine.store.tables import CaseRow, JournalRow

_JOURNAL = table_of(JournalRow)
_APPEND = _JOURNAL.insert()
_KEPT = select(_JOURNAL.c.id).where(
    _JOURNAL.c.case_id == bindparam("of"), _JOURNAL.c.hash == bindparam("of_hash")
)


class Journal:
    """Adds and reads events."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, events: Iterable[Event]) -> None:
        """Add events; the case row that carries the head is written by the caller."""
        for event in events:
            self._session.post(_APPEND, _values(event))
            # No other event will ever have its hash: it is there if all of this was stored.
            self._session.proof = Proof(_KEPT, {"of": event.case_id, "of_hash": event.hash})

    def of(self, case_id: int) -> tuple[Event, ...]:
        """Return the events of one case, oldest first."""
        rows = self._session.execute(
            select(*_COLUMNS)
            .where(col(JournalRow.case_id) == case_id)
            .order_by(col(JournalRow.seq))
        ).mappings()
        return tuple(_to_event(row) for row in rows)

    def heads(self) -> Iterator[tuple[int, str, int, str]]:
        """Yield id, reference, number of events and last hash of every case."""
        rows = self._session.execute(
            select(
                col(CaseRow.id),
                col(CaseRow.reference),
                col(CaseRow.journal_seq),
                col(CaseRow.journal_head),
            ).order_by(col(CaseRow.id))
        ).yield_per(1_000)
        yield from (tuple(row) for row in rows)

    def strays(self) -> int:
        """Return how many events belong to no case; the services never leave any."""
        has_case = exists().where(col(CaseRow.id) == col(JournalRow.case_id))
        n: int = self._session.execute(
            select(func.count()).select_from(JournalRow).where(~has_case)
        ).scalar_one()
        return n


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
