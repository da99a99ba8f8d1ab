"""Facts about steps: kept with each end, and made again from the journal (ISO 10002:2018, 8.2)."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from engine.bootstrap import Platform
from engine.domain.case import Case, Step
from engine.domain.journal import Event
from engine.domain.step_fact import ENDINGS, Ending, facts_of, told_of
from engine.domain.working_time import Calendar, Span
from engine.store.step_facts import Backlog
from engine.store.transaction import Transaction

_FEW = 50
_LONGEST = 20.0
"""Seconds that one run of the job takes at most; the next one goes on a minute later."""
_ENOUGH, _MANY = 1_000, 5_000
"""Changes of tallies that are worth bringing in, and those of one transaction."""


def told(
    calendar: Calendar, case: Case, step: Step, at: datetime, ending: Ending | None = None
) -> dict[str, Any]:
    """Return what the event that ends a step tells of its time.

    Args:
        calendar: Whose working time is meant.
        case: Whose step.
        step: Which.
        at: The end.
        ending: How it ended, where the kind of the event does not say it.
    """
    worked = working_time(calendar, step.opened_at, at, case.rests)
    taken = step.claimed_at if step.assignee else None
    # Who is given a step as it opens has not taken it: nobody knows when they begin.
    is_taken = taken is not None and taken > step.opened_at
    held = working_time(calendar, taken, at, case.rests) if taken and is_taken else None
    return told_of(step, case, worked, held) | ({"ending": ending.value} if ending else {})


def working_time(
    calendar: Calendar, begin: datetime, end: datetime, rests: Iterable[Span]
) -> timedelta:
    """Return the working time of a step, without that for which its case rested.

    Args:
        calendar: Whose working time is meant.
        begin: Of the step.
        end: Of the step.
        rests: When the case was suspended; no two overlap.
    """
    rested = (
        calendar.elapsed(max(since, begin), min(until, end))
        for since, until in rests
        if since < end and until > begin
    )
    return calendar.elapsed(begin, end) - sum(rested, timedelta())


def keep(
    platform: Platform, tx: Transaction, before: Case, case: Case, events: Iterable[Event]
) -> None:
    """Keep what became of the steps that a change has ended.

    Args:
        platform: Whose working time is meant.
        tx: Where the case is.
        before: As it was.
        case: As it is.
        events: Of the change.
    """
    if case.circle != before.circle:
        tx.steps.facts.show(case)
    ends = [event for event in events if event.type in ENDINGS]
    tx.steps.facts.add(case, facts_of(ends, platform.calendar.elapsed))


def make_again(platform: Platform, tx: Transaction, case: Case) -> None:
    """Make the facts of a case again from its journal."""
    events = tx.steps.facts.told(case.id)
    tx.steps.facts.make_again(case, facts_of(events, platform.calendar.elapsed))


def catch_up(platform: Platform) -> int:
    """Make facts of cases that ended steps in an earlier release; return of how many.

    What facts change is brought into the tallies. A run takes some seconds at most, and the next
    one goes on where it stopped.
    """
    done, begun = 0, time.monotonic()
    while time.monotonic() - begun < _LONGEST:
        with platform.database.read() as tx:
            backlog = tx.steps.facts.backlog()
        if backlog is None:
            break
        done += _make_some(platform, backlog)
    while time.monotonic() - begun < _LONGEST and _bring_in(platform):
        pass
    return done


def _bring_in(platform: Platform) -> int:
    """Bring changes into the tallies where there are enough; return how many were."""

    def work(tx: Transaction) -> int:
        return tx.steps.facts.bring_in(enough=_ENOUGH, most=_MANY)

    return platform.database.write(work, gives_way=True)


def _make_some(platform: Platform, backlog: Backlog) -> int:
    """Make facts of the next few cases."""

    def work(tx: Transaction) -> int:
        numbers = tx.steps.facts.next_cases(backlog, _FEW)
        for taken in tx.take_all(numbers):
            make_again(platform, tx, taken.case)
        if numbers:
            tx.steps.facts.made_until(numbers[-1])
        else:
            tx.steps.facts.nothing_left()
        return len(numbers)

    return platform.database.write(work)
