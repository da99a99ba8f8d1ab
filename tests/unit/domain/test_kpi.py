"""The figures mean what their definitions say."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.kpi import (
    AGE_BANDS,
    MEASURE,
    MEASURES,
    Period,
    Promise,
    band_of,
    kept_on_time,
    percentile,
    share,
)

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
JUNE = Period(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))

durations = st.lists(st.integers(0, 50).map(lambda hours: timedelta(hours=hours)), min_size=1)


def is_smallest_limit(limit, durations, percent):
    """Tell whether enough complaints met the limit, and not enough any smaller one."""
    met = sum(duration <= limit for duration in durations)
    below = sum(duration < limit for duration in durations)
    return 100 * met >= percent * len(durations) > 100 * below


@given(durations=durations, percent=st.integers(1, 100))
def test_a_percentile_is_the_smallest_limit_that_enough_complaints_met(durations, percent):
    limit = percentile(durations, percent)

    assert is_smallest_limit(limit, durations, percent)


def test_a_percentile_that_rounds_the_rank_is_caught():
    three = [1 * DAY, 2 * DAY, 3 * DAY]

    rounded = sorted(three)[round(len(three) * 0.75) - 1]

    assert not is_smallest_limit(rounded, three, 75)


def test_without_complaints_there_is_no_figure():
    nothing = (percentile([], 50), share(0, 0))

    assert nothing == (None, None)


@pytest.mark.parametrize("percent", [0, 101])
def test_a_percentile_outside_its_range_is_refused(percent):
    with pytest.raises(ValueError, match="from 1 to 100"):
        percentile([DAY], percent)


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3)])
def test_a_part_is_never_more_than_its_whole(part, whole):
    with pytest.raises(ValueError, match="from 0 to whole"):
        share(part, whole)


@pytest.mark.iso("8.2")
@pytest.mark.parametrize(
    ("due", "met", "counted"),
    [
        (NOW - 3 * DAY, NOW - 4 * DAY, (1, 1)),
        (NOW - 3 * DAY, NOW - 3 * DAY, (1, 1)),
        (NOW - 3 * DAY, NOW - 2 * DAY, (0, 1)),
        (NOW - 3 * DAY, None, (0, 1)),
        (NOW + DAY / 4, None, (0, 0)),
        (NOW + DAY / 4, NOW - DAY, (0, 0)),
        (NOW - 60 * DAY, None, (0, 0)),
        (NOW + 60 * DAY, NOW, (0, 0)),
    ],
    ids=[
        "early",
        "on the instant",
        "late",
        "late and still open",
        "not due yet and open",
        "not due yet and kept",
        "due before the period",
        "due after the period",
    ],
)
def test_a_promise_counts_in_the_period_in_which_it_fell_due(due, met, counted):
    found = kept_on_time([Promise(due, met)], JUNE, NOW)

    assert found == counted


@given(late=st.integers(0, 20), kept=st.integers(0, 20))
def test_leaving_the_worst_complaints_open_never_makes_the_figure_better(late, kept):
    in_time = [Promise(NOW - 2 * DAY, NOW - 3 * DAY)] * kept
    still_open = [Promise(NOW - 2 * DAY, None)] * late
    answered_late = [Promise(NOW - 2 * DAY, NOW)] * late

    figures = [
        share(*kept_on_time(in_time + bad, JUNE, NOW)) for bad in (still_open, answered_late)
    ]

    assert figures[0] == figures[1]


@given(hours=st.integers(0, 5_000))
def test_every_age_belongs_to_exactly_one_band(hours):
    age = timedelta(hours=hours)

    bands = [band for band in AGE_BANDS if age in band]

    assert len(bands) == 1


def test_the_last_moment_of_a_band_belongs_to_it():
    ages = [DAY, 3 * DAY, 3 * DAY + timedelta(seconds=1), 28 * DAY, 56 * DAY, 57 * DAY]

    bands = [band_of(age).id for age in ages]

    assert bands == ["3_days", "3_days", "4_weeks", "4_weeks", "8_weeks", "older"]


def test_the_last_days_are_whole_local_days_up_to_today():
    late_evening = datetime(2026, 3, 30, 23, 30, tzinfo=UTC)

    period = Period.last_days(3, late_evening, "Europe/London")

    assert period.begin == datetime(2026, 3, 29, tzinfo=UTC)
    assert period.end == datetime(2026, 3, 31, 23, tzinfo=UTC)
    assert late_evening in period
    assert period.end not in period


def test_a_week_is_seven_days_and_dates_include_both_ends():
    week = Period.last_weeks(1, NOW, "UTC")

    same = Period.of_dates(date(2026, 6, 24), date(2026, 6, 30), "UTC")

    assert week == same


@pytest.mark.parametrize(
    ("begin", "end", "reason"),
    [
        (NOW, NOW, "end after it begins"),
        (NOW, NOW.replace(tzinfo=None) + DAY, "must be in UTC"),
        (NOW.astimezone(ZoneInfo("Asia/Tokyo")), NOW + DAY, "must be in UTC"),
    ],
)
def test_a_period_that_is_empty_or_not_in_utc_is_refused(begin, end, reason):
    with pytest.raises(ValueError, match=reason):
        Period(begin, end)


def test_every_measure_says_in_a_sentence_what_it_counts():
    sentences = [measure.sentence for measure in MEASURES]

    assert len(MEASURE) == len(MEASURES)
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)
