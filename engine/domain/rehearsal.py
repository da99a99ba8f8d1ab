"""One round of the coming weeks: complaints come, steps wait for people, and end."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import accumulate, count
from math import inf

from simpy import Environment as Clock

from engine.domain.experience import Course, Experience, OpenCase

Crew = Mapping[str, tuple[str, frozenset[str]]]
"""By person, their group and the elements of the steps that they can do."""


@dataclass(frozen=True, slots=True)
class Told:
    """What happened in one round, by week.

    Attributes:
        due: Final responses that fell due.
        late: Of these, those not given by then.
        load: By group, the share of working time that steps filled.
        can: Elements of the steps that somebody can do.
    """

    received: tuple[int, ...]
    closed: tuple[int, ...]
    backlog: tuple[int, ...]
    due: tuple[int, ...]
    late: tuple[int, ...]
    load: Mapping[str, float]
    can: frozenset[str]


@dataclass(eq=False, slots=True)
class _Case:
    """A complaint that lives through a course, or through what is left of it.

    Attributes:
        waits_for: By place, how many steps must still end before it opens.
        due: When its final response falls due; infinite where nothing is promised.
        left: Steps that have not ended.
    """

    course: Course
    due: float
    waits_for: dict[int, int]
    follows: dict[int, list[int]]
    left: int


@dataclass(slots=True)
class _Tally:
    received: list[float] = field(default_factory=list)
    closed: list[float] = field(default_factory=list)
    answered: list[tuple[float, float]] = field(default_factory=list)
    """When each promise falls due, and when it was kept."""
    unanswered: dict[_Case, float] = field(default_factory=dict)
    busy: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


class Rehearsal:
    """The coming weeks, once.

    Args:
        known: What was learnt.
        crew: Who works.
        weeks: How long each coming week is, in working seconds.
        chance: What is left to chance is drawn from here.
        arrivals: Factor on the complaints that come.
    """

    def __init__(
        self,
        known: Experience,
        crew: Crew,
        weeks: Sequence[float],
        chance: random.Random,
        arrivals: float,
    ) -> None:
        self._known, self._crew, self._chance, self._arrivals = known, crew, chance, arrivals
        self._ends = list(accumulate(weeks))
        self._clock = Clock()
        self._tally = _Tally()
        self._free = dict.fromkeys(sorted(crew, key=lambda who: (len(crew[who][1]), who)))
        self._queues: defaultdict[str, list[tuple[float, int, _Case, int]]] = defaultdict(list)
        self._number = count()
        self._weights = list(accumulate(course.weight for course in known.courses))

    def run(self) -> Told:
        """Play, and return what happened."""
        ways = _ways(self._known.courses)
        for open_case in self._known.under_way:
            self._resume(open_case, ways)
        self._expect_arrivals()
        self._clock.run(until=self._ends[-1])
        return self._told()

    # What comes.

    def _expect_arrivals(self) -> None:
        daily = self._known.daily
        if not daily or not self._ends[-1]:
            return
        days = self._chance.choices(daily, k=len(daily))  # what comes in the mean is not known
        length = self._known.day
        for number in range(int(self._ends[-1] // length) + 1):
            expected = self._chance.choice(days) * self._arrivals
            whole = int(expected)
            for _ in range(whole + (self._chance.random() < expected - whole)):
                at = (number + self._chance.random()) * length
                if at < self._ends[-1]:
                    self._later(at, self._receive)

    def _receive(self) -> None:
        (course,) = self._chance.choices(self._known.courses, cum_weights=self._weights)
        self._tally.received.append(self._clock.now)
        due = inf if course.limit is None else self._clock.now + course.limit
        self._begin(course, range(len(course.steps)), due)

    def _resume(self, open_case: OpenCase, ways: Mapping[str, list[tuple[Course, int]]]) -> None:
        """Let an open complaint go on as one did that once waited there, and as long."""
        known = ways.get(open_case.element, [])
        as_long = [way for way in known if _lasted(way, open_case) > open_case.waited]
        due = inf if open_case.left is None else open_case.left
        if not known:
            (course,) = self._chance.choices(self._known.courses, cum_weights=self._weights)
            self._begin(course, range(len(course.steps)), due)
            return
        among = as_long or [max(known, key=lambda way: _lasted(way, open_case))]
        weights = [course.weight for course, _ in among]
        ((course, place),) = self._chance.choices(among, weights)
        course, first = _left_of(course, place, open_case)
        self._begin(course, first, due)

    def _begin(self, course: Course, places: Iterable[int], due: float) -> None:
        own = set(places)
        follows: dict[int, list[int]] = {place: [] for place in own}
        waits_for = {}
        for place in own:
            before = [other for other in course.steps[place].after if other in own]
            waits_for[place] = len(before)
            for other in before:
                follows[other].append(place)
        is_promised = due < inf and course.answer in own
        case = _Case(course, due if is_promised else inf, waits_for, follows, len(own))
        if is_promised:
            self._tally.unanswered[case] = due
        if not own:
            self._close(case)
        for place in sorted(own):
            if not waits_for[place]:
                self._open(case, place)

    # What is done.

    def _open(self, case: _Case, place: int) -> None:
        step = case.course.steps[place]
        self._later(step.gap + step.delay, lambda: self._wait(case, place))

    def _wait(self, case: _Case, place: int) -> None:
        step = case.course.steps[place]
        if not step.work:
            self._end(case, place)
            return
        who = next((p for p in self._free if step.element in self._crew[p][1]), None)
        if who is None:
            heappush(self._queues[step.element], (case.due, next(self._number), case, place))
        else:
            del self._free[who]
            self._work(who, case, place)

    def _work(self, who: str, case: _Case, place: int) -> None:
        work = case.course.steps[place].work
        until = min(self._clock.now + work, self._ends[-1])
        self._tally.busy[self._crew[who][0]] += until - self._clock.now

        def done() -> None:
            self._end(case, place)
            self._take_next(who)

        self._later(work, done)

    def _take_next(self, who: str) -> None:
        """Let somebody take the step whose final response falls due first."""
        heads = [(*self._queues[e][0][:2], e) for e in self._crew[who][1] if self._queues.get(e)]
        if not heads:
            self._free[who] = None
            return
        *_, element = min(heads)
        _, _, case, place = heappop(self._queues[element])
        self._work(who, case, place)

    def _end(self, case: _Case, place: int) -> None:
        now = self._clock.now
        if place == case.course.answer and case in self._tally.unanswered:
            self._tally.answered.append((self._tally.unanswered.pop(case), now))
        case.left -= 1
        if not case.left:
            self._close(case)
        for other in case.follows[place]:
            case.waits_for[other] -= 1
            if not case.waits_for[other]:
                self._open(case, other)

    def _close(self, case: _Case) -> None:
        self._later(case.course.rest, lambda: self._tally.closed.append(self._clock.now))

    def _later(self, delay: float, act: Callable[[], None]) -> None:
        event = self._clock.timeout(delay)
        event.callbacks.append(lambda _: act())

    # What is told.

    def _told(self) -> Told:
        promises = [*self._tally.answered, *((due, inf) for due in self._tally.unanswered.values())]
        received = self._by_week(self._tally.received)
        closed = self._by_week(self._tally.closed)
        change = accumulate(came - went for came, went in zip(received, closed, strict=True))
        own: defaultdict[str, int] = defaultdict(int)
        for group, _ in self._crew.values():
            own[group] += 1
        return Told(
            received=received,
            closed=closed,
            backlog=tuple(len(self._known.under_way) + each for each in change),
            due=self._by_week([due for due, _ in promises if due >= 0]),
            late=self._by_week([due for due, met in promises if due >= 0 and met > due]),
            load={g: self._tally.busy[g] / (n * self._ends[-1]) for g, n in own.items()},
            can=frozenset[str]().union(*(can for _, can in self._crew.values())),
        )

    def _by_week(self, moments: Iterable[float]) -> tuple[int, ...]:
        found = [0] * len(self._ends)
        for moment in moments:
            week = next((n for n, end in enumerate(self._ends) if moment < end), None)
            if week is not None:
                found[week] += 1
        return tuple(found)


def _ways(courses: Iterable[Course]) -> dict[str, list[tuple[Course, int]]]:
    """Return by element the courses that came there, with the place of its step."""
    found: dict[str, list[tuple[Course, int]]] = {}
    for course in courses:
        for place, step in enumerate(course.steps):
            found.setdefault(step.element, []).append((course, place))
    return found


def _from(course: Course, first: int) -> set[int]:
    """Return a place of a course and all that follows it."""
    found = {first}
    for place, step in enumerate(course.steps):
        if place > first and not found.isdisjoint(step.after):
            found.add(place)
    return found


def _lasted(way: tuple[Course, int], open_case: OpenCase) -> float:
    """Return how long a course stood where a complaint stands now."""
    course, place = way
    if open_case.is_waiting:
        return course.steps[place].delay + course.steps[place].work
    return min((step.gap for step in course.steps if place in step.after), default=course.rest)


def _left_of(course: Course, place: int, open_case: OpenCase) -> tuple[Course, set[int]]:
    """Return what is still to come of a course where a complaint has waited for some time."""
    left = _from(course, place)
    steps = list(course.steps)
    if open_case.is_waiting:
        step = steps[place]
        steps[place] = replace(step, gap=0.0, delay=max(step.delay - open_case.waited, 0.0))
    else:
        left.discard(place)
        for after, step in enumerate(steps):
            if place in step.after:
                steps[after] = replace(step, gap=max(step.gap - open_case.waited, 0.0))
    rest = course.rest if left else max(course.rest - open_case.waited, 0.0)
    return replace(course, steps=tuple(steps), rest=rest), left
