"""The whole story: a complaint travels from receipt to closing, and everybody plays a part."""

from datetime import timedelta
from itertools import pairwise

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.complaint import EscalationReason, Outcome
from engine.domain.deadline import ClockState
from engine.domain.kpi import Period
from engine.errors import NotAwaitedError, SeparationOfDutiesError, StepNotOpenError
from engine.services.audit import auditing
from engine.services.figures import facts, reporting
from engine.services.handling import approvals, casework
from engine.services.running import monitoring


def _figures(platform, actor, days=120):
    period = Period.last_days(days, platform.now(), "UTC")
    facts.keep_up(platform)
    told = reporting.report(platform, actor=actor, period=period)
    return {shown.measure.id: shown.figure.value for shown in told.figures}


@pytest.mark.iso("7.2", "7.4", "7.5", "7.6", "7.7", "7.8", "7.9")
def test_a_complaint_travels_from_receipt_to_closing(office, platform, clock, staff):
    reference = office.reach("draft_decision", assess={"severity": 4, "complexity": "complex"})
    clock.advance(days=45)
    swept = monitoring.sweep(platform)
    office.do(reference, "draft_decision")
    approvals.return_draft(
        platform,
        actor=staff["ada"],
        reference=reference,
        token=office.token(reference, "approve_decision"),
        reasons="Please say sorry first.",
    )
    office.do(reference, "draft_decision", letter="Dear Jane, sorry. We refund what was charged.")
    approvals.approve(
        platform,
        actor=staff["ada"],
        reference=reference,
        token=office.token(reference, "approve_decision"),
    )
    casework.acknowledge_escalation(
        platform,
        actor=staff["tom"],
        reference=reference,
        token=office.token(reference, "respond_to_warning"),
        action="I speak with Hanna.",
    )
    office.answer(reference)
    left = office.do(reference, "closing_check")

    told = office.view(reference)
    assert left == ()
    assert (swept.cases, swept.sent, swept.failed) == (1, 1, 0)
    assert told.case.closed_at == clock.now
    assert told.case.outcome is Outcome.UPHELD
    assert [a.result for a in told.approvals] == ["returned", "approved"]
    assert [(e.reason, e.acknowledged_by) for e in told.escalations] == [
        (EscalationReason.CLOCK_WARNING, "tom")
    ]
    letters = [c for c in told.communications if c.direction == "out"]
    assert [letter.kind for letter in letters] == ["acknowledgement", "decision"]
    assert "sorry" in letters[1].body
    assert told.public_status == "closed"
    assert not told.awaits
    assert [c.state for c in told.clocks] == [ClockState.MET, ClockState.MET]


@pytest.mark.iso("8.2", "4.9")
def test_the_figures_count_it_and_the_journal_holds(office, platform, clock, staff):
    reference = office.reach("closing_check")
    clock.advance(days=10)
    before = _figures(platform, staff["mara"])
    office.do(reference, "closing_check")
    clock.advance(hours=1)

    after = _figures(platform, staff["mara"])
    verified = auditing.verify_journal(platform, actor=staff["vera"])

    assert (before["received"], before["closed"], before["backlog"]) == (1, 0, 1)
    assert (after["received"], after["closed"], after["backlog"]) == (1, 1, 0)
    assert after["median_days_to_close"] == 10
    assert after["acknowledged_on_time"] == 1
    assert (verified.cases, verified.broken) == (1, ())
    assert verified.events > 30


@pytest.mark.iso("8.2")
def test_a_number_opens_the_cases_it_counts(office, platform, clock, staff):
    closed, waiting = office.reach("closing_check"), office.lodge()
    office.do(closed, "closing_check")
    clock.advance(days=1)
    period = Period.last_days(7, platform.now(), "UTC")

    facts.keep_up(platform)
    told = reporting.report(platform, actor=staff["mara"], period=period)

    for shown in (*told.figures, *told.ages, *told.categories, *told.severities):
        lines, total = reporting.cases_behind(platform, actor=staff["mara"], cases=shown.cases)
        assert total == len(lines)
        if shown.measure.unit == "complaints":
            assert total == shown.figure.value
    backlog = next(s for s in told.figures if s.measure.id == "backlog")
    lines, _ = reporting.cases_behind(platform, actor=staff["mara"], cases=backlog.cases)
    assert [line.reference for line in lines] == [waiting]


@pytest.mark.iso("7.9")
def test_a_rejected_decision_is_reopened_and_decided_again(office, clock):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    office.answer(reference, "rejected")
    office.do(reference, "review_rejection", review="reopen", reason="There is a new bill.")
    first_answer = office.view(reference).case.decided_at
    clock.advance(days=3)
    office.reach("approve_decision", reference=reference)
    office.do(reference, "approve_decision")
    office.answer(reference)
    office.do(reference, "closing_check")

    told = office.view(reference)
    assert told.case.reopened == 1
    assert told.case.decided_at == first_answer
    sent = [letter.kind for letter in told.communications if letter.direction == "out"]
    assert sent == ["acknowledgement", "decision", "stage_two_decision"]
    assert not told.case.is_open


