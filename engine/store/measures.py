"""Figures over many cases: every number and the list behind it come from one condition."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, or_, select
from sqlmodel import col

from engine.domain.case_set import CaseLine, CaseSet, SetName
from engine.domain.kpi import AGE_BANDS
from engine.domain.sight import Sight
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.clock_tables import ClockRow
from engine.store.tables.door_tables import SurveyInvitationRow, SurveyRow
from engine.store.tables.escalation_tables import EscalationRow
from engine.store.tables.privacy_tables import SubjectRow


class Measures:
    """Counts, lists and ranks cases, as far as somebody sees them."""

    def __init__(self, session: Session, sight: Sight) -> None:
        self._session = session
        self._seen = of_cases(Frame.of(sight))
        self._given = values_of(sight)

    def count(self, cases: CaseSet) -> int:
        """Return how many cases are in a set."""
        n: int = self._session.execute(
            select(func.count()).select_from(CaseRow).where(*self._seen, *_conditions(cases)),
            self._given,
        ).scalar_one()
        return n

    def lines(self, cases: CaseSet, *, limit: int, offset: int = 0) -> tuple[CaseLine, ...]:
        """Return one page of the cases in a set, latest received first."""
        rows = self._session.execute(
            select(
                col(CaseRow.reference),
                col(CaseRow.summary),
                col(CaseRow.category),
                col(CaseRow.severity),
                col(CaseRow.received_at),
                col(CaseRow.decided_at),
                col(CaseRow.closed_at),
                col(CaseRow.outcome),
                col(CaseRow.subject_id),
                col(SubjectRow.sealed_key),
            )
            .join(SubjectRow, col(SubjectRow.id) == col(CaseRow.subject_id))
            .where(*self._seen, *_conditions(cases))
            .order_by(col(CaseRow.received_at).desc(), col(CaseRow.id).desc())
            .limit(limit)
            .offset(offset),
            self._given,
        )
        vault = self._session.seals.vault
        return tuple(
            CaseLine(row.reference, vault.reads(row)("summary"), *tuple(row)[2:8]) for row in rows
        )

    def seconds_to_close(self, cases: CaseSet, *, percent: int) -> int | None:
        """Return the nearest-rank percentile of seconds from receipt to closing."""
        n = self.count(cases)
        if n == 0:
            return None
        rank = -(-percent * n // 100)
        seconds = col(CaseRow.seconds_to_close)
        found: int = self._session.execute(
            select(seconds)
            .where(*self._seen, *_conditions(cases))
            .order_by(seconds)
            .offset(rank - 1)
            .limit(1),
            self._given,
        ).scalar_one()
        return found

    def by_category(self, cases: CaseSet) -> tuple[tuple[str, int], ...]:
        """Return how many cases each category has, most first."""
        return self._grouped(col(CaseRow.category), cases)

    def by_severity(self, cases: CaseSet) -> tuple[tuple[int, int], ...]:
        """Return how many cases each severity has, most first."""
        return self._grouped(col(CaseRow.severity), cases)

    def _grouped(
        self, column: SQLColumnExpression[Any], cases: CaseSet
    ) -> tuple[tuple[Any, int], ...]:
        rows = self._session.execute(
            select(column, func.count())
            .where(*self._seen, *_conditions(cases))
            .group_by(column)
            .order_by(func.count().desc(), column),
            self._given,
        )
        return tuple((value, int(n)) for value, n in rows)


def _conditions(cases: CaseSet) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_MEMBERSHIP[cases.name](cases)]
    if cases.category is not None:
        found.append(col(CaseRow.category) == cases.category)
    if cases.severity is not None:
        found.append(col(CaseRow.severity) == cases.severity)
    if cases.age_band is not None:
        found.append(_aged(cases, cases.age_band))
    return found


def _within(
    column: SQLColumnExpression[Any], start: datetime, end: datetime
) -> ColumnElement[bool]:
    return and_(column >= start, column < end)


def _aged(cases: CaseSet, band_id: str) -> ColumnElement[bool]:
    band = next(band for band in AGE_BANDS if band.id == band_id)
    received = col(CaseRow.received_at)
    limits = [] if band.up_to is None else [received >= cases.until - band.up_to]
    if band.over > timedelta.min:
        limits.append(received < cases.until - band.over)
    return and_(*limits)


def _open(cases: CaseSet) -> ColumnElement[bool]:
    closed = col(CaseRow.closed_at)
    received = col(CaseRow.received_at) < cases.end
    if cases.end > cases.now:  # nothing is closed in the future: only open cases are read
        return and_(received, closed.is_(None))
    return and_(received, or_(closed.is_(None), closed >= cases.end))


def _clock(cases: CaseSet, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    # The few clocks of the period lead to their cases; asking every case for its clock is slow.
    clocks = select(col(ClockRow.case_id)).where(
        col(ClockRow.code) == cases.clock,
        col(ClockRow.state) != "cancelled",
        _within(col(ClockRow.due_at), cases.start, cases.until),
        *more,
    )
    return col(CaseRow.id).in_(clocks)


def _on_time() -> ColumnElement[bool]:
    return and_(col(ClockRow.met_at).is_not(None), col(ClockRow.met_at) <= col(ClockRow.due_at))


def _late() -> ColumnElement[bool]:
    return or_(col(ClockRow.met_at).is_(None), col(ClockRow.met_at) > col(ClockRow.due_at))


def _invited(cases: CaseSet, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    invited = select(col(SurveyInvitationRow.case_id)).where(
        _within(col(SurveyInvitationRow.invited_at), cases.start, cases.end), *more
    )
    return col(CaseRow.id).in_(invited)


def _responded(cases: CaseSet) -> ColumnElement[bool]:
    within = _within(col(SurveyRow.answered_at), cases.start, cases.end)
    return col(CaseRow.id).in_(select(col(SurveyRow.case_id)).where(within))


_ANSWERED = exists().where(col(SurveyRow.case_id) == col(SurveyInvitationRow.case_id))


_MEMBERSHIP: Mapping[SetName, Callable[[CaseSet], ColumnElement[bool]]] = {
    "received": lambda c: _within(col(CaseRow.received_at), c.start, c.end),
    "closed": lambda c: _within(col(CaseRow.closed_at), c.start, c.end),
    "open": _open,
    "clock_due": _clock,
    "clock_on_time": lambda c: _clock(c, _on_time()),
    "clock_late": lambda c: _clock(c, _late()),
    "reopened": lambda c: and_(
        _within(col(CaseRow.received_at), c.start, c.end), col(CaseRow.reopened) > 0
    ),
    "withdrawn": lambda c: and_(
        _within(col(CaseRow.closed_at), c.start, c.end), col(CaseRow.outcome) == "withdrawn"
    ),
    "escalated": lambda c: exists().where(
        col(EscalationRow.case_id) == col(CaseRow.id),
        _within(col(EscalationRow.raised_at), c.start, c.end),
    ),
    "survey_sent": _invited,
    "survey_answered": lambda c: _invited(c, _ANSWERED),
    "survey_returned": lambda c: _invited(c, col(SurveyInvitationRow.returned_at).is_not(None)),
    "survey_responses": _responded,
}
