"""A suspended case is read and not worked on; it loses no time, but the law does not wait."""

from datetime import timedelta

import pytest

from engine.domain.case import Case
from engine.domain.deadline import ClockState
from engine.errors import CaseSuspendedError
from engine.services import auditing, casework, inbox, monitoring, operations
from tests.integration.office import rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = {"reason": "The file was mixed up."}


def _known(office, reference):
    return {"actor": office.staff["mara"], "reference": reference, **WHY}


def _told(office):
    found = rows(
        office.platform.database,
        "SELECT type FROM journal WHERE type LIKE 'case.%' ORDER BY seq",
    )
    return [kind for (kind,) in found if kind in {"case.suspended", "case.resumed"}]


def test_a_suspended_case_refuses_work_in_a_sentence_and_can_be_read(office, staff):
    reference = office.reach("assess")
    operations.suspend(office.platform, **_known(office, reference))
    refused = [
        lambda: office.do(reference, "assess"),
        lambda: inbox.claim(
            office.platform,
            actor=staff["hanna"],
            reference=reference,
            token=office.token(reference, "assess"),
        ),
        lambda: casework.withdraw(
            office.platform, actor=staff["hanna"], reference=reference, reason="She paid."
        ),
        lambda: operations.skip_step(
            office.platform,
            **_known(office, reference),
            token=office.token(reference, "assess"),
        ),
    ]

    for work in refused:
        with pytest.raises(CaseSuspendedError, match="is suspended; it can be read"):
            work()

    told = office.view(reference)
    assert told.suspension is not None
    assert (told.suspension.by, told.suspension.reason) == ("mara", WHY["reason"])
    assert {each.step.element for each in told.steps} == {"assess", "acknowledge"}


def test_a_rest_costs_no_time_but_the_law_does_not_wait(office, clock):
    reference = office.reach("assess")
    before = {c.code: c for c in office.view(reference).clocks}
    due = office.steps(reference)["assess"].due_at
    operations.suspend(office.platform, **_known(office, reference))
    clock.advance(weeks=1)
    monitoring.sweep(office.platform)
    resting = {c.code: c for c in office.view(reference).clocks}

    operations.resume(office.platform, **_known(office, reference))

    after = {c.code: c for c in office.view(reference).clocks}
    assert resting["acknowledgement"].paused_at is not None
    assert resting["acknowledgement"].state is ClockState.RUNNING
    assert resting["final_response"].paused_at is None
    assert after["acknowledgement"].due_at - before["acknowledgement"].due_at == timedelta(weeks=1)
    assert after["final_response"] == before["final_response"]
    assert office.steps(reference)["assess"].due_at - due == timedelta(weeks=1)
    assert _told(office) == ["case.suspended", "case.resumed"]
    office.reach("closing_check", reference=reference)
    assert auditing.verify_journal(office.platform, actor=office.staff["vera"]).broken == ()


def test_a_statutory_limit_still_warns_while_a_case_rests(office, clock):
    reference = office.lodge()
    operations.suspend(office.platform, **_known(office, reference))
    clock.advance(days=70)

    swept = monitoring.sweep(office.platform)

    assert (swept.sent, swept.failed) == (2, 0)
    assert {e.detail for e in office.view(reference).escalations} == {"Final response"}


def test_a_waiting_time_of_the_diagram_rests_with_its_case(office, clock):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    (due,) = rows(office.platform.database, "SELECT next_due FROM complaint_case")[0]
    operations.suspend(office.platform, **_known(office, reference))
    clock.advance(days=200)
    swept = monitoring.sweep(office.platform)
    resting = rows(office.platform.database, "SELECT next_due FROM complaint_case")

    operations.resume(office.platform, **_known(office, reference))

    (after,) = rows(office.platform.database, "SELECT next_due FROM complaint_case")[0]
    assert swept.cases == 0
    assert due is not None
    assert resting == [(None,)]
    assert str(after) > str(due)
    assert "answer" in office.view(reference).awaits


@ON_SQLITE
def test_a_suspension_that_the_commands_ignore_is_noticed(office, monkeypatch):
    """Plant the bug: a case never counts as suspended."""
    monkeypatch.setattr(Case, "is_suspended", property(lambda _: False))

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_a_suspended_case_refuses_work_in_a_sentence_and_can_be_read(office, office.staff)
