"""What happens beside the steps: escalation, withdrawal, notes, the complainant's word, rebuild."""

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.complaint import EscalationReason, Outcome
from engine.errors import InvalidInputError, NotAllowedError, NotAwaitedError, StepNotOpenError
from engine.services.audit import auditing
from engine.services.figures import heat
from engine.services.handling import casefile, casework
from engine.services.running.rebuild import rebuild
from tests.integration.killing import contents
from tests.integration.office import execute

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PROJECTIONS = ("open_step", "subscription")


def _escalate(office, reference, who="hanna", reason="She is in hospital."):
    casework.escalate(office.platform, actor=office.staff[who], reference=reference, reason=reason)


@pytest.mark.iso("5.4")
def test_every_call_upwards_waits_until_it_is_acknowledged(office, clock):
    reference = office.lodge()
    _escalate(office, reference)
    _escalate(office, reference, reason="Still nothing.")
    tokens = [s.step.token for s in office.view(reference).steps if "respond" in s.step.element]
    clock.advance(hours=1)
    casework.acknowledge_escalation(
        office.platform,
        actor=office.staff["tom"],
        reference=reference,
        token=tokens[0],
        action="I call her now.",
    )

    first, second = sorted(office.view(reference).escalations, key=lambda e: e.detail)
    assert first.reason is second.reason is EscalationReason.REQUEST
    assert {first.detail, second.detail} == {"She is in hospital.", "Still nothing."}
    answered = [e for e in (first, second) if e.acknowledged_at]
    assert [(e.acknowledged_by, e.action, e.token) for e in answered] == [
        ("tom", "I call her now.", tokens[0])
    ]


@pytest.mark.iso("7.9")
def test_a_case_does_not_close_over_an_open_escalation(office):
    reference = office.lodge()
    _escalate(office, reference)
    office.reach("approve_decision", reference=reference)
    office.do(reference, "approve_decision")
    office.answer(reference)

    with pytest.raises(InvalidInputError, match="not acknowledged"):
        office.do(reference, "closing_check")

    office.do(reference, "respond_to_escalation")
    assert office.do(reference, "closing_check") == ()


@ON_SQLITE
def test_an_escalation_is_acknowledged_once(office):
    reference = office.lodge()
    _escalate(office, reference)
    where = {
        "actor": office.staff["tom"],
        "reference": reference,
        "token": office.token(reference, "respond_to_escalation"),
    }
    casework.acknowledge_escalation(office.platform, action="I call her.", **where)

    with pytest.raises(StepNotOpenError):
        casework.acknowledge_escalation(office.platform, action="I call her again.", **where)


@ON_SQLITE
def test_nothing_is_escalated_or_withdrawn_after_the_end(office):
    reference = office.reach("closing_check")
    office.do(reference, "closing_check")

    with pytest.raises(NotAwaitedError):
        _escalate(office, reference)
    with pytest.raises(NotAwaitedError):
        casework.withdraw(
            office.platform, actor=office.staff["hanna"], reference=reference, reason="Paid."
        )


@ON_SQLITE
def test_a_withdrawal_happens_once(office):
    reference = office.lodge()
    where = {"actor": office.staff["hanna"], "reference": reference, "reason": "Paid."}
    casework.withdraw(office.platform, **where)

    with pytest.raises(NotAwaitedError):
        casework.withdraw(office.platform, **where)

    assert office.view(reference).case.outcome is Outcome.WITHDRAWN


@ON_SQLITE
def test_a_withdrawal_after_the_decision_was_sent_leaves_the_decision_as_it_was(office):
    reference = office.reach("approve_decision", draft_decision={"outcome": "upheld"})
    office.do(reference, "approve_decision")

    casework.withdraw(
        office.platform, actor=office.staff["hanna"], reference=reference, reason="Paid."
    )

    assert office.view(reference).case.outcome is Outcome.UPHELD


@ON_SQLITE
@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "x" * 10_001])
def test_a_note_or_reason_must_say_something_and_not_too_much(office, text):
    reference = office.lodge()
    hanna = office.staff["hanna"]

    with pytest.raises(InvalidInputError, match="Note: "):
        casework.add_note(office.platform, actor=hanna, reference=reference, text=text)
    with pytest.raises(InvalidInputError, match="Reason: "):
        _escalate(office, reference, reason=text)


