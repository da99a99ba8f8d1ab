"""What a period is made of, and where a rank lies: against arithmetic a child could do."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import tally
from engine.domain.tally import (
    WIDTHS,
    begin_of,
    class_of,
    classes_of_longest,
    cover,
    day_of,
    place_of,
)

BEGIN = datetime(2019, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(min_value=0, max_value=10**8).map(lambda n: BEGIN + timedelta(seconds=n))
SECONDS = st.integers(min_value=0, max_value=10**8)
SPANS = st.lists(SECONDS, min_size=1, max_size=60)


def days_of(made):
    """Return every day that the counts of a cover hold."""
    return [
        day
        for units in made.units
        for unit in range(units.first, units.end)
        for day in range(unit * WIDTHS[units.level], (unit + 1) * WIDTHS[units.level])
    ]


@given(begin=MOMENTS, end=MOMENTS)
def test_each_moment_of_a_period_is_counted_once(begin, end):
    made = cover(begin, end)

    assert sorted(days_of(made)) == list(range(*made.days))
    edges = sum((until - since for since, until in made.edges), timedelta())
    assert edges + timedelta(days=len(days_of(made))) == max(end - begin, timedelta())
    assert all(until - since < timedelta(days=2) for since, until in made.edges)
    if made.days[0] < made.days[1]:
        assert begin <= begin_of(made.days[0]) <= begin_of(made.days[1]) <= end


@given(begin=MOMENTS, days=st.integers(min_value=0, max_value=1_500))
def test_a_long_period_is_made_of_few_counts(begin, days):
    made = cover(begin, begin + timedelta(days=days))

    assert sum(units.end - units.first for units in made.units) <= 3 * 6 + days // WIDTHS[-1]


def test_a_day_begins_where_the_one_before_ends():
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)

    assert begin_of(day_of(noon)) == noon.replace(hour=0)
    assert day_of(begin_of(20_000)) == 20_000
    assert day_of(begin_of(20_000) - timedelta(microseconds=1)) == 19_999


@given(one=SECONDS, other=SECONDS)
def test_what_took_longer_is_in_no_lower_class(one, other):
    assert (class_of(one) <= class_of(other)) or one > other


@given(seconds=st.integers(min_value=8, max_value=10**8))
def test_a_class_is_narrow(seconds):
    assert class_of(seconds) != class_of(seconds + seconds // 8 + 1)


@given(spans=SPANS, data=st.data())
def test_a_place_is_that_of_the_duration_with_the_rank(spans, data):
    rank = data.draw(st.integers(min_value=1, max_value=len(spans)))
    counts = Counter(map(class_of, spans))

    place = place_of(rank, counts)

    same = sorted(each for each in spans if class_of(each) == place.of_class)
    assert same[place.rank - 1] == sorted(spans)[rank - 1]


@given(spans=SPANS, data=st.data())
def test_the_longest_are_all_in_their_classes(spans, data):
    number = data.draw(st.integers(min_value=1, max_value=len(spans) + 3))

    lowest = classes_of_longest(number, Counter(map(class_of, spans)))

    longest = sorted(spans, reverse=True)[:number]
    assert {each for each in spans if class_of(each) >= lowest} >= set(longest)


def test_there_is_no_place_beyond_the_last():
    with pytest.raises(ValueError, match="no 3 durations"):
        place_of(3, {4: 2})


def test_counting_the_days_of_a_level_twice_is_caught(monkeypatch):
    """Plant the bug: what fills a longer stretch is counted by day as well."""
    twice = lambda first, end: (tally.Units(0, first, end), tally.Units(1, first // 4, end // 4))  # noqa: E731 - a bug
    monkeypatch.setattr(tally, "_units", twice)

    with pytest.raises(AssertionError):
        test_each_moment_of_a_period_is_counted_once.hypothesis.inner_test(
            begin=BEGIN, end=BEGIN + timedelta(days=20)
        )
