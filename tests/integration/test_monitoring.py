"""The sweep: each warning and breach exactly once, whoever sweeps, however often, however late."""

import json
from datetime import timedelta

import pytest

from engine.domain import deadline
from engine.domain.complaint import EscalationReason
from engine.domain.deadline import ClockState
from engine.errors import NotAllowedError, UnavailableError
from engine.services.running import monitoring
from engine.services.running.change import CaseChange
from engine.services.upkeep import jobs
from tests.integration.crowd import at_once
from tests.integration.office import execute, rows, statements

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _events(office, reference):
    found = rows(
        office.platform.database,
        "SELECT j.type, j.detail FROM journal j JOIN complaint_case c ON c.id = j.case_id "
        "WHERE c.reference = :reference AND j.type LIKE 'clock.%' ORDER BY j.seq",
        reference=reference,
    )
    return [(kind.removeprefix("clock."), json.loads(detail)["clock"]) for kind, detail in found]


@pytest.mark.iso("4.15", "8.2")
def test_a_case_that_nobody_touches_warns_and_is_late_once_for_each_promise(office, clock):
    reference = office.lodge()
    for _ in range(70):
        clock.advance(days=1)
        monitoring.sweep(office.platform)

    assert _events(office, reference) == [
        ("warning", "acknowledgement"),
        ("breach", "acknowledgement"),
        ("warning", "final_response"),
        ("breach", "final_response"),
    ]
    waiting = [each.step.element for each in office.view(reference).steps]
    assert sorted(waiting) == [
        *("explain_breach", "explain_breach", "register"),
        *("respond_to_warning", "respond_to_warning"),
    ]


def test_an_outage_of_ten_weeks_loses_no_warning_and_doubles_none(office, clock):
    reference = office.lodge()
    clock.advance(days=70)

    first = monitoring.sweep(office.platform)
    second = monitoring.sweep(office.platform)

    assert (first.cases, first.sent) == (1, 4)
    assert (second.cases, second.sent) == (0, 0)
    assert len(_events(office, reference)) == 4


def test_eight_sweeps_at_once_send_everything_once(office, clock):
    references = [office.lodge() for _ in range(5)]
    clock.advance(days=70)

    ends = at_once(8, lambda _: monitoring.sweep(office.platform))

    assert not [end for end in ends if isinstance(end, Exception)]
    assert sum(end.sent for end in ends) == 4 * len(references)
    assert sum(end.failed for end in ends) == 0
    for reference in references:
        assert len(_events(office, reference)) == 4
        assert len(office.view(reference).escalations) == 4


def test_a_sweep_that_does_not_keep_what_it_sent_is_noticed(office, clock, monkeypatch):
    """Plant the bug: the clock is not stored as moved."""
    reference = office.lodge()
    clock.advance(days=70)
    monkeypatch.setattr(
        "engine.services.clocks.promises.Promises.replace", lambda _promises, _clock: None
    )

    monitoring.sweep(office.platform)
    monitoring.sweep(office.platform)

    assert len(_events(office, reference)) > 4


@pytest.mark.iso("8.2")
def test_a_warning_says_which_promise_and_calls_the_leader(office, clock):
    reference = office.lodge()
    warn_at = office.view(reference).clocks[0].warn_at
    clock.now = warn_at - timedelta(seconds=1)
    early = monitoring.sweep(office.platform)
    clock.now = warn_at

    monitoring.sweep(office.platform)

    (escalation,) = office.view(reference).escalations
    assert early.sent == 0
    assert (escalation.reason, escalation.detail, escalation.raised_by) == (
        EscalationReason.CLOCK_WARNING,
        "Acknowledgement",
        "system",
    )


@pytest.mark.parametrize("seconds", [-1, 0, 1])
@ON_SQLITE
def test_the_due_instant_still_is_in_time(office, clock, seconds):
    reference = office.reach("acknowledge")
    due = next(c.due_at for c in office.view(reference).clocks if c.code == "acknowledgement")
    clock.now = due + timedelta(seconds=seconds)
    office.do(reference, "acknowledge")

    met = next(c for c in office.view(reference).clocks if c.code == "acknowledgement")

    assert met.state is ClockState.MET
    assert met.is_late == (seconds > 0)


def test_nothing_due_costs_nothing_however_many_cases_wait(office):
    needed = []
    for _ in range(2):
        for _ in range(10):
            office.lodge()
        with statements(office.platform.database) as seen:
            swept = monitoring.sweep(office.platform)
        needed.append(len(seen))

    assert (swept.cases, swept.sent, swept.failed) == (0, 0, 0)
    assert needed == [2, 2]


