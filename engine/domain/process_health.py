"""Whether a process runs as it did, and as it is drawn: what its owner is told each week.

A week is compared, step by step, with the twelve weeks before it. What is told must be both more
than chance and large: who is called for nothing stops coming. The three rules that compare numbers
share their risk among the steps they look at (Bonferroni), so that each of them names something in
one of 200 weeks of pure noise: together at most one false finding in five quarters. They say
nothing of fewer than ``FEW`` complaints. From about 40 of a step in a week on, twice the time is
found within two weeks.

What is told of the diagram is no matter of chance: a step that was done for none of ``ENOUGH``
complaints or more is one that fewer than one in twenty comes to, with 95 % confidence (the rule of
three: J. A. Hanley and A. Lippman-Hand, If nothing goes wrong, is everything all right?, 1983).

Source: ISO 10002:2018, 8.3 and 8.7.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from engine.domain.chance import longer_by_chance, more_by_chance
from engine.domain.complaint import Wording
from engine.domain.kpi import FEW

WEEKS = 12
"""So many weeks before are what a week is compared with."""
ENOUGH = 60
"""Of so many complaints one at least comes to a step that one in twenty comes to."""
SETTLED = timedelta(weeks=4)
"""So long a complaint is given to come to the steps of its end."""
_RISK = 0.005
"""How likely one rule names anything in a week of pure noise."""
_LONGER, _MORE_OFTEN, _REPEATED = 1.5, 2.0, 1.5
"""By so much time or a share must have grown to be told."""
_LEAST = timedelta(minutes=15)
"""Less than so much more is told of no step."""
_BEFORE = 3 * FEW
"""So many of a step must stand in the weeks before."""


class Change(Wording):
    """In what a process does not run as it did, or as it is drawn."""

    SLOWER = "slower"
    REPEATED = "done_again_more_often"
    MORE_OFTEN = "taken_more_often"
    NEVER_DONE = "never_done"
    NEVER_TAKEN = "way_never_taken"
    NOT_DRAWN = "not_drawn"
    OLD_VERSION = "on_another_version"

    @property
    def goes_on(self) -> timedelta:
        """Return how long after a week the same is told as what went on, not as news.

        What differs from the diagram stays for long, and need not be told each week.
        """
        compared = {Change.SLOWER, Change.REPEATED, Change.MORE_OFTEN}
        return timedelta(weeks=4 if self in compared else 52)


FORMULAS: Mapping[Change, str] = MappingProxyType(
    {
        Change.SLOWER: "Working time from opening to completion, half of the steps done in the "
        f"week took no longer: at least {_LONGER:g} times that of the {WEEKS} weeks before, and "
        "longer than chance allows.",
        Change.REPEATED: "Of the complaints in which the step was done for the first or second "
        f"time, the share of second ones: at least {_REPEATED:g} times that of before, and more "
        "than chance allows.",
        Change.MORE_OFTEN: "Of all steps done in the week, the share that were this one: at least "
        f"{_MORE_OFTEN:g} times that of before, and more than chance allows.",
        Change.NEVER_DONE: f"Drawn, but done for none of at least {ENOUGH} complaints in "
        f"{WEEKS + 1} weeks.",
        Change.NEVER_TAKEN: f"Drawn, but none of at least {ENOUGH} complaints in {WEEKS + 1} weeks "
        "did a step to which this way leads.",
        Change.NOT_DRAWN: "Steps done in the week that the published diagram does not have.",
        Change.OLD_VERSION: "Open complaints on another version than the one that holds, when "
        f"this one has held for more than {WEEKS + 1} weeks.",
    }
)


@dataclass(frozen=True, slots=True)
class StepCount:
    """What was done at a step in some time.

    Attributes:
        took: How many took so long, by class of durations (see ``engine.domain.tally``).
        again: How many had been done before in their complaints.
        twice: How many of these had been done once.
    """

    took: Mapping[int, int] = field(default_factory=dict)
    again: int = 0
    twice: int = 0

    @property
    def done(self) -> int:
        """Return how many were done."""
        return sum(self.took.values())

    @property
    def first(self) -> int:
        """Return in how many complaints it was done for the first time."""
        return self.done - self.again


NOTHING_DONE = StepCount()


@dataclass(frozen=True, slots=True)
class Way:
    """A way that leads from a gateway on.

    Attributes:
        flow: Id of its sequence flow.
        gateway: Id of the gateway.
        steps: Of these one is done by whoever takes it.
    """

    flow: str
    gateway: str
    steps: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in which a process does not run as it did, or as it is drawn.

    Attributes:
        element: Of the diagram; empty for what is about none.
        before: Seconds for ``SLOWER``, a share for ``REPEATED`` and ``MORE_OFTEN``, otherwise a
            number; of ``OLD_VERSION`` the days for which the present version has held.
        now: The same of the week; of ``OLD_VERSION`` the age of the oldest complaint in days.
            None where so few complaints stand behind it that it is not told.
        n: How many steps or complaints stand behind ``now``; None as above.
        unheld: Shares of the working minutes, before and now, in which nobody had taken the step;
            None where that is not known.
        title: Of the element, as it was called.
    """

    change: Change
    element: str
    before: float
    now: float | None
    n: int | None
    unheld: tuple[float | None, float | None] = (None, None)
    title: str = ""

    def of_few_untold(self) -> "Finding":
        """Return the same without what so few complaints tell that somebody could be known."""
        if self.n is None or self.n >= FEW:
            return self
        return replace(self, now=None, n=None)


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding of a week, as it is kept.

    Attributes:
        week: First day of the week.
        since: First day of the week in which it was news.
        seen_by: User name of who marked it as seen; empty while nobody did.
        note: What they made of it; may be empty.
    """

    week: date
    finding: Finding
    since: date
    seen_by: str = ""
    seen_at: datetime | None = None
    note: str = ""

    @property
    def is_news(self) -> bool:
        """Tell whether it was not told of a week before."""
        return self.week == self.since


@dataclass(frozen=True, slots=True)
class Look:
    """What was looked at of a week.

    Attributes:
        week: First day of the week.
        process: Id of the process.
        version: The one that held at its end.
        done: Steps done in the week.
        compared: Steps of the diagram with enough of them to compare.
        complaints: How many ran through the version in all the weeks, with time to come to its end.
    """

    week: date
    process: str
    version: int
    done: int
    compared: int
    complaints: int


def is_compared(now: StepCount, before: StepCount) -> bool:
    """Tell whether there is enough of a step to compare its times."""
    return now.done >= FEW and before.done >= _BEFORE


def maybe_slower(now: Mapping[str, StepCount], before: Mapping[str, StepCount]) -> tuple[str, ...]:
    """Return the steps that took longer than chance allows; whether clearly, medians tell."""
    some = [name for name, each in now.items() if is_compared(each, _of(before, name))]
    return tuple(
        name
        for name in some
        if longer_by_chance(now[name].took, before[name].took) < _RISK / len(some)
    )


def is_clearly_longer(now: timedelta, before: timedelta) -> bool:
    """Tell whether a median is so much longer that somebody is to be told."""
    return now >= before * _LONGER and now - before >= _LEAST


def repeated(now: Mapping[str, StepCount], before: Mapping[str, StepCount]) -> Iterator[Finding]:
    """Yield the steps that were done again in clearly more of their complaints."""
    some = {
        name: ((each.twice, each.first + each.twice), (past.twice, past.first + past.twice))
        for name, each in now.items()
        if is_compared(each, past := _of(before, name))
    }
    for name, told in some.items():
        yield from _grown(Change.REPEATED, name, *told, by=_REPEATED, among=len(some))


def more_often(now: Mapping[str, StepCount], before: Mapping[str, StepCount]) -> Iterator[Finding]:
    """Yield the steps that were a far larger part of all that was done."""
    whole, past = (sum(each.done for each in of.values()) for of in (now, before))
    if whole < FEW or past < _BEFORE:
        return
    for name, each in now.items():
        told = (each.done, whole), (_of(before, name).done, past)
        yield from _grown(Change.MORE_OFTEN, name, *told, by=_MORE_OFTEN, among=len(now))


def _grown(
    change: Change,
    name: str,
    now: tuple[int, int],
    before: tuple[int, int],
    *,
    by: float,
    among: int,
) -> Iterator[Finding]:
    """Yield what a share tells that has grown by so much, and by more than chance."""
    if now[1] < FEW or not before[1]:
        return
    share, past = now[0] / now[1], before[0] / before[1]
    if share >= by * past and more_by_chance(now, before) < _RISK / among:
        yield Finding(change, name, past, share, now[1])


def never_done(
    drawn: Iterable[str], reached: Collection[str], complaints: int
) -> Iterator[Finding]:
    """Yield the steps of a diagram that were done for no complaint, where many went through.

    Args:
        drawn: Steps of the diagram that has held all the time.
        reached: Steps that were done, or at which a complaint waits.
        complaints: How many went through.
    """
    if complaints >= ENOUGH:
        for name in drawn:
            if name not in reached:
                yield Finding(Change.NEVER_DONE, name, 0, 0, complaints)


def never_taken(
    ways: Sequence[Way], reached: Collection[str], complaints: int
) -> Iterator[Finding]:
    """Yield the ways that surely no complaint took, from gateways at which some went another way.

    A way that leads to a step which others lead to as well, or to an end, may have been taken.

    Args:
        ways: From all gateways of the diagram that has held all the time.
        reached: Steps that were done, or at which a complaint waits.
        complaints: How many went through.
    """
    if complaints < ENOUGH:
        return
    passed = {way.gateway for way in ways if way.steps & set(reached)}
    for way in ways:
        if way.gateway in passed and way.steps and not way.steps & set(reached):
            yield Finding(Change.NEVER_TAKEN, way.flow, 0, 0, complaints)


def not_drawn(
    now: Mapping[str, StepCount], before: Mapping[str, StepCount], drawn: Collection[str]
) -> Iterator[Finding]:
    """Yield the steps that were done and that the published diagram does not have."""
    for name, each in now.items():
        if each.done and name not in drawn:
            yield Finding(Change.NOT_DRAWN, name, _of(before, name).done, each.done, each.done)


def _of(counts: Mapping[str, StepCount], name: str) -> StepCount:
    return counts.get(name, NOTHING_DONE)
