"""What is told of a process is more than chance, and what is planted is found (8.3)."""

import random
from collections import Counter
from datetime import timedelta
from math import comb
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import process_health
from engine.domain.chance import longer_by_chance, more_by_chance
from engine.domain.kpi import FEW
from engine.domain.process_health import (
    ENOUGH,
    WEEKS,
    Change,
    Finding,
    StepCount,
    Way,
    is_clearly_longer,
    maybe_slower,
    more_often,
    never_done,
    never_taken,
    not_drawn,
    repeated,
)
from engine.domain.tally import class_of

DAY = 86_400
QUARTER = 13
"""Weeks."""
RULES = (Change.SLOWER, Change.REPEATED, Change.MORE_OFTEN)
STEPS = {
    f"step {number}": (mean, 3 * DAY / (1 + number))
    for number, mean in enumerate((60, 55, 45, 40, 30, 20, 12, 8, 4, 1))
}
"""How often each is done in a week, and what half of them take, in seconds."""
IN_TEN, SPREAD = 0.1, 0.8
BUSY = "step 3"


class Process:
    """Weeks of a process in which nothing changes but by chance, and what is planted in it."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.slower, self.again, self.often = {}, {}, {}
        self.weeks = [self._week() for _ in range(WEEKS)]

    def found(self):
        """Let a week go by, and return what is told of it, as (kind, element)."""
        before, now = self.weeks[-WEEKS:], self._week()
        self.weeks.append(now)
        counts, past = _counts([now]), _counts(before)
        told = [*repeated(counts, past), *more_often(counts, past)]
        for name in maybe_slower(counts, past):
            times = [t for week in before for t in week[name][0]]
            medians = (median_low(now[name][0]), median_low(times))
            if is_clearly_longer(*(timedelta(seconds=each) for each in medians)):
                told.append(Finding(Change.SLOWER, name, medians[1], medians[0], 1))
        return [(each.change, each.element) for each in told]

    def quarter(self):
        return [each for _ in range(QUARTER) for each in self.found()]

    def _week(self):
        """Return of each step how long it took, each time, and how often it was a second time."""
        made = {}
        for name, (usual, usually) in STEPS.items():
            mean, half = usual * self.often.get(name, 1), usually * self.slower.get(name, 1)
            number = sum(self.dice.random() < mean / 1_000 for _ in range(1_000))
            times = [int(half * self.dice.lognormvariate(0, SPREAD)) for _ in range(number)]
            share = self.again.get(name, IN_TEN)
            made[name] = (times, sum(self.dice.random() < share for _ in times))
        return made


def _counts(weeks):
    return {
        name: StepCount(
            Counter(class_of(t) for week in weeks for t in week[name][0]),
            again=sum(week[name][1] for week in weeks),
            twice=sum(week[name][1] for week in weeks),
        )
        for name in STEPS
        if any(week[name][0] for week in weeks)
    }


@pytest.mark.iso("8.3")
def test_of_pure_noise_next_to_nothing_is_told():
    told = [Process(seed).quarter() for seed in range(40)]

    assert max(map(len, told)) <= 1
    assert sum(map(len, told)) <= 0.195 * len(told)


def test_each_rule_keeps_its_risk_also_where_every_difference_is_large_enough(monkeypatch):
    monkeypatch.setattr(process_health, "_LONGER", 1.0)
    monkeypatch.setattr(process_health, "_MORE_OFTEN", 1.0)
    monkeypatch.setattr(process_health, "_REPEATED", 1.0)
    monkeypatch.setattr(process_health, "_LEAST", timedelta())

    told = Counter(kind for seed in range(100, 160) for kind, _ in Process(seed).quarter())

    expected = 0.005 * QUARTER * 60
    assert all(told[kind] <= 2 * expected for kind in RULES)


def test_a_rule_that_forgets_chance_is_caught(monkeypatch):
    """Plant the bug: whatever is large enough is told, whether or not it is chance."""
    monkeypatch.setattr(process_health, "_RISK", 10.0)

    assert max(len(Process(seed).quarter()) for seed in range(5)) > 1


@pytest.mark.iso("8.7")
@pytest.mark.parametrize("seed", range(25))
def test_twice_the_time_is_found_within_two_weeks_and_nothing_else(seed):
    process = Process(1_000 + seed)
    process.slower = {BUSY: 2}

    told = {*process.found(), *process.found()}

    assert told == {(Change.SLOWER, BUSY)}


def test_more_repeats_and_another_mix_are_found_by_their_steps():
    found = set()
    for seed in range(10):
        process = Process(2_000 + seed)
        process.again, process.often = {BUSY: 0.5}, {"step 8": 5}
        found |= {*process.found(), *process.found()}

    assert found == {(Change.REPEATED, BUSY), (Change.MORE_OFTEN, "step 8")}


@given(of=st.integers(0, FEW - 1), before=st.integers(0, 500))
def test_nothing_is_told_of_a_few(of, before):
    now, past = {"a": StepCount({80: of}, of, of)}, {"a": StepCount({20: before})}

    assert maybe_slower(now, past) == ()
    assert [*repeated(now, past), *more_often(now, past)] == []


@given(of=st.integers(FEW, 200), before=st.integers(0, 3 * FEW - 1))
def test_nothing_is_compared_with_a_few(of, before):
    now, past = {"a": StepCount({80: of}, of // 2, of // 2)}, {"a": StepCount({20: before})}

    assert maybe_slower(now, past) == ()
    assert [*repeated(now, past), *more_often(now, past)] == []


@given(
    now=st.dictionaries(st.integers(0, 9), st.integers(0, 9), min_size=1),
    before=st.dictionaries(st.integers(0, 9), st.integers(0, 9), min_size=1),
)
def test_longer_and_shorter_are_not_both_more_than_chance(now, before):
    longer = longer_by_chance(now, before)
    shorter = longer_by_chance(before, now)

    assert 0 <= longer <= 1
    assert longer + shorter >= 1 - 1e-9


@given(sizes=st.tuples(*[st.integers(0, 30)] * 4))
def test_the_exact_test_says_what_counting_every_choice_does(sizes):
    part, rest, parts, others = sizes
    size, whole, good = part + rest, sum(sizes), part + parts
    ways = [comb(good, n) * comb(whole - good, size - n) for n in range(part, min(good, size) + 1)]

    said = more_by_chance((part, size), (parts, parts + others))

    assert said == pytest.approx(sum(ways) / comb(whole, size))


def test_what_is_drawn_and_never_done_is_told_from_enough_complaints_on():
    assert [*never_done(["a", "b"], {"a"}, ENOUGH - 1)] == []
    (found,) = never_done(["a", "b"], {"a"}, ENOUGH)

    assert (found.change, found.element, found.n) == (Change.NEVER_DONE, "b", ENOUGH)


def test_a_way_is_never_taken_where_its_steps_were_not_done_and_others_of_the_gateway_were():
    ways = [
        Way("yes", "gate", frozenset({"pay"})),
        Way("no", "gate", frozenset({"refuse"})),
        Way("end", "gate", frozenset()),
        Way("far", "other", frozenset({"refer"})),
        Way("near", "other", frozenset({"ask"})),
    ]

    assert [each.element for each in never_taken(ways, {"pay"}, ENOUGH)] == ["no"]
    assert [*never_taken(ways, {"pay"}, ENOUGH - 1)] == []
    assert [each.element for each in never_taken(ways, {"pay", "ask"}, 500)] == ["no", "far"]


def test_what_the_diagram_does_not_have_is_told_with_its_number():
    now = {"a": StepCount({3: 4}), "gone": StepCount({3: 2})}

    (found,) = not_drawn(now, {"gone": StepCount({3: 30})}, {"a"})

    assert (found.element, found.before, found.now, found.n) == ("gone", 30, 2, 2)


def test_what_a_few_complaints_tell_is_kept_from_those_who_open_none():
    few, many = (Finding(Change.NOT_DRAWN, "a", 0, n, n) for n in (FEW - 1, FEW))

    assert (few.of_few_untold().now, few.of_few_untold().n) == (None, None)
    assert many.of_few_untold() == many
