"""Runs the jobs for which a person has asked, beside those that are due."""

import asyncio

import structlog

from engine.bootstrap import Platform
from engine.errors import UnavailableError
from engine.services.upkeep import jobs

_EVERY = 2.0
_log = structlog.get_logger()


async def run_asked(platform: Platform, stopping: asyncio.Event) -> None:
    """Look every two seconds for what was asked for, until it is time to stop."""
    while not stopping.is_set():
        try:
            await asyncio.to_thread(jobs.run_asked, platform)
        except UnavailableError as failure:  # the database is away; the wish is kept
            _log.warning("job.asked-unread", kind=type(failure).__name__)
        try:
            await asyncio.wait_for(stopping.wait(), _EVERY)
        except TimeoutError:
            continue