@ON_SQLITE
def test_each_command_is_for_those_whom_the_table_names(office, staff):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    refused = {
        "answer": lambda who: casework.deliver_answer(
            office.platform, actor=who, reference=reference, answer="accepted"
        ),
        "withdraw": lambda who: casework.withdraw(
            office.platform, actor=who, reference=reference, reason="Paid."
        ),
        "note": lambda who: casework.add_note(
            office.platform, actor=who, reference=reference, text="Hello"
        ),
    }

    for act in refused.values():
        with pytest.raises(NotAllowedError):
            act(staff["vera"])
    for name in ("answer", "withdraw"):
        with pytest.raises(NotAllowedError):
            refused[name](staff["ada"])


@ON_SQLITE
@pytest.mark.parametrize("answer", ["", "maybe", "ACCEPTED", None, 1])
def test_an_answer_is_accepted_or_rejected(office, answer):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")

    with pytest.raises(InvalidInputError, match="accepted or rejected"):
        office.answer(reference, answer)


@ON_SQLITE
def test_an_answer_before_the_decision_is_refused(office):
    reference = office.reach("approve_decision")

    with pytest.raises(NotAwaitedError):
        office.answer(reference)


def test_rebuilding_gives_back_every_projection(office, clock, staff):
    office.reach("assess")
    waiting = office.reach("approve_decision")
    office.do(waiting, "approve_decision")
    _escalate(office, waiting)
    before = contents(office.platform.database)
    for table in PROJECTIONS:
        execute(office.platform.database, f"DELETE FROM {table}")  # noqa: S608
    execute(office.platform.database, "UPDATE complaint_case SET next_due = NULL")

    rebuilt = rebuild(office.platform, actor=SYSTEM)

    after = contents(office.platform.database)
    assert rebuilt == 2
    for table in PROJECTIONS:
        assert sorted(row[1:5] for row in after[table]) == sorted(row[1:5] for row in before[table])
    assert office.view(waiting).case.next_due is not None
    assert auditing.verify_journal(office.platform, actor=SYSTEM).broken == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rebuilding_what_is_whole_raises_no_escalation_twice(office):
    reference = office.lodge()
    _escalate(office, reference)

    rebuild(office.platform, actor=SYSTEM)
    rebuild(office.platform, actor=SYSTEM)

    assert len(office.view(reference).escalations) == 1
    assert len(office.steps(reference)) == 2


@ON_SQLITE
def test_a_step_whose_projection_was_lost_raises_no_second_escalation(office):
    reference = office.lodge()
    _escalate(office, reference)
    execute(office.platform.database, "DELETE FROM open_step")

    rebuild(office.platform, actor=SYSTEM)

    assert len(office.view(reference).escalations) == 1


@ON_SQLITE
def test_a_step_says_what_to_do_in_the_words_of_the_diagram(office):
    reference = office.lodge()

    (shown,) = office.view(reference).steps

    assert shown.hint.startswith("Check the record with the complainant's own words")


@ON_SQLITE
def test_a_letter_is_suggested_with_what_is_known(office):
    reference = office.reach("acknowledge", reference=office.lodge(summary="$summary {x} $$"))

    suggested = next(
        s for s in office.view(reference).steps if s.step.element == "acknowledge"
    ).answers["text"]

    assert reference in suggested
    assert "Jane Canary" in suggested
    assert "$reference" not in suggested
    assert "$summary {x} $$" in suggested or "summary" not in suggested


@ON_SQLITE
def test_the_process_page_counts_what_waits_and_what_is_late(office, clock, staff):
    office.lodge()
    office.reach("approve_decision")
    clock.advance(days=10)
    office.lodge()

    told = heat.overview(office.platform, actor=staff["vera"])

    assert {(w.element, w.waiting, w.waiting_late) for w in told.steps if w.waiting} == {
        ("register", 2, 1),
        ("approve_decision", 1, 1),
    }
    assert told.version == 1


@ON_SQLITE
@pytest.mark.iso("7.3")
def test_the_case_page_knows_where_a_case_stands(office, staff):
    reference = office.reach("approve_decision")
    during = office.view(reference)
    office.do(reference, "approve_decision")

    after = casefile.view(office.platform, actor=staff["vera"], reference=reference)

    assert during.current == ("approve_decision",)
    assert during.public_status == "decision_being_prepared"
    assert after.public_status == "decision_sent"
    assert set(after.current) <= {"gw_reply", "answer", "no_answer"}
    assert after.current
