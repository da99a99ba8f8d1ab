"""Runs of jobs and daily snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import col

from engine.store.platform_tables import JobRunRow, SnapshotRow
from engine.store.prepared import table_of
from engine.store.session import Session

_JOB = table_of(JobRunRow)
_RUN = select(_JOB.c.state).where(
    _JOB.c.name == bindparam("of"), _JOB.c.scheduled_for == bindparam("of_instant")
)
_LAST = (
    select(_JOB)
    .where(_JOB.c.name == bindparam("of"), _JOB.c.finished_at.is_not(None))
    .order_by(_JOB.c.finished_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job."""

    name: str
    scheduled_for: datetime
    started_at: datetime
    finished_at: datetime | None
    state: str
    summary: Mapping[str, Any]


class Jobs:
    """Keeps what jobs did."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, name: str, *, scheduled_for: datetime, at: datetime) -> bool:
        """Start a run; False when the same instant was run before or is being run."""
        known = self._session.execute(_RUN, {"of": name, "of_instant": scheduled_for}).first()
        if known is not None:
            return False
        # Who begins the same run at the same moment collides, is run again, and finds this one.
        self._session.execute(
            insert(JobRunRow).values(
                name=name, scheduled_for=scheduled_for, started_at=at, state="running", summary={}
            )
        )
        return True

    def finish(
        self,
        name: str,
        *,
        scheduled_for: datetime,
        at: datetime,
        state: str,
        summary: Mapping[str, Any],
    ) -> None:
        """Note how a run ended."""
        self._session.execute(
            update(JobRunRow)
            .where(col(JobRunRow.name) == name, col(JobRunRow.scheduled_for) == scheduled_for)
            .values(finished_at=at, state=state, summary=dict(summary))
        )

    def last(self, name: str) -> JobRun | None:
        """Return the latest finished run of a job."""
        row = self._session.execute(_LAST, {"of": name}).first()
        if row is None:
            return None
        return JobRun(
            row.name, row.scheduled_for, row.started_at, row.finished_at, row.state, row.summary
        )

    def keep_snapshot(
        self, day: date, kind: str, *, figures: Mapping[str, Any], at: datetime
    ) -> bool:
        """Freeze the figures of a day; False when they were frozen before."""
        known = self._session.execute(
            select(func.count()).where(col(SnapshotRow.day) == day, col(SnapshotRow.kind) == kind)
        ).scalar_one()
        if known:
            return False
        self._session.execute(
            insert(SnapshotRow).values(day=day, kind=kind, figures=dict(figures), taken_at=at)
        )
        return True
