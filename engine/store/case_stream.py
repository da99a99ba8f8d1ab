"""Complaints with what happened to them, read a few at a time, for what leaves the house."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, select

from engine.domain.event_log import LoggedCase, Selection
from engine.domain.journal import Event
from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow, JournalRow

_CASE, _JOURNAL = table_of(CaseRow), table_of(JournalRow)
_AT_ONCE = 300
"""Complaints of one page."""
_PLAIN = (
    *("id", "reference", "received_at", "acknowledged_at", "decided_at", "closed_at"),
    *("category", "product", "channel", "severity", "priority", "route", "outcome", "team"),
    *("owner", "reopened", "process", "regimes"),
)
_SHOWN = (*(_CASE.c[name] for name in _PLAIN), _CASE.c.subject_id.label("subject"))
_EVENTS = (
    select(*(_JOURNAL.c[n] for n in ("case_id", "seq", "at", "actor", "type", "detail")))
    .where(_JOURNAL.c.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(_JOURNAL.c.case_id, _JOURNAL.c.seq)
)


class CaseStream:
    """Reads what somebody sees of a selection, by the numbers of the complaints."""

    def __init__(self, session: Session, sight: Sight) -> None:
        self._session = session
        self._seen = of_cases(Frame.of(sight))
        self._given = values_of(sight)

    def count(self, chosen: Selection) -> int:
        """Return how many complaints there are."""
        counted = select(func.count()).select_from(_CASE).where(*self._conditions(chosen))
        return int(self._session.execute(counted, self._given).scalar_one())

    def pages(self, chosen: Selection) -> Iterator[tuple[LoggedCase, ...]]:
        """Yield the complaints, a page at a time; what they say of people is left out."""
        page = (
            select(*_SHOWN)
            .where(*self._conditions(chosen), _CASE.c.id > bindparam("after"))
            .order_by(_CASE.c.id)
            .limit(_AT_ONCE)
        )
        after = 0
        while rows := self._session.execute(page, self._given | {"after": after}).all():
            yield tuple(_to_case(row) for row in rows)
            after = rows[-1].id

    def events(self, cases: tuple[LoggedCase, ...]) -> dict[int, list[Event]]:
        """Return what happened to each of some complaints, without what is personal in it."""
        found: dict[int, list[Event]] = defaultdict(list)
        for row in self._session.execute(_EVENTS, {"cases": [case.id for case in cases]}):
            found[row.case_id].append(_to_event(row))
        return found

    def _conditions(self, chosen: Selection) -> tuple[ColumnElement[bool], ...]:
        if chosen.period is None:
            return (*self._seen, _CASE.c.reference.in_(chosen.references))
        begin, end = chosen.period.begin, chosen.period.end
        if chosen.by == "open":
            closed = _CASE.c.closed_at
            lasted = closed.is_(None) | (closed >= begin)
            return (*self._seen, _CASE.c.received_at < end, lasted)
        at: ColumnElement[Any] = _CASE.c[f"{chosen.by}_at"]
        return (*self._seen, at >= begin, at < end)


def _to_case(row: Row[Any]) -> LoggedCase:
    regimes = tuple(each["profile"] for each in row.regimes)
    return LoggedCase(**(row._asdict() | {"regimes": regimes}))


def _to_event(row: Row[Any]) -> Event:
    return Event(row.case_id, row.seq, row.at, row.actor, row.type, row.detail, "", "")
