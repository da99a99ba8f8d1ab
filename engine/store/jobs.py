"""Runs of jobs and daily snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from engine.store.platform_tables import JobRunRow, SnapshotRow


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
        try:
            with self._session.begin_nested():
                self._session.execute(
                    insert(JobRunRow).values(
                        name=name,
                        scheduled_for=scheduled_for,
                        started_at=at,
                        state="running",
                        summary={},
                    )
                )
        except IntegrityError:
            return False
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
        row = self._session.execute(
            select(JobRunRow)
            .where(col(JobRunRow.name) == name, col(JobRunRow.finished_at).is_not(None))
            .order_by(col(JobRunRow.finished_at).desc())
            .limit(1)
        ).scalar_one_or_none()
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
