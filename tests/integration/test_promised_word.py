"""A day by which somebody was promised to hear: it warns, is broken, kept, or replaced."""

from datetime import date, timedelta

import pytest

from engine.domain.deadline import ClockState
from engine.domain.letter import LetterKind
from engine.errors import InvalidInputError
from engine.services.clocks import regimes
from engine.services.post import letters
from engine.services.running import counting, monitoring, operations
from tests.integration.agreement import contradictions
from tests.integration.posting_ways import ADDRESS, give, newest

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _complex(office):
    """Bring a complaint to where its investigation is planned."""
    reference = office.reach("assess")
    office.do(reference, "assess", complexity="complex")
    return office.reach("plan", reference=reference)


def _planned(office, days=3):
    """Plan an investigation and promise to write in so many days; return reference and day."""
    reference = _complex(office)
    day = office.platform.calendar.day_of(office.platform.now()) + timedelta(days=days)
    office.do(reference, "plan", promised_on=day)
    return reference, day


def _words(office, reference):
    return [each for each in office.view(reference).clocks if each.rule == regimes.WORD_CLOCK]


@pytest.mark.iso("4.6", "7.4")
def test_a_promised_day_is_a_time_limit_that_warns_and_is_broken(office, clock):
    reference, day = _planned(office)

    (promised,) = _words(office, reference)
    clock.advance(seconds=(promised.warn_at - clock.now).total_seconds())
    monitoring.sweep(office.platform)
    (warned,) = _words(office, reference)
    clock.advance(days=4)
    monitoring.sweep(office.platform)
    (broken,) = _words(office, reference)

    assert promised.due_at == office.platform.calendar.end_of(day)
    assert warned.warned_at is not None
    assert (broken.state, promised.kind) == (ClockState.BREACHED, "internal")
    assert contradictions(office.platform, reference) == []


@pytest.mark.iso("4.6")
def test_a_letter_keeps_the_promise(office):
    reference, _ = _planned(office)
    known = {"actor": office.staff["hanna"], "reference": reference}

    letters.send(office.platform, kind=LetterKind.HOLDING, text="We wait for the sheets.", **known)

    assert [each.state for each in _words(office, reference)] == [ClockState.MET]


@ON_SQLITE
@pytest.mark.parametrize(("days", "state"), [(0, ClockState.RUNNING), (2, ClockState.MET)])
def test_a_letter_that_was_posted_before_the_promise_does_not_keep_it(office, clock, days, state):
    reference = office.reach("assess", reference=office.lodge(email=None, postal_address=ADDRESS))
    known = {"actor": office.staff["hanna"], "reference": reference}
    letters.send(office.platform, kind=LetterKind.HOLDING, text="We wait for the sheets.", **known)
    number, written = newest(office), office.platform.calendar.day_of(clock.now)
    clock.advance(days=2)
    office.do(reference, "assess", complexity="complex")
    office.reach("plan", reference=reference)
    office.do(reference, "plan", promised_on=written + timedelta(days=5))
    clock.advance(days=1)

    posted_on = written + timedelta(days=days)
    give(office, "mark_posted", reference, number, posted_on=posted_on.isoformat())

    assert [each.state for each in _words(office, reference)] == [state]
    assert contradictions(office.platform, reference) == []


@ON_SQLITE
def test_a_day_that_is_over_is_not_promised(office):
    reference = _complex(office)

    with pytest.raises(InvalidInputError, match="is over already"):
        office.do(reference, "plan", promised_on=date(2026, 1, 1))

    assert (_words(office, reference), "plan" in office.steps(reference)) == ([], True)


@ON_SQLITE
def test_why_this_date_says_that_it_was_promised(office):
    reference, _ = _planned(office)
    (promised,) = _words(office, reference)

    assert "On the day that was promised." in str(office.view(reference).reasons[promised.code])


@ON_SQLITE
def test_a_complaint_that_rests_keeps_the_day_that_was_promised(office, clock):
    reference, day = _planned(office)
    known = {"actor": office.staff["mara"], "reference": reference, "reason": "It waits."}

    operations.suspend(office.platform, **known)
    clock.advance(days=20)
    operations.resume(office.platform, **known)
    monitoring.sweep(office.platform)

    (promised,) = _words(office, reference)
    assert promised.due_at == office.platform.calendar.end_of(day)
    assert promised.state is ClockState.BREACHED


@ON_SQLITE
def test_a_promise_that_nobody_counts_is_noticed(office, monkeypatch):
    """Plant the bug: a plan promises a day, and no time limit begins."""
    monkeypatch.setattr(counting.CountingChange, "promise_word", lambda *_: None)

    reference, _ = _planned(office)

    assert _words(office, reference) == []
