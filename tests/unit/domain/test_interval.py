"""The interval of a share that was found in a sample."""

from math import comb, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.interval import interval_of, wilson
from engine.domain.kpi import MEASURE, Figure

samples = st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


def covering(interval, share, of):
    """Return how probable it is that the interval of a sample holds the true share."""
    return sum(
        comb(of, found) * share**found * (1 - share) ** (of - found)
        for found in range(of + 1)
        if (limits := interval(found, of)) and limits[0] <= share <= limits[1]
    )


def usual(found, of):
    """Return what is often used in its place, and what is worth nothing where little is found."""
    share = found / of
    half = 1.96 * sqrt(share * (1 - share) / of)
    return share - half, share + half


@pytest.mark.parametrize(
    ("found", "of", "limits"),
    [(0, 10, (0.0, 0.2775)), (5, 10, (0.2366, 0.7634)), (1, 100, (0.0018, 0.0545))],
)
def test_limits_are_those_of_tables(found, of, limits):
    assert wilson(found, of) == pytest.approx(limits, abs=5e-5)


@given(sample=samples)
def test_what_was_found_lies_within_and_mirrors(sample):
    found, of = sample

    lower, upper = wilson(found, of)
    turned = wilson(of - found, of)

    assert 0 <= lower <= found / of <= upper <= 1
    assert lower < upper
    assert turned == pytest.approx((1 - upper, 1 - lower))


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1, 0.3, 0.5])
def test_it_holds_the_true_share_about_as_often_as_it_says(share):
    assert covering(wilson, share, 60) > 0.92


def test_the_usual_interval_would_be_caught():
    assert covering(usual, 0.02, 60) < 0.75


@pytest.mark.parametrize(("found", "of"), [(-1, 3), (4, 3)])
def test_more_than_all_is_refused(found, of):
    with pytest.raises(ValueError, match="from 0 to of"):
        wilson(found, of)


def test_only_an_estimate_of_something_has_one():
    figure = Figure("unrecorded", 0.5, 2)

    told = interval_of(MEASURE["unrecorded"], figure)

    assert told == wilson(1, 2)
    assert interval_of(MEASURE["conformity"], figure) is None
    assert interval_of(MEASURE["unrecorded"], Figure("unrecorded", None, 0)) is None
    assert wilson(0, 0) is None
