"""The four rules of control charts, against a reader who looks at every stretch of points."""

from datetime import date, timedelta
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import chart_rule
from engine.domain.chart_rule import Finding, Rule, findings
from engine.domain.control_chart import LEAST, Baseline, ChartKind, Point, control_chart

MONDAY = date(2024, 1, 1)
CALM = [8, 12] * 6
"""Mean 10 and mean moving range 4: one deviation is 3.55, the limits are -0.64 and 20.64."""
AFTER = st.lists(st.integers(min_value=0, max_value=24), min_size=0, max_size=40)


def found(after, *, baselines=()):
    points = [
        Point(MONDAY + timedelta(weeks=week), number, 1, number)
        for week, number in enumerate(CALM + after)
    ]
    return findings(control_chart(ChartKind.XMR, points, baselines=baselines, span=LEAST))


def seen_by_a_reader(numbers):
    """Return rule, side, and every point at which a rule holds, looking at each stretch anew."""
    deviation = 2.66 * _mean_range() / 3
    seen = set()
    for end in range(1, len(numbers) + 1):
        last = numbers[:end]
        for side in (1, -1):
            far = [side * (number - 10) for number in last]
            if far[-1] > 3 * deviation:
                seen.add((Rule.OUTSIDE, side, end - 1))
            if end >= 7 and all(each > 0 for each in far[-7:]):
                seen.add((Rule.RUN, side, end - 1))
            if end >= 6 and all(b > a for a, b in pairwise(far[-6:])):
                seen.add((Rule.TREND, side, end - 1))
            near = [each > 2 * deviation for each in far[-3:]]
            if near[-1] and sum(near) >= 2:
                seen.add((Rule.NEAR, side, end - 1))
    return seen


def _mean_range():
    return sum(abs(b - a) for a, b in pairwise(CALM)) / (len(CALM) - 1)


def agree(after):
    """Check that what is found says the same as the reader: when first, and until when."""
    seen = seen_by_a_reader(CALM + after)
    told = set()
    for each in found(after):
        ends = {at for rule, side, at in seen if (rule, side) == (each.rule, each.side)}
        assert each.noticed in ends
        assert each.last in ends
        assert each.first <= each.noticed <= each.last
        told |= {(each.rule, each.side, at) for at in ends if each.noticed <= at <= each.last}
    assert told == seen


@given(after=AFTER)
def test_every_rule_finds_what_a_reader_finds_and_nothing_else(after):
    agree(after)


def test_the_limits_are_those_the_examples_count_on():
    assert found([]) == ()
    assert _mean_range() == 4
    assert sqrt((2.66 * 4 / 3) ** 2) == pytest.approx(3.5467, abs=1e-4)


def test_a_point_outside_a_limit_is_found_by_itself():
    assert found([21]) == (Finding(Rule.OUTSIDE, 1, 12, 12, 12),)
    assert found([20]) == ()


@pytest.mark.parametrize("side", [1, -1])
def test_seven_on_one_side_are_a_run_and_six_are_none(side):
    calm, start = [10], 13
    six, seven = ([10 + side * (1 + week % 2) for week in range(n)] for n in (6, 7))

    assert found(calm + six) == ()
    assert found(calm + seven) == (Finding(Rule.RUN, side, start, start + 6, start + 6),)
    assert found(calm + seven + [10 + side]) == (
        Finding(Rule.RUN, side, start, start + 7, start + 6),
    )


def test_a_point_on_the_centre_line_ends_a_run():
    assert found([10, 11, 12, 11, 10, 11, 12, 11, 12]) == ()


def test_six_that_rise_are_a_trend_five_or_two_alike_are_none():
    assert found([7, 8, 9, 10, 11]) == ()
    assert found([7, 8, 9, 9, 10, 11, 12]) == ()
    assert found([6, 7, 8, 9, 11, 12]) == (Finding(Rule.TREND, 1, 12, 17, 17),)
    assert found([14, 13, 12, 11, 9, 8]) == (Finding(Rule.TREND, -1, 12, 17, 17),)


def test_two_of_three_near_a_limit_are_found_two_of_four_are_not():
    """Near is beyond 17.09."""
    assert found([18, 10, 18]) == (Finding(Rule.NEAR, 1, 12, 14, 14),)
    assert found([18, 10, 9, 18]) == ()
    assert found([18, 10, 2]) == ()


def test_no_rule_looks_across_a_change_of_the_limits():
    change = Baseline(MONDAY + timedelta(weeks=16), "A second team began.")
    run = [11, 12] * 4 + CALM

    assert found(run)[0].rule is Rule.RUN
    assert found(run, baselines=[change]) == ()


@pytest.mark.parametrize(("rule", "name"), [(Rule.RUN, "RUN"), (Rule.TREND, "TREND")])
@pytest.mark.parametrize("off", [-1, 1])
def test_a_run_that_is_off_by_one_would_be_found(monkeypatch, rule, name, off):
    """The reader counts by himself: both ways of being wrong show at some length."""
    monkeypatch.setattr(chart_rule, name, getattr(chart_rule, name) + off)
    rising = list(range(3, 13))
    runs = [[10] + [11, 12] * 3, [10] + [11, 12] * 4, rising[:5], rising[:6], rising[:7]]

    def all_agree():
        for after in runs:
            agree(after)

    with pytest.raises(AssertionError):
        all_agree()


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_reads_as_a_sentence_about_one_side(rule):
    assert rule.words(1) != rule.words(-1)
