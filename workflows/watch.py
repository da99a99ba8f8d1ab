"""Runs what persons have asked for, and what the scheduler should have run and did not."""

import asyncio
from collections.abc import Callable

import structlog

from engine import heartbeat
from engine.bootstrap import Platform
from engine.errors import RedressError
from engine.services.upkeep import jobs

_ASKED_EVERY = 2.0
_OVERDUE_EVERY = 30.0
_log = structlog.get_logger()


async def keep_watch(
    platform: Platform, stopping: asyncio.Event, *, every: float = _OVERDUE_EVERY
) -> None:
    """Look for both until it is time to stop; each look after the overdue leaves a sign.

    Args:
        platform: Where jobs run.
        stopping: Set when it is time.
        every: Seconds between two looks after what is overdue.
    """

    def run_overdue() -> None:
        jobs.run_overdue(platform)
        heartbeat.beat(platform.home)

    await asyncio.gather(
        _again(_ASKED_EVERY, stopping, lambda: jobs.run_asked(platform)),
        _again(every, stopping, run_overdue),
    )


async def _again(every: float, stopping: asyncio.Event, look: Callable[[], object]) -> None:
    """Look every so many seconds, whatever a look comes to; the scheduler has the first word."""
    while not stopping.is_set():
        try:
            await asyncio.wait_for(stopping.wait(), every)
        except TimeoutError:
            await asyncio.to_thread(_looked, look)


def _looked(look: Callable[[], object]) -> None:
    try:
        look()
    except RedressError as refusal:  # the database is away; what is wanted is kept
        _log.warning("watch.refused", kind=type(refusal).__name__)
    except Exception as defect:  # noqa: BLE001 - the next look may go well
        _log.error("watch.failed", kind=type(defect).__name__)