def test_a_poisoned_case_becomes_an_incident_and_the_others_go_on(office, clock, mara):
    poisoned, *sound = [office.lodge() for _ in range(4)]
    execute(
        office.platform.database,
        "UPDATE complaint_case SET state = :bad WHERE reference = :reference",
        bad=b"\x00not a state",
        reference=poisoned,
    )
    clock.advance(days=70)

    swept = []
    for _ in range(5):
        swept.append(monitoring.sweep(office.platform))
        clock.advance(minutes=1)

    assert [(s.cases, s.failed) for s in swept] == [(3, 1), (0, 1), (0, 1), (0, 0), (0, 0)]
    (incident,) = monitoring.incidents(office.platform, actor=mara)
    assert (incident.reference, incident.attempts) == (poisoned, 3)
    assert all(len(_events(office, reference)) == 4 for reference in sound)


def test_a_case_that_was_given_up_is_tried_again_when_somebody_asks(office, clock, mara):
    reference = office.lodge()
    (state,) = rows(office.platform.database, "SELECT state FROM complaint_case")[0]
    execute(office.platform.database, "UPDATE complaint_case SET state = :bad", bad=b"bad")
    for _ in range(3):
        clock.advance(days=30)
        monitoring.sweep(office.platform)
    given_up = monitoring.retry(office.platform, actor=monitoring.SYSTEM, reference=reference)
    execute(office.platform.database, "UPDATE complaint_case SET state = :good", good=bytes(state))

    again = monitoring.retry(office.platform, actor=monitoring.SYSTEM, reference=reference)

    assert (given_up, again) == (False, True)
    assert monitoring.incidents(office.platform, actor=mara) == ()
    assert len(_events(office, reference)) == 4


@ON_SQLITE
def test_more_poisoned_cases_than_a_batch_do_not_starve_a_sound_one(office, clock, monkeypatch):
    monkeypatch.setattr(monitoring, "_BATCH", 3)
    poisoned = [office.lodge() for _ in range(8)]
    execute(office.platform.database, "UPDATE complaint_case SET state = :bad", bad=b"bad")
    sound = office.lodge()
    clock.advance(days=70)

    first = monitoring.sweep(office.platform)

    assert (first.cases, first.failed) == (1, len(poisoned))
    assert len(_events(office, sound)) == 4


@ON_SQLITE
def test_one_sweep_tries_a_failing_case_once(office, clock):
    office.lodge()
    execute(office.platform.database, "UPDATE complaint_case SET state = :bad", bad=b"bad")
    clock.advance(days=70)
    monitoring.sweep(office.platform)

    assert rows(office.platform.database, "SELECT attempts FROM incident") == [(1,)]


@ON_SQLITE
def test_a_database_that_is_away_is_no_incident_of_a_case(office, clock, monkeypatch):
    office.lodge()
    clock.advance(days=70)

    def away(*_args, **_more):
        raise UnavailableError("The database does not answer.")

    monkeypatch.setattr(CaseChange, "act_on_clocks", away)

    with pytest.raises(UnavailableError):
        monitoring.sweep(office.platform)

    assert rows(office.platform.database, "SELECT count(*) FROM incident") == [(0,)]


@ON_SQLITE
def test_a_sweep_stops_at_its_limit_and_the_next_one_goes_on(office, clock):
    for _ in range(5):
        office.lodge()
    clock.advance(days=70)

    done = [monitoring.sweep(office.platform, limit=2).cases for _ in range(4)]

    assert done == [2, 2, 1, 0]


@ON_SQLITE
@pytest.mark.parametrize("who", ["hanna", "tom", "mara", "vera"])
def test_people_do_not_run_jobs(office, staff, who):
    with pytest.raises(NotAllowedError, match="run jobs"):
        monitoring.sweep(office.platform, actor=staff[who])
    with pytest.raises(NotAllowedError):
        jobs.run(office.platform, name="sla_sweep", actor=staff[who])


@ON_SQLITE
def test_a_withdrawn_case_is_not_warned_any_more(office, clock, staff):
    from engine.services.handling import casework  # noqa: PLC0415 - only this test withdraws

    reference = office.lodge()
    casework.withdraw(office.platform, actor=staff["hanna"], reference=reference, reason="Paid.")
    clock.advance(days=70)

    swept = monitoring.sweep(office.platform)

    assert swept.cases == 0
    assert all(deadline.next_instant(c) is None for c in office.view(reference).clocks)
