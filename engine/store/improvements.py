"""What actions shall move, whether they have, and which causes come again."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from engine.domain.improvement import Aim, CarriedOut, Cause, Check
from engine.domain.issue import CauseArea
from engine.domain.sight import Sight
from engine.store.column import UtcDateTime
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.governance_tables import GovernanceRow
from engine.store.tables.improvement_tables import AimRow, CheckRow
from engine.store.tables.issue_tables import IssueRow

_AIM, _CHECK, _RECORD = table_of(AimRow), table_of(CheckRow), table_of(GovernanceRow)
_ISSUE, _CASE = table_of(IssueRow), table_of(CaseRow)
_AIMS = select(_AIM)
_CHECKS = select(_CHECK).order_by(_CHECK.c.record_id, _CHECK.c.turn, _CHECK.c.days)
_ONE = select(_CHECK).where(_CHECK.c.id == bindparam("of"))
_TURN = select(func.max(_CHECK.c.turn)).where(_CHECK.c.record_id == bindparam("of"))
_NAMES = tuple(f.name for f in fields(Check) if f.name not in {"number", "record"})
_SINCE = bindparam("since", type_=UtcDateTime())
_SYSTEMIC = func.count().filter(_ISSUE.c.is_systemic)


class Improvements:
    """Keeps aims and checks; of checks none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def aims(self) -> dict[int, Aim]:
        """Return what records are about, or shall move, by the number of the record."""
        return {row.record_id: _to_aim(row) for row in self._session.execute(_AIMS)}

    def aim(self, record: int, aim: Aim) -> None:
        """Keep what a record is about, in place of what was kept."""
        values = {f"{name}_id" if name == "signal" else name: v for name, v in asdict(aim).items()}
        self._session.execute(_AIM.delete().where(_AIM.c.record_id == record))
        self._session.execute(_AIM.insert().values(record_id=record, **values))

    def checks(self) -> tuple[Check, ...]:
        """Return every check, by record, turn and day."""
        return tuple(_to_check(row) for row in self._session.execute(_CHECKS))

    def get(self, number: int) -> Check | None:
        """Return one check; whoever changes it takes its record before."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return _to_check(row) if row else None

    def begin(self, record: int, days: Iterable[tuple[int, date, datetime]]) -> None:
        """Let an action be looked at, each time after so many days, on a day, until it climbs."""
        former = self._session.execute(_TURN, {"of": record}).scalar_one_or_none() or 0
        for after, due_on, climbs_at in days:
            new = {"turn": former + 1, "days": after, "due_on": due_on, "climbs_at": climbs_at}
            self._session.execute(_CHECK.insert().values(record_id=record, **new))

    def withdraw(self, record: int, *, at: datetime) -> None:
        """Drop what is not judged yet, and ask for no other action any more."""
        own = _CHECK.c.record_id == record
        is_open = own & _CHECK.c.verdict.is_(None) & _CHECK.c.withdrawn_at.is_(None)
        self._session.execute(_CHECK.update().where(is_open).values(withdrawn_at=at))
        self._session.execute(_CHECK.update().where(own).values(asks_another=False))

    def replace(self, check: Check) -> None:
        """Keep a check that was judged or shown higher up."""
        values = {name: getattr(check, name) for name in _NAMES}
        self._session.execute(_CHECK.update().where(_CHECK.c.id == check.number).values(**values))

    def judged(self) -> dict[int, datetime | None]:
        """Return by action when it was first judged; None where it waits for that."""
        query = select(_CHECK.c.record_id, func.min(_CHECK.c.judged_at)).group_by(
            _CHECK.c.record_id
        )
        return dict(self._session.execute(query).tuples().all())

    def carried_out(self) -> tuple[CarriedOut, ...]:
        """Return the actions that were carried out to move a figure, oldest first."""
        query = (
            select(_AIM.c.chart, _RECORD.c.title, _RECORD.c.done_by, _RECORD.c.done_at)
            .join(_RECORD, _RECORD.c.id == _AIM.c.record_id)
            .where(_AIM.c.chart != "", _AIM.c.way.is_not(None), _RECORD.c.done_at.is_not(None))
            .order_by(_RECORD.c.done_at)
        )
        return tuple(CarriedOut(*row) for row in self._session.execute(query))

    def causes(self, sight: Sight, since: datetime) -> tuple[Cause, ...]:
        """Return which causes were found since a moment, the most frequent first."""
        query = (
            select(
                _ISSUE.c.cause_area,
                _ISSUE.c.category,
                func.count(),
                _SYSTEMIC,
                func.max(_ISSUE.c.found_at),
            )
            .join_from(_ISSUE, _CASE, _CASE.c.id == _ISSUE.c.case_id)
            .where(_ISSUE.c.cause_area.is_not(None), _ISSUE.c.found_at >= _SINCE)
            .where(*of_cases(Frame.of(sight)))
            .group_by(_ISSUE.c.cause_area, _ISSUE.c.category)
            .order_by(func.count().desc(), _ISSUE.c.cause_area, _ISSUE.c.category)
        )
        found = self._session.execute(query, {"since": since} | values_of(sight))
        return tuple(Cause(*row) for row in found)

    def cases_of(
        self, sight: Sight, since: datetime, area: CauseArea, category: str, *, limit: int
    ) -> tuple[str, ...]:
        """Return complaints of which a cause was found since a moment, the latest first.

        Args:
            sight: What somebody sees.
            since: Found no earlier.
            area: The cause.
            category: Of the issue; empty for any.
            limit: No more than so many.
        """
        latest = func.max(_ISSUE.c.found_at)
        query = (
            select(_CASE.c.reference)
            .join_from(_ISSUE, _CASE, _CASE.c.id == _ISSUE.c.case_id)
            .where(_ISSUE.c.cause_area == area, _ISSUE.c.found_at >= _SINCE)
            .where(*of_cases(Frame.of(sight)))
            .group_by(_CASE.c.reference)
            .order_by(latest.desc(), _CASE.c.reference)
            .limit(limit)
        )
        if category:
            query = query.where(_ISSUE.c.category == category)
        return tuple(self._session.execute(query, {"since": since} | values_of(sight)).scalars())


def _to_aim(row: Row[Any]) -> Aim:
    names = (f.name for f in fields(Aim) if f.name != "signal")
    return Aim(signal=row.signal_id, **{name: getattr(row, name) for name in names})


def _to_check(row: Row[Any]) -> Check:
    told = {name: getattr(row, name) for name in _NAMES}
    return Check(number=row.id, record=row.record_id, **told)
