"""Starts a case in memory, to see where it waits first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.domain.allowance import Allowance
from engine.process.bundle import ProcessBundle
from engine.process.core import LiveCase
from engine.process.progress import Progress

_BEGIN: Final = datetime(2000, 1, 3, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FirstStop:
    """Where a case stands that has just begun.

    Attributes:
        waits: For what it waits, one sentence each; empty when it has ended.
        passed: Elements that it has passed on the way.
    """

    waits: tuple[str, ...]
    passed: int


def first_stop(bundle: ProcessBundle) -> FirstStop:
    """Start a case with nothing known and return where it waits first.

    Raises:
        ProcessFailedError: It stops before its first pause, or runs without one.
    """
    live = LiveCase.start(bundle, {}, now=_BEGIN, timetable=_a_day_later)
    progress = live.progress()
    return FirstStop(tuple(_waits(bundle, progress)), len(progress.passages))


def _a_day_later(_: Allowance, begin: datetime) -> datetime:
    return begin + timedelta(days=1)


def _waits(bundle: ProcessBundle, progress: Progress) -> Iterable[str]:
    def name(element: str) -> str:
        found = bundle.elements.get(element)
        title = element if found is None else found.title
        return f"“{title}”" if title == element else f"“{title}” ({element})"

    for step in progress.open_steps:
        yield f"{name(step.element)} waits for a person."
    for each in (*progress.subscriptions, *progress.signals):
        yield f"{name(each.element)} waits for “{each.message.removeprefix('signal:')}”."
    for timer in progress.timers:
        yield f"{name(timer.element)} waits for its time."
