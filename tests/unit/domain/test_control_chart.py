"""Control charts: against printed examples, and against their plain definition."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import control_chart as charts
from engine.domain.chart_rule import Rule, findings
from engine.domain.control_chart import LEAST, Baseline, ChartKind, Point, control_chart

MONDAY = date(2024, 1, 1)
LOANS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306]
LOANS += [294, 299, 297, 299, 314, 295, 293, 306, 301, 304]
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22]
CANS += [8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
BOARDS = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19]
BOARDS += [10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]
SHIPMENTS = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]
VALVES = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8]
VALVES += [2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]

COUNTS = st.lists(st.integers(min_value=1, max_value=60), min_size=LEAST, max_size=20)
PARTS = st.lists(
    st.tuples(st.integers(min_value=0, max_value=50), st.integers(min_value=1, max_value=50)),
    min_size=LEAST,
    max_size=20,
).map(lambda pairs: [(min(pair), max(pair)) for pair in pairs])


def points_of(numbers, of=1):
    """Return a point a week; each of as many."""
    return [
        Point(MONDAY + timedelta(weeks=week), number, of, number)
        for week, number in enumerate(numbers)
    ]


def chart_of(kind, numbers, of=1):
    return control_chart(kind, points_of(numbers, of), span=max(LEAST, len(numbers)))


def outside(chart):
    return [each.first for each in findings(chart) if each.rule is Rule.OUTSIDE]


def plain_limits(kind, parts):
    """Return centre line, and limits of each point, as a textbook writes them down."""
    values = [number / of for number, of in parts]
    if kind is ChartKind.XMR:
        ranges = [abs(b - a) for a, b in pairwise(values)]
        return mean(values), [2.66 * mean(ranges)] * len(values)
    centre = sum(number for number, _ in parts) / sum(of for _, of in parts)
    variance = {
        ChartKind.P: lambda of: centre * (1 - centre) / of,
        ChartKind.U: lambda of: centre / of,
        ChartKind.C: lambda of: centre / of,
        ChartKind.G: lambda _of: centre * (centre + 1),
    }[kind]
    return centre, [3 * sqrt(variance(of)) for _, of in parts]


def test_an_xmr_chart_has_the_limits_that_montgomery_prints():
    low, centre, high = chart_of(ChartKind.XMR, LOANS).lines(0)

    assert (round(low, 2), round(centre, 1), round(high, 2)) == (279.78, 300.5, 321.22)
    assert not findings(chart_of(ChartKind.XMR, LOANS))


def test_a_p_chart_finds_the_two_points_that_montgomery_finds():
    chart = chart_of(ChartKind.P, CANS, of=50)
    low, centre, high = chart.lines(0)

    assert (round(low, 4), round(centre, 4), round(high, 4)) == (0.0524, 0.2313, 0.4102)
    assert outside(chart) == [14, 22]


def test_a_c_chart_finds_the_two_points_that_montgomery_finds():
    chart = chart_of(ChartKind.C, BOARDS)
    low, centre, high = chart.lines(0)

    assert (round(low, 2), round(centre, 2), round(high, 2)) == (6.48, 19.85, 33.21)
    assert outside(chart) == [5, 19]


def test_a_u_chart_has_the_limits_that_montgomery_prints_and_none_below_nothing():
    chart = chart_of(ChartKind.U, SHIPMENTS, of=50)
    low, centre, high = chart.lines(0)

    assert (low, round(centre, 4), round(high, 4)) == (None, 0.074, 0.1894)
    assert not outside(chart)


def test_times_between_failures_have_the_roots_that_montgomery_prints():
    """He takes the power 0.2777, which is 1/3.6 with four digits."""
    chart = chart_of(ChartKind.T, VALVES)
    printed = [4.80986, 6.70903, 5.72650, 3.81367, 6.43541, 6.23705, 1.46958, 3.96768, 5.39007]

    roots = [float(each.value) for each in chart.points]
    assert roots[:9] == pytest.approx(printed, rel=1e-3)
    deviations = 2.66 * mean(abs(b - a) for a, b in pairwise(roots))
    low, centre, high = chart.lines(0)
    assert low is None
    assert centre == pytest.approx(mean(roots) ** 3.6)
    assert high == pytest.approx((mean(roots) + deviations) ** 3.6)
    assert not findings(chart)


@given(kind=st.sampled_from([ChartKind.XMR, ChartKind.C, ChartKind.G]), numbers=COUNTS)
def test_limits_are_those_of_the_plain_definition(kind, numbers):
    chart = chart_of(kind, numbers)

    centre, reach = plain_limits(kind, [(number, 1) for number in numbers])
    for plotted, far in zip(chart.points, reach, strict=True):
        assert plotted.spread.line(0) == pytest.approx(centre)
        assert plotted.spread.line(3) == pytest.approx(centre + far)
        assert plotted.spread.line(-3) == pytest.approx(centre - far, abs=1e-9)


@given(kind=st.sampled_from([ChartKind.P, ChartKind.U]), parts=PARTS)
def test_limits_of_parts_are_those_of_the_plain_definition(kind, parts):
    points = [Point(MONDAY + timedelta(weeks=i), *each, 1) for i, each in enumerate(parts)]
    chart = control_chart(kind, points, span=len(points))

    centre, reach = plain_limits(kind, parts)
    if chart.phases[0].why:
        assert kind is ChartKind.U
        assert sum(number for number, _ in parts) < len(parts)
        return
    for plotted, far in zip(chart.points, reach, strict=True):
        assert plotted.spread.line(0) == pytest.approx(centre)
        assert plotted.spread.line(3) == pytest.approx(centre + far)


@given(numbers=COUNTS, more=st.integers(min_value=0, max_value=1000))
def test_what_is_shifted_has_shifted_limits_and_the_same_findings(numbers, more):
    here, there = (
        chart_of(ChartKind.XMR, each) for each in (numbers, [number + more for number in numbers])
    )

    for former, after in zip(here.points, there.points, strict=True):
        assert after.spread.centre == former.spread.centre + more
        assert after.spread.variance == former.spread.variance
    assert findings(here) == findings(there)


@given(
    kind=st.sampled_from([ChartKind.XMR, ChartKind.T]),
    numbers=COUNTS,
    times=st.sampled_from([2, 7, 24, 3600]),
)
def test_another_unit_scales_the_limits_alike(kind, numbers, times):
    here, there = chart_of(kind, numbers), chart_of(kind, [number * times for number in numbers])

    for former, after in zip(here.lines(0), there.lines(0), strict=True):
        assert (after or 0) == pytest.approx((former or 0) * times, rel=1e-6, abs=1e-6)
    if kind is ChartKind.XMR:
        assert findings(here) == findings(there)


def test_a_point_on_a_limit_is_within_it_however_a_computer_rounds():
    """Mean 4, variance 4: the limits are 10 and nothing."""
    chart = control_chart(ChartKind.C, points_of([4] * LEAST + [10, 11]), span=LEAST)

    assert outside(chart) == [LEAST + 1]


@pytest.mark.parametrize("number", [0, 1, LEAST - 1])
def test_with_too_few_points_it_is_said_why_there_are_no_limits(number):
    chart = control_chart(ChartKind.C, points_of([5] * number))

    assert chart.phases[0].why == f"There are {number} points; limits are computed from 12 on."
    assert all(chart.lines(at) is None for at in range(number))
    assert not findings(chart)


def test_what_is_rare_has_no_count_chart():
    chart = control_chart(ChartKind.C, points_of([0, 1, 0] * 5))

    assert "less than one in a week" in chart.phases[0].why


def test_of_a_share_that_is_nearly_always_kept_only_points_outside_are_found():
    """Seven perfect weeks are no news where nearly every week is."""
    chart = control_chart(ChartKind.P, points_of([19] + [20] * 20 + [15], of=20))

    assert [each.rule for each in findings(chart)] == [Rule.OUTSIDE]
    assert findings(chart)[0].first == 21


def test_limits_come_from_the_first_points_and_a_later_change_does_not_widen_them():
    chart = control_chart(ChartKind.XMR, points_of([10, 12] * 12 + [40] * 5), span=24)

    assert chart.points[-1].spread.centre == 11
    assert chart.phases[0].computed_from == (MONDAY, MONDAY + timedelta(weeks=23))
    assert outside(chart) == [24, 25, 26, 27, 28]


def test_from_a_change_on_limits_are_computed_anew():
    change = Baseline(MONDAY + timedelta(weeks=14, days=-3), "A second team began.")
    points = points_of([10, 12] * 7 + [30, 32] * 6)

    chart = control_chart(ChartKind.XMR, points, baselines=[change], span=12)

    assert [(phase.begin, phase.end) for phase in chart.phases] == [(0, 14), (14, 26)]
    assert chart.phases[1].baseline is change
    assert [chart.points[at].spread.centre for at in (0, 25)] == [11, 31]
    assert not findings(chart)


def test_soon_after_a_change_there_are_no_limits_yet():
    change = Baseline(MONDAY + timedelta(weeks=14), "A second team began.")
    chart = control_chart(
        ChartKind.XMR, points_of([10, 12] * 7 + [30] * 8), baselines=[change], span=12
    )

    assert chart.phases[1].why.startswith("There are 8 points since the change;")
    assert not findings(chart)


@pytest.mark.parametrize("kind", list(ChartKind))
def test_every_kind_says_in_words_how_its_limits_come_about(kind):
    assert f"({'XmR' if kind is ChartKind.XMR else kind.value} chart)" in kind.formula.replace(
        "(T chart)", "(t chart)"
    )


@pytest.mark.parametrize(("number", "of"), [(-1, 1), (1, 0)])
def test_a_point_of_nothing_is_refused(number, of):
    with pytest.raises(ValueError, match="none below 0"):
        Point(MONDAY, number, of, 1)


def test_what_fits_no_chart_is_refused():
    with pytest.raises(ValueError, match="at most the whole"):
        chart_of(ChartKind.P, [3], of=2)
    with pytest.raises(ValueError, match="order"):
        control_chart(ChartKind.C, points_of([1, 2])[::-1])
    with pytest.raises(ValueError, match="span"):
        control_chart(ChartKind.C, [], span=LEAST - 1)


def test_a_wrong_factor_of_the_limits_would_be_found(monkeypatch):
    monkeypatch.setattr(charts, "_OF_RANGES", Fraction(267, 300))

    with pytest.raises(AssertionError):
        test_an_xmr_chart_has_the_limits_that_montgomery_prints()
