"""What runs by itself: each job once per scheduled instant, caught up after an outage (8.4)."""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.incident import cause_of
from engine.domain.job import JOBS
from engine.errors import ConflictError, NotFoundError, RedressError
from engine.services.bulk import job_progress
from engine.services.bulk.job_progress import Progress
from engine.services.journal.jotting import jot_organisation
from engine.services.upkeep.job_work import WORK
from engine.store.jobs import ENDED, TRIES, Begin, JobRun
from engine.store.transaction import Transaction

_log = structlog.get_logger()

_SEEN_EVERY = 10.0
"""Seconds after which a run says again that it is alive."""
_GRACE = timedelta(minutes=10)
"""So late the scheduler may begin what is due at a time of day."""
_AGAIN_AFTER = timedelta(minutes=5)
"""So long a run that failed is left alone."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """How one run of a job ended.

    Attributes:
        state: ``done`` or ``failed``; ``known`` when it had run before; ``busy`` when another run
            of the job is under way.
    """

    name: str
    scheduled_for: datetime
    state: str
    summary: Mapping[str, int]


def run(
    platform: Platform,
    *,
    name: str,
    scheduled_for: datetime | None = None,
    actor: Actor = SYSTEM,
) -> JobResult:
    """Run one job for one scheduled instant; a second run for the same instant does nothing.

    Two runs of a job never go at once. A run that failed, or whose process died, may be begun
    again, three times in all. The journal tells which person ran one.

    Args:
        platform: Where to run it.
        name: Of one of ``JOBS``.
        scheduled_for: The instant it was due; the present when it is run by hand.
        actor: Who asks.

    Raises:
        NotAllowedError: The actor may not run jobs.
        NotFoundError: No job has this name.
    """
    actor.require(Deed.RUN_JOBS)
    if name not in JOBS:
        raise NotFoundError("job", name)
    at = scheduled_for or platform.now()
    person = "" if actor == SYSTEM else actor.username

    def begin(tx: Transaction) -> Begin:
        begun = tx.jobs.begin(name, scheduled_for=at, at=platform.now(), asked_by=person)
        if person and begun is Begin.NOW:
            jot_organisation(platform, tx, actor=actor, kind="job.asked", job=name)
        return begun

    begun = platform.database.write(begin)
    if begun is not Begin.NOW:
        return JobResult(name, at, begun.value, {})
    return _work(platform, name, at)


def _work(platform: Platform, name: str, at: datetime) -> JobResult:
    """Do the work of a run that was begun, and keep how it ended."""
    state, summary, problem = "failed", dict[str, int](), ENDED
    try:
        with job_progress.telling() as progress, _seen(platform, name, at, progress):
            summary = dict(WORK[name](platform))
        state, problem = "done", ""
    except Exception as failure:
        problem = cause_of(failure)
        raise
    finally:
        ended: dict[str, Any] = {"state": state, "summary": summary, "problem": problem}
        platform.database.write(
            lambda tx: tx.jobs.finish(name, scheduled_for=at, at=platform.now(), **ended)
        )
    _log.info("job.done", job=name, **summary)
    return JobResult(name, at, state, summary)


def ask_for(platform: Platform, *, actor: Actor, name: str) -> None:
    """Ask for a run of a job as soon as can be; it is begun within seconds, by whoever runs jobs.

    The wish is kept, whoever restarts meanwhile, and the journal tells whose it was.

    Raises:
        NotAllowedError: The actor may not run jobs.
        NotFoundError: No job has this name.
        ConflictError: It is running, or somebody has asked for it already.
    """
    actor.require(Deed.RUN_JOBS)
    if name not in JOBS:
        raise NotFoundError("job", name)

    def work(tx: Transaction) -> None:
        begun = tx.jobs.ask(name, at=platform.now(), by=actor.username)
        if begun is not Begin.NOW:
            why = "was asked for already and begins in a moment"
            what = "is running; wait until it has ended" if begun is Begin.BUSY else why
            raise ConflictError(f"“{JOBS[name].title}” {what}.")
        jot_organisation(platform, tx, actor=actor, kind="job.asked", job=name)

    platform.database.write(work)


def run_asked(platform: Platform, *, actor: Actor = SYSTEM) -> tuple[JobResult, ...]:
    """Run each job for which a person has asked; called every few seconds.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        asked = tx.jobs.asked()
    return tuple(_run_anyway(platform, name, at, actor) for name, at in asked if name in JOBS)


def run_overdue(platform: Platform, *, actor: Actor = SYSTEM) -> tuple[JobResult, ...]:
    """Run each job that the scheduler should have run and did not, and what failed or died.

    A deadline must not depend on the scheduler being up; the application calls this often.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    results = list(run_asked(platform, actor=actor))
    for name in JOBS:
        with platform.database.read() as tx:
            newest = tx.jobs.newest(name)
        due = _overdue(platform, name, newest)
        if due is not None:
            results.append(_run_anyway(platform, name, due, actor))
    return tuple(results)


def _overdue(platform: Platform, name: str, newest: JobRun | None) -> datetime | None:
    """Return the instant for which a job must be run without the scheduler; None for none."""
    now, schedule = platform.now(), platform.schedules[name]
    due = schedule.last(now - (schedule.every or _GRACE), platform.calendar)
    if newest is None or newest.started_at < due:
        return due
    may_be_tried = newest.tries < TRIES and (
        newest.is_dead(now) or (not schedule.every and newest.has_failed_before(now - _AGAIN_AFTER))
    )
    return newest.scheduled_for if may_be_tried else None


def _run_anyway(platform: Platform, name: str, due: datetime, actor: Actor) -> JobResult:
    """Run a job; what goes wrong in it must not keep the jobs after it from running."""
    try:
        return run(platform, name=name, scheduled_for=due, actor=actor)
    except Exception as failure:  # noqa: BLE001 - see above; the run is kept as failed
        _log.error("job.failed", job=name, kind=type(failure).__name__)
        return JobResult(name, due, "failed", {})


def last_run(platform: Platform, *, name: str, actor: Actor = SYSTEM) -> JobRun | None:
    """Return the latest finished run of a job.

    Raises:
        NotAllowedError: The actor may not read complaints or run jobs.
    """
    if not actor.may(Deed.RUN_JOBS):
        actor.require(Deed.READ)
    with platform.database.read() as tx:
        return tx.jobs.last(name)


def is_sweep_late(platform: Platform, *, actor: Actor) -> bool:
    """Tell whether deadlines have not been looked at for two intervals.

    Raises:
        NotAllowedError: The actor may not read complaints or run jobs.
    """
    last = last_run(platform, name="sla_sweep", actor=actor)
    if last is None or last.finished_at is None:
        return True
    schedule = platform.schedules["sla_sweep"]
    now = platform.now()
    before = schedule.last(now - (schedule.every or _GRACE), platform.calendar)
    return last.finished_at < before


@contextmanager
def _seen(platform: Platform, name: str, at: datetime, progress: Progress) -> Generator[None]:
    """Note from time to time that a run is alive, while the block runs."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_SEEN_EVERY):
            try:
                platform.database.write(
                    lambda tx: tx.jobs.see(
                        name,
                        scheduled_for=at,
                        at=platform.now(),
                        done=progress.done,
                        of=progress.of,
                    )
                )
            except RedressError as failure:
                _log.warning("job.unseen", job=name, kind=type(failure).__name__)

    thread = threading.Thread(target=watch, name=f"job-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
