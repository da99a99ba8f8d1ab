"""Runs what Prefect's server says is due, in threads of this process.

Prefect's own runner starts a process per run, which imports everything again: seconds of work for a
job that takes milliseconds and is due every minute. Here one import serves all runs.

- Only the newest due run of a job is executed; older ones are closed as skipped. The job itself
  catches up, so ten missed sweeps are one sweep.
- One run of a job at a time. Across processes the job takes care of that itself, in the database.
- Runs that a former life left open are closed as crashed.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from httpx import TransportError
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import PrefectHTTPStatusError
from prefect.flow_engine import run_flow
from prefect.states import Cancelled, Crashed, Pending
from prefect.utilities.engine import propose_state

from engine.clock import utc_now
from workflows.flows import Deployed

log = structlog.get_logger()

UNREACHABLE = (TransportError, OSError, TimeoutError)
"""What asking the server raises while it starts, stops or is gone; an answer is never among it."""

_ASK_EVERY = 10.0
"""Seconds; the server also tells what falls due until then, so that nothing begins later."""
_TRY_EVERY = 1.0
"""Seconds, while the server does not answer."""
_PAGE = 200
_ENDS_WITHIN = 6.0


class Dispatcher:
    """The long-lived part of a runner: asks, executes, closes."""

    def __init__(self, client: PrefectClient, jobs: Iterable[Deployed]) -> None:
        """Prepare; nothing is asked until ``run``."""
        self._client = client
        self._jobs = tuple(jobs)
        self._by_deployment: dict[UUID, Deployed] = {}
        self._busy: dict[UUID, asyncio.Task[None]] = {}
        self._pause = _TRY_EVERY

    async def run(self, stopping: asyncio.Event) -> None:
        """Execute due runs until it is time to stop, then let running ones finish."""
        answered: bool | None = None
        while not stopping.is_set():
            was_answered, answered = answered, await self._round()
            if answered is not was_answered:
                log.info("scheduler answers" if answered else "scheduler does not answer")
            await _wait(stopping, self._pause)
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=_ENDS_WITHIN)

    async def _round(self) -> bool:
        """Start what is due and tell whether the server answered.

        Raises:
            PrefectHTTPStatusError: It refused what we asked.
        """
        self._pause = _TRY_EVERY
        try:
            if not self._by_deployment:
                await self._introduce()
            self._pause = await self._start_due(utc_now())
        except PrefectHTTPStatusError as error:
            # Busy is as good as gone for a moment; any other answer is a defect of ours.
            if not error.response.is_server_error:
                raise
            return False
        except UNREACHABLE:
            # Whoever answers next may know nothing of our jobs: another port, another database.
            self._by_deployment = {}
            return False
        return True

    async def _introduce(self) -> None:
        """Tell the server which jobs there are, and close what a former life left open."""
        known = {await self._deploy(job): job for job in self._jobs}
        for orphan in await self._left_open([each for each in known if each not in self._busy]):
            state: State[object] = Crashed(message="The process that ran it ended.")
            await self._client.set_flow_run_state(orphan.id, state, force=True)
        self._by_deployment = known

    async def _deploy(self, job: Deployed) -> UUID:
        return await self._client.create_deployment(
            flow_id=await self._client.create_flow(job.flow),
            name=job.name,
            schedules=[DeploymentScheduleCreate(schedule=job.schedule, slug=job.name)],
            description=job.flow.description,
        )

    async def _left_open(self, deployments: list[UUID]) -> Sequence[FlowRun]:
        is_open = FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
        return await self._client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=deployments)),
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=is_open)),
            sort=FlowRunSort.ID_DESC,
            limit=_PAGE,
        )

    async def _start_due(self, now: datetime) -> float:
        """Start what is due and return in how many seconds to look again."""
        until = now + timedelta(seconds=_ASK_EVERY)
        soon = await self._client.get_scheduled_flow_runs_for_deployments(
            list(self._by_deployment), scheduled_before=until
        )
        due = [each for each in soon if _due_at(each) <= now]
        for deployment, runs in by_deployment(due).items():
            if deployment not in self._busy:
                self._busy[deployment] = asyncio.create_task(self._execute(deployment, runs))
        next_at = min((at for each in soon if (at := _due_at(each)) > now), default=until)
        return (next_at - now).total_seconds()

    async def _execute(self, deployment: UUID, runs: list[FlowRun]) -> None:
        """Close older runs as skipped and execute the newest, which comes first."""
        job = self._by_deployment[deployment]
        newest, *older = runs
        try:
            for run in older:
                state: State[object] = Cancelled(
                    name="Skipped", message=f"{newest.name} did its work."
                )
                await self._client.set_flow_run_state(run.id, state, force=True)
            granted = await propose_state(self._client, Pending(), flow_run_id=newest.id)
            if granted.is_pending():
                run = _alone(await self._client.read_flow_run(newest.id))
                await asyncio.to_thread(run_flow, job.flow, flow_run=run, return_type="state")
        except Exception:
            # Whether it ran or not: a job is idempotent, and the watch of `redress up` sees to it.
            log.exception("run failed", job=job.name)
        finally:
            del self._busy[deployment]


def by_deployment(due: Iterable[FlowRun]) -> dict[UUID, list[FlowRun]]:
    """Return due runs by deployment, each list newest first."""
    found: dict[UUID, list[FlowRun]] = {}
    for run in sorted(due, key=_due_at, reverse=True):
        if run.deployment_id is not None:
            found.setdefault(run.deployment_id, []).append(run)
    return found


def _alone(run: FlowRun) -> FlowRun:
    """Return a run as one that nobody suspends from outside.

    For a run of a deployment Prefect listens to the server's events, on a connection and in a
    thread of the run's own, and none of our runs is ever suspended.
    """
    return run.model_copy(update={"deployment_id": None})


def _due_at(run: FlowRun) -> datetime:
    due = run.next_scheduled_start_time or run.expected_start_time
    if due is None:
        raise ValueError(f"The run {run.name} has no time.")
    return due


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