@pytest.mark.iso("7.9")
def test_no_answer_in_28_days_ends_the_wait(office, platform, clock, staff):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    clock.advance(days=27)
    early = monitoring.sweep(platform)
    clock.advance(days=2)

    late = monitoring.sweep(platform)

    assert (early.cases, late.cases) == (0, 1)
    assert set(office.steps(reference)) == {"closing_check"}
    with pytest.raises(NotAwaitedError):
        office.answer(reference)


@pytest.mark.iso("7.9")
def test_an_answer_after_the_28_days_is_refused_even_before_a_sweep(office, clock):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    clock.advance(days=29)

    with pytest.raises(NotAwaitedError):
        office.answer(reference)

    assert office.view(reference).awaits >= {"answer"}


@pytest.mark.iso("7.8")
def test_a_refusal_is_checked_by_a_second_person_before_it_is_sent(office, staff):
    reference = office.reach("decline", register={"scope": "not_ours"})
    office.do(reference, "decline", reason="This is $100 for {somebody} else.")
    leader = staff["tom"].model_copy(update={"roles": frozenset({Role.TEAM_LEADER, Role.INTAKE})})
    office.do(
        reference, "approve_refusal", approval="returned", comment="Say where it belongs, please."
    )
    office.do(reference, "decline", referred_to="the council", reason="This is $100, not ours.")
    office.do(reference, "approve_refusal")

    told = office.view(reference)
    assert leader.may
    assert told.case.outcome is Outcome.NOT_ACCEPTED
    assert not told.case.is_open
    assert "This is $100, not ours." in told.communications[0].body
    assert "the council" in told.communications[0].body
    assert {c.state for c in told.clocks} == {ClockState.MET}


@pytest.mark.iso("7.7")
def test_a_slight_matter_is_settled_at_the_front_line(office):
    reference = office.reach(
        "resolve_frontline", assess={"severity": 1, "complexity": "simple", "amount": "5"}
    )
    office.do(reference, "resolve_frontline")
    office.do(reference, "closing_check")

    told = office.view(reference)
    assert told.case.outcome is Outcome.RESOLVED_FIRST_CONTACT
    assert [c.kind for c in told.communications] == ["acknowledgement", "resolution"]


@pytest.mark.iso("7.5")
def test_danger_calls_the_safety_officer_and_blocks_closing_until_answered(office):
    reference = office.reach("contain_danger", assess={"safety": "actual_minor"})
    office.do(reference, "contain_danger")

    told = office.view(reference)
    assert [(e.reason, e.acknowledged_by) for e in told.escalations] == [
        (EscalationReason.SAFETY, "sam")
    ]


@pytest.mark.iso("7.9")
@pytest.mark.parametrize("point", ["register", "assess", "assign", "approve_decision"])
def test_a_complaint_may_be_withdrawn_at_any_point(office, platform, staff, point):
    reference = office.reach(point)
    casework.withdraw(platform, actor=staff["hanna"], reference=reference, reason="She paid.")
    during = set(office.steps(reference))
    office.do(reference, "confirm_withdrawal")

    told = office.view(reference)
    assert during == {"confirm_withdrawal"}
    assert told.case.outcome is Outcome.WITHDRAWN
    assert not told.case.is_open
    assert told.communications[-1].kind == "withdrawal"
    assert all(not c.is_open for c in told.clocks)


def test_the_drafter_cannot_approve_however_many_roles_they_hold(office, platform, staff):
    both = frozenset({Role.HANDLER, Role.APPROVER})
    staff["hanna"] = Actor(username="hanna", name="Hanna", roles=both | {Role.INTAKE})
    reference = office.reach("approve_decision")

    with pytest.raises(SeparationOfDutiesError):
        office.do(reference, "approve_decision", by="hanna")

    assert set(office.steps(reference)) == {"approve_decision"}


def test_a_step_that_is_done_does_not_open_again(office, clock):
    reference = office.reach("assess")
    token = office.token(reference, "assess")
    office.do(reference, "assess")
    clock.advance(minutes=1)

    with pytest.raises(StepNotOpenError):
        casework.acknowledge_escalation(
            office.platform,
            actor=office.staff["hanna"],
            reference=reference,
            token=token,
            action="Again",
        )


@pytest.mark.iso("7.3")
def test_a_timeline_reads_from_the_latest_to_the_first(office):
    reference = office.reach("assess")

    told = office.view(reference).timeline

    assert told[-1].kind == "complaint.received"
    assert all(a.at >= b.at for a, b in pairwise(told))
    assert timedelta() == told[0].at - told[-1].at
