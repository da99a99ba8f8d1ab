"""Periods of reviews follow each other without gap, and small groups stay untold."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.kpi import FEW
from engine.domain.review import (
    MOST_MISSED,
    PackKind,
    first_day,
    last_day_before,
    missed,
    told_by_size,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
KINDS = st.sampled_from(list(PackKind))


@given(kind=KINDS, day=DAYS)
def test_the_latest_period_ends_before_the_day_and_the_next_one_does_not(kind, day):
    last = last_day_before(kind, day)
    first = first_day(kind, last)

    assert first < last < day
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert last_day_before(kind, first) == first - timedelta(days=1)
    assert (last.year * 12 + last.month) - (first.year * 12 + first.month) == kind.months - 1
    assert day <= last_day_before(kind, last + timedelta(days=100)) + timedelta(days=93)


@given(kind=KINDS, day=DAYS, back=st.integers(min_value=0, max_value=40))
def test_what_was_missed_is_made_up_for_without_gap(kind, day, back):
    since = last_day_before(kind, day)
    for _ in range(back):
        since = first_day(kind, since) - timedelta(days=1)

    found = missed(kind, day, since=since)

    assert len(found) == min(back, MOST_MISSED)
    assert all(first_day(kind, b) == a + timedelta(days=1) for a, b in pairwise(found))
    assert not found or found[-1] == last_day_before(kind, day)


def test_without_a_pack_only_the_last_period_is_made():
    assert missed(PackKind.QUARTERLY, date(2026, 4, 14), since=None) == (date(2026, 3, 31),)


@pytest.mark.parametrize(
    ("kind", "first", "name"),
    [
        (PackKind.MONTHLY, date(2026, 12, 1), "December 2026"),
        (PackKind.QUARTERLY, date(2026, 10, 1), "Q4 2026"),
        (PackKind.QUARTERLY, date(2027, 1, 1), "Q1 2027"),
    ],
)
def test_a_period_has_the_name_that_people_call_it_by(kind, first, name):
    assert kind.names(first) == name


@given(
    counts=st.dictionaries(st.text(min_size=1, max_size=3), st.integers(min_value=0, max_value=40))
)
def test_no_group_of_few_is_told_or_can_be_taken_away_from_the_whole(counts):
    told, left = told_by_size(tuple(counts.items()))

    assert sum(n for _, n in told) + left == sum(counts.values())
    assert all(n >= FEW for _, n in told)
    assert left == 0 or left >= FEW or not told
