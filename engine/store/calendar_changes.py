"""Changes of the calendar of running cases, and which cases are still counted by another."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.calendar_change import CalendarChange
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.clock_tables import CalendarChangeRow

_CHANGE, _CASE = table_of(CalendarChangeRow), table_of(CaseRow)
_ALL = select(_CHANGE).order_by(_CHANGE.c.id.desc())
_UNDER_WAY = (
    select(_CHANGE)
    .where(_CHANGE.c.is_confirmed, _CHANGE.c.finished_at.is_(None))
    .order_by(_CHANGE.c.id)
    .limit(1)
)
_BEHIND = (
    select(_CASE.c.id, _CASE.c.reference)
    .where(
        _CASE.c.closed_at.is_(None),
        _CASE.c.erased_at.is_(None),
        _CASE.c.calendar.not_in(bindparam("current", expanding=True)),
        _CASE.c.id > bindparam("after"),
    )
    .order_by(_CASE.c.id)
    .limit(bindparam("few"))
)
_IN_USE = (
    select(_CASE.c.calendar)
    .where(_CASE.c.closed_at.is_(None), _CASE.c.erased_at.is_(None))
    .distinct()
)
_OF_CASE = _CASE.update().where(_CASE.c.id == bindparam("of"))


class CalendarChanges:
    """Keeps such changes; none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[CalendarChange, ...]:
        """Return every change that was ever proposed, the latest first."""
        return tuple(_to_change(row) for row in self._session.execute(_ALL))

    def get(self, change_id: int) -> CalendarChange | None:
        """Return one change, and keep others from deciding it meanwhile."""
        query = select(_CHANGE).where(_CHANGE.c.id == change_id).with_for_update()
        row = self._session.execute(query).first()
        return _to_change(row) if row else None

    def under_way(self) -> CalendarChange | None:
        """Return the oldest change that was confirmed and has cases left."""
        row = self._session.execute(_UNDER_WAY).first()
        return _to_change(row) if row else None

    def propose(self, change: CalendarChange) -> None:
        """Keep a change that waits for a second person."""
        values = asdict(change)
        del values["id"]
        self._session.execute(_CHANGE.insert().values(**values))

    def decide(self, change_id: int, *, by: str, at: datetime, is_confirmed: bool) -> None:
        """Keep what the second person says."""
        said = {"decided_by": by, "decided_at": at, "is_confirmed": is_confirmed}
        self._session.execute(_CHANGE.update().where(_CHANGE.c.id == change_id).values(**said))

    def advance(self, change_id: int, *, cases: int, finished_at: datetime | None) -> None:
        """Keep that some more cases were brought to it, and when none was left."""
        said = {"cases": _CHANGE.c.cases + cases, "finished_at": finished_at}
        self._session.execute(_CHANGE.update().where(_CHANGE.c.id == change_id).values(**said))

    def behind(self, current: Collection[str], *, after: int, few: int) -> list[tuple[int, str]]:
        """Return open cases that are counted by another calendar: id and reference.

        Args:
            current: Digests of the calendar in force.
            after: Id of the last case that was handed out; 0 to begin.
            few: How many.
        """
        given = {"current": sorted(current), "after": after, "few": few}
        return [(row.id, row.reference) for row in self._session.execute(_BEHIND, given)]

    def in_use(self) -> frozenset[str]:
        """Return by which calendars open cases are counted, as digests."""
        return frozenset(self._session.execute(_IN_USE).scalars())

    def set_calendar(self, case_id: int, calendar: str) -> None:
        """Let what begins in a case from now on be counted by a calendar."""
        self._session.post(_OF_CASE, {"of": case_id, "calendar": calendar})


def _to_change(row: Row[Any]) -> CalendarChange:
    return CalendarChange(**{name: getattr(row, name) for name in _FIELDS})


_FIELDS = tuple(CalendarChange.__dataclass_fields__)
