"""Remedies: proposed, offered, answered, carried out and verified, each by whom it may be."""

import io
import zipfile
from datetime import timedelta

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.remedy import RemedyKind, RemedyState
from engine.errors import (
    CourseError,
    InvalidInputError,
    NotAllowedError,
    SeparationOfDutiesError,
)
from engine.services.handling import casework, inbox, remedies
from engine.services.privacy import subject_access
from engine.services.running import ledger
from engine.services.staffing import restriction, teams
from tests.integration.crowd import at_once
from tests.integration.office import FINANCE, execute, rows
from tests.integration.people import DORA, closed, erase
from tests.integration.remedy_ways import PROOF, REMEDY

APOLOGY = REMEDY | {"kind": "apology", "amount": "0", "text": "A letter of the director."}


def _propose(office, reference, who="hanna", **said):
    known = {"actor": office.staff[who], "reference": reference}
    remedies.propose(office.platform, answers=REMEDY | said, **known)


def _pay(office, reference, number=1, actor=FINANCE):
    given = {"actor": actor, "reference": reference, "number": number}
    remedies.carry_out(office.platform, answers=PROOF, **given)


def _verify(office, reference, number=1, who="tom"):
    given = {"actor": office.staff[who], "reference": reference, "number": number}
    remedies.verify(office.platform, **given)


def _remedies(office, reference):
    return office.view(reference).remedies


def _states(office, reference):
    return [remedy.state for remedy in _remedies(office, reference)]


@pytest.mark.iso("7.7")
def test_a_decision_with_one_remedy_states_it_in_its_form(office):
    reference = office.reach("approve_decision")

    (remedy,) = _remedies(office, reference)

    assert (remedy.amount, remedy.text, remedy.state) == (250, "Refund", RemedyState.PROPOSED)
    assert (remedy.owner, remedy.issue, remedy.needs_check) == ("hanna", 1, True)
    today = office.platform.now().date()
    assert timedelta(days=27) <= remedy.due_on - today <= timedelta(days=29)


def test_a_returned_draft_states_its_remedy_anew(office):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision", approval="returned", comment="That is too much.")

    office.do(reference, "draft_decision", remedy="Refund of half", remedy_amount="125")

    (remedy,) = _remedies(office, reference)
    assert (remedy.amount, remedy.text) == (125, "Refund of half")


def test_a_remedy_that_is_left_out_of_the_next_draft_is_dropped(office):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision", approval="returned", comment="They want no money.")

    office.do(reference, "draft_decision", remedy="None: they want no money.", remedy_amount="0")

    assert _states(office, reference) == [RemedyState.DROPPED]


def test_several_remedies_are_kept_beside_the_decision_which_agrees_with_them(office):
    reference = office.reach("draft_decision")
    _propose(office, reference)
    _propose(office, reference, amount="40.50", kind="interest", text="Interest since May")

    with pytest.raises(InvalidInputError, match=r"add up to, 290\.50"):
        office.do(reference, "draft_decision", remedy_amount="250")
    office.do(reference, "draft_decision", remedy="", remedy_amount="290.50")

    (drafted,) = [s for s in office.view(reference).statements if s.form == "decision"]
    assert [line["amount"] for line in drafted.content["remedies"]] == ["250", "40.5"]
    assert "2. Interest: Interest since May" in drafted.content["remedy"]


@pytest.mark.iso("7.7")
def test_the_form_of_a_decision_begins_with_the_remedies_that_were_proposed(office):
    reference = office.reach("draft_decision")
    _propose(office, reference)
    _propose(office, reference, **{k: APOLOGY[k] for k in ("kind", "amount", "text")})

    (step,) = [s for s in office.view(reference).steps if s.step.form == "decision"]

    assert step.answers["remedy_amount"] == 250
    assert "2. Apology: A letter of the director." in step.answers["remedy"]


def test_what_waits_for_approval_is_not_changed_beside_it(office):
    reference = office.reach("approve_decision")
    known = {"actor": office.staff["hanna"], "reference": reference, "number": 1}

    for act in (
        lambda: _propose(office, reference),
        lambda: remedies.restate(office.platform, answers=REMEDY, **known),
        lambda: remedies.drop(office.platform, reason="No.", **known),
    ):
        with pytest.raises(CourseError, match="waits for approval"):
            act()


