"""Time limits of regimes against dates counted by hand, and against a count minute by minute."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy import CalendarPolicy
from engine.bootstrap import shipped_profiles
from engine.domain import deadline
from engine.domain.allowance import Allowance, AllowanceUnit
from engine.domain.calendar_edition import content_of, read_calendar
from engine.domain.deadline import ClockState, act, next_instant, pause, resume, start_clock
from engine.domain.reckoning import Counting, reckon
from engine.domain.regime import ClockRule, Profile, Profiles, parse_profile
from engine.domain.why import explain
from engine.domain.working_time import Calendar
from engine.errors import CourseError, InvalidInputError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = {day: ["09:00-17:00"] for day in DAYS[:5]}
PLACES = {
    "London": ("Europe/London", "GB", "ENG"),
    "Berlin": ("Europe/Berlin", "DE", ""),
    "Sydney": ("Australia/Sydney", "AU", "NSW"),
    "New York": ("America/New_York", "US", ""),
}
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
with (Path(__file__).parent / "vectors" / "limits.csv").open(newline="") as table:
    VECTORS = list(csv.DictReader(table))


def calendar(place, week=OFFICE, **more):
    zone, country, subdivision = PLACES[place]
    place = {"zone": zone, "country": country, "subdivision": subdivision}
    return Calendar(CalendarPolicy.model_validate(place | {"week": week} | more))


CALENDARS = {place: calendar(place) for place in PLACES}
SHIPPED = shipped_profiles()


def instant(text, place):
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(PLACES[place][0]))).astimezone(UTC)


def started(row, calendars=CALENDARS):
    """Return the clock of a row, extended where it says so, with its rule."""
    office, start = calendars[row["place"]], instant(row["starts"], row["place"])
    profile = SHIPPED.in_force(row["regime"], office.day_of(start))
    rule = profile.rule(row["clock"], profile.variant_named(row["variant"]))
    clock = start_clock(rule, start, office)
    if row["extended"]:
        clock = deadline.extended(clock, rule, office, start, until=None)
    return clock, rule


def disagreements(calendars=CALENDARS):
    """Return the rows whose due date comes out otherwise than by hand."""
    return [
        row
        for row in VECTORS
        if started(row, calendars)[0].due_at != instant(row["due"], row["place"])
    ]


@pytest.mark.iso("4.15")
@pytest.mark.iso("7.4")
def test_every_limit_counted_by_hand_comes_out_the_same():
    wrong = disagreements()

    assert wrong == []


def test_at_least_twenty_limits_of_every_regime_are_counted_by_hand():
    counted = Counter(row["regime"] for row in VECTORS)

    assert set(counted) == set(SHIPPED.codes)
    assert min(counted.values()) >= 20
    assert all(row["by_hand"] for row in VECTORS)


def test_every_rule_that_ships_is_among_those_counted_by_hand():
    shipped = {
        (code, rule.code, variant)
        for code in SHIPPED.codes
        for edition in SHIPPED.editions(code)
        for rule in edition.clocks
        for variant in rule.variants or ("",)
    }

    counted = {(row["regime"], row["clock"], row["variant"]) for row in VECTORS}

    anywhere = {(regime, clock) for regime, clock, _variant in counted}
    assert {(code, rule) for code, rule, _variant in shipped} == anywhere
    assert {each for each in shipped if each[2]} <= counted


def test_a_calendar_that_forgets_public_holidays_is_caught():
    """Plant the bug."""
    tireless = {place: calendar(place, country="", subdivision="") for place in PLACES}

    wrong = disagreements(tireless)

    assert len(wrong) > 40


def test_a_count_that_begins_with_the_day_of_receipt_is_caught(monkeypatch):
    """Plant the bug."""
    honest = reckon

    def hasty(start, allowance, calendar, counting):
        same = counting.model_copy(update={"first_day": "same"})
        return honest(start, allowance, calendar, same)

    monkeypatch.setattr(deadline, "reckon", hasty)

    wrong = disagreements()

    assert len(wrong) > 100


def gaps(intervals, start, end):
    """Return where intervals do not follow each other from the start to the end."""
    edges = [start, *(i.end for i in intervals)]
    found = [i for i, edge in zip(intervals, edges, strict=False) if i.begin != edge]
    return found + ([] if edges[-1] == end else [edges[-1]])


def flaws(told, clock):
    """Yield what is wrong with an explanation."""
    if not told.is_whole or told.passages[-1].due_at != clock.due_at:
        yield "leads elsewhere"
    for passage in told.passages:
        if sum(i.amount for i in passage.intervals) != passage.total:
            yield "does not add up"
        if gaps(passage.intervals, passage.intervals[0].begin, passage.due_at):
            yield "leaves a gap"
        if not all(i.reason for i in passage.intervals):
            yield "gives no reason"


def test_the_explanation_of_every_limit_leads_to_it_adds_up_and_leaves_no_gap():
    wrong = {}
    for number, row in enumerate(VECTORS):
        clock, rule = started(row)
        told = explain(clock, rule, CALENDARS[row["place"]])
        if found := list(flaws(told, clock)):
            wrong[number] = found

    assert wrong == {}


def test_the_explanation_names_the_holidays_that_were_skipped():
    easter = next(
        r for r in VECTORS if r["regime"] == "lgsco" and r["starts"] == "2026-04-01T10:00"
    )
    clock, rule = started(easter)

    told = explain(clock, rule, CALENDARS["London"])

    (passage,) = told.passages
    skipped = [i.reason for i in passage.intervals if not i.amount]
    assert skipped == [
        "the day on which the time begins does not count",
        "public holiday: Good Friday",
        "not a working day of the week",
        "public holiday: Easter Monday",
    ]


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


PROFILE = """
code = "acme"
title = "Acme"
version = "1"
valid_from = 2026-01-01

