"""Reporting periods follow each other without gap, and their due days and reminders are counted."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.policy import CalendarPolicy
from config.returns import ReturnPolicy, once_each
from engine.domain.regulator_return import ReturnKind
from engine.domain.return_due import (
    MOST_MISSED,
    REMINDERS,
    due_on,
    periods_before,
    reminder,
    to_prepare,
    working_days_until,
)
from engine.domain.working_time import Calendar

DAY = timedelta(days=1)
OFFICE = {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
ENGLAND, SYDNEY = (
    Calendar(CalendarPolicy.model_validate({"zone": zone, "week": OFFICE} | place))
    for zone, place in (
        ("Europe/London", {"country": "GB", "subdivision": "ENG"}),
        ("Australia/Sydney", {"country": "AU", "subdivision": "NSW"}),
    )
)
ASIC = ReturnPolicy(kind="asic_rg271")
DAYS = st.dates(date(2024, 1, 1), date(2034, 12, 31))
MONTHS = st.integers(min_value=1, max_value=12)
POLICIES = st.builds(
    lambda month, per_year, within: ReturnPolicy(
        kind="fca_disp", year_ends_in=month, per_year=per_year, due_within=within
    ),
    MONTHS,
    st.sampled_from([1, 2]),
    st.sampled_from(["", "30 working days", "45 days", "2 months", "1 working day"]),
)


def disp(**chosen):
    return ReturnPolicy(kind="fca_disp", **chosen)


def days_of(period, calendar=ENGLAND):
    zone = calendar.policy.zone
    return period.first_day(zone), period.last_day(zone)


@given(day=DAYS, policy=POLICIES)
def test_the_latest_periods_are_over_and_follow_each_other(day, policy):
    found = periods_before(day, policy, "Europe/London")

    assert len(found) == MOST_MISSED
    assert all(one.end == after.begin for one, after in pairwise(found))
    for first, last in map(days_of, found):
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        assert (first.day, (last + DAY).day, months) == (1, 1, 12 // policy.per_year)
        assert (last.month - policy.year_ends_in) % months == 0
    assert days_of(found[-1])[1] < day
    next_one = periods_before(day + 366 * DAY, policy, "Europe/London")
    assert any(each.begin == found[-1].end and days_of(each)[1] >= day for each in next_one)


@given(day=DAYS, policy=POLICIES, asks=st.dates(date(2024, 1, 1), date(2035, 12, 31)))
def test_due_days_and_the_days_until_them_are_those_that_one_counts(day, policy, asks):
    period = periods_before(day, policy, "Europe/London")[-1]
    due = due_on(policy, period, ENGLAND)
    amount, *unit = policy.within.split()
    later = [days_of(period)[1] + n * DAY for n in range(1, (due - days_of(period)[1]).days + 1)]

    if unit[0] == "working":
        working = [each for each in later if not ENGLAND.why_free(each)]
        assert (len(working), working[-1]) == (int(amount), due)
    elif unit[0] == "days":
        assert len(later) == int(amount)
    else:
        assert (due + DAY).day == 1
        assert len({(each.year, each.month) for each in later}) == int(amount)
    between = [asks + n * DAY for n in range(1, (due - asks).days + 1)]
    left = sum(not ENGLAND.why_free(each) for each in between)
    assert working_days_until(due, asks, ENGLAND) == left


@given(lefts=st.lists(st.integers(min_value=0, max_value=40), max_size=40))
def test_each_reminder_comes_once_and_those_that_were_missed_come_as_one(lefts):
    told, reminded = [], None
    for left in sorted(lefts, reverse=True):
        due = reminder(left, reminded)
        if due is not None:
            told.append((left, due))
            reminded = due

    assert [due for _, due in told] == sorted({due for _, due in told}, reverse=True)
    passed = {min(n for n in REMINDERS if left <= n) for left in lefts if left <= max(REMINDERS)}
    assert {due for _, due in told} == passed


@pytest.mark.parametrize(
    ("policy", "calendar", "day", "first", "last", "due"),
    [
        (disp(), ENGLAND, "2026-07-01", "2026-01-01", "2026-06-30", "2026-08-11"),
        (disp(), ENGLAND, "2027-01-04", "2026-07-01", "2026-12-31", "2027-02-12"),
        (disp(year_ends_in=3), ENGLAND, "2026-04-01", "2025-10-01", "2026-03-31", "2026-05-15"),
        (disp(year_ends_in=2), ENGLAND, "2028-03-01", "2027-09-01", "2028-02-29", "2028-04-11"),
        (disp(per_year=1), ENGLAND, "2026-07-01", "2025-01-01", "2025-12-31", "2026-02-12"),
        (ASIC, SYDNEY, "2028-01-04", "2027-07-01", "2027-12-31", "2028-02-29"),
        (ASIC, SYDNEY, "2027-01-04", "2026-07-01", "2026-12-31", "2027-02-28"),
        (ASIC, SYDNEY, "2026-07-01", "2026-01-01", "2026-06-30", "2026-08-31"),
    ],
)
def test_half_years_by_hand(policy, calendar, day, first, last, due):
    period = periods_before(date.fromisoformat(day), policy, calendar.policy.zone)[-1]

    assert [each.isoformat() for each in days_of(period, calendar)] == [first, last]
    assert due_on(policy, period, calendar).isoformat() == due


def test_a_half_year_ends_at_local_midnight_whatever_the_clocks_say():
    spring, autumn = (
        periods_before(day, disp(year_ends_in=month), "Europe/London")[-1]
        for day, month in ((date(2026, 4, 1), 3), (date(2026, 11, 2), 10))
    )

    assert (spring.begin, spring.end) == (
        datetime(2025, 9, 30, 23, tzinfo=UTC),
        datetime(2026, 3, 31, 23, tzinfo=UTC),
    )
    assert (autumn.begin, autumn.end) == (
        datetime(2026, 4, 30, 23, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
    )


def test_at_first_only_a_return_in_time_is_prepared_and_later_four_missed_ones():
    over = periods_before(date(2026, 7, 1), disp(), "Europe/London")

    assert to_prepare(disp(), date(2026, 8, 11), ENGLAND, since=None) == over[-1:]
    assert to_prepare(disp(), date(2026, 8, 12), ENGLAND, since=None) == ()
    assert to_prepare(disp(), date(2026, 8, 12), ENGLAND, since=over[1].end) == over[2:]
    assert to_prepare(disp(), date(2026, 8, 12), ENGLAND, since=over[-1].end) == ()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert to_prepare(disp(), date(2026, 8, 12), ENGLAND, since=long_ago) == over


def test_what_cannot_be_meant_is_refused():
    for wrong in ({"year_ends_in": 3}, {"per_year": 1}, {"due_within": "2 hours"}):
        with pytest.raises(ValidationError):
            ReturnPolicy(kind="asic_rg271", **wrong)
    with pytest.raises(ValueError, match="twice"):
        once_each((disp(), disp(year_ends_in=3)))
    assert {ReturnPolicy(kind=each.value).kind for each in ReturnKind} == set(ReturnKind)
