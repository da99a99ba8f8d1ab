"""When jobs are due, against days counted by hand, one by one, and by the scheduler itself."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prefect.server.schemas.schedules import CronSchedule

from config.policy import CalendarPolicy
from engine.domain.schedule import Schedule, parse_schedule
from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError

DAY = timedelta(days=1)
OFFICE = {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Beirut",
)
WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")


def calendar(zone="Europe/London", country="", **more):
    return Calendar(CalendarPolicy(zone=zone, country=country, week=OFFICE, **more))


def local(text, zone="Europe/London"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
BY_HAND = [
    ("every 10 minutes", "2026-11-23T08:07", "2026-11-23T08:00", "2026-11-23T08:10"),
    ("every hour", "2026-11-23T08:00", "2026-11-23T08:00", "2026-11-23T09:00"),
    ("daily at 02:30", "2026-11-23T02:29", "2026-11-22T02:30", "2026-11-23T02:30"),
    ("Daily  at 02:30", "2026-11-23T02:30", "2026-11-23T02:30", "2026-11-24T02:30"),
    ("working days at 07:30", "2026-11-22T12:00", "2026-11-20T07:30", "2026-11-23T07:30"),
    ("working days at 07:30", "2026-12-26T12:00", "2026-12-24T07:30", "2026-12-29T07:30"),
    ("mondays at 06:00", "2026-11-23T05:00", "2026-11-16T06:00", "2026-11-23T06:00"),
    ("day 1 of the month at 03:00", "2026-11-23T05:00", "2026-11-01T03:00", "2026-12-01T03:00"),
    ("day 1 of the year at 03:00", "2026-11-23T05:00", "2026-01-01T03:00", "2027-01-01T03:00"),
    (
        "working day 3 of the month at 06:00",
        "2027-01-05T12:00",
        "2026-12-03T06:00",
        "2027-01-06T06:00",
    ),
    (
        "working day 10 of the quarter at 06:00",
        "2026-11-23T05:00",
        "2026-10-14T06:00",
        "2027-01-15T06:00",
    ),
    ("day 15 of november at 06:00", "2026-11-15T06:00", "2026-11-15T06:00", "2027-11-15T06:00"),
    ("day 15 of november at 06:00", "2026-11-15T05:59", "2025-11-15T06:00", "2026-11-15T06:00"),
    (
        "working day 2 of december at 06:00",
        "2027-01-02T12:00",
        "2026-12-02T06:00",
        "2027-12-02T06:00",
    ),
]


@pytest.mark.parametrize(("text", "at", "last", "following"), BY_HAND)
def test_instants_are_those_counted_by_hand(text, at, last, following):
    schedule, england = parse_schedule(text), calendar(country="GB")

    assert schedule.last(local(at), england) == local(last)
    assert schedule.next(local(at), england) == local(following)


@pytest.mark.parametrize(
    ("day", "due"),
    [("2026-03-29", "2026-03-29T00:30"), ("2026-10-25", "2026-10-25T00:30")],
    ids=["an hour is missing", "an hour comes twice"],
)
def test_a_day_on_which_clocks_change_has_its_instant_once(day, due):
    noon = datetime.fromisoformat(f"{day}T12:00+00:00")
    nightly, berlin = parse_schedule("daily at 02:30"), calendar("Europe/Berlin")

    assert nightly.last(noon, berlin) == datetime.fromisoformat(f"{due}+00:00")
    assert nightly.next(nightly.last(noon, berlin), berlin) > noon


def texts():
    clocks = st.times(max_value=time(23, 59)).map(lambda at: f"{at:%H:%M}")
    often = st.sampled_from(["daily", "working days", *WEEKDAYS])
    cycles = st.sampled_from(["the month", "the quarter", "the year", *MONTHS])
    days = st.integers(1, 28).map(lambda n: f"day {n}")
    working = st.integers(1, 15).map(lambda n: f"working day {n}")
    which = st.tuples(st.one_of(days, working), cycles).map(" of ".join)
    return st.tuples(st.one_of(often, which), clocks).map(" at ".join)


def moments():
    changes = [
        datetime(year, month, 1, tzinfo=UTC) for year in (2018, 2026) for month in (2, 3, 4, 10, 11)
    ]
    near = st.tuples(st.sampled_from(changes), st.integers(0, 60 * 24 * 32))
    return near.map(lambda of: of[0] + timedelta(minutes=of[1]))


def counted(text, day, there):
    """Tell whether a day is meant, by counting every day before it."""
    which = text.rpartition(" at ")[0]
    if which in {"daily", *WEEKDAYS}:
        return which in {"daily", WEEKDAYS[day.weekday()]}
    if which == "working days":
        return not there.why_free(day)
    number, cycle = int(which.split(" of ")[0].split()[-1]), which.split()[-1]
    if cycle in MONTHS and day.month != MONTHS.index(cycle) + 1:
        return False
    months = {"quarter": 3, "year": 12}.get(cycle, 1)
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    days = [first + n * DAY for n in range((day - first).days + 1)]
    if which.startswith("working"):
        days = [each for each in days if not there.why_free(each)]
    return len(days) == number and days[-1] == day


@settings(max_examples=60, deadline=None)
@given(texts(), moments(), st.sampled_from(ZONES), st.sampled_from(["", "GB", "DE"]))
def test_instants_are_those_found_day_by_day(text, at, zone, country):
    schedule, there = parse_schedule(text), calendar(zone, country)
    last, following = schedule.last(at, there), schedule.next(at, there)

    assert last <= at < following
    assert all(schedule.is_due(due, there) for due in (last, following))
    # Where midnight is left out, an instant lies in the last hour of the day before.
    days = [there.day_of(last) + n * DAY for n in range((following - last).days + 3)]
    meant = [day for day in days if counted(text, day, there)]
    assert meant[:1] in ([there.day_of(last)], [there.day_of(last) + DAY])
    between = [day for day in meant[1:] if there.begin_of(day) + DAY < following]
    assert between == []


def by_prefect(schedule, zone, after):
    planned = CronSchedule(cron=schedule.cron, timezone=zone)
    found = asyncio.run(planned.get_dates(n=3, start=after))
    return [due.astimezone(UTC) for due in found]


@settings(max_examples=25, deadline=None)
@given(st.times(max_value=time(23, 59)), moments(), st.sampled_from(ZONES))
def test_the_scheduler_counts_the_same_instants(at, after, zone):
    schedule, there = parse_schedule(f"daily at {at:%H:%M}"), calendar(zone)

    due = by_prefect(schedule, zone, after)

    assert all(schedule.is_due(each, there) for each in due)


@settings(max_examples=15, deadline=None)
@given(texts(), moments())
def test_a_line_of_cron_leaves_out_no_instant(text, after):
    schedule, there = parse_schedule(text), calendar()
    due = schedule.next(after, there)

    assert due in by_prefect(schedule, "Europe/London", due - timedelta(seconds=1))


@pytest.mark.parametrize(
    "text",
    [
        *("", "sometimes", "every 7 minutes", "every 0 minutes", "every 2 days", "daily at 24:00"),
        *("day 29 of the month at 03:00", "working day 0 of the year at 03:00", "* * * * *"),
    ],
)
def test_what_is_no_schedule_is_refused_with_a_sentence(text):
    with pytest.raises(InvalidInputError, match="schedule"):
        parse_schedule(text)


def test_a_calendar_without_working_days_is_refused():
    closed = {date(2026, 1, 1) + n * DAY: [] for n in range(1000)}
    never = calendar(special_days=closed)

    with pytest.raises(InvalidInputError, match="nobody works"):
        parse_schedule("working days at 07:30").next(local("2026-11-23T05:00"), never)


def test_the_tests_notice_instants_that_ignore_a_missing_hour(monkeypatch):
    def plain(_schedule, day, there):
        return datetime.combine(day, _schedule.at, ZoneInfo(there.policy.zone)).astimezone(UTC)

    monkeypatch.setattr(Schedule, "_instant", plain)

    with pytest.raises(AssertionError):
        test_a_day_on_which_clocks_change_has_its_instant_once("2026-03-29", "2026-03-29T00:30")
