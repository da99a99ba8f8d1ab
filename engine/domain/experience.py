"""What closed complaints have taught: which steps follow which, and how long each took.

All lengths are working seconds. The work on a step is told from the ends of a person's steps: what
lies between two of them, while the second one already waited, was spent on the second (van der
Aalst and Nakatumba, "Analyzing Resource Behavior Using Process Mining", 2010). Whatever a step took
beyond the work that is usual for it was waiting: it keeps nobody busy.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from statistics import fmean, median
from typing import Final

from engine.domain.kpi import nearest_rank
from engine.domain.working_clock import WorkingClock

_ENOUGH: Final = 5
"""Ends of one kind of step from which its usual work is told."""
_QUARTER: Final = 25
_HEAVIEST: Final = 20.0


@dataclass(frozen=True, slots=True)
class StepTold:
    """One step as the journal tells of it.

    Attributes:
        opened_at: When it came to wait for a person.
        ended_at: None while it waits.
        by: User name of whoever completed it; empty where nobody did.
    """

    element: str
    opened_at: datetime
    ended_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class CaseTold:
    """One complaint as the journal tells of it.

    Attributes:
        due_at: When the final response falls due; None where nothing is promised, or no more.
        met_at: When it was given.
        steps: In the order in which they opened.
    """

    received_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    met_at: datetime | None
    steps: tuple[StepTold, ...]


@dataclass(frozen=True, slots=True)
class PastStep:
    """One step of a complaint, to be lived through again.

    Attributes:
        after: Places of the steps that end before it can open.
        gap: From the last of their ends until it opens: answers of others, and moments.
        delay: From then until somebody begins, although there is time.
        work: What keeps somebody busy.
    """

    element: str
    after: tuple[int, ...]
    gap: float
    delay: float
    work: float


@dataclass(frozen=True, slots=True)
class Course:
    """How a complaint went from receipt to closing.

    Attributes:
        limit: From receipt until the final response was due; None where nothing was promised.
        answer: Place of the step by which it was given; None where it never was.
        rest: From the end of its last step until it was closed.
        weight: For how many complaints it stands: slow ones are still open more often.
    """

    steps: tuple[PastStep, ...]
    limit: float | None = None
    answer: int | None = None
    rest: float = 0.0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A complaint that is under way.

    Attributes:
        element: Of the step that waits longest; else of the one that ended last.
        is_waiting: Whether that step waits; else somebody outside is waited for, or a moment.
        waited: How long that has lasted.
        left: Until the final response falls due, negative when it is late; None where nothing is
            promised, or it was given.
    """

    element: str
    is_waiting: bool
    waited: float
    left: float | None


@dataclass(frozen=True, slots=True)
class Experience:
    """What is known of a department at a moment.

    Attributes:
        courses: Of the complaints closed last.
        under_way: Complaints that are open.
        daily: How many came on each working day of the last weeks, oldest first.
        day: How long a usual working day is.
        skills: By person, how many steps they completed of each element.
    """

    courses: tuple[Course, ...]
    under_way: tuple[OpenCase, ...]
    daily: tuple[int, ...]
    day: float
    skills: Mapping[str, Mapping[str, int]]

    @property
    def usual_work(self) -> Mapping[str, float]:
        """Return the median work on a step, by element."""
        return {element: median(lengths) for element, lengths in self._works().items()}

    @property
    def mean_work(self) -> Mapping[str, float]:
        """Return the mean work on a step, by element."""
        return {element: fmean(lengths) for element, lengths in self._works().items()}

    def _works(self) -> Mapping[str, list[float]]:
        found: dict[str, list[float]] = defaultdict(list)
        for course in self.courses:
            for step in course.steps:
                found[step.element].append(step.work)
        return found


def learn(
    closed: Sequence[CaseTold],
    under_way: Sequence[CaseTold],
    *,
    daily: Sequence[int],
    day: float,
    clock: WorkingClock,
    now: datetime,
) -> Experience:
    """Return what complaints teach.

    Args:
        closed: Those that were closed last.
        under_way: Those that are open.
        daily: How many came on each working day of the last weeks, oldest first.
        day: How long a usual working day is.
        clock: Counts working time; begins before the first of the complaints.
        now: The moment from which is looked back.
    """
    works = _works([*closed, *under_way], clock)
    skills: dict[str, Counter[str]] = defaultdict(Counter)
    for case in (*closed, *under_way):
        for step in case.steps:
            if step.by and step.ended_at:
                skills[step.by][step.element] += 1
    weights = _weights(closed, under_way, clock, now)
    courses = (
        _course(case, number, works, clock, weight)
        for number, (case, weight) in enumerate(zip(closed, weights, strict=True))
    )
    return Experience(
        courses=tuple(course for course in courses if course.steps),
        under_way=tuple(_under_way(case, clock, now) for case in under_way),
        daily=tuple(daily),
        day=day,
        skills=dict(sorted(skills.items())),
    )


_Works = Mapping[tuple[int, int], float]
"""The work on a step, by the number of its case and its place there."""


def _works(cases: Sequence[CaseTold], clock: WorkingClock) -> _Works:
    """Return how long each completed step kept somebody busy."""
    ends: dict[str, list[tuple[datetime, datetime, tuple[int, int]]]] = defaultdict(list)
    for number, case in enumerate(cases):
        for place, step in enumerate(case.steps):
            if step.ended_at is not None and step.by:
                ends[step.by].append((step.ended_at, step.opened_at, (number, place)))
    lengths: dict[tuple[int, int], tuple[float, bool]] = {}
    for own in ends.values():
        former: datetime | None = None
        for ended_at, opened_at, key in sorted(own):
            is_busy = former is not None and former >= opened_at
            begun = former if is_busy and former is not None else opened_at
            lengths[key] = clock.at(ended_at) - clock.at(begun), is_busy
            former = ended_at
    return _without_waiting(cases, lengths)


