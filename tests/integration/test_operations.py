"""What operators do: each with a right, a reason, an event, and once; refused where it is wrong."""

from datetime import timedelta
from uuid import uuid4

import pytest

from engine.domain.actor import ALLOWED, Actor, Deed, Role
from engine.domain.deadline import ClockState
from engine.errors import (
    CaseClosedError,
    ConflictError,
    CourseError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    ProcessFailedError,
    StepNotOpenError,
)
from engine.services.audit import auditing
from engine.services.handling import casework
from engine.services.running import monitoring, operations
from tests.integration.crowd import at_once
from tests.integration.office import facts_of

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = {"reason": "The file was mixed up."}


def _known(office, reference, who="mara"):
    return {"actor": office.staff[who], "reference": reference, **WHY}


def _move(office, reference, source, target, **more):
    token = office.token(reference, source)
    known = _known(office, reference) | {"token": token, "element": target} | more
    return operations.move_token(office.platform, **known)


def _skip(office, reference, element, **more):
    token = office.token(reference, element)
    return operations.skip_step(
        office.platform, **_known(office, reference) | {"token": token} | more
    )


def _events(office, reference, kind):
    with office.platform.database.read() as tx:
        events = tx.journal.of(tx.cases.get(reference).id)
    return [(event.actor, facts_of(event)) for event in events if event.type == kind]


def _is_whole(office):
    return auditing.verify_journal(office.platform, actor=office.staff["vera"]).broken == ()


def test_a_case_is_led_back_and_its_journal_says_who_and_why(office):
    reference = office.reach("approve_decision")

    waiting = _move(office, reference, "approve_decision", "investigate")

    ((who, told),) = _events(office, reference, "token.moved")
    assert [step.element for step in waiting] == ["investigate"]
    assert (who, told["to"], told["reason"]) == ("mara", "Investigate", WHY["reason"])
    assert set(office.steps(reference)) == {"investigate"}
    assert any(WHY["reason"] in entry.what for entry in office.view(reference).timeline)
    office.reach("approve_decision", reference=reference)
    assert _is_whole(office)


def test_a_decision_that_was_led_back_is_approved_anew(office):
    reference = office.reach("approve_decision")
    _move(office, reference, "approve_decision", "draft_decision")
    with pytest.raises(CourseError, match="second person"):
        _move(office, reference, "draft_decision", "closing_check")

    office.reach("closing_check", reference=reference)

    assert len(office.view(reference).approvals) == 1


def test_a_skipped_step_leaves_no_form_and_says_why(office):
    reference = office.reach("plan", assess={"complexity": "complex", "severity": 4})

    waiting = _skip(office, reference, "plan")

    ((who, told),) = _events(office, reference, "step.skipped")
    assert [step.element for step in waiting] == ["investigate"]
    assert (who, told["element"], told["reason"]) == ("mara", "plan", WHY["reason"])
    assert "plan" not in {s.form for s in office.view(reference).statements}
    assert _is_whole(office)


def test_a_skipped_call_upwards_is_answered(office, staff):
    reference = office.reach("plan", assess={"complexity": "complex"})
    casework.escalate(office.platform, actor=staff["hanna"], reference=reference, reason="Help.")

    _skip(office, reference, "respond_to_escalation")

    (escalation,) = office.view(reference).escalations
    assert (escalation.acknowledged_by, WHY["reason"] in escalation.action) == ("mara", True)


@pytest.mark.parametrize("element", ["approve_decision", "draft_decision"])
def test_what_two_people_decide_is_not_skipped(office, element):
    reference = office.reach(element)

    with pytest.raises(CourseError, match="second person"):
        _skip(office, reference, element)

    assert set(office.steps(reference)) == {element}


@ON_SQLITE
def test_a_step_without_which_the_diagram_cannot_go_on_is_not_skipped(office):
    reference = office.reach("acknowledge")
    before = office.view(reference).case.rev

    with pytest.raises(ProcessFailedError):
        _skip(office, reference, "acknowledge")

    assert office.view(reference).case.rev == before


def test_the_due_date_of_a_step_is_moved(office, clock):
    reference = office.reach("assess")
    step, new = office.steps(reference)["assess"], clock.now + timedelta(days=9)

    operations.set_due_date(
        office.platform, **_known(office, reference, "tom"), token=step.token, due_at=new
    )

    ((who, told),) = _events(office, reference, "due.moved")
    assert office.steps(reference)["assess"].due_at == new
    assert (who, told["before"]) == ("tom", step.due_at.isoformat())


def test_the_end_of_a_waiting_time_is_moved(office, clock):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    places = operations.whereabouts(
        office.platform, actor=office.staff["tom"], reference=reference
    ).places
    wait = next(place for place in places if place.element == "no_answer")
    new = clock.now + timedelta(days=2)

    operations.set_due_date(
        office.platform, **_known(office, reference, "tom"), token=wait.token, due_at=new
    )
    clock.advance(days=3)
    monitoring.sweep(office.platform)

    assert "answer" not in office.view(reference).awaits


def test_an_internal_promise_is_moved_and_a_statutory_one_is_not(office, clock):
    reference = office.lodge()
    new = clock.now + timedelta(days=30)
    known = _known(office, reference, "tom") | {"due_at": new}

    operations.set_promise_date(office.platform, **known, code="acknowledgement")
    with pytest.raises(CourseError, match="statutory"):
        operations.set_promise_date(office.platform, **known, code="final_response")
    with pytest.raises(NotFoundError):
        operations.set_promise_date(office.platform, **known, code="refund")

    clocks = {c.code: c for c in office.view(reference).clocks}
    clock.advance(days=10)
    monitoring.sweep(office.platform)
    assert clocks["acknowledgement"].due_at == new
    assert office.view(reference).escalations == ()


