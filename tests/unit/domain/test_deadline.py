"""A promise warns once, is broken once, and nothing of it is lost or told twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy import CalendarPolicy
from engine.domain.deadline import (
    Clock,
    ClockEventKind,
    ClockState,
    act,
    cancel,
    is_overdue,
    meet,
    next_instant,
    start_clock,
)
from engine.domain.regime import ClockRule
from engine.domain.working_time import Calendar

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
STARTED = datetime(2026, 3, 2, 10, tzinfo=UTC)
WARN = STARTED + timedelta(hours=6)
DUE = STARTED + timedelta(hours=10)
INSTANT = timedelta(microseconds=1)


def clock(**changes):
    facts = {
        "code": "acknowledgement",
        "title": "Acknowledgement",
        "kind": "internal",
        "started_at": STARTED,
        "due_at": DUE,
        "warn_at": WARN,
        "stops_on": "acknowledged",
    }
    return Clock.model_validate(facts | changes)


def promise(allowance, *warn, **more):
    facts = {"code": "answer", "title": "Answer", "kind": "internal", "stops_on": ["decided"]}
    told = {"allowance": allowance, "warn": warn or (0.5,), "source": "Our own."}
    return ClockRule.model_validate(facts | told | more)


@pytest.fixture(scope="module")
def office():
    week = {day: ["09:00-17:00"] for day in WEEKDAYS}
    return Calendar(CalendarPolicy.model_validate({"zone": "Europe/London", "week": week}))


def kinds(events):
    return [event.kind for event in events]


@pytest.mark.iso("7.4")
def test_a_promise_in_working_time_warns_after_its_part_of_the_working_time(office):
    friday = datetime(2026, 3, 6, 16, tzinfo=UTC)

    started = start_clock(promise("2 working hours"), friday, office)

    assert started.due_at == datetime(2026, 3, 9, 10, tzinfo=UTC)
    assert started.warn_at == datetime(2026, 3, 6, 17, tzinfo=UTC)


def test_a_promise_in_dates_warns_after_its_part_of_the_real_time(office):
    midnight = datetime(2026, 3, 2, tzinfo=UTC)

    started = start_clock(promise("9 days"), midnight, office)

    assert started.due_at == datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC)
    assert started.warn_at == midnight + (started.due_at - midnight) / 2


def test_a_clock_started_at_a_local_time_is_the_clock_of_that_instant(office):
    saturday = datetime(2026, 3, 28, 20, tzinfo=ZoneInfo("Europe/London"))

    started = start_clock(promise("10 hours"), saturday, office)

    assert started == start_clock(promise("10 hours"), saturday.astimezone(UTC), office)
    assert started.warn_at == saturday.astimezone(UTC) + timedelta(hours=5)


def test_the_due_instant_itself_is_in_time():
    warned, _ = act(clock(), WARN)

    _, at_due = act(warned, DUE)
    late, after_due = act(warned, DUE + INSTANT)

    assert at_due == ()
    assert kinds(after_due) == [ClockEventKind.BREACH]
    assert late.state is ClockState.BREACHED
    assert not meet(warned, DUE).is_late


def test_a_sweep_after_an_outage_gives_the_warning_and_the_breach_in_order():
    noticed = DUE + timedelta(days=2)

    late, events = act(clock(), noticed)

    assert kinds(events) == [ClockEventKind.WARNING, ClockEventKind.BREACH]
    assert (late.warned_at, late.breached_at) == (noticed, noticed)
    assert next_instant(late) is None


@pytest.mark.iso("8.2")
def test_a_promise_kept_late_is_met_and_stays_late():
    late, _ = act(clock(), DUE + INSTANT)

    kept = meet(late, DUE + timedelta(hours=1))

    assert kept.state is ClockState.MET
    assert kept.is_late
    assert kept.breached_at == DUE + INSTANT


def test_a_promise_kept_late_is_late_even_when_no_sweep_noticed():
    kept = meet(clock(), DUE + timedelta(hours=1))

    assert kept.is_late
    assert kept.breached_at is None


def test_a_promise_late_and_still_open_counts_as_late():
    late, _ = act(clock(), DUE + INSTANT)

    assert late.is_late
    assert is_overdue(late, DUE + INSTANT)
    assert is_overdue(clock(), DUE + INSTANT)
    assert not is_overdue(clock(), DUE)


def test_only_the_first_time_a_milestone_is_reached_counts():
    kept = meet(clock(), WARN)

    again = meet(kept, DUE + timedelta(days=1))

    assert again == kept


def test_a_cancelled_clock_is_silent_and_cannot_be_met():
    gone = cancel(clock(), WARN)

    assert gone.state is ClockState.CANCELLED
    assert act(gone, DUE + timedelta(days=9)) == (gone, ())
    assert meet(gone, DUE) == gone
    assert next_instant(gone) is None
    assert not gone.is_late


def test_cancelling_does_not_hide_a_promise_that_was_broken_before():
    unnoticed = cancel(clock(), DUE + timedelta(hours=1))
    noticed, _ = act(clock(), DUE + INSTANT)

    assert unnoticed.state is ClockState.BREACHED
    assert unnoticed.is_late
    assert cancel(noticed, DUE + timedelta(hours=1)) == noticed


def test_a_clock_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="timezone"):
        clock(due_at=DUE.replace(tzinfo=None))


moments = st.lists(
    st.integers(min_value=-5, max_value=25).map(lambda hours: STARTED + timedelta(hours=hours))
)


def told(sweep, instants):
    """Return the clock and all events after sweeps at these instants, in this order."""
    current, events = clock(), []
    for instant in instants:
        current, given_now = sweep(current, instant)
        events += given_now
    return current, kinds(events)


def faults(sweep, instants):
    """Return what these sweeps told too often, too early or not at all."""
    _, events = told(sweep, instants)
    latest = max(instants, default=STARTED)
    expected = [ClockEventKind.WARNING] * (latest >= WARN) + [ClockEventKind.BREACH] * (
        latest > DUE
    )
    return Counter(events) - Counter(expected) or Counter(expected) - Counter(events)


@given(instants=moments)
def test_any_sequence_of_sweeps_tells_each_event_exactly_once(instants):
    found = faults(act, instants)

    assert not found


def test_a_sweep_that_forgets_what_it_told_is_caught():
    def forgetful(current, now):
        after, events = act(current, now)
        return after.model_copy(update={"warned_at": None}), events

    found = faults(forgetful, [WARN, WARN + INSTANT])

    assert found == {ClockEventKind.WARNING: 1}


@given(instants=moments, earlier=st.integers(min_value=1, max_value=50))
def test_a_clock_of_the_machine_that_jumps_back_changes_nothing(instants, earlier):
    latest = max(instants, default=STARTED)
    current, _ = told(act, [*instants, latest])

    after, events = act(current, latest - timedelta(hours=earlier))

    assert events == ()
    assert after == current


@given(instants=moments)
def test_looking_at_the_next_instant_always_finds_something_and_a_moment_earlier_nothing(instants):
    current, _ = told(act, instants)

    found_at = next_instant(current)

    if found_at is None:
        assert current.state is ClockState.BREACHED
    else:
        assert act(current, found_at)[1]
        assert not act(current, found_at - INSTANT)[1]
