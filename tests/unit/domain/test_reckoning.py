"""Time limits against a count minute by minute, and what is told of how they were counted."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import CalendarPolicy
from engine.domain import deadline
from engine.domain.allowance import Allowance, AllowanceUnit
from engine.domain.deadline import ClockState, act, next_instant, pause, resume, start_clock
from engine.domain.reckoning import Counting, reckon
from engine.domain.regime import ClockRule
from engine.domain.why import explain
from engine.domain.working_time import Calendar
from engine.errors import CourseError
from tests.unit.domain.test_regimes import CALENDARS, DAY, DAYS, MINUTE, gaps, instant


def rule(allowance="3 working days", **more):
    facts = {"code": "answer", "title": "Answer", "kind": "internal", "stops_on": ["decided"]}
    told = {"allowance": allowance, "source": "Our own."}
    return ClockRule.model_validate(facts | told | more)


# Weeks, zones and starts of any shape; the hours in which clocks change are no limits of working
# hours, since there the wall clock of the slow count cannot tell which of two instants is meant.
limits = st.sampled_from([time(hour, minute) for hour in (0, *range(4, 24)) for minute in (0, 30)])
spans = st.lists(st.tuples(limits, limits), max_size=2)
weeks = st.fixed_dictionaries(dict.fromkeys(DAYS, spans)).filter(lambda week: any(week.values()))
CHANGES = {
    "Europe/Berlin": ("2026-03-29T01:00Z", "2026-10-25T01:00Z"),
    "Europe/London": ("2026-03-29T01:00Z", "2026-10-25T01:00Z"),
    "America/New_York": ("2026-03-08T07:00Z", "2026-11-01T06:00Z"),
    "Australia/Lord_Howe": ("2026-04-04T15:00Z", "2026-10-03T15:30Z"),
    "Asia/Kathmandu": ("2026-02-28T00:00Z", "2026-12-31T00:00Z"),
}


@st.composite
def situations(draw):
    """Draw a calendar and an instant near a change of its clocks."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = datetime.fromisoformat(draw(st.sampled_from(CHANGES[zone])))
    free = draw(st.sets(st.integers(min_value=-2, max_value=3), max_size=2))
    special = {(change + offset * DAY).date(): () for offset in free}
    policy = {"zone": zone, "week": draw(weeks), "special_days": special}
    start = change + MINUTE * draw(st.integers(min_value=-3_000, max_value=1_000))
    return Calendar(CalendarPolicy.model_validate(policy)), start


def wall(office, at):
    return at.astimezone(ZoneInfo(office.policy.zone))


def is_open_by_the_wall_clock(office, at):
    """Tell by reading a clock on the wall, knowing nothing of instants or spans."""
    now = wall(office, at).replace(tzinfo=None)
    return any(
        datetime.combine(day, opens)
        <= now
        < datetime.combine(day + timedelta(days=closes <= opens), closes)
        for day in (now.date() - DAY, now.date())
        for opens, closes in hours_of(office, day)
    )


def hours_of(office, day):
    special = office.policy.special_days.get(day)
    return office.policy.week.of(day.weekday()) if special is None else special


def minutes_stepped(office, start, minutes):
    """Return the instant at which so many minutes were worked, stepping one minute at a time."""
    at = start
    while minutes:
        minutes -= is_open_by_the_wall_clock(office, at)
        at += MINUTE
    return at


def last_day_stepped(office, start, unit, amount, counting):
    """Return the last local day of a limit, stepping minutes and looking at the wall."""
    at, today, left = start, wall(office, start).date(), amount
    if counting.first_day == "same":
        at -= MINUTE * (24 * 60)
        while wall(office, at).date() != today - DAY:
            at += MINUTE
        today -= DAY
    day = today
    while left:
        at += MINUTE
        if wall(office, at).date() != day:
            day = wall(office, at).date()
            left -= unit is AllowanceUnit.DAYS or bool(hours_of(office, day))
    while counting.rolls and not hours_of(office, day):
        day += DAY
    return day


