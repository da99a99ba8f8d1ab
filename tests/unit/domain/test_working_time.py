"""Working time against dates counted by hand, and against a clock that steps minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import CalendarPolicy
from engine.domain.allowance import Allowance, AllowanceUnit, parse_allowance
from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = {day: ["09:00-17:00"] for day in DAYS[:5]}
WITH_LUNCH = {day: ["09:00-12:00", "13:00-17:00"] for day in DAYS[:5]}
ALWAYS = {day: ["00:00-00:00"] for day in DAYS}
NIGHTS = {day: ["22:00-06:00"] for day in DAYS}
MINUTE = timedelta(minutes=1)


def calendar(place, week, special_days=None, kind=Calendar):
    """Return the calendar of a place such as ``Europe/Berlin DE BY``."""
    zone, country, subdivision = (*place.split(), "", "")[:3]
    policy = {
        "zone": zone,
        "country": country,
        "subdivision": subdivision,
        "week": week,
        "special_days": special_days or {},
    }
    return kind(CalendarPolicy.model_validate(policy))


BAVARIA = "Europe/Berlin DE BY"
HAMBURG = "Europe/Berlin DE HH"
BERLIN = "Europe/Berlin"
ENGLAND = "Europe/London GB ENG"
UNITED_STATES = "America/New_York US"

HALF_DAY = {date(2026, 12, 24): ["09:00-13:00"]}

# what, place, week, start, working hours, pauses, due: local times of the place
COUNTED_BY_HAND = [
    ("within one day", BAVARIA, OFFICE, "2026-03-02T10:00", 4, [], "2026-03-02T14:00"),
    ("over a night", BAVARIA, OFFICE, "2026-03-02T15:00", 4, [], "2026-03-03T11:00"),
    ("over a weekend", BAVARIA, OFFICE, "2026-03-06T16:00", 2, [], "2026-03-09T10:00"),
    ("from a Saturday", BAVARIA, OFFICE, "2026-03-07T12:00", 1, [], "2026-03-09T10:00"),
    ("to closing time", BAVARIA, OFFICE, "2026-03-02T07:30", 8, [], "2026-03-02T17:00"),
    ("from closing time", BAVARIA, OFFICE, "2026-03-02T17:00", 1, [], "2026-03-03T10:00"),
    ("over Easter", BAVARIA, OFFICE, "2026-04-02T16:00", 2, [], "2026-04-07T10:00"),
    ("Corpus Christi, free", BAVARIA, OFFICE, "2026-06-03T16:00", 2, [], "2026-06-05T10:00"),
    ("Corpus Christi, worked", HAMBURG, OFFICE, "2026-06-03T16:00", 2, [], "2026-06-04T10:00"),
    ("clocks change while closed", BAVARIA, OFFICE, "2026-03-27T16:00", 2, [], "2026-03-30T10:00"),
    ("an hour is missing", BERLIN, ALWAYS, "2026-03-28T20:00", 8, [], "2026-03-29T05:00"),
    ("an hour comes twice", BERLIN, ALWAYS, "2026-10-24T20:00", 8, [], "2026-10-25T03:00"),
    ("a short night shift", BERLIN, NIGHTS, "2026-03-28T22:00", 7, [], "2026-03-29T06:00"),
    ("beyond a short shift", BERLIN, NIGHTS, "2026-03-28T22:00", 8, [], "2026-03-29T23:00"),
    ("substitute holiday", ENGLAND, OFFICE, "2026-12-24T15:00", 4, [], "2026-12-29T11:00"),
    ("Thanksgiving", UNITED_STATES, OFFICE, "2026-11-25T16:00", 2, [], "2026-11-27T10:00"),
    ("a lunch break", BAVARIA, WITH_LUNCH, "2026-03-02T11:00", 2, [], "2026-03-02T14:00"),
    (
        "a pause of a day",
        BAVARIA,
        OFFICE,
        "2026-03-02T10:00",
        8,
        [("2026-03-02T12:00", "2026-03-03T12:00")],
        "2026-03-04T10:00",
    ),
    (
        "a pause begun after hours",
        BAVARIA,
        OFFICE,
        "2026-03-06T15:00",
        4,
        [("2026-03-06T18:00", "2026-03-09T11:00")],
        "2026-03-09T13:00",
    ),
    (
        "pauses that overlap",
        BAVARIA,
        OFFICE,
        "2026-03-02T09:00",
        8,
        [("2026-03-02T10:00", "2026-03-02T12:00"), ("2026-03-02T11:00", "2026-03-02T13:00")],
        "2026-03-03T12:00",
    ),
    (
        "received in another zone",
        BAVARIA,
        OFFICE,
        "2026-03-06T17:30-05:00",
        1,
        [],
        "2026-03-09T10:00",
    ),
    ("a half day", BAVARIA, OFFICE, "2026-12-24T12:00", 2, [], "2026-12-28T10:00"),
    ("a time that never was", BERLIN, ALWAYS, "2026-03-29T02:30", 1, [], "2026-03-29T04:30"),
    ("a time that was twice", BERLIN, ALWAYS, "2026-10-25T02:30", 1, [], "2026-10-25T02:30+01:00"),
    ("a week, one holiday", BAVARIA, OFFICE, "2026-05-11T09:00", 40, [], "2026-05-18T17:00"),
]


def instant(text, place):
    at = datetime.fromisoformat(text)
    local = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(place.split()[0]))
    return local.astimezone(UTC)


def disagreements(kind=Calendar):
    """Return the names of the hand-counted cases that this kind of calendar gets wrong."""
    wrong = set()
    for name, place, week, start, hours, pauses, due in COUNTED_BY_HAND:
        counting = calendar(place, week, HALF_DAY if name == "a half day" else None, kind)
        away = [(instant(begin, place), instant(end, place)) for begin, end in pauses]
        found = counting.after(instant(start, place), timedelta(hours=hours), away)
        if found != instant(due, place):
            wrong.add(name)
    return wrong


def test_every_case_counted_by_hand_comes_out_the_same():
    wrong = disagreements()

    assert wrong == set()
    assert len(COUNTED_BY_HAND) == 25


def test_a_calendar_that_adds_to_the_wall_clock_is_caught():
    class WallClock(Calendar):
        def _instants(self, day, opens, closes):
            begin, _ = super()._instants(day, opens, closes)
            wall = datetime.combine(day, closes) - datetime.combine(day, opens)
            return begin, begin + (wall if closes > opens else wall + timedelta(days=1))

    wrong = disagreements(WallClock)

    assert wrong == {"beyond a short shift"}


def test_a_calendar_that_forgets_public_holidays_is_caught():
    class Tireless(Calendar):
        def _holidays_of(self, _year):
            return frozenset()

    wrong = disagreements(Tireless)

    assert {"over Easter", "Thanksgiving", "substitute holiday"} <= wrong


@pytest.mark.iso("7.4")
@pytest.mark.parametrize(
    ("allowance", "start", "due"),
    [
        ("3 working days", "2026-03-02T10:00", "2026-03-05T17:00"),
        ("3 working days", "2026-03-02T23:30", "2026-03-05T17:00"),
        ("1 working day", "2026-03-07T12:00", "2026-03-09T17:00"),
        ("5 working days", "2026-04-02T10:00", "2026-04-13T17:00"),
        ("1 working day", "2026-12-23T10:00", "2026-12-24T13:00"),
        ("28 days", "2026-03-02T10:00", "2026-03-30T23:59:59"),
        ("8 weeks", "2026-03-02T10:00", "2026-04-27T23:59:59"),
        ("1 month", "2026-01-31T10:00", "2026-02-28T23:59:59"),
        ("12 months", "2028-02-29T10:00", "2029-02-28T23:59:59"),
        ("4 hours", "2026-03-28T23:00", "2026-03-29T04:00"),
        ("90 minutes", "2026-03-02T16:30", "2026-03-02T18:00"),
        ("4 working hours", "2026-03-06T15:00", "2026-03-09T11:00"),
        ("30 working minutes", "2026-03-06T16:45", "2026-03-09T09:15"),
    ],
)
def test_an_allowance_ends_where_its_unit_says(allowance, start, due):
    office = calendar(BAVARIA, OFFICE, HALF_DAY)

    found = office.due(instant(start, BAVARIA), parse_allowance(allowance))

    assert found == instant(due, BAVARIA)


def test_a_day_that_ends_twice_ends_with_its_second_end():
    havana = calendar("America/Havana", ALWAYS)

    found = havana.due(datetime(2026, 10, 31, 12, tzinfo=UTC), parse_allowance("1 day"))

    assert found.astimezone(ZoneInfo("America/Havana")).isoformat() == "2026-11-01T23:59:59-05:00"


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("3 working days", 3, AllowanceUnit.WORKING_DAYS),
        (" 1 Working Day ", 1, AllowanceUnit.WORKING_DAYS),
        ("4 working_hours", 4, AllowanceUnit.WORKING_HOURS),
        ("8 weeks", 8, AllowanceUnit.WEEKS),
        ("P28D", 28, AllowanceUnit.DAYS),
        ('"PT4H"', 4, AllowanceUnit.HOURS),
        ("'P8W'", 8, AllowanceUnit.WEEKS),
        ("P1M", 1, AllowanceUnit.MONTHS),
        ("pt30m", 30, AllowanceUnit.MINUTES),
    ],
)
def test_an_allowance_is_read_as_people_and_diagrams_write_it(text, amount, unit):
    allowance = parse_allowance(text)

    assert allowance == Allowance(amount=amount, unit=unit)


@pytest.mark.parametrize(
    "text", ["", "soon", "3", "days", "-1 days", "0 days", "10001 days", "P1DT2H", "P", "1.5 hours"]
)
def test_a_text_that_is_no_allowance_is_refused_with_the_text(text):
    with pytest.raises(ValueError, match="is no allowance") as refusal:
        parse_allowance(text)

    assert f"“{text}”" in str(refusal.value)


@given(
    amount=st.integers(min_value=1, max_value=10_000),
    unit=st.sampled_from(list(AllowanceUnit)),
)
def test_an_allowance_is_read_back_from_its_own_words(amount, unit):
    allowance = Allowance(amount=amount, unit=unit)

    read = parse_allowance(str(allowance))

    assert read == allowance


def test_a_week_without_hours_is_refused():
    with pytest.raises(InvalidInputError, match="No day has working hours"):
        calendar("Europe/London", {})


def test_a_closure_of_many_years_is_refused_instead_of_searched_for_ever():
    first = date(2026, 1, 1)
    closed = {first + timedelta(days=number): [] for number in range(3_000)}
    shut = calendar("Europe/London", OFFICE, closed)

    with pytest.raises(InvalidInputError, match="no working hour in the 1,500 days"):
        shut.due(datetime(2026, 1, 1, tzinfo=UTC), parse_allowance("1 working day"))


def test_an_unknown_country_is_named():
    nowhere = calendar("Europe/London QQ", OFFICE)

    with pytest.raises(InvalidInputError, match="No public holidays are known for “QQ”"):
        nowhere.is_open(datetime(2026, 1, 5, 12, tzinfo=UTC))


def test_a_time_without_a_zone_is_refused():
    office = calendar(ENGLAND, OFFICE)

    with pytest.raises(ValueError, match="has no time zone"):
        office.due(datetime(2026, 1, 5, 12), parse_allowance("1 day"))  # noqa: DTZ001 - the point


def test_a_pause_that_ends_before_it_begins_is_refused():
    office = calendar(ENGLAND, OFFICE)
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)

    with pytest.raises(ValueError, match="ends before it begins"):
        office.after(noon, MINUTE, [(noon, noon - MINUTE)])


def test_negative_working_time_is_refused():
    office = calendar(ENGLAND, OFFICE)

    with pytest.raises(ValueError, match="must not be negative"):
        office.after(datetime(2026, 1, 5, 12, tzinfo=UTC), -MINUTE)


def test_it_is_open_from_the_first_minute_to_just_before_the_last():
    office = calendar(ENGLAND, OFFICE)
    opening, closing = (datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in (9, 17))

    hours = [office.is_open(at) for at in (opening - MINUTE, opening, closing - MINUTE, closing)]

    assert hours == [False, True, True, False]


@pytest.mark.parametrize("days", [1, 2])
def test_a_day_closes_no_earlier_than_the_night_shift_that_runs_into_it(days):
    nights = {"thursday": ["20:00-10:00"], "friday": ["04:00-06:00"]}
    plant = calendar(BERLIN, nights)

    due = plant.due(
        instant("2026-03-04T12:00", BERLIN), Allowance(amount=days, unit=AllowanceUnit.WORKING_DAYS)
    )

    assert due == instant("2026-03-06T10:00", BERLIN)


# Opening hours of any shape. The hours in which clocks change are left out as limits: there the
# wall clock of the slow count below cannot tell which of two instants is meant.
limits = st.sampled_from([time(hour, minute) for hour in (0, *range(4, 24)) for minute in (0, 30)])
hours = st.lists(st.tuples(limits, limits), max_size=2)
weeks = st.fixed_dictionaries(dict.fromkeys(DAYS, hours)).filter(lambda week: any(week.values()))
CHANGES = {
    "Europe/Berlin": ("2026-03-29T01:00Z", "2026-10-25T01:00Z"),
    "Europe/London": ("2026-03-29T01:00Z", "2026-10-25T01:00Z"),
    "America/New_York": ("2026-03-08T07:00Z", "2026-11-01T06:00Z"),
    "Australia/Lord_Howe": ("2026-04-04T15:00Z", "2026-10-03T15:30Z"),
    "Asia/Kathmandu": ("2026-02-28T00:00Z", "2026-12-31T00:00Z"),
}


@st.composite
def situations(draw):
    """Draw a calendar, an instant near a change of its clocks, and a number of minutes."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = datetime.fromisoformat(draw(st.sampled_from(CHANGES[zone])))
    start = change + MINUTE * draw(st.integers(min_value=-2_000, max_value=1_000))
    free = draw(st.sets(st.integers(min_value=-2, max_value=2), max_size=2))
    special = {(change + timedelta(days=offset)).date(): () for offset in free}
    return calendar(zone, draw(weeks), special), start, draw(st.integers(1, 3_000))


