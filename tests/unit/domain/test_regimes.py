"""Time limits of regimes against dates counted by hand, and against a count minute by minute."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.policy import CalendarPolicy
from engine.bootstrap import shipped_profiles
from engine.domain import deadline
from engine.domain.allowance import parse_allowance
from engine.domain.calendar_edition import content_of, read_calendar
from engine.domain.deadline import start_clock
from engine.domain.reckoning import reckon
from engine.domain.regime import Profile, Profiles, parse_profile
from engine.domain.why import explain
from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError

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
THREE_DAYS = parse_allowance("3 working days")
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
    assert kept.due(thursday, THREE_DAYS) == office.due(thursday, THREE_DAYS)
    assert content_of(kept, 2026) == content_of(office, 2026)
    assert kept.due(thursday, THREE_DAYS) != CALENDARS["London"].due(thursday, THREE_DAYS)
