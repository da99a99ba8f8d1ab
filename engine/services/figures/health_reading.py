"""What the tallies say of a week of a process, beside the weeks before (ISO 10002:2018, 8.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.domain.heat import Stretch
from engine.domain.kpi import Period, nearest_rank
from engine.domain.process_health import (
    NOTHING_DONE,
    SETTLED,
    WEEKS,
    Change,
    Finding,
    Look,
    StepCount,
    is_clearly_longer,
    is_compared,
    maybe_slower,
    more_often,
    never_done,
    never_taken,
    not_drawn,
    repeated,
)
from engine.domain.sight import EVERYBODY, Sight
from engine.domain.step_fact import short
from engine.domain.tally import place_of
from engine.errors import DiagramRejectedError
from engine.process.branching import ways_of
from engine.process.bundle import ProcessBundle
from engine.services.process.processes import COMPLAINT, bundle_of
from engine.store.step_figures import NO_TIME, Rank, Spent, StepFigures
from engine.store.transaction import Transaction

_DAY = timedelta(days=1)
_HALF = 50


@dataclass(frozen=True, slots=True)
class _Week:
    """A week, the weeks before it, and what was done in both.

    Attributes:
        own: The week.
        past: The weeks before.
        bundle: The version that held at its end.
        held_since: From when that version has held.
    """

    monday: date
    own: Stretch
    past: Stretch
    now: Mapping[str, StepCount]
    before: Mapping[str, StepCount]
    bundle: ProcessBundle
    version: int
    held_since: datetime
    sight: Sight

    @property
    def is_of_one_version(self) -> bool:
        """Tell whether the version has held all the time."""
        return self.held_since <= self.past.period.begin

    @property
    def drawn(self) -> tuple[str, ...]:
        """Return the steps of the diagram."""
        return tuple(each.id for each in self.bundle.elements.values() if each.roles)


def read_week(
    platform: Platform, tx: Transaction, monday: date, *, is_last: bool
) -> tuple[Look, tuple[Finding, ...]] | None:
    """Return what was looked at of a week, and what was found; None before any version held.

    Restricted complaints are in none of the numbers.

    Args:
        platform: Whose zone is meant.
        tx: Reads.
        monday: First day of the week.
        is_last: It ended just now, so that what stands open now is told of it.
    """
    week = _week(platform, tx, monday)
    if week is None:
        return None
    figures = tx.steps.facts.figures(week.sight)
    complaints = _complaints(figures, week)
    found = [
        *_slower(figures, week),
        *repeated(week.now, week.before),
        *(_of_one_version(figures, week, complaints) if week.is_of_one_version else ()),
        *not_drawn(week.now, week.before, week.drawn),
        *(_left_behind(platform, tx, week) if is_last else ()),
    ]
    compared = sum(
        is_compared(week.now.get(name, NOTHING_DONE), week.before.get(name, NOTHING_DONE))
        for name in week.drawn
    )
    done = sum(each.done for each in week.now.values())
    look = Look(monday, COMPLAINT, week.version, done, compared, complaints)
    titles = _titles(platform, tx, week.bundle)
    return look, tuple(replace(e, title=titles.get(e.element, e.element)) for e in found)


def _week(platform: Platform, tx: Transaction, monday: date) -> _Week | None:
    zone, now = platform.policy.calendar.zone, platform.now()
    own = Period.of_dates(monday, monday + 6 * _DAY, zone)
    past = Period.of_dates(monday - WEEKS * 7 * _DAY, monday - _DAY, zone)
    held = tx.releases.valid(COMPLAINT, own.end)
    if held is None:
        return None
    sight = Sight(SYSTEM.username, circles=(EVERYBODY, *tx.teams.codes()))
    figures = tx.steps.facts.figures(sight)
    releases = tx.releases.all(COMPLAINT)
    return _Week(
        monday,
        Stretch(own, now),
        Stretch(past, now),
        figures.counts(Stretch(own, now)),
        figures.counts(Stretch(past, now)),
        bundle_of(platform, tx, held[0]),
        held[1],
        max(e.valid_from for e in releases if e.digest == held[0] and e.valid_from <= own.end),
        sight,
    )


def _complaints(figures: StepFigures, week: _Week) -> int:
    """Return how many complaints ran through the version, with time to come to its last steps."""
    early = Period(week.past.period.begin, week.own.period.end - SETTLED)
    of = Stretch(early, week.own.now, short(week.bundle.digest))
    return max((each.first for each in figures.counts(of).values()), default=0)


def _slower(figures: StepFigures, week: _Week) -> Iterator[Finding]:
    """Yield the steps that took clearly longer, with medians and who had them meanwhile."""
    names = maybe_slower(week.now, week.before)
    if not names:
        return
    now = _medians(figures, week.own, [(name, week.now[name]) for name in names])
    before = _medians(figures, week.past, [(name, week.before[name]) for name in names])
    spent, spent_before = figures.spent(week.own), figures.spent(week.past)
    for name, median, past in zip(names, now, before, strict=True):
        if is_clearly_longer(median, past):
            unheld = _unheld(spent_before.get(name, NO_TIME)), _unheld(spent.get(name, NO_TIME))
            seconds = past.total_seconds(), median.total_seconds()
            yield Finding(Change.SLOWER, name, *seconds, week.now[name].done, unheld)


def _medians(
    figures: StepFigures, of: Stretch, counts: Sequence[tuple[str, StepCount]]
) -> tuple[timedelta, ...]:
    return figures.worked(
        of,
        [Rank(name, place_of(nearest_rank(each.done, _HALF), each.took)) for name, each in counts],
    )


def _unheld(spent: Spent) -> float | None:
    """Return the share of the minutes in which nobody had taken a step; None if not known."""
    known = spent.held + spent.waiting
    return spent.waiting / known if known else None


def _of_one_version(figures: StepFigures, week: _Week, complaints: int) -> Iterator[Finding]:
    """Yield what can be told only where the diagram was the same all the time."""
    yield from more_often(week.now, week.before)
    done = {*week.now, *week.before}
    reached = done | figures.awaited(set(week.drawn) - done)
    ways = tuple(ways_of(week.bundle))
    behind: set[str] = set()
    for found in never_taken(ways, reached, complaints):
        behind.update(*(way.steps for way in ways if way.flow == found.element))
        yield found
    # Steps at the begin of a way that is told of are not told of once more.
    yield from never_done(week.drawn, reached | behind, complaints)


def _left_behind(platform: Platform, tx: Transaction, week: _Week) -> Iterator[Finding]:
    """Yield what is told of complaints on other versions, where the present one is not new."""
    others = {each.digest for each in tx.processes.versions(COMPLAINT)} - {week.bundle.digest}
    if not others or not week.is_of_one_version:
        return
    number, oldest = tx.processes.left_on(others, sight=week.sight)
    if oldest is not None:
        now = platform.now()
        days = (now - week.held_since) / _DAY, (now - oldest) / _DAY
        yield Finding(Change.OLD_VERSION, "", *days, number)


def _titles(platform: Platform, tx: Transaction, bundle: ProcessBundle) -> Mapping[str, str]:
    """Return the titles of steps, as the newest version that has one calls it, and of ways."""
    found = {name: each.title for name, each in bundle.elements.items()}
    for way in ways_of(bundle):
        ends = " or ".join(sorted(f"“{found[name]}”" for name in way.steps))
        is_named = found[way.gateway] != way.gateway
        found[way.flow] = f"“{found[way.gateway]}” to {ends}" if is_named else f"To {ends}"
    for entry in tx.processes.versions(COMPLAINT):
        try:
            other = bundle_of(platform, tx, entry.digest)
        except DiagramRejectedError:
            continue
        for name, each in other.elements.items():
            found.setdefault(name, each.title)
    return found