def _acts(office, reference, **more):
    """Return every command of an operator on a case that waits at ``plan``."""
    token = office.token(reference, "plan")
    known = _known(office, reference) | more
    due = {"due_at": office.platform.now() + timedelta(days=3)}
    platform = office.platform
    return {
        "move_token": lambda: operations.move_token(
            platform, **known | {"token": token, "element": "investigate"}
        ),
        "skip_step": lambda: operations.skip_step(platform, **known | {"token": token}),
        "suspend": lambda: operations.suspend(platform, **known),
        "set_due_date": lambda: operations.set_due_date(platform, **known | due | {"token": token}),
        "set_promise_date": lambda: operations.set_promise_date(
            platform, **known | due | {"code": "acknowledgement"}
        ),
    }


ACTS = ("move_token", "skip_step", "suspend", "set_due_date", "set_promise_date")
COMPLEX = {"assess": {"complexity": "complex"}, "acknowledge": {}}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_comes_twice_is_done_once(office, name):
    reference, click = _fresh(office, name), uuid4()
    act = _acts(office, reference, command_id=click)[name]
    act()
    once = office.view(reference).case.rev

    act()

    assert office.view(reference).case.rev == once


@pytest.mark.parametrize("name", ACTS)
def test_of_two_who_saw_the_same_case_one_acts(office, name):
    reference = _fresh(office, name)
    acts = _acts(office, reference, seen_rev=office.view(reference).case.rev)

    ends = at_once(4, lambda _: acts[name]())

    refused = [end for end in ends if isinstance(end, Exception)]
    assert len(refused) == 3
    assert all(isinstance(refusal, (ConflictError, CourseError)) for refusal in refused)
    assert _is_whole(office)


@ON_SQLITE
def test_without_a_reason_nothing_is_done(office):
    reference = office.reach("plan", **COMPLEX)
    before = office.view(reference).case.rev

    for reason in ("", " \t\n"):
        for act in _acts(office, reference, reason=reason).values():
            with pytest.raises(InvalidInputError, match="Reason"):
                act()

    assert office.view(reference).case.rev == before


@ON_SQLITE
@pytest.mark.parametrize("name", ACTS)
def test_only_those_act_who_may(office, name):
    deed = Deed.POSTPONE if name.startswith("set_") else Deed.OPERATE
    reference = _fresh(office, name)
    people = [Actor(username=r, name=r, roles=frozenset({r})) for r in Role]

    for actor in people:
        if not ALLOWED[deed] & actor.roles:
            with pytest.raises(NotAllowedError):
                _acts(office, reference, actor=actor)[name]()
    before = office.view(reference).case.rev
    _acts(office, reference, actor=next(a for a in people if ALLOWED[deed] & a.roles))[name]()

    assert office.view(reference).case.rev > before


def _fresh(office, name):
    """Return a case for an act; a promise can be moved while it still runs."""
    if name != "set_promise_date":
        return office.reach("plan", **COMPLEX)
    reference = office.reach("plan", **COMPLEX)
    office.platform.database.write(lambda tx: _reopen_clock(tx, reference))
    return reference


def _reopen_clock(tx, reference):
    case = tx.cases.get(reference)
    clock = next(c for c in tx.clocks.of(case.id) if c.code == "acknowledgement")
    fresh = clock.model_copy(update={"state": ClockState.RUNNING, "met_at": None})
    tx.clocks.replace(case.id, fresh)


def test_a_closed_case_has_no_course(office, staff):
    reference = office.reach("closing_check")
    token = office.token(reference, "closing_check")
    office.do(reference, "closing_check")
    known = _known(office, reference)

    for act in (
        lambda: operations.suspend(office.platform, **known),
        lambda: operations.move_token(office.platform, **known, token=token, element="plan"),
        lambda: operations.skip_step(office.platform, **known, token=token),
        lambda: operations.set_promise_date(
            office.platform,
            **known,
            code="final_response",
            due_at=office.platform.now() + timedelta(days=1),
        ),
    ):
        with pytest.raises(CaseClosedError, match="is closed"):
            act()
    found = operations.whereabouts(office.platform, actor=staff["mara"], reference=reference)
    assert found.places == ()


@ON_SQLITE
def test_what_makes_no_sense_is_refused(office, clock):
    reference = office.reach("plan", **COMPLEX)
    token, known = office.token(reference, "plan"), _known(office, reference)

    with pytest.raises(NotFoundError, match="no element"):
        operations.move_token(office.platform, **known, token=token, element="nowhere")
    with pytest.raises(StepNotOpenError):
        operations.skip_step(office.platform, **known, token="999")
    with pytest.raises(CourseError, match="not suspended"):
        operations.resume(office.platform, **known)
    with pytest.raises(InvalidInputError, match="ahead"):
        operations.set_due_date(office.platform, **known, token=token, due_at=clock.now)
    operations.suspend(office.platform, **known)
    with pytest.raises(CourseError, match="suspended already"):
        operations.suspend(office.platform, **known)


@ON_SQLITE
def test_whereabouts_offer_only_what_works(office, staff):
    reference = office.reach("approve_decision")

    (place,) = operations.whereabouts(
        office.platform, actor=staff["mara"], reference=reference
    ).places

    assert place.element == "approve_decision"
    assert "second person" in place.why_not_skipped
    assert {"investigate", "draft_decision"} <= set(place.targets)
    assert not {"closing_check", "review_rejection"} & set(place.targets)
    with pytest.raises(NotAllowedError):
        operations.whereabouts(office.platform, actor=staff["hanna"], reference=reference)