[[clocks]]
code = "answer"
title = "Answer"
kind = "internal"
allowance = "3 working days"
stops_on = ["decided"]
source = "Our own."
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('allowance = "3 working days"', 'allowance = "soon"', "is no allowance"),
        ('stops_on = ["decided"]', 'stops_on = ["received"]', "does not stop it"),
        ('stops_on = ["decided"]', 'stops_on = ["never"]', "Input should be"),
        ('source = "Our own."', 'source = ""', "at least 3"),
        ('source = "Our own."', 'source = "Our own."\nvariants = ["x"]', "unknown variant"),
        ('source = "Our own."', 'source = "Our own."\nwarn = [0.9, 0.5]', "must rise"),
        ("2026-01-01", "2026-01-01\nvalid_to = 2025-01-01", "ends before it begins"),
        ('title = "Acme"', 'title = "Acme"\ncolour = "red"', "Extra inputs"),
        ('title = "Acme"', "title = Acme", "no TOML"),
    ],
)
def test_a_profile_that_is_wrong_is_refused_with_the_reason(old, new, problem):
    assert parse_profile(PROFILE).code == "acme"

    with pytest.raises(InvalidInputError, match=problem):
        parse_profile(PROFILE.replace(old, new, 1))


def test_editions_of_a_regime_follow_each_other():
    first = parse_profile(PROFILE.replace("01-01", "01-01\nvalid_to = 2026-06-30"))
    second = parse_profile(PROFILE.replace("2026-01-01", "2026-07-01"))
    both = Profiles([second, first])

    found = [both.in_force("acme", date(2026, month, 30)) for month in (6, 7)]

    assert found == [first, second]
    assert both.in_force("acme", date(2025, 12, 31)) is None
    with pytest.raises(InvalidInputError, match="in force on the same day"):
        Profiles([parse_profile(PROFILE), second])


def test_what_is_shipped_comes_back_from_what_is_kept():
    editions = [each for code in SHIPPED.codes for each in SHIPPED.editions(code)]

    read = [Profile.model_validate_json(each.content) for each in editions]

    assert read == editions


def test_a_calendar_that_was_kept_counts_as_it_did():
    office = calendar("London", special_days={date(2026, 4, 7): []})

    kept = read_calendar(content_of(office, 2026))

    thursday = instant("2026-04-02T10:00", "London")
    assert kept.due(thursday, rule().time) == office.due(thursday, rule().time)
    assert content_of(kept, 2026) == content_of(office, 2026)
    assert kept.due(thursday, rule().time) != CALENDARS["London"].due(thursday, rule().time)
