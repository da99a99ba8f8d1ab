"""A process that dies at any moment leaves a case before the command or after it, never between."""

import pytest

from engine.domain.actor import SYSTEM
from engine.services import auditing, inbox, intake, monitoring
from engine.services.change import CaseChange
from tests.integration.killing import contents, killed_at
from tests.integration.office import ANSWERS, rows


def _torn(office, act, is_whole):
    """Kill ``act`` at every point, and return the points at which it left something half done."""
    before, torn, point = contents(office.platform.database), [], 0
    while killed_at(office.platform, act, point):
        now = contents(office.platform.database)
        if now != before and not is_whole():
            torn.append(point)
        before, point = now, point + 1
    assert point > 20
    return torn if is_whole() else [*torn, point]


def _journal_holds(office):
    return not auditing.verify_journal(office.platform, actor=SYSTEM).broken


def _approval(office, reference):
    token = office.token(reference, "approve_decision")

    def act(platform):
        inbox.complete_step(
            platform,
            actor=office.staff["ada"],
            reference=reference,
            token=token,
            answers=ANSWERS["approval"],
        )

    def is_whole():
        told = office.view(reference)
        return (
            told.steps == ()
            and len(told.approvals) == 1
            and told.communications[-1].kind == "decision"
            and "answer" in told.awaits
            and told.case.decided_at is not None
            and rows(office.platform.database, "SELECT count(*) FROM outbox") == [(2,)]
            and _journal_holds(office)
        )

    return act, is_whole


def test_a_killed_approval_is_whole_or_never_was(office):
    act, is_whole = _approval(office, office.reach("approve_decision"))

    torn = _torn(office, act, is_whole)

    assert torn == []


def test_a_killed_intake_is_whole_or_never_was(office):
    complaint = office.heard()

    def act(platform):
        intake.lodge(platform, actor=office.staff["hanna"], complaint=complaint)

    def is_whole():
        told = office.view("C-2026-000001")
        return len(told.steps) == 1 and len(told.clocks) == 2 and _journal_holds(office)

    torn = _torn(office, act, is_whole)

    assert torn == []


def test_a_killed_sweep_is_whole_or_never_was(office, clock):
    reference = office.lodge()
    clock.advance(days=70)

    def is_whole():
        told = office.view(reference)
        return len(told.steps) == 5 and len(told.escalations) == 4 and _journal_holds(office)

    torn = _torn(office, monitoring.sweep, is_whole)

    assert torn == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_command_that_commits_half_way_is_noticed(office, monkeypatch):
    """Plant the bug: what was stated is committed before the case moves on."""
    act, is_whole = _approval(office, office.reach("approve_decision"))
    finish = CaseChange.finish

    def commit_and_finish(change):
        change.tx._session.connection().exec_driver_sql("COMMIT")
        change.tx._session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        finish(change)

    monkeypatch.setattr(CaseChange, "finish", commit_and_finish)

    torn = _torn(office, act, is_whole)

    assert torn
