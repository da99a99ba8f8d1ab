"""What if more complaints came, or somebody left: the coming weeks, played many times by chance.

Each complaint of the coming weeks goes the way that one of the past went, step by step; each open
one goes on as some did that once waited where it waits. People take the step whose final response
falls due first among those they have experience with. Everything counts in working seconds.

Source: ISO 10002:2018, 4.3 and 6.4; K. Robinson, "Simulation", 2014 (trace-driven resampling).
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from engine.domain.experience import Experience, changed
from engine.domain.kpi import nearest_rank
from engine.domain.rehearsal import Rehearsal, Told

ROUNDS: Final = 200
"""How often the coming weeks are played."""
FEWEST_ROUNDS: Final = 20
"""Below so many, one of ten is two rounds."""
_LOW, _MIDDLE, _HIGH = 10, 50, 90


class Range(NamedTuple):
    """In one of ten rounds it was less than ``low``, in one of ten more than ``high``."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be different from the past weeks.

    Attributes:
        arrivals: Factor on the complaints that come, from 0 to 10.
        people: How many more people a group has, or fewer.
        work: Factor on the work on a step, by element, from 0 to 10.
    """

    arrivals: float = 1.0
    people: Mapping[str, int] = field(default_factory=dict)
    work: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WeekAhead:
    """One coming week.

    Attributes:
        backlog: Complaints open at its end.
        late: Of the final responses that fall due in it, the share from 0 to 1 that is not given
            by then; None where none fell due in most rounds.
    """

    received: Range
    closed: Range
    backlog: Range
    late: Range | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected.

    Attributes:
        load: By group of people, the share of their working time that steps fill.
        undone: Elements of steps for which nobody is left.
    """

    weeks: tuple[WeekAhead, ...]
    load: Mapping[str, Range]
    undone: tuple[str, ...]


def play(
    experience: Experience,
    question: Question,
    *,
    weeks: Sequence[float],
    groups: Mapping[str, str],
    seed: int,
    rounds: int = ROUNDS,
) -> Iterator[Told]:
    """Play the coming weeks so many times, and yield what happened in each of them.

    Args:
        experience: What is known.
        question: What is to be different.
        weeks: How long each coming week is.
        groups: The group of each person; who has none belongs to that without a name.
        seed: Of chance; the same seed gives the same answer.
        rounds: How often.

    Raises:
        ValueError: No complaint was ever closed.
    """
    known = changed(experience, question.work)
    if not known.courses:
        raise ValueError("nothing was learnt")
    # Chance of the simulation, of nothing secret.
    chance = random.Random(seed)  # noqa: S311
    for _ in range(rounds):
        crew = _crew(known, question, groups, chance)
        yield Rehearsal(known, crew, weeks, chance, question.arrivals).run()


def outlook(told: Sequence[Told], known: Experience) -> Outlook:
    """Return what many rounds have in common."""
    weeks = [
        WeekAhead(
            received=_range([each.received[week] for each in told]),
            closed=_range([each.closed[week] for each in told]),
            backlog=_range([each.backlog[week] for each in told]),
            late=_late([(each.late[week], each.due[week]) for each in told]),
        )
        for week in range(len(told[0].backlog))
    ]
    groups = sorted({group for each in told for group in each.load})
    load = {group: _range([each.load.get(group, 0.0) for each in told]) for group in groups}
    can = {element for each in told for element in each.can}
    undone = sorted({s.element for c in known.courses for s in c.steps if s.work} - can)
    return Outlook(tuple(weeks), load, tuple(undone))


def _range(values: Sequence[float]) -> Range:
    ordered = sorted(values)
    low, middle, high = (
        float(ordered[nearest_rank(len(ordered), percent) - 1])
        for percent in (_LOW, _MIDDLE, _HIGH)
    )
    return Range(low, middle, high)


def _late(counted: Sequence[tuple[int, int]]) -> Range | None:
    shares = [late / due for late, due in counted if due]
    return _range(shares) if 2 * len(shares) > len(counted) else None


def _crew(
    known: Experience, question: Question, groups: Mapping[str, str], chance: random.Random
) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the people of one round, with their group and what they can do."""
    crew = {who: (groups.get(who, ""), frozenset(did)) for who, did in known.skills.items()}
    for group, more in sorted(question.people.items()):
        own = [who for who, (of, _) in crew.items() if of == group]
        for gone in chance.sample(own, min(len(own), max(-more, 0))):
            del crew[gone]
        can = frozenset[str]().union(*(crew[who][1] for who in own if who in crew))
        crew |= {f"{group} +{number}": (group, can) for number in range(1, more + 1)}
    return crew
