"""Events that belong to no case, in a chain of their own.

Only who changes the organisation itself, such as its roles and processes, waits for its turn at
the end of this chain; commands on cases never touch it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.journal import ORGANISATION, Event
from engine.store.prepared import table_of
from engine.store.session import Proof, Session
from engine.store.tables.chain_tables import OrganisationChainRow, OrganisationEventRow

_EVENT, _CHAIN = table_of(OrganisationEventRow), table_of(OrganisationChainRow)
_END = select(_CHAIN.c.seq, _CHAIN.c.head)
_TAKE = _END.with_for_update()
_APPEND = _EVENT.insert()
_GO_ON = _CHAIN.update().values(seq=bindparam("to_seq"), head=bindparam("to_head"))
_KEPT = select(_EVENT.c.seq).where(
    _EVENT.c.seq == bindparam("of"), _EVENT.c.hash == bindparam("of_hash")
)
_SINCE = select(_EVENT).where(_EVENT.c.seq > bindparam("after")).order_by(_EVENT.c.seq)
_OF_TYPE = select(_EVENT.c.detail).where(_EVENT.c.type == bindparam("of_type"))
_BEGUN = select(_EVENT.c.at).order_by(_EVENT.c.seq).limit(1)
_LATEST = select(_EVENT).order_by(_EVENT.c.seq.desc()).limit(bindparam("most"))


class Organisation:
    """Adds and reads events that belong to no case."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_end(self) -> tuple[int, str]:
        """Return number and hash of the last event, and keep others from adding one meanwhile."""
        return self._end_of(_TAKE)

    def end(self) -> tuple[int, str]:
        """Return number and hash of the last event."""
        return self._end_of(_END)

    def _end_of(self, query: Any) -> tuple[int, str]:  # noqa: ANN401 - a statement
        row = self._session.execute(query).first()
        return (row.seq, row.head) if row else (0, "")

    def append(self, event: Event) -> None:
        """Add the event behind the end that was taken in this transaction."""
        self._session.post(_APPEND, _values(event))
        self._session.post(_GO_ON, {"to_seq": event.seq, "to_head": event.hash})
        if self._session.proof is None:
            self._session.proof = Proof(_KEPT, {"of": event.seq, "of_hash": event.hash})

    def begun_at(self) -> datetime | None:
        """Return when the first event was; None where there is none."""
        found: datetime | None = self._session.execute(_BEGUN).scalar_one_or_none()
        return found

    def details(self, kind: str) -> frozenset[str]:
        """Return what the events of one type tell, as they are written down."""
        return frozenset(self._session.execute(_OF_TYPE, {"of_type": kind}).scalars())

    def events(self, *, after: int = 0) -> Iterable[Event]:
        """Return the events behind a number, oldest first."""
        return [_to_event(row) for row in self._session.execute(_SINCE, {"after": after})]

    def latest(self, limit: int) -> tuple[Event, ...]:
        """Return the last events, latest first."""
        return tuple(_to_event(row) for row in self._session.execute(_LATEST, {"most": limit}))


def _values(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "type": event.type,
        "detail": event.detail,
        "prev_hash": event.prev_hash,
        "hash": event.hash,
    }


def _to_event(row: Row[Any]) -> Event:
    return Event(
        case_id=ORGANISATION,
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        type=row.type,
        detail=row.detail,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )
