"""A figure before and after: against plain sums, and what may speak for a change (8.7)."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import before_after as comparing
from engine.domain.before_after import before_after
from engine.domain.control_chart import Baseline, ChartKind, Point

MONDAY = date(2025, 1, 6)
CALM = [8, 12] * 12
COUNTS = st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=60)


def weeks(numbers, of=1):
    return [Point(MONDAY + timedelta(weeks=at), n, of, n) for at, n in enumerate(numbers)]


def compare(points, done_on, kind=ChartKind.C, baselines=(), span=24):
    return before_after(
        kind, points, done_on=done_on, what="Two readings", baselines=baselines, span=span
    )


def after(numbers, more):
    """Return a comparison of calm weeks, and of others from the day on that follows them."""
    return compare(weeks([*numbers, *more]), MONDAY + timedelta(weeks=len(numbers)))


@given(COUNTS, st.integers(min_value=0, max_value=400))
def test_the_sides_are_plain_sums_of_the_weeks_that_lie_wholly_on_them(numbers, day):
    points, done_on = weeks(numbers), MONDAY + timedelta(days=day)

    made = compare(points, done_on, span=60)

    before = [p.number for p in points if p.day + timedelta(days=7) <= done_on]
    later = [p.number for p in points if p.day >= done_on]
    for side, own in ((made.before, before), (made.after, later)):
        assert (side.points, side.n) == (len(own), sum(own))
        assert side.value == (Fraction(sum(own), len(own)) if own else None)
    straddling = len(numbers) - len(before) - len(later)
    assert straddling == (0 < day < 7 * len(numbers) and day % 7 != 0)


@pytest.mark.iso("8.7")
def test_a_level_that_stays_lower_is_more_than_chance_by_the_limits_of_before():
    made = after(CALM, [7] * 7)

    assert made.moved() == -1
    assert made.is_more_than_chance(-1)
    assert not made.is_more_than_chance(1)
    assert made.beyond == ((-1, "7 points or more below the centre"),)


def test_six_weeks_on_one_side_are_not_seven():
    """Plant the off-by-one: a run that is one short says nothing."""
    made = after(CALM, [7, 8, 7, 8, 7, 8])

    assert made.moved() == -1
    assert not made.is_more_than_chance(-1)


def test_a_run_that_began_before_the_action_is_no_effect_of_it():
    made = after([*CALM, 7, 8, 7], [8, 7, 8, 7])

    assert not made.is_more_than_chance(-1)


def test_without_a_cut_a_run_that_began_before_would_hide_an_effect(monkeypatch):
    """Plant the bug: the stretch after the action is not cut off."""
    points, done_on = weeks([*CALM, 7, 8, 7, 8, 7, 8, 7, 8]), MONDAY + timedelta(weeks=25)
    made = compare(points, done_on)
    monkeypatch.setattr(comparing, "_cut", lambda chart, _first: chart)

    mixed = compare(points, done_on)

    assert made.is_more_than_chance(-1)
    assert not mixed.is_more_than_chance(-1)


def test_what_moves_the_wrong_way_is_never_called_an_effect():
    made = after(CALM, [30, 31, 30])

    assert made.is_more_than_chance(1)
    assert not made.is_more_than_chance(-1)


def test_limits_are_computed_anew_once_there_are_points_enough():
    few, enough = after(CALM, [6] * 11), after(CALM, [6] * 12)

    assert [len(made.chart.phases) for made in (few, enough)] == [1, 2]
    assert enough.chart.lines(30)[1] == 6.0
    assert enough.chart.phases[1].baseline.reason == "Two readings"


def test_limits_that_began_anew_with_the_action_do_not_hide_its_effect():
    done_on = MONDAY + timedelta(weeks=len(CALM))
    began = [Baseline(done_on, "A change")]

    made = compare(weeks([*CALM, *[7] * 7]), done_on, baselines=began)

    assert made.is_more_than_chance(-1)


def test_before_is_what_came_since_the_last_change():
    changed = [Baseline(MONDAY + timedelta(weeks=10), "A second team")]

    made = compare(weeks([40] * 10 + CALM + [7]), MONDAY + timedelta(weeks=34), baselines=changed)

    assert (made.before.points, made.before.value) == (24, 10)


def test_with_too_few_points_before_nothing_is_more_than_chance_and_it_says_why():
    made = after([10] * 5, [1] * 6)

    assert not made.is_more_than_chance(-1)
    assert "5 points before" in made.why


def test_of_times_between_events_the_one_that_spans_the_action_is_on_no_side():
    days, day = [], MONDAY
    for gap in [2, 3] * 8 + [10, 20, 20]:
        day += timedelta(days=gap)
        days.append(Point(day, gap * 86_400, 86_400, 1))

    made = compare(days, days[15].day + timedelta(days=5), ChartKind.T)

    assert (made.before.points, made.after.points) == (16, 2)
    assert made.after.value == 20


def test_a_time_that_began_on_the_evening_before_the_action_is_on_no_side():
    """Four days and a half: they ended in the morning of the fifth day after that evening."""
    days = [Point(MONDAY + timedelta(days=3 * at), 3 * 86_400, 86_400, 1) for at in range(16)]
    evening = days[-1].day
    days.append(Point(evening + timedelta(days=5), 9 * 43_200, 86_400, 1))

    made = compare(days, evening + timedelta(days=1), ChartKind.T)

    assert (made.before.points, made.after.points) == (16, 0)


def test_what_came_after_has_no_part_in_the_limits_of_before():
    """Fourteen weeks before, many after: limits of the first 24 would hide what has changed."""
    few = [3, 2, 4, 3, 2, 4, 3, 3, 2, 4, 3, 2, 4, 3]

    made = after(few, [12, 13, 12, 14, 13, 12, 13, 12, 14, 12, 13])
    mixed = comparing.control_chart(ChartKind.C, weeks([*few, *[12] * 11]))

    assert made.is_more_than_chance(1)
    assert made.chart.lines(0)[1] == 3
    assert mixed.lines(0)[1] > 6


def test_without_any_point_nothing_is_said():
    made = compare([], MONDAY)

    assert (made.before.value, made.after.value, made.moved(), made.beyond) == (None, None, 0, ())
