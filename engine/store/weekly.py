"""What control charts are made of, counted from the cases of whole weeks.

Everything that a chart shows is read here and nowhere else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from engine.domain.complaint import Outcome, Safety
from engine.domain.kpi import Period, nearest_rank
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.clock_tables import ClockRow
from engine.store.tables.issue_tables import IssueRow

_CASE, _CLOCK, _ISSUE = table_of(CaseRow), table_of(ClockRow), table_of(IssueRow)
_COUNT = func.count()


def _in_week(column: Any) -> Any:  # noqa: ANN401 - of SQLAlchemy
    return (column >= bindparam("begin")) & (column < bindparam("end"))


_CAUSES = (
    select(_ISSUE.c.cause_area, _COUNT)
    .where(_ISSUE.c.cause_area.is_not(None), _in_week(_ISSUE.c.found_at))
    .group_by(_ISSUE.c.cause_area)
)
_FIRST = select(func.min(_CASE.c.received_at))
_RECEIVED = (
    select(_CASE.c.category, _COUNT).where(_in_week(_CASE.c.received_at)).group_by(_CASE.c.category)
)
_KEPT = _COUNT.filter(_CLOCK.c.met_at <= _CLOCK.c.due_at)
_CODES = select(_CLOCK.c.code).distinct()
# For one code at a time: an index leads from a code to what fell due in a week.
_DUE = select(_KEPT, _COUNT).where(
    _CLOCK.c.code == bindparam("code"), _in_week(_CLOCK.c.due_at), _CLOCK.c.state != "cancelled"
)
_FOR_COMPLAINANT = (Outcome.UPHELD.value, Outcome.PARTLY_UPHELD.value)
_UPHELD = _COUNT.filter(_CASE.c.outcome.in_(_FOR_COMPLAINANT))
_DECIDED = select(_UPHELD, _COUNT).where(
    _in_week(_CASE.c.decided_at),
    _CASE.c.outcome.in_(
        [o.value for o in (Outcome.UPHELD, Outcome.PARTLY_UPHELD, Outcome.NOT_UPHELD)]
    ),
)
_CLOSED = select(_COUNT).where(_in_week(_CASE.c.closed_at))
_RANKED = (
    select(_CASE.c.seconds_to_close)
    .where(_in_week(_CASE.c.closed_at))
    .order_by(_CASE.c.seconds_to_close)
    .offset(bindparam("skip"))
    .limit(1)
)
_EVENTS = (
    select(_CASE.c.received_at)
    .where(
        _CASE.c.received_at >= bindparam("begin"),
        or_(bindparam("category") == "", _CASE.c.category == bindparam("category")),
        or_(bindparam("safety") == 0, _CASE.c.safety != Safety.NONE.value),
    )
    .order_by(_CASE.c.received_at, _CASE.c.id)
)

Week = tuple[date, Period]
"""Its Monday, and the week."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """What happened week by week; each list has a line for each week, oldest first.

    Attributes:
        received: Complaints received, by category; only categories of which any was.
        due: By the code of a time limit: how many promises were kept, of how many that fell due.
            One that is late and still open counts as late.
        decided: How many complaints were upheld, wholly or in part, of how many decided on their
            merits.
        closed: The median of seconds from receipt to closing, of how many closed.
        causes: Issues of which a root cause was found, by its area; only areas of which any was.
    """

    received: tuple[dict[str, int], ...]
    due: tuple[dict[str, tuple[int, int]], ...]
    decided: tuple[tuple[int, int], ...]
    closed: tuple[tuple[int, int], ...]
    causes: tuple[dict[str, int], ...]


class Weekly:
    """Counts whole weeks of all complaints, restricted ones too; tells nothing of any of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def first(self) -> datetime | None:
        """Return when the first complaint was received; None where there is none."""
        found: datetime | None = self._session.execute(_FIRST).scalar_one_or_none()
        return found

    def read(self, weeks: Sequence[Week]) -> Weeks:
        """Return what happened in some weeks that are over."""
        spans = [{"begin": week.begin, "end": week.end} for _, week in weeks]
        codes = self._session.execute(_CODES).scalars().all()
        return Weeks(
            tuple(dict(tuple(row) for row in self._all(_RECEIVED, span)) for span in spans),
            tuple(self._due(span, codes) for span in spans),
            tuple((upheld, n) for span in spans for upheld, n in self._all(_DECIDED, span)),
            tuple(self._median(span) for span in spans),
            tuple(dict(tuple(row) for row in self._all(_CAUSES, span)) for span in spans),
        )

    def between(
        self, since: datetime, *, category: str = "", safety: bool = False
    ) -> Iterator[tuple[datetime, int]]:
        """Yield when complaints were received, and the seconds since the one before.

        Args:
            since: Nothing before is looked at.
            category: Only of this; empty for any.
            safety: Only those in which somebody's safety is at stake.
        """
        given = {"begin": since, "category": category, "safety": int(safety)}
        times = self._session.execute(_EVENTS, given).scalars().all()
        for before, after in pairwise(times):
            yield after, round((after - before).total_seconds())

    def _due(self, span: dict[str, datetime], codes: Sequence[str]) -> dict[str, tuple[int, int]]:
        found = {code: self._all(_DUE, span | {"code": code})[0] for code in codes}
        return {code: (kept, n) for code, (kept, n) in found.items() if n}

    def _median(self, span: dict[str, datetime]) -> tuple[int, int]:
        n: int = self._session.execute(_CLOSED, span).scalar_one()
        if not n:
            return 0, 0
        given = span | {"skip": nearest_rank(n, 50) - 1}
        return self._session.execute(_RANKED, given).scalar_one(), n

    def _all(self, statement: Any, span: dict[str, Any]) -> Any:  # noqa: ANN401 - rows
        return self._session.execute(statement, span).all()
