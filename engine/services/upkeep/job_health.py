"""How each job does: when it ran, what came of it, whether it is late, and when it runs next (8.2).

A job is late when it should have begun, by its schedule, longer ago than the time in which the
scheduler, and after it the watch of the application, begin what is due.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.job import JOBS, Job
from engine.domain.schedule import Schedule
from engine.store.jobs import ENDED, JobRun

__all__ = ["JobHealth", "JobRun", "JobState"]

RECENT = 30
"""So many runs of a job are returned."""
LOOKS_BACK = timedelta(days=7)
"""For so long problems are told."""
ON_TIME = timedelta(minutes=2)
"""A run that begins so soon after its instant is in time."""
_GRACE = timedelta(minutes=15)
"""So long after its time of day a job may begin without being late."""


class JobState(StrEnum):
    """How a job does, the most urgent first."""

    FAILED = "failed"
    LATE = "late"
    RUNNING = "running"
    ASKED = "asked"
    NEW = "new"
    WELL = "well"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the state as a person reads it."""
        return _TITLES[self]

    @property
    def needs_a_look(self) -> bool:
        """Tell whether somebody has to see to it."""
        return self in {JobState.FAILED, JobState.LATE}


_TITLES = {
    JobState.FAILED: "Failed",
    JobState.LATE: "Late",
    JobState.RUNNING: "Running",
    JobState.ASKED: "Begins in a moment",
    JobState.NEW: "Not run yet",
    JobState.WELL: "Well",
}


@dataclass(frozen=True, slots=True)
class JobHealth:
    """How a job does.

    Attributes:
        runs: Those begun last, the latest first.
        problems: Runs of the last days in which something went wrong, the latest first; a later
            try may have done the work of one.
        late_since: The instant at which it should have begun; None where it is not late.
        next_at: When it is due next; None where nobody works for a year.
    """

    job: Job
    schedule: Schedule
    state: JobState
    runs: tuple[JobRun, ...]
    problems: tuple[JobRun, ...]
    late_since: datetime | None
    next_at: datetime | None

    @property
    def running(self) -> JobRun | None:
        """The run that is under way; None where there is none."""
        return next((run for run in self.runs if run.state == "running"), None)

    @property
    def problem(self) -> str:
        """What went wrong in the latest run, where it failed or whoever ran it is gone."""
        if self.state is not JobState.FAILED:
            return ""
        return self.runs[0].problem or ENDED

    @property
    def last(self) -> JobRun | None:
        """The run that was begun last of those that have ended; None where none has."""
        return next((run for run in self.runs if run.finished_at), None)


def health(platform: Platform, *, actor: Actor) -> tuple[JobHealth, ...]:
    """Return how each job does, in the order of ``JOBS``.

    Raises:
        NotAllowedError: The actor may not see how jobs run.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.SEE_JOBS)
    now = platform.now()
    with platform.database.read() as tx:
        runs = {name: tx.jobs.recent(name, most=RECENT) for name in JOBS}
        problems = _by_name(tx.jobs.troubled(now - LOOKS_BACK))
    return tuple(
        _health(platform, job, runs[job.name], problems.get(job.name, ()), now)
        for job in JOBS.values()
    )


def _health(
    platform: Platform,
    job: Job,
    runs: tuple[JobRun, ...],
    problems: tuple[JobRun, ...],
    now: datetime,
) -> JobHealth:
    schedule = platform.schedules[job.name]
    late = _late_since(platform, schedule, runs, now)
    return JobHealth(
        job=job,
        schedule=schedule,
        state=_state(runs, now, is_late=late is not None),
        runs=runs,
        problems=problems,
        late_since=late,
        next_at=schedule.next(now, platform.calendar),
    )


def _late_since(
    platform: Platform, schedule: Schedule, runs: Sequence[JobRun], now: datetime
) -> datetime | None:
    """Return when a job should have begun that has not; None where it is in time."""
    begun = [max(run.started_at, run.scheduled_for) for run in runs if run.state != "asked"]
    if not begun:
        return None
    missed = schedule.next(max(begun), platform.calendar)
    is_late = now - missed > max(schedule.every or _GRACE, ON_TIME)
    return missed if is_late else None


def _state(runs: Sequence[JobRun], now: datetime, *, is_late: bool) -> JobState:
    """Return the one state that says most."""
    states = {run.state: run for run in reversed(runs)}
    if "running" in states and not states["running"].is_dead(now):
        return JobState.RUNNING
    if "asked" in states:
        return JobState.ASKED
    if is_late:
        return JobState.LATE
    if not runs:
        return JobState.NEW
    is_well = runs[0].state == "done"
    return JobState.WELL if is_well else JobState.FAILED


def _by_name(runs: Sequence[JobRun]) -> Mapping[str, tuple[JobRun, ...]]:
    """Return runs by the name of their job, in their order."""
    found: dict[str, list[JobRun]] = {}
    for run in runs:
        found.setdefault(run.name, []).append(run)
    return {name: tuple(each) for name, each in found.items()}