@pytest.mark.iso("7.8")
def test_what_is_proposed_is_offered_when_the_decision_is_sent(office):
    reference = office.reach("approve_decision")

    office.do(reference, "approve_decision")

    (remedy,) = _remedies(office, reference)
    assert (remedy.state, remedy.offered_at) == (RemedyState.OFFERED, office.platform.now())


@pytest.mark.iso("7.9")
@pytest.mark.parametrize(
    ("answer", "state"),
    [("accepted", RemedyState.ACCEPTED), ("rejected", RemedyState.DECLINED)],
)
def test_the_answer_of_the_complainant_accepts_or_declines_what_was_offered(office, answer, state):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")

    office.answer(reference, answer)

    assert _states(office, reference) == [state]


@pytest.mark.iso("7.9")
def test_a_case_is_not_closed_before_its_remedies_are_carried_out_and_verified(office):
    reference = office.reach("closing_check")
    token = office.token(reference, "closing_check")

    def close():
        known = {"actor": office.staff["tom"], "reference": reference, "token": token}
        inbox.complete_step(office.platform, answers={}, **known)

    with pytest.raises(InvalidInputError, match=r"Not carried out yet: 1\. Compensation for loss"):
        close()
    _pay(office, reference)
    with pytest.raises(InvalidInputError, match="Somebody else has to verify first"):
        close()
    _verify(office, reference)
    close()

    assert not office.view(reference).case.is_open


def test_whoever_proposed_or_approved_a_payment_does_not_pay_it(office):
    reference = office.reach("closing_check")
    ada = office.staff["ada"].model_copy(update={"roles": frozenset({Role.APPROVER, Role.FINANCE})})

    with pytest.raises(SeparationOfDutiesError, match="proposed it"):
        _pay(office, reference, actor=office.staff["hanna"])
    with pytest.raises(SeparationOfDutiesError, match="approved the decision"):
        _pay(office, reference, actor=ada)
    _pay(office, reference)

    assert _remedies(office, reference)[0].carried_out_by == "finn"


def test_a_small_payment_may_be_made_by_whoever_proposed_it(office):
    small = {"draft_decision": {"remedy_amount": "100"}}
    reference = office.reach("closing_check", **small)

    _pay(office, reference, actor=office.staff["hanna"])

    assert _states(office, reference) == [RemedyState.CARRIED_OUT]


def test_whoever_carried_a_remedy_out_does_not_verify_it(office):
    reference = office.reach("closing_check")
    _pay(office, reference)
    given = {"reference": reference, "number": 1}

    with pytest.raises(SeparationOfDutiesError, match="carried it out"):
        remedies.verify(office.platform, actor=FINANCE, **given)

    assert _states(office, reference) == [RemedyState.CARRIED_OUT]


def test_the_database_refuses_one_person_for_both(office):
    reference = office.reach("closing_check")
    _pay(office, reference)

    with pytest.raises(Exception, match="ck_remedy_two_people"):
        execute(office.platform.database, "UPDATE remedy SET verified_by = 'finn'")


def test_two_who_pay_at_the_same_moment_pay_once(office):
    reference = office.reach("closing_check")
    gina = Actor(username="gina", name="Gina", roles=frozenset({Role.FINANCE}))
    payers = (FINANCE, gina)

    told = at_once(2, lambda n: _pay(office, reference, actor=payers[n]))

    assert sum(isinstance(each, CourseError) for each in told) == 1
    assert _states(office, reference) == [RemedyState.CARRIED_OUT]


def test_what_was_declined_can_still_be_given_and_what_is_only_proposed_cannot(office):
    reference = office.reach("approve_decision")
    with pytest.raises(CourseError, match="is proposed"):
        _pay(office, reference)
    office.do(reference, "approve_decision")
    office.answer(reference, "rejected")

    _pay(office, reference)

    assert _states(office, reference) == [RemedyState.CARRIED_OUT]


def test_what_was_accepted_is_owed_and_not_dropped(office):
    reference = office.reach("closing_check")
    given = {"actor": office.staff["hanna"], "reference": reference, "number": 1}

    with pytest.raises(CourseError, match="is accepted"):
        remedies.drop(office.platform, reason="Too dear.", **given)


def test_money_paid_on_the_front_line_stands_in_the_ledger(office):
    slight = {"assess": {"severity": 1, "complexity": "simple", "amount": "5"}}
    reference = office.reach("resolve_frontline", **slight)

    office.do(reference, "resolve_frontline", remedy_amount="25")

    (remedy,) = _remedies(office, reference)
    assert (remedy.amount, remedy.state) == (25, RemedyState.CARRIED_OUT)
    assert not remedy.is_open


