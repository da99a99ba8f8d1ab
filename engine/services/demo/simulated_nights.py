"""What runs by itself in the nights of a simulation, at the times at which it is due."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from engine.bootstrap import Platform
from engine.services.upkeep import jobs

_EVER = timedelta(days=3_650)
_SINCE: Mapping[str, timedelta] = MappingProxyType(
    {
        "month_close": _EVER,
        "qa_sample": _EVER,
        "objectivity_sample": _EVER,
        "daily_snapshot": timedelta(days=31),
        "journal_verification": timedelta(days=8),
        "signals": timedelta(days=1),
        "forecast": timedelta(days=1),
        "effectiveness_check": timedelta(days=30),
        "evidence_run": timedelta(days=7),
        "process_health": timedelta(days=60),
    }
)
"""Jobs that leave something which people look at, and for how long before the present they ran."""


class Nights:
    """Runs jobs as the scheduler would have run them."""

    def __init__(self, *, begin: datetime, until: datetime) -> None:
        """Prepare it.

        Args:
            begin: Of the simulation.
            until: The present.
        """
        self._seen = {name: max(begin, until - since) for name, since in _SINCE.items()}

    def go(self, platform: Platform) -> None:
        """Run what has fallen due since the last look."""
        for name, seen in self._seen.items():
            due = platform.schedules[name].last(platform.now(), platform.calendar)
            if due > seen:
                self._seen[name] = due
                jobs.run(platform, name=name, scheduled_for=due)
