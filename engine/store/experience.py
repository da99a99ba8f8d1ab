"""Reads what the journals of many complaints tell of their steps, for looking ahead."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, or_, select

from engine.domain.experience import CaseTold, StepTold
from engine.domain.journal import Event
from engine.domain.sight import Sight
from engine.domain.step_fact import ENDINGS, OPENED, facts_of
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow, JournalRow
from engine.store.tables.clock_tables import ClockRow

_CASE, _JOURNAL, _CLOCK = table_of(CaseRow), table_of(JournalRow), table_of(ClockRow)
_FEW = 500
_ANSWER = "final_response"
_AT: BindParameter[datetime] = bindparam("at")
_CASES = select(
    _CASE.c.id, _CASE.c.received_at, _CASE.c.closed_at, _CLOCK.c.due_at, _CLOCK.c.met_at
).outerjoin(
    _CLOCK,
    and_(_CLOCK.c.case_id == _CASE.c.id, _CLOCK.c.code == _ANSWER, _CLOCK.c.state != "cancelled"),
)
_CLOSED = _CASES.where(_CASE.c.closed_at <= _AT).order_by(_CASE.c.closed_at.desc(), _CASE.c.id)
_OPEN = _CASES.where(
    _CASE.c.received_at <= _AT, or_(_CASE.c.closed_at.is_(None), _CASE.c.closed_at > _AT)
).order_by(_CASE.c.id)
_RECEIVED = select(_CASE.c.received_at).where(
    _CASE.c.received_at >= bindparam("since"), _CASE.c.received_at < _AT
)
_TOLD = (
    select(_JOURNAL)
    .where(
        _JOURNAL.c.case_id.in_(bindparam("of", expanding=True)),
        _JOURNAL.c.type.in_((OPENED, *ENDINGS)),
        _JOURNAL.c.at <= _AT,
    )
    .order_by(_JOURNAL.c.case_id, _JOURNAL.c.seq)
)

Elapsed = Callable[[datetime, datetime], timedelta]
"""The working time between two moments."""


class Experiences:
    """Looks back from a moment, as if nothing had happened since."""

    def __init__(self, session: Session, sight: Sight, at: datetime, elapsed: Elapsed) -> None:
        self._session, self._at, self._elapsed = session, at, elapsed
        self._seen, self._given = of_cases(Frame.of(sight)), values_of(sight)

    def closed(self, most: int) -> tuple[CaseTold, ...]:
        """Return the complaints that were closed last."""
        return self._told(_CLOSED.where(*self._seen).limit(most))

    def under_way(self) -> tuple[CaseTold, ...]:
        """Return the complaints that were open."""
        return self._told(_OPEN.where(*self._seen))

    def received(self, since: datetime) -> tuple[datetime, ...]:
        """Return when complaints came since a moment."""
        statement = _RECEIVED.where(*self._seen)
        given = self._given | {"since": since, "at": self._at}
        return tuple(self._session.execute(statement, given).scalars())

    def _told(self, statement: Any) -> tuple[CaseTold, ...]:  # noqa: ANN401 - a statement
        rows = self._session.execute(statement, self._given | {"at": self._at}).all()
        found: list[CaseTold] = []
        for begin in range(0, len(rows), _FEW):
            some = rows[begin : begin + _FEW]
            events = self._events([row.id for row in some])
            found += [self._case(row, events[row.id]) for row in some]
        return tuple(found)

    def _events(self, of: Sequence[int]) -> defaultdict[int, list[Event]]:
        found: defaultdict[int, list[Event]] = defaultdict(list)
        for row in self._session.execute(_TOLD, {"of": of, "at": self._at}):
            event = Event(row.case_id, row.seq, row.at, row.actor, row.type, row.detail, "", "")
            found[row.case_id].append(event)
        return found

    def _case(self, row: Row[Any], events: Sequence[Event]) -> CaseTold:
        is_over = row.closed_at is not None and row.closed_at <= self._at
        is_met = row.met_at is not None and row.met_at <= self._at
        return CaseTold(
            received_at=row.received_at,
            closed_at=row.closed_at if is_over else None,
            due_at=row.due_at,
            met_at=row.met_at if is_met else None,
            steps=tuple(_steps(events, self._elapsed)),
        )


def _steps(events: Sequence[Event], elapsed: Elapsed) -> Iterator[StepTold]:
    """Yield the steps that a journal tells of, in the order in which they opened."""
    by = {event.seq: event.actor if event.type == "step.completed" else "" for event in events}
    ended: defaultdict[tuple[str, datetime], list[tuple[datetime, str]]] = defaultdict(list)
    for fact in facts_of(events, elapsed):
        ended[fact.element, fact.opened_at].append((fact.ended_at, by[fact.seq]))
    for event in events:
        if event.type == OPENED:
            element = json.loads(event.detail)["element"]
            ends = ended[element, event.at]
            end, who = ends.pop(0) if ends else (None, "")
            yield StepTold(element, event.at, end, who)
