"""A department of one kind of step, told by plain arithmetic: its past, and what really came then.

It works around the clock. Whoever is free next takes the complaint that came first.
"""

import random
from datetime import UTC, datetime, timedelta
from heapq import heapreplace

from config.policy import CalendarPolicy
from engine.domain.experience import CaseTold, StepTold, learn
from engine.domain.working_clock import WorkingClock
from engine.domain.working_time import Calendar

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALWAYS = Calendar(
    CalendarPolicy.model_validate({"zone": "UTC", "week": {d: ["00:00-00:00"] for d in DAYS}})
)
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = 7 * 86_400.0
DAY = timedelta(days=1)


class Department:
    """Complaints come at random; each takes an exponential time of somebody's work.

    Args:
        a_day: How many come each day, in the mean.
        hours: How long the work on one takes, in the mean.
        people: How many work.
        days: How long it is looked at.
        seed: Of chance.
    """

    def __init__(self, a_day, hours, people, *, days, seed):
        chance = random.Random(seed)
        free = [0.0] * people
        self.cases, at = [], 0.0
        while (at := at + chance.expovariate(a_day)) < days:
            begun = max(at, free[0])
            done = begun + chance.expovariate(24 / hours)
            heapreplace(free, done)
            self.cases.append((at, done, begun))
        self._people = people

    def told(self, day):
        """Return what the journal says on a day: closed and open complaints."""
        closed, under_way = [], []
        last = {}
        for number, (came, done, begun) in enumerate(self.cases):
            who = next((w for w, until in last.items() if until == begun), f"p{len(last)}")
            if who not in last and len(last) >= self._people:
                who = min(last, key=last.get)
            last[who] = done
            if came > day:
                break
            is_over = done <= day
            step = StepTold("handle", _at(came), _at(done) if is_over else None,
                            who if is_over else "")  # fmt: skip
            told = CaseTold(_at(came), step.ended_at, _at(came + 5), step.ended_at, (step,))
            (closed if is_over else under_way).append(told)
            assert number < len(self.cases)
        return closed, under_way

    def open_on(self, day):
        """Return how many are open on a day."""
        return sum(came <= day < done for came, done, _ in self.cases)

    def learnt(self, day):
        """Return what is known on a day."""
        closed, under_way = self.told(day)
        daily = [0] * int(day)
        for came, _, _ in self.cases:
            if came < int(day):
                daily[int(came)] += 1
        clock = WorkingClock(ALWAYS, BEGIN)
        return learn(closed, under_way, daily=daily, day=86_400.0, clock=clock, now=_at(day))


def _at(day):
    return BEGIN + day * DAY
