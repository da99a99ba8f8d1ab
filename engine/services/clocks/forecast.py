"""By when each waiting step must be begun for its case to be decided in time, see the domain."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from engine.bootstrap import Platform
from engine.domain.case import Case, Step
from engine.domain.deadline import Clock
from engine.domain.forecast import Forecast, RemainingPath, begin_by, limit_of, measured
from engine.store.transaction import Transaction

_LATEST = 1_000
"""Complaints, decided last, that are measured: what was years ago tells little of today."""
_GOOD_FOR = timedelta(minutes=10)
"""How long a process goes by what it has read: it is measured once a day."""
_FEW = 500


def measure(platform: Platform) -> Mapping[str, int]:
    """Measure how long the rest takes from each step on, and apply it to every waiting step.

    Returns:
        How many elements of the diagram have a figure now, how many steps wait, and how many of
        them are to be begun at another moment than before.
    """
    now = platform.now()

    def work(tx: Transaction) -> dict[str, RemainingPath]:
        took = tx.forecasts.took(_LATEST)
        found = filter(None, (measured(element, spans) for element, spans in took.items()))
        paths = {path.element: path for path in found}
        tx.forecasts.keep(paths.values(), now)
        return paths

    paths = platform.database.write(work)
    platform.remaining.read(paths, now)
    steps = moved = last = 0
    while True:
        seen, changed, last = platform.database.write(partial(_apply, after=last, paths=paths))
        steps, moved = steps + seen, moved + changed
        if not seen:
            return {"paths": len(paths), "steps": steps, "moved": moved}


def begin_at(
    platform: Platform,
    tx: Transaction,
    *,
    element: str,
    due_at: datetime,
    clocks: Iterable[Clock],
) -> datetime:
    """Return by when a step is to be begun that falls due at ``due_at``."""
    return begin_by(due_at, limit_of(clocks), _paths(platform, tx).get(element))


def begin_anew(
    platform: Platform, tx: Transaction, *, steps: Iterable[Step], clocks: Iterable[Clock]
) -> None:
    """Let steps that wait be begun by when the time limits of now ask for it."""
    limit, paths = limit_of(clocks), _paths(platform, tx)
    for step in steps:
        moment = begin_by(step.due_at, limit, paths.get(step.element))
        if moment != step.begin_by:
            tx.steps.set_due(step.case_id, step.token, due_at=step.due_at, begin_by=moment)


def of_case(
    platform: Platform, tx: Transaction, case: Case, steps: Iterable[Step], clocks: Iterable[Clock]
) -> Forecast | None:
    """Return what is left of the time of a case against what it takes, where it is tightest.

    None for a case that rests, and where nothing is promised or too little was measured.
    """
    limit, paths = limit_of(clocks), _paths(platform, tx)
    if limit is None or case.is_suspended:
        return None
    found = [
        Forecast(limit.title, limit.due_at, step.title, paths[step.element])
        for step in steps
        if step.element in paths
    ]
    return min(found, key=lambda each: each.begin_by, default=None)


def _paths(platform: Platform, tx: Transaction) -> Mapping[str, RemainingPath]:
    now = platform.now()
    if not platform.remaining.is_good(now, _GOOD_FOR):
        platform.remaining.read(tx.forecasts.paths(), now)
    return platform.remaining.paths


def _apply(
    tx: Transaction, *, after: int, paths: Mapping[str, RemainingPath]
) -> tuple[int, int, int]:
    """Apply what was measured to some steps; return how many, how many changed, and the last."""
    found = tx.forecasts.steps_after(after, _FEW)
    moments = [
        (number, step, begin_by(step.due_at, limit_of(clocks), paths.get(step.element)))
        for number, step, clocks in found
    ]
    changed = [each for each in moments if each[2] != each[1].begin_by]
    tx.forecasts.set_begin_by(changed)
    return len(found), len(changed), found[-1][0] if found else after