def _without_waiting(
    cases: Sequence[CaseTold], lengths: Mapping[tuple[int, int], tuple[float, bool]]
) -> _Works:
    """Return the work on each step: the length, where more was waiting.

    Where nothing else waited, the longest has the work of the longest that were done at a stretch,
    and so down to the shortest; of kinds of steps that never queued, all have that of the quickest.
    """
    busy: dict[str, list[float]] = defaultdict(list)
    lone: dict[str, list[tuple[float, tuple[int, int]]]] = defaultdict(list)
    found = {}
    for key, (length, is_busy) in lengths.items():
        if is_busy:
            busy[_element(cases, key)].append(length)
            found[key] = length
        else:
            lone[_element(cases, key)].append((length, key))
    for element, own in lone.items():
        like = sorted(busy[element])
        if len(like) < _ENOUGH:
            every = sorted([*like, *(length for length, _ in own)])
            like = [every[nearest_rank(len(every), _QUARTER) - 1]]
        for rank, (length, key) in enumerate(sorted(own)):
            found[key] = min(length, like[(2 * rank + 1) * len(like) // (2 * len(own))])
    return found


def _element(cases: Sequence[CaseTold], key: tuple[int, int]) -> str:
    number, place = key
    return cases[number].steps[place].element


def _weights(
    closed: Sequence[CaseTold], under_way: Sequence[CaseTold], clock: WorkingClock, now: datetime
) -> list[float]:
    """Return for how many complaints each closed one stands.

    Whatever took long is still open more often, and would be missing among the closed ones. Each
    stands for one divided by the share of complaints that were watched at least as long (inverse
    probability of censoring, by Kaplan and Meier).
    """
    took = [
        clock.at(case.closed_at or now) - clock.at(case.received_at)
        for case in (*closed, *under_way)
    ]
    at_risk = len(took)
    watched, found = 1.0, [1.0] * len(closed)
    for place in sorted(range(len(took)), key=lambda n: (took[n], n)):
        if place < len(closed):
            found[place] = min(1 / watched, _HEAVIEST)
        elif at_risk > 1:
            watched *= 1 - 1 / at_risk
        at_risk -= 1
    return found


def _course(
    case: CaseTold, number: int, works: _Works, clock: WorkingClock, weight: float
) -> Course:
    steps = [
        _lived(case, place, after, clock, works.get((number, place), 0.0))
        for place, after in enumerate(_order(case.steps))
    ]
    limit = None if case.due_at is None else clock.at(case.due_at) - clock.at(case.received_at)
    last = max((step.ended_at for step in case.steps if step.ended_at), default=case.received_at)
    rest = max(clock.at(case.closed_at or last) - clock.at(last), 0.0)
    return Course(tuple(steps), limit, _answer(case), rest, weight)


def _lived(
    case: CaseTold, place: int, after: tuple[int, ...], clock: WorkingClock, work: float
) -> PastStep:
    step = case.steps[place]
    ends = [end for other in after if (end := case.steps[other].ended_at) is not None]
    opened = clock.at(step.opened_at)
    gap = opened - clock.at(max(ends, default=case.received_at))
    ended = opened if step.ended_at is None else clock.at(step.ended_at)
    took = max(ended - opened, 0.0)
    return PastStep(step.element, after, max(gap, 0.0), max(took - work, 0.0), min(work, took))


def _order(steps: Sequence[StepTold]) -> list[tuple[int, ...]]:
    """Return for each step the places of those that it waited for.

    A step that opens as another one ends also waited for every step that ended before and that
    nothing followed yet: their ways come together there. One that a message or a moment opened
    follows what ended last, and leaves the others to whatever opens later.
    """
    found: list[tuple[int, ...]] = []
    followed: set[int] = set()
    for moment, group in groupby(steps, lambda step: step.opened_at):
        ends = {p: s.ended_at for p, s in enumerate(steps) if s.ended_at and s.ended_at <= moment}
        last = max(ends.values(), default=None)
        if last == moment:
            after = tuple(place for place in ends if place not in followed)
            followed.update(after)
        else:
            after = tuple(place for place, end in ends.items() if end == last)
        found += [tuple(p for p in after if p < len(found))] * len(list(group))
    return found


def _answer(case: CaseTold) -> int | None:
    """Return the step by whose end the final response was given."""
    if case.met_at is None:
        return None
    ended = [
        (step.ended_at, place)
        for place, step in enumerate(case.steps)
        if step.ended_at is not None and step.ended_at <= case.met_at
    ]
    return max(ended)[1] if ended else None


def _under_way(case: CaseTold, clock: WorkingClock, now: datetime) -> OpenCase:
    waiting = [(step.opened_at, step.element) for step in case.steps if step.ended_at is None]
    ended = [(step.ended_at, step.element) for step in case.steps if step.ended_at is not None]
    since, element = min(waiting, default=max(ended, default=(case.received_at, "")))
    left = None
    if case.due_at is not None and case.met_at is None:
        left = clock.at(case.due_at) - clock.at(now)
        left -= 0.0 if case.due_at >= now else 1.0  # late, whatever working time says
    return OpenCase(element, bool(waiting), clock.at(now) - clock.at(since), left)


def changed(experience: Experience, work: Mapping[str, float]) -> Experience:
    """Return an experience in which the work on some elements is longer or shorter.

    Args:
        experience: What was learnt.
        work: By element, the factor; 0.5 for half as much.
    """
    courses = tuple(
        replace(
            course,
            steps=tuple(replace(s, work=s.work * work.get(s.element, 1.0)) for s in course.steps),
        )
        for course in experience.courses
    )
    return replace(experience, courses=courses)
