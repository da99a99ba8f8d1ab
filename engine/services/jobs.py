"""What runs by itself: each job once per scheduled instant, caught up after an outage (8.4)."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.kpi import Period
from engine.errors import NotFoundError
from engine.services import (
    absence,
    chasing,
    checkpoints,
    climbing,
    dispatch,
    document_upkeep,
    erasure,
    fetching,
    forecast,
    inactivity,
    inviting,
    messages,
    migration_run,
    monitoring,
    post_chasing,
    recounting,
    reporting,
    step_facts,
    unfinished,
    verifying,
)
from engine.store.jobs import JobRun

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class JobPlan:
    """A job and when it is due.

    Attributes:
        every: Interval, or cron text in UTC.
        expected: How far apart two runs are at most; twice this without a run is an outage.
        work: What it does; returns counts for the record.
    """

    name: str
    title: str
    every: timedelta | str
    expected: timedelta
    work: Callable[[Platform], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class JobResult:
    """How one run of a job ended: ``done``, ``failed``, or ``known`` when it had run before."""

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
    plan = JOBS.get(name)
    if plan is None:
        raise NotFoundError("job", name)
    at = scheduled_for or platform.now()
    started = platform.database.write(
        lambda tx: tx.jobs.begin(name, scheduled_for=at, at=platform.now())
    )
    if not started:
        return JobResult(name, at, "known", {})
    state, summary = "failed", dict[str, int]()
    try:
        summary = dict(plan.work(platform))
        state = "done"
    finally:
        platform.database.write(
            lambda tx: tx.jobs.finish(
                name, scheduled_for=at, at=platform.now(), state=state, summary=summary
            )
        )
    _log.info("job.done", job=name, **summary)
    return JobResult(name, at, state, summary)


def run_overdue(platform: Platform, *, actor: Actor = SYSTEM) -> tuple[JobResult, ...]:
    """Run each job that the scheduler should have run two intervals ago, and did not.

    A deadline must not depend on the scheduler being up; the application calls this often.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    now = platform.now()
    results = []
    for plan in JOBS.values():
        last = last_run(platform, name=plan.name, actor=actor)
        finished = last.finished_at if last else None
        if finished is None or now - finished > 2 * plan.expected:
            results.append(_run_anyway(platform, plan, actor))
    return tuple(results)


def _run_anyway(platform: Platform, plan: JobPlan, actor: Actor) -> JobResult:
    """Run a job; what goes wrong in it must not keep the jobs after it from running."""
    at = platform.now()
    try:
        return run(platform, name=plan.name, scheduled_for=at, actor=actor)
    except Exception as failure:  # noqa: BLE001 - see above; the run is kept as failed
        _log.error("job.failed", job=plan.name, kind=type(failure).__name__)
        return JobResult(plan.name, at, "failed", {})


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
    return platform.now() - last.finished_at > 2 * JOBS["sla_sweep"].expected


def _sweep(platform: Platform) -> Mapping[str, int]:
    done = monitoring.sweep(platform)
    climbed = climbing.climb(platform)
    tended = messages.tend(platform)
    chased = chasing.chase(platform)
    letters = post_chasing.chase_letters(platform)
    return {
        "cases": done.cases,
        "sent": done.sent,
        "climbed": climbed.climbed,
        "failed": done.failed + climbed.failed + letters.failed,
        "delivered": tended.delivered,
        "given_up": tended.given_up,
        "recounted": recounting.apply(platform),
        "migrated": migration_run.go_on_migrating(platform),
        "facts": step_facts.catch_up(platform),
        "reminded": chased.reminded,
        "letters": letters.chased,
    }


def _hand_on(platform: Platform) -> Mapping[str, int]:
    return asdict(absence.hand_on(platform))


def _call_owners(platform: Platform) -> Mapping[str, int]:
    return asdict(inactivity.call(platform))