def is_open_by_the_wall_clock(counting, at):
    """Tell by reading a clock on the wall, knowing nothing of instants or spans."""
    wall = at.astimezone(ZoneInfo(counting._policy.zone)).replace(tzinfo=None)
    return any(
        datetime.combine(day, opens)
        <= wall
        < datetime.combine(day + timedelta(days=closes <= opens), closes)
        for day in (wall.date() - timedelta(days=1), wall.date())
        for opens, closes in counting._plan(day)
    )


@settings(max_examples=60, deadline=None)
@given(situation=situations())
def test_the_working_time_between_two_instants_is_that_of_a_clock_that_steps_minutes(situation):
    counting, start, minutes = situation

    elapsed = counting.elapsed(start, start + minutes * MINUTE)

    steps = (start + number * MINUTE for number in range(minutes))
    assert elapsed == MINUTE * sum(is_open_by_the_wall_clock(counting, at) for at in steps)


@settings(max_examples=60, deadline=None)
@given(situation=situations(), pause=st.tuples(st.integers(0, 2_000), st.integers(0, 600)))
def test_what_is_due_after_some_working_time_was_worked_by_then(situation, pause):
    counting, start, minutes = situation
    begin = start + pause[0] * MINUTE
    end = begin + pause[1] * MINUTE

    due = counting.after(start, minutes * MINUTE, [(begin, end)])

    paused = counting.elapsed(min(begin, due), min(end, due))
    assert counting.elapsed(start, due) - paused == minutes * MINUTE
    assert counting.elapsed(due - MINUTE, due) == MINUTE


@settings(max_examples=60, deadline=None)
@given(situation=situations(), unit=st.sampled_from(list(AllowanceUnit)), later=st.integers(0, 600))
def test_more_time_or_a_later_start_is_never_due_earlier(situation, unit, later):
    counting, start, minutes = situation
    amount = minutes % 40 + 1

    due = counting.due(start, Allowance(amount=amount, unit=unit))

    assert due > start
    assert counting.due(start, Allowance(amount=amount + 1, unit=unit)) >= due
    assert counting.due(start + later * MINUTE, Allowance(amount=amount, unit=unit)) >= due


@settings(max_examples=60, deadline=None)
@given(situation=situations())
def test_working_spans_come_in_order_apart_and_not_before_the_start(situation):
    counting, start, _ = situation

    spans = list(islice(counting.spans(start), 20))

    assert spans[0][0] >= start
    assert all(begin < end for begin, end in spans)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))