@settings(max_examples=40, deadline=None)
@given(situation=situations(), minutes=st.integers(1, 900))
def test_working_minutes_end_where_a_clock_that_steps_minutes_ends(situation, minutes):
    office, start = situation
    allowance = Allowance(amount=minutes, unit=AllowanceUnit.WORKING_MINUTES)

    found = reckon(start, allowance, office)

    assert found.due_at == minutes_stepped(office, start, minutes)
    assert sum(i.amount for i in found.intervals) == found.total == minutes * 60
    assert gaps(found.intervals, start, found.due_at) == []


@settings(max_examples=40, deadline=None)
@given(
    situation=situations(),
    unit=st.sampled_from([AllowanceUnit.DAYS, AllowanceUnit.WORKING_DAYS]),
    amount=st.integers(1, 4),
    rolls=st.booleans(),
)
def test_dates_end_on_the_day_at_which_a_count_minute_by_minute_ends(
    situation, unit, amount, rolls
):
    office, start = situation
    counting = Counting(ends="end_of_day", rolls=rolls)
    allowance = Allowance(amount=amount, unit=unit)

    found = reckon(start, allowance, office, counting)

    expected = last_day_stepped(office, start, unit, amount, counting)
    assert wall(office, found.due_at).date() == expected
    assert wall(office, found.due_at).time() == time(23, 59, 59)


@settings(max_examples=60, deadline=None)
@given(
    situation=situations(),
    unit=st.sampled_from(list(AllowanceUnit)),
    amount=st.integers(1, 30),
)
def test_counted_as_usual_a_limit_is_that_of_the_calendar(situation, unit, amount):
    office, start = situation
    allowance = Allowance(amount=amount, unit=unit)

    found = reckon(start, allowance, office)

    assert found.due_at == office.due(start, allowance)


countings = st.builds(
    Counting,
    first_day=st.sampled_from(["next", "same"]),
    late_receipt=st.sampled_from(["same_day", "next_working_day"]),
    ends=st.sampled_from(["", "end_of_day"]),
    rolls=st.booleans(),
)


@settings(max_examples=100, deadline=None)
@given(
    situation=situations(),
    counting=countings,
    unit=st.sampled_from(
        [
            AllowanceUnit.DAYS,
            AllowanceUnit.WEEKS,
            AllowanceUnit.MONTHS,
            AllowanceUnit.WORKING_DAYS,
        ]
    ),
    amount=st.integers(1, 12),
)
def test_by_any_convention_the_intervals_add_up_and_leave_no_gap(situation, counting, unit, amount):
    office, start = situation

    found = reckon(start, Allowance(amount=amount, unit=unit), office, counting)

    assert sum(i.amount for i in found.intervals) == found.total
    assert gaps(found.intervals, start, found.due_at) == []
    assert all(i.begin < i.end and i.reason for i in found.intervals)


@settings(max_examples=40, deadline=None)
@given(
    situation=situations(),
    allowance=st.sampled_from(["40 working hours", "6 working days", "9 days", "200 hours"]),
    rests=st.lists(st.tuples(st.integers(1, 2_000), st.integers(1, 4_000)), max_size=3),
)
def test_a_clock_that_rested_is_explained_to_its_due_date(situation, allowance, rests):
    office, start = situation
    answer = rule(allowance)
    clock, now = start_clock(answer, start, office), start
    for until_rest, rest in rests:
        now += until_rest * MINUTE
        clock = pause(clock, now)
        now += rest * MINUTE
        working = answer.time.unit.is_working_time
        clock = resume(clock, now, office, is_working_time=working)

    told = explain(clock, answer, office)

    assert told.is_whole
    for passage in told.passages:
        assert sum(i.amount for i in passage.intervals) == passage.total


