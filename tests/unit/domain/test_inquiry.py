"""When somebody is reminded who was asked for information, counted by hand."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy import CalendarPolicy, InquiryPolicy
from engine.domain.filling import filled
from engine.domain.inquiry import default_due, next_look
from engine.domain.inquiry_form import InquiryForm
from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError

CALENDAR = Calendar(
    CalendarPolicy.model_validate(
        {
            "zone": "UTC",
            "country": "GB",
            "subdivision": "ENG",
            "week": {
                day: ["09:00-17:00"]
                for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
            },
        }
    )
)
POLICY = InquiryPolicy()


def _looks(due_on, asked_at, count):
    """Return the days on which a request is looked at, one after the other."""
    found, after = [], asked_at
    for _ in range(count):
        after = next_look(due_on, after=after, calendar=CALENDAR, policy=POLICY)
        found.append(after)
    return found


def test_somebody_is_reminded_a_day_before_a_day_after_and_every_third_working_day():
    monday = datetime(2026, 3, 2, 10, tzinfo=UTC)

    looks = _looks(date(2026, 3, 9), monday, 4)

    # Friday before; Tuesday after; then three working days each: Friday, Wednesday.
    assert [each.date() for each in looks] == [
        date(2026, 3, 6),
        date(2026, 3, 10),
        date(2026, 3, 13),
        date(2026, 3, 18),
    ]


def test_over_a_weekend_and_a_holiday_nobody_is_reminded():
    before_easter = datetime(2026, 3, 30, 10, tzinfo=UTC)

    looks = _looks(date(2026, 4, 2), before_easter, 3)

    # Good Friday is 3 April, Easter Monday 6 April.
    assert [each.date() for each in looks] == [
        date(2026, 4, 1),
        date(2026, 4, 7),
        date(2026, 4, 10),
    ]


def test_who_is_asked_for_tomorrow_is_not_reminded_at_once():
    asked_at = datetime(2026, 3, 2, 10, tzinfo=UTC)

    (first,) = _looks(date(2026, 3, 3), asked_at, 1)

    assert first.date() == date(2026, 3, 4)


def test_an_answer_is_wanted_in_five_working_days_where_nobody_says_another_day():
    friday = datetime(2026, 3, 6, 10, tzinfo=UTC)

    assert default_due(friday, calendar=CALENDAR, policy=POLICY) == date(2026, 3, 13)


@given(
    asked=st.integers(min_value=0, max_value=5 * 365 * 24).map(
        lambda hours: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    ),
    days=st.integers(min_value=0, max_value=60),
)
def test_reminders_go_on_and_never_fall_on_a_free_day(asked, days):
    looks = _looks(asked.date() + timedelta(days=days), asked, 5)

    assert all(asked < first < then for first, then in pairwise(looks))
    assert [CALENDAR.why_free(CALENDAR.day_of(each)) for each in looks] == [""] * 5


@pytest.mark.parametrize(
    "said",
    [
        {"asked": "person"},
        {"asked": "person", "to": "tom", "email": "tom@example.org"},
        {"asked": "outside", "name": "Max"},
        {"asked": "outside", "name": "Max", "email": "no address"},
        {"asked": "outside", "name": "Max", "email": "max@example.org", "to": "tom"},
        {"asked": "team", "to": "billing", "question": "Why?"},
    ],
)
def test_a_request_to_nobody_or_to_two_is_refused(said):
    with pytest.raises(InvalidInputError):
        filled(InquiryForm, {"question": "Who read the meter?"} | said)
