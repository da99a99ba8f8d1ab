"""Runs of jobs, incidents and daily snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from engine.store.platform_tables import JobRunRow, SnapshotRow
from engine.store.tables import CaseRow, IncidentRow


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job."""

    name: str
    scheduled_for: datetime
    started_at: datetime
    finished_at: datetime | None
    state: str
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incident:
    """A case that a job could not move."""

    reference: str
    element: str
    cause: str
    attempts: int
    opened_at: datetime


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

    def note_failure(self, case_id: int, *, element: str, cause: str, at: datetime) -> int:
        """Count a failed try to move a case; return how many there were."""
        open_one = (col(IncidentRow.case_id) == case_id, col(IncidentRow.resolved_at).is_(None))
        attempts: int | None = self._session.execute(
            update(IncidentRow)
            .where(*open_one)
            .values(
                attempts=col(IncidentRow.attempts) + 1, cause=cause, element=element, last_at=at
            )
            .returning(col(IncidentRow.attempts))
        ).scalar_one_or_none()
        if attempts is not None:
            return attempts
        self._session.execute(
            insert(IncidentRow).values(
                case_id=case_id, element=element, cause=cause, attempts=1, opened_at=at, last_at=at
            )
        )
        return 1

    def resolve_incident(self, case_id: int, at: datetime) -> None:
        """Close the incident of a case that moved again."""
        self._session.execute(
            update(IncidentRow)
            .where(col(IncidentRow.case_id) == case_id, col(IncidentRow.resolved_at).is_(None))
            .values(resolved_at=at)
        )

    def incidents(self, attempts: int) -> tuple[Incident, ...]:
        """Return open incidents, oldest first."""
        rows = self._session.execute(
            select(IncidentRow, col(CaseRow.reference))
            .join(CaseRow, col(CaseRow.id) == col(IncidentRow.case_id))
            .where(col(IncidentRow.resolved_at).is_(None), col(IncidentRow.attempts) >= attempts)
            .order_by(col(IncidentRow.opened_at))
        )
        return tuple(
            Incident(reference, row.element, row.cause, row.attempts, row.opened_at)
            for row, reference in rows
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
