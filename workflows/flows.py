"""The jobs as Prefect knows them: when each runs, and one call as its body."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from prefect import Flow, flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.runtime import flow_run

from engine.bootstrap import Platform
from engine.domain.job import JOBS, Job
from engine.domain.schedule import EPOCH, Schedule
from engine.services.upkeep import jobs
from engine.services.upkeep.jobs import JobResult


@dataclass(frozen=True, slots=True)
class Deployed:
    """One job with its flow and its schedule."""

    name: str
    flow: Flow[[], dict[str, int]]
    schedule: IntervalSchedule | CronSchedule


def deployed(
    platform: Platform, wanted: Iterable[Job] = tuple(JOBS.values())
) -> tuple[Deployed, ...]:
    """Return every job that Prefect is to run on a platform.

    No run has parameters: what Prefect stores carries no personal data.
    """
    zone = platform.policy.calendar.zone
    return tuple(
        Deployed(job.name, flow_of(platform, job), schedule_of(platform.schedules[job.name], zone))
        for job in wanted
    )


def flow_of(platform: Platform, job: Job) -> Flow[[], dict[str, int]]:
    """Return the flow of a job: one call of the service that any other trigger calls too."""

    @flow(name=job.name, description=job.title, persist_result=False)
    def body() -> dict[str, int]:
        told: Any = flow_run.scheduled_start_time
        due: datetime = told.astimezone(UTC)
        schedule = platform.schedules[job.name]
        if schedule.leaves_out(due, platform.calendar):
            return {}
        result = jobs.run(platform, name=job.name, scheduled_for=due)
        if not schedule.every:
            _show(job, result)
        return dict(result.summary)

    return body


def _show(job: Job, result: JobResult) -> None:
    """Leave what came of a run where Prefect shows results."""
    told: dict[str, Any] = {"state": result.state, **result.summary}
    create_table_artifact(
        key=job.name.replace("_", "-"),
        table=[{"what": what, "how many": value} for what, value in told.items()],
        description=f"{job.title}, due {result.scheduled_for:%Y-%m-%d %H:%M} UTC.",
    )


def schedule_of(schedule: Schedule, zone: str) -> IntervalSchedule | CronSchedule:
    """Return a schedule as Prefect knows it; times of day are those of the zone."""
    if schedule.every:
        return IntervalSchedule(interval=schedule.every, anchor_date=EPOCH)
    return CronSchedule(cron=schedule.cron, timezone=zone)
