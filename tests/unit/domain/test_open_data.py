"""Nothing is made public about few complaints, whatever they are like."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import open_data
from engine.domain.kpi import Period
from engine.domain.open_data import ANY, Group, guarded, months_before, told_of, whole_months
from engine.errors import InvalidInputError

WORDS = st.sampled_from(["a", "b", "c", "d", "e"])
KEYS = st.tuples(WORDS, WORDS, WORDS)
COUNTED = st.dictionaries(KEYS, st.integers(min_value=1, max_value=30), max_size=40)
ZONE = "Europe/London"


def few(counted, groups, smallest):
    """Return what could be learned about fewer complaints than that: told of, or by subtraction."""
    told = sum(group.number for group in groups)
    found = [group for group in groups if group.number < smallest]
    left = sum(counted.values()) - told
    return found if left == 0 or left >= smallest or told == 0 else [*found, left]


@given(counted=COUNTED, smallest=st.integers(min_value=3, max_value=25))
@pytest.mark.iso("8.1")
def test_no_group_of_few_is_told_of_and_none_is_left_by_subtraction(counted, smallest):
    groups = guarded(counted, smallest=smallest)

    assert few(counted, groups, smallest) == []
    assert few(counted, told_of(groups, left_out=True), smallest) == []
    assert len({group.key for group in groups}) == len(groups)


@given(counted=COUNTED, smallest=st.integers(min_value=3, max_value=25))
def test_every_complaint_is_in_a_group_that_is_true_of_it(counted, smallest):
    groups = guarded(counted, smallest=smallest)

    total = sum(counted.values())
    assert sum(group.number for group in groups) == (total if total >= smallest else 0)
    for group in groups:
        alike = sum(n for key, n in counted.items() if _fits(key, group.key))
        assert smallest <= group.number <= alike


@given(counted=COUNTED, smallest=st.integers(min_value=3, max_value=25))
def test_a_group_that_is_large_enough_is_told_of_as_it_is_unless_it_is_needed(counted, smallest):
    groups = {group.key: group.number for group in guarded(counted, smallest=smallest)}

    large = {key: n for key, n in counted.items() if n >= smallest}
    given_up = sum(n for key, n in large.items() if key not in groups)
    assert given_up <= groups.get((ANY, ANY, ANY), 0)
    assert all(groups[key] == n for key, n in large.items() if key in groups)


def _fits(key, told):
    return all(b in (a, ANY) for a, b in zip(key, told, strict=True))


def test_the_last_column_is_given_up_first():
    spring = {("feb", "price", "mail"): 20}
    counted = {("jan", "price", "phone"): 4, ("jan", "price", "mail"): 7} | spring

    groups = guarded(counted, smallest=10)

    assert groups == (Group(("feb", "price", "mail"), 20), Group(("jan", "price", ANY), 11))


def test_a_rest_of_few_joins_the_smallest_group():
    counted = {("jan", "price"): 12, ("jan", "staff"): 50, ("feb", "safety"): 2}

    groups = guarded(counted, smallest=10)

    assert groups == ((Group((ANY, ANY), 14)), Group(("jan", "staff"), 50))
    assert told_of(groups, left_out=True) == (Group(("jan", "staff"), 50),)


def test_a_guard_that_lets_a_small_rest_out_is_caught(monkeypatch):
    """Plant the bug: the rest is told of although it is too small."""

    def careless(counted, *, smallest):
        large = [Group(key, n) for key, n in counted.items() if n >= smallest]
        small = Counter(n for n in counted.values() if n < smallest)
        rest = sum(n * times for n, times in small.items())
        return (*large, *([Group((ANY, ANY, ANY), rest)] if rest else []))

    monkeypatch.setattr(open_data, "guarded", careless)
    counted = {("a", "a", "a"): 20, ("b", "b", "b"): 2}

    assert few(counted, open_data.guarded(counted, smallest=10), 10)
    assert few(counted, [Group(("a", "a", "a"), 20)], 10)


def test_only_whole_months_that_are_over_are_told_of():
    now = datetime(2026, 5, 10, tzinfo=UTC)
    spring = Period.of_dates(date(2026, 3, 1), date(2026, 4, 30), ZONE)

    assert whole_months(spring, now, ZONE) == spring
    for first, last in (
        (date(2026, 3, 2), date(2026, 3, 31)),
        (date(2026, 3, 1), date(2026, 3, 30)),
        (date(2026, 5, 1), date(2026, 5, 31)),
    ):
        with pytest.raises(InvalidInputError):
            whole_months(Period.of_dates(first, last, ZONE), now, ZONE)
    assert months_before(date(2026, 2, 10), 3) == (
        date(2026, 1, 1),
        date(2025, 12, 1),
        date(2025, 11, 1),
    )
