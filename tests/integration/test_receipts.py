"""“Did my click arrive?”: a command with an id is carried out once, however often it comes."""

from uuid import UUID, uuid4

import pytest

from engine.errors import CaseChangedError, CommandReusedError, NotAwaitedError
from engine.services.handling import casework, inbox
from engine.services.intake import intake
from tests.integration.crowd import at_once
from tests.integration.office import ANSWERS, rows

CLICK = UUID("12345678-1234-4234-8234-123456789abc")


def _lodge(office, command_id, **facts):
    return intake.lodge(
        office.platform,
        actor=office.staff["hanna"],
        complaint=office.heard(**facts),
        command_id=command_id,
    )


def _complete(office, reference, token, command_id, **answers):
    return inbox.complete_step(
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        token=token,
        answers={**ANSWERS["register"], **answers},
        command_id=command_id,
    )


def test_a_complaint_sent_twice_is_one_case(office, platform):
    first = _lodge(office, CLICK)

    second = _lodge(office, CLICK)

    assert first == second
    assert rows(platform.database, "SELECT count(*) FROM complaint_case") == [(1,)]


def test_sixteen_threads_that_lodge_one_command_make_one_case(office, platform):
    ends = at_once(16, lambda _: _lodge(office, CLICK))

    assert set(ends) == {"C-2026-000001"}
    assert rows(platform.database, "SELECT count(*) FROM complaint_case") == [(1,)]
    assert rows(platform.database, "SELECT last FROM counter") == [(1,)]


def test_other_content_under_the_same_id_is_refused(office):
    _lodge(office, CLICK)

    with pytest.raises(CommandReusedError, match="something else"):
        _lodge(office, CLICK, summary="Something quite different")


def test_a_step_completed_twice_by_one_command_is_completed_once(office):
    reference = office.lodge()
    token = office.token(reference, "register")
    first = _complete(office, reference, token, CLICK)

    again = _complete(office, reference, token, CLICK)

    assert {step.element for step in first} == {"acknowledge", "assess"}
    assert {step.element for step in again} == {step.element for step in first}
    assert [s.form for s in office.view(reference).statements] == ["register"]


def test_a_repeated_command_answers_also_when_a_timer_has_come_due_meanwhile(office, clock, staff):
    reference = office.reach("approve_decision")
    answers = {
        "reference": reference,
        "actor": staff["ada"],
        "token": office.token(reference, "approve_decision"),
        "answers": ANSWERS["approval"],
        "command_id": CLICK,
    }
    inbox.complete_step(office.platform, **answers)
    clock.advance(days=29)

    again = inbox.complete_step(office.platform, **answers)

    assert again == ()
    assert [a.result for a in office.view(reference).approvals] == ["approved"]


def test_a_step_id_used_for_other_answers_is_refused(office):
    reference = office.lodge()
    token = office.token(reference, "register")
    _complete(office, reference, token, CLICK)

    with pytest.raises(CommandReusedError):
        _complete(office, reference, token, CLICK, product="Broadband")


def test_an_id_of_a_complaint_does_not_pass_for_one_of_a_step(office):
    reference = _lodge(office, CLICK)

    with pytest.raises(CommandReusedError):
        _complete(office, reference, office.token(reference, "register"), CLICK)


def test_a_refused_command_leaves_no_receipt(office, staff):
    reference = office.lodge()
    command_id = uuid4()
    with pytest.raises(NotAwaitedError):
        casework.deliver_answer(
            office.platform,
            actor=staff["hanna"],
            reference=reference,
            answer="accepted",
            command_id=command_id,
        )

    left = rows(office.platform.database, "SELECT count(*) FROM receipt")

    assert left == [(0,)]


def test_eight_threads_that_note_one_command_leave_one_note(office, staff):
    reference = office.lodge()

    at_once(
        8,
        lambda _: casework.add_note(
            office.platform,
            actor=staff["hanna"],
            reference=reference,
            text="Once",
            command_id=CLICK,
        ),
    )

    assert [note.text for note in office.view(reference).notes] == ["Once"]


def test_without_an_id_the_same_command_is_done_twice(office, staff):
    """The check above catches a receipt that is never kept."""
    reference = office.lodge()

    at_once(
        2,
        lambda _: casework.add_note(
            office.platform, actor=staff["hanna"], reference=reference, text="Twice"
        ),
    )

    assert [note.text for note in office.view(reference).notes] == ["Twice", "Twice"]


@pytest.mark.parametrize("name", ["complete", "reassign", "withdraw"])
def test_what_was_looked_at_before_somebody_changed_it_is_not_acted_on(office, staff, name):
    reference = office.reach("assess")
    seen = office.view(reference).case.rev
    given = {"reference": reference, "seen_rev": seen}
    step = given | {"token": office.token(reference, "assess")}
    acts = {
        "complete": lambda: inbox.complete_step(
            office.platform, actor=staff["hanna"], answers=ANSWERS["assess"], **step
        ),
        "reassign": lambda: inbox.reassign(office.platform, actor=staff["tom"], to="hanna", **step),
        "withdraw": lambda: casework.withdraw(
            office.platform, actor=staff["hanna"], reason="She was paid.", **given
        ),
    }
    inbox.claim(office.platform, actor=staff["hanna"], reference=reference, token=step["token"])

    with pytest.raises(CaseChangedError, match=reference):
        acts[name]()
    step["seen_rev"] = given["seen_rev"] = office.view(reference).case.rev

    acts[name]()
    assert office.view(reference).case.rev > seen + 1


def test_a_click_that_arrived_is_answered_though_the_case_has_changed_by_it(office):
    reference = office.lodge()
    seen, token = office.view(reference).case.rev, office.token(reference, "register")
    given = {"reference": reference, "token": token, "command_id": CLICK, "seen_rev": seen}
    known = {"actor": office.staff["hanna"], "answers": ANSWERS["register"]}
    first = inbox.complete_step(office.platform, **known, **given)

    again = inbox.complete_step(office.platform, **known, **given)

    assert {step.token for step in again} == {step.token for step in first}