def test_an_explanation_that_loses_an_interval_is_caught():
    """Plant the bug."""
    found = reckon(instant("2026-04-01T10:00", "London"), rule().time, CALENDARS["London"])
    lossy = tuple(i for i in found.intervals if "Good Friday" not in i.reason)

    assert gaps(lossy, found.start, found.due_at)
    assert not gaps(found.intervals, found.start, found.due_at)


@pytest.mark.parametrize(
    ("starts", "counting", "due"),
    [
        ("2026-03-02T10:00", {"first_day": "same"}, "2026-03-04T17:00"),
        ("2026-03-02T18:00", {"first_day": "same"}, "2026-03-05T17:00"),
        ("2026-03-02T18:00", {"late_receipt": "next_working_day"}, "2026-03-06T17:00"),
        ("2026-03-07T10:00", {"late_receipt": "next_working_day"}, "2026-03-12T17:00"),
        ("2026-03-02T16:59", {"late_receipt": "next_working_day"}, "2026-03-05T17:00"),
        ("2026-03-02T10:00", {"ends": "end_of_day"}, "2026-03-05T23:59:59"),
    ],
)
def test_three_working_days_end_where_the_convention_says(starts, counting, due):
    found = start_clock(rule(counting=counting), instant(starts, "London"), CALENDARS["London"])

    assert found.due_at == instant(due, "London")


def test_a_case_is_warned_at_each_part_of_its_time_once():
    start = instant("2026-03-02T00:00", "London")
    clock = start_clock(rule("8 days", warn=[0.5, 0.75]), start, CALENDARS["London"])
    kinds, moment = [], next_instant(clock)
    while moment is not None:
        clock, events = act(clock, moment)
        kinds += [event.kind.value for event in events]
        moment = next_instant(clock)

    assert kinds == ["clock_warning", "clock_warning", "clock_breach"]


def test_warnings_that_passed_together_are_given_as_one():
    start = instant("2026-03-02T00:00", "London")
    clock = start_clock(rule("8 days", warn=[0.2, 0.5, 0.75]), start, CALENDARS["London"])

    late, events = act(clock, start + 7 * DAY)

    assert [event.kind.value for event in events] == ["clock_warning"]
    assert next_instant(late) == clock.due_at + timedelta(microseconds=1)


def test_a_limit_that_lapses_breaks_no_promise():
    start = instant("2026-03-02T10:00", "London")
    clock = start_clock(rule(lapses=True), start, CALENDARS["London"])

    at_due, nothing = act(clock, clock.due_at)
    past, silent = act(clock, next_instant(clock))

    assert (at_due, nothing, silent) == (clock, (), ())
    assert past.state is ClockState.CANCELLED
    assert not past.is_late


EXTENSION = {"by": "2 working days", "source": "Our own."}


def test_an_extension_is_refused_where_the_rule_has_none_and_once_it_is_too_late():
    start, office = instant("2026-03-02T10:00", "London"), CALENDARS["London"]
    plain, longer = rule(), rule(extension=EXTENSION)
    clock = start_clock(longer, start, office)

    with pytest.raises(CourseError, match="has no extension"):
        deadline.extended(clock, plain, office, start, until=None)
    with pytest.raises(CourseError, match="too late"):
        deadline.extended(clock, longer, office, clock.due_at + MINUTE, until=None)
    with pytest.raises(CourseError, match="09 March 2026 at most"):
        deadline.extended(clock, longer, office, start, until=clock.due_at + 5 * DAY)
    once = deadline.extended(clock, longer, office, start, until=None)
    with pytest.raises(CourseError, match="as often as its rule allows"):
        deadline.extended(once, longer, office, start, until=None)


def test_an_extended_clock_warns_again_before_its_new_end():
    start, office = instant("2026-03-02T10:00", "London"), CALENDARS["London"]
    longer = rule(extension={"to": "20 working days", "source": "Our own."})
    warned, _ = act(start_clock(longer, start, office), start + 3 * DAY)

    clock = deadline.extended(warned, longer, office, start + 3 * DAY, until=None)

    assert warned.warned_at is not None
    assert start + 3 * DAY < next_instant(clock) < clock.due_at
