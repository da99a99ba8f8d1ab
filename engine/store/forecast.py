"""How long it takes from each step to the decision, and what follows for the steps that wait."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from engine.domain.case import Step
from engine.domain.deadline import Clock
from engine.domain.forecast import RemainingPath
from engine.store.clocks import to_clock
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.steps import to_step
from engine.store.tables.case_tables import CaseRow, JournalRow, StepRow
from engine.store.tables.clock_tables import ClockRow, PathRow

_PATH, _STEP, _CASE, _CLOCK, _JOURNAL = (
    table_of(row) for row in (PathRow, StepRow, CaseRow, ClockRow, JournalRow)
)
_PATHS = select(_PATH)
_DECIDED = (
    select(_CASE.c.id, _CASE.c.decided_at)
    .where(_CASE.c.decided_at.is_not(None))
    .order_by(_CASE.c.decided_at.desc())
    .limit(bindparam("most"))
)
_OPENED = select(_JOURNAL.c.case_id, _JOURNAL.c.at, _JOURNAL.c.detail).where(
    _JOURNAL.c.case_id.in_(bindparam("of", expanding=True)), _JOURNAL.c.type == "step.opened"
)
_SOME_STEPS = (
    select(_STEP)
    .where(_STEP.c.id > bindparam("after"))
    .order_by(_STEP.c.id)
    .limit(bindparam("few"))
)
_THEIR_CLOCKS = select(_CLOCK).where(
    _CLOCK.c.case_id.in_(bindparam("of", expanding=True)),
    _CLOCK.c.state.in_(("running", "breached")),
)
# A step that was given another due time meanwhile was given this with it.
_SET = _STEP.update().where(
    _STEP.c.id == bindparam("of_step"), _STEP.c.due_at == bindparam("of_due")
)
_FEW = 500


class Forecasts:
    """Keeps what was measured, and applies it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def paths(self) -> dict[str, RemainingPath]:
        """Return what was measured last, by element."""
        rows = self._session.execute(_PATHS)
        return {
            row.element: RemainingPath(row.element, row.count, timedelta(seconds=row.seconds))
            for row in rows
        }

    def took(self, most: int) -> Mapping[str, Sequence[timedelta]]:
        """Return how long it took from each element to the decision.

        Args:
            most: Complaints to look at; those that were decided last.
        """
        found: dict[str, list[timedelta]] = defaultdict(list)
        decided = {
            row.id: row.decided_at for row in self._session.execute(_DECIDED, {"most": most})
        }
        names = list(decided)
        for begin in range(0, len(names), _FEW):
            of = {"of": names[begin : begin + _FEW]}
            for row in self._session.execute(_OPENED, of):
                if row.at <= decided[row.case_id]:
                    found[json.loads(row.detail)["element"]].append(decided[row.case_id] - row.at)
        return found

    def keep(self, paths: Iterable[RemainingPath], at: datetime) -> None:
        """Keep what was measured, in place of what was before."""
        self._session.execute(_PATH.delete())
        rows = [
            {
                "element": path.element,
                "count": path.count,
                "seconds": round(path.needs.total_seconds()),
                "measured_at": at,
            }
            for path in paths
        ]
        if rows:
            self._session.execute(_PATH.insert(), rows)

    def steps_after(self, step_id: int, few: int) -> list[tuple[int, Step, tuple[Clock, ...]]]:
        """Return waiting steps with the open clocks of their cases, in the order of their ids.

        Args:
            step_id: Of the last step that was handed out; 0 to begin.
            few: How many.
        """
        given = {"after": step_id, "few": few}
        rows = self._session.execute(_SOME_STEPS, given).all()
        clocks: dict[int, list[Clock]] = defaultdict(list)
        of = {"of": sorted({row.case_id for row in rows})}
        for row in self._session.execute(_THEIR_CLOCKS, of) if rows else ():
            clocks[row.case_id].append(to_clock(row))
        return [(row.id, to_step(row), tuple(clocks[row.case_id])) for row in rows]

    def set_begin_by(self, moments: Iterable[tuple[int, Step, datetime]]) -> None:
        """Keep by when steps are to be begun."""
        rows: list[dict[str, Any]] = [
            {"of_step": number, "of_due": step.due_at, "begin_by": moment}
            for number, step, moment in moments
        ]
        if rows:
            self._session.execute(_SET, rows)