def test_what_nobody_offered_is_dropped_with_its_case(office):
    reference = office.reach("assess")
    _propose(office, reference)
    casework.withdraw(
        office.platform, actor=office.staff["hanna"], reference=reference, reason="Settled."
    )
    office.do(reference, "confirm_withdrawal")

    assert _states(office, reference) == [RemedyState.DROPPED]


def test_who_pays_sees_what_is_to_be_paid_and_not_the_complaint(office):
    reference = office.reach("closing_check")

    (row,), count = remedies.page(office.platform, actor=FINANCE)

    assert (row.reference, row.remedy.amount, count) == (reference, 250, 1)
    with pytest.raises(NotAllowedError):
        remedies.paid(office.platform, actor=FINANCE, reference=reference, issue=1)


def test_the_list_tells_what_is_to_be_verified_apart_from_what_is_to_be_done(office):
    reference = office.reach("closing_check")
    _pay(office, reference)

    to_do, to_verify = (
        remedies.page(office.platform, actor=FINANCE, to_verify=each)[1] for each in (False, True)
    )

    assert (to_do, to_verify) == (0, 1)


def test_the_list_shows_nothing_of_a_restricted_complaint_and_nothing_of_another_team(office):
    restricted, other = office.reach("closing_check"), office.reach("closing_check")
    known = {"actor": office.staff["mara"], "reason": "It names a colleague."}
    restriction.restrict(office.platform, reference=restricted, people=["mara"], **known)
    teams.keep(office.platform, actor=office.staff["mara"], code="billing", title="Billing")
    teams.move(office.platform, reference=other, team="billing", **known)

    def seen(actor):
        found, count = remedies.page(office.platform, actor=actor)
        assert len(found) == count
        return {row.reference for row in found}

    assert seen(FINANCE) == {other}
    assert seen(office.staff["mara"]) == {restricted, other}
    assert seen(office.staff["ivo"]) == set()


def _paid_before(office, *amounts):
    for amount in amounts:
        reference = office.reach("approve_decision", draft_decision={"remedy_amount": str(amount)})
        office.do(reference, "approve_decision")


@pytest.mark.iso("4.7")
def test_the_range_paid_in_similar_complaints_is_told_from_five_on(office):
    _paid_before(office, 110, 120, 130, 140)
    reference = office.reach("draft_decision")
    given = {"actor": office.staff["hanna"], "reference": reference, "issue": 1}
    too_few = remedies.paid(office.platform, **given)
    _paid_before(office, 150)

    known = remedies.paid(office.platform, **given)[RemedyKind.COMPENSATION_LOSS]

    assert too_few == {}
    assert (known.count, known.low, known.middle, known.high) == (5, 110, 130, 150)


@pytest.mark.iso("5.4")
def test_a_payment_unlike_those_in_similar_complaints_needs_approval(office):
    _paid_before(office, 110, 110, 120, 120, 130)
    slight = {"assess": {"severity": 2, "complexity": "moderate", "amount": "600"}}
    reference = office.reach("draft_decision", **slight)

    office.do(reference, "draft_decision", remedy_amount="5")

    (drafted,) = [s for s in office.view(reference).statements if s.form == "decision"]
    assert drafted.content["remedy_deviates"]
    assert "approve_decision" in office.steps(reference)


def test_what_is_done_for_somebody_is_sealed_handed_out_and_erased(office):
    reference = closed(office)

    stored = rows(office.platform.database, "SELECT text, proof FROM remedy")
    handed_out = subject_access.export(
        office.platform, actor=DORA, reference=reference, reason="She asked for it."
    )
    erase(office, reference)

    told = zipfile.ZipFile(io.BytesIO(handed_out)).read("data.json").decode()
    assert "Refund" not in str(stored)
    assert '"proof": "Payment 4711"' in told
    assert rows(office.platform.database, "SELECT text, proof, amount_minor FROM remedy") == [
        ("", "", 25_000)
    ]


def test_a_planted_bug_is_caught(office, monkeypatch):
    monkeypatch.setattr(ledger, "require_done", lambda _tx, _case: None)
    reference = office.reach("closing_check")
    token = office.token(reference, "closing_check")
    known = {"actor": office.staff["tom"], "reference": reference, "token": token}
    inbox.complete_step(office.platform, answers={}, **known)

    assert [each for each in _remedies(office, reference) if each.is_open]
