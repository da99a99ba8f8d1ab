"""The jobs as Prefect knows them: when each runs, and one call as its body."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import Flow, flow
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.runtime import flow_run

from engine.bootstrap import Platform
from engine.services import jobs
from engine.services.jobs import JOBS, JobPlan

_ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)
"""Intervals count from here, so that a restart keeps the instants at which a job is due."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """One job with its flow and its schedule."""

    name: str
    flow: Flow[[], dict[str, int]]
    schedule: IntervalSchedule | CronSchedule


def deployed(platform: Platform, plans: Mapping[str, JobPlan] = JOBS) -> tuple[Deployed, ...]:
    """Return every job that Prefect is to run on a platform.

    No run has parameters: what Prefect stores carries no personal data.
    """
    return tuple(
        Deployed(name, flow_of(platform, plan), schedule_of(plan.every))
        for name, plan in plans.items()
    )


def flow_of(platform: Platform, plan: JobPlan) -> Flow[[], dict[str, int]]:
    """Return the flow of a job: one call of the service that any other trigger calls too."""

    @flow(name=plan.name, description=plan.title, persist_result=False)
    def body() -> dict[str, int]:
        due: Any = flow_run.scheduled_start_time
        result = jobs.run(platform, name=plan.name, scheduled_for=due.astimezone(UTC))
        return dict(result.summary)

    return body


def schedule_of(every: timedelta | str) -> IntervalSchedule | CronSchedule:
    """Return a schedule from an interval, or from a line of cron in UTC."""
    if isinstance(every, timedelta):
        return IntervalSchedule(interval=every, anchor_date=_ANCHOR)
    return CronSchedule(cron=every, timezone="UTC")
