"""Whether a case will be decided in time: what is left of its limit against what is still to do.

What is still to do is measured: how long the complaints decided last took from the same step to
their decision. Eight of ten took no longer than the figure that is used here, so that a case which
is begun by the moment that follows from it is late in two of ten.

Source: ISO 10002:2018, 4.15 and 8.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.deadline import Clock
from engine.domain.kpi import percentile
from engine.domain.regime import Occasion

PERCENT = 80
FEWEST = 20
"""Complaints from which something can be told; of fewer, chance would speak."""

_MET_BY = frozenset({Occasion.DECIDED.value, Occasion.STAGE_TWO_DECIDED.value})


@dataclass(frozen=True, slots=True)
class RemainingPath:
    """How long it took from a step to the decision.

    Attributes:
        element: Of the diagram, where the step waited.
        count: How many complaints were measured.
        needs: Eight of ten took no longer, in real time: nights and holidays are part of it.
    """

    element: str
    count: int
    needs: timedelta


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is left of a time limit at a step, against what it takes from there.

    Attributes:
        limit: Title of the time limit.
        limit_at: When it falls due.
        step: Title of the step.
    """

    limit: str
    limit_at: datetime
    step: str
    path: RemainingPath

    @property
    def begin_by(self) -> datetime:
        """Return by when the step must be begun, for eight of ten to be in time."""
        return self.limit_at - self.path.needs

    def is_tight(self, now: datetime) -> bool:
        """Tell whether less time is left than it takes."""
        return now > self.begin_by


class Remaining:
    """What was measured, as far as this process has read it."""

    def __init__(self) -> None:
        self.paths: Mapping[str, RemainingPath] = {}
        self._read_at: datetime | None = None

    def read(self, paths: Mapping[str, RemainingPath], at: datetime) -> None:
        """Go by what was read at a moment from now on."""
        self.paths, self._read_at = paths, at

    def is_good(self, now: datetime, how_long: timedelta) -> bool:
        """Tell whether it was read within this time."""
        return self._read_at is not None and abs(now - self._read_at) < how_long


def measured(element: str, took: Iterable[timedelta]) -> RemainingPath | None:
    """Return how long it takes from an element on; None where too few complaints tell.

    >>> measured("draft", [timedelta(days=n) for n in range(1, 21)]).needs.days
    16
    """
    known = list(took)
    needs = percentile(known, PERCENT)
    if needs is None or len(known) < FEWEST:
        return None
    return RemainingPath(element, len(known), needs)


def limit_of(clocks: Iterable[Clock]) -> Clock | None:
    """Return the open time limit that a decision meets and that falls due first; None for none."""
    running = (
        clock
        for clock in clocks
        if clock.is_open and not clock.lapses and clock.paused_at is None
        if not clock.stops.isdisjoint(_MET_BY)
    )
    return min(running, key=lambda clock: clock.due_at, default=None)


def begin_by(due_at: datetime, limit: Clock | None, path: RemainingPath | None) -> datetime:
    """Return when a step is to be begun at the latest: what the inbox is sorted by.

    Args:
        due_at: When the step itself falls due.
        limit: Time limit of its case, see ``limit_of``.
        path: What is left from the step on; None where nothing was measured.
    """
    if limit is None or path is None:
        return due_at
    return min(due_at, limit.due_at - path.needs)