def _send(platform: Platform) -> Mapping[str, int]:
    done = dispatch.send_outbox(platform)
    return {
        "sent": done.sent,
        "failed": done.failed,
        "held": done.held,
        "given_up": done.given_up,
    }


def _fetch(platform: Platform) -> Mapping[str, int]:
    return asdict(fetching.fetch(platform))


def _ask_complainants(platform: Platform) -> Mapping[str, int]:
    return asdict(inviting.invite(platform))


def _retention(platform: Platform) -> Mapping[str, int]:
    """Tell how many complaints are past their time to keep, and forget discarded mails."""
    due = erasure.count_due(platform, actor=SYSTEM)
    return {"due": due, "mails": fetching.forget_discarded(platform)}


def _tidy_forms(platform: Platform) -> Mapping[str, int]:
    return {"forgotten": unfinished.tidy(platform)}


def _tidy(platform: Platform) -> Mapping[str, int]:
    done = document_upkeep.tidy(platform)
    found = document_upkeep.compare(platform)
    return {
        "removed": done.removed,
        "seen": done.seen,
        "lost": len(found.lost),
        "damaged": len(found.damaged),
    }


def _daily(platform: Platform) -> Mapping[str, int]:
    return _freeze(platform, days=1, kind="daily")


def _weekly(platform: Platform) -> Mapping[str, int]:
    return _freeze(platform, days=7, kind="weekly")


def _freeze(platform: Platform, *, days: int, kind: str) -> Mapping[str, int]:
    """Freeze the figures of the days that ended last midnight."""
    zone = platform.policy.calendar.zone
    today = Period.last_days(1, platform.now(), zone)
    period = Period.last_days(days, (today.begin - timedelta(hours=1)).astimezone(UTC), zone)
    return {"kept": int(reporting.snapshot(platform, actor=SYSTEM, period=period, kind=kind))}


def _sign(platform: Platform) -> Mapping[str, int]:
    made = checkpoints.make(platform)
    return {"signed": made.number if made else 0}


def _verify(platform: Platform) -> Mapping[str, int]:
    checkpoints.make(platform, looks_at_all=True)
    told = verifying.run(platform)
    return {"cases": told.cases, "events": told.events, "broken": len(told.broken)}


_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_10_MIN = 10 * _MINUTE

JOBS: Mapping[str, JobPlan] = MappingProxyType(
    {
        plan.name: plan
        for plan in (
            JobPlan("sla_sweep", "Sweep the deadlines", _MINUTE, _MINUTE, _sweep),
            JobPlan("outbox_send", "Send the outbox", _MINUTE, _MINUTE, _send),
            JobPlan("mail_in", "Fetch the mails", _MINUTE, _MINUTE, _fetch),
            JobPlan("absence", "Hand on what the absent have", _10_MIN, _10_MIN, _hand_on),
            JobPlan("inactivity", "See what stands still", "15 5 * * *", _DAY, _call_owners),
            JobPlan("daily_snapshot", "Freeze the day's figures", "30 1 * * *", _DAY, _daily),
            JobPlan(
                "journal_checkpoint",
                "Sign where the journal stands",
                10 * _MINUTE,
                10 * _MINUTE,
                _sign,
            ),
            JobPlan("journal_verification", "Verify the journal", "30 2 * * *", _DAY, _verify),
            JobPlan("retention", "See what is kept too long", "0 3 * * *", _DAY, _retention),
            JobPlan("document_files", "Look after stored files", "30 3 * * *", _DAY, _tidy),
            JobPlan("unfinished_forms", "Forget unfinished forms", "45 3 * * *", _DAY, _tidy_forms),
            JobPlan(
                "forecast", "Measure how long the rest takes", "15 4 * * *", _DAY, forecast.measure
            ),
            JobPlan("survey", "Ask how it was handled", "0 10 * * *", _DAY, _ask_complainants),
            JobPlan("weekly_review", "Freeze the week's figures", "0 6 * * 1", 7 * _DAY, _weekly),
        )
    }
)
