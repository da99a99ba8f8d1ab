"""No decision waits for approval, or is approved, whose letter lacks what it must say."""

import re

import pytest

from engine.bootstrap import shipped_profiles
from engine.errors import InvalidInputError
from engine.services.handling import inbox, letter_gate
from engine.services.intake import intake
from engine.services.investigation import issues
from tests.integration.issue_ways import FOUND, ISSUE
from tests.integration.office import ANSWERS, DECIDED, LETTER

BLANK = re.compile(r"\[[^\[\]\n]+\]")
WHY = (
    "The meter was read on two days, and nobody compared the readings. We pay you 250 by "
    "01.06.2026. Der Zähler wurde an zwei Tagen abgelesen, und niemand hat das verglichen."
)
ASKED = [(code, "en") for code in shipped_profiles().codes] + [("iso", "de"), ("fca_disp", "de")]


def _draft(office, reference, **answers):
    return inbox.complete_step(
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        token=office.token(reference, "draft_decision"),
        answers=ANSWERS["decision"] | answers,
    )


@pytest.mark.iso("7.8", "7.9")
def test_a_decision_that_lacks_something_does_not_wait_for_approval(office):
    reference = office.reach("draft_decision")

    with pytest.raises(InvalidInputError) as refusal:
        _draft(office, reference, letter="Dear Jane, you are right. We are sorry about this.")

    assert {title.removesuffix(", missing") for title in refusal.value.problems} == {
        "Reasons",
        "The amount",
        "What is still to be done, and until when",
        "How to have it reviewed",
        "Whom to turn to outside",
        "Until when to turn there",
    }
    assert "Name the Utilities Ombudsman." in str(refusal.value)
    assert "draft_decision" in office.steps(reference)


@pytest.mark.iso("7.8")
def test_the_gate_is_passed_again_at_approval(office, monkeypatch):
    reference = office.reach("draft_decision")
    with monkeypatch.context() as patch:
        patch.setattr(letter_gate, "require_complete", lambda *_: None)
        _draft(office, reference, letter=LETTER)

    with pytest.raises(InvalidInputError, match="Whom to turn to outside, missing"):
        office.do(reference, "approve_decision")
    office.do(reference, "approve_decision", approval="returned", comment="Please complete it.")
    assert "draft_decision" in office.steps(reference)


def test_a_draft_may_be_returned_and_a_refusal_approved_without_the_gate(office):
    refused = office.reach("approve_refusal", register={"scope": "not_ours"})
    office.do(refused, "approve_refusal")

    assert office.view(refused).communications[-1].kind == "refusal"


@pytest.mark.iso("7.8", "7.9")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("code", "language"), ASKED)
def test_the_suggested_letter_has_what_its_regime_demands_once_it_is_filled_in(
    office, clock, code, language
):
    clock.advance(days=170)
    reference = intake.lodge(
        office.platform,
        actor=office.staff["hanna"],
        complaint=office.heard(language=language),
        wanted=[code],
    )
    office.reach("draft_decision", reference=reference)
    (step,) = office.view(reference).steps
    begun = str(step.answers["letter"])
    look = {"actor": office.staff["ada"], "reference": reference}

    before = letter_gate.look(
        office.platform, content=ANSWERS["decision"] | {"letter": begun}, **look
    )
    filled = ANSWERS["decision"] | {"letter": BLANK.sub(WHY, begun)}
    after = letter_gate.look(office.platform, content=filled, **look)
    assert before is not None
    assert after is not None
    assert before.missing[0].title == "Nothing is left to fill in"
    assert after.missing == ()
    assert after.ease is not None


def test_what_a_regime_demands_besides_is_missed_where_it_is_taken_out(office):
    reference = intake.lodge(
        office.platform,
        actor=office.staff["hanna"],
        complaint=office.heard(),
        wanted=["fca_disp"],
    )
    office.reach("draft_decision", reference=reference)
    content = ANSWERS["decision"] | {"letter": LETTER + DECIDED.format(amount=250)}

    found = letter_gate.look(
        office.platform, actor=office.staff["ada"], reference=reference, content=content
    )
    assert found is not None
    assert [each.title for each in found.missing] == [
        "Whom to turn to outside",
        "Until when to turn there",
        "The ombudsman's website",
        "The ombudsman's leaflet",
        "Whether a late referral is consented to",
    ]
    assert {each.source[:4] for each in found.missing[2:]} == {"DISP"}


def test_a_decision_that_nobody_drafted_is_not_judged(office):
    reference = office.reach("acknowledge")

    look = {"actor": office.staff["ada"], "reference": reference}
    assert letter_gate.look(office.platform, **look) is None


@pytest.mark.iso("7.7", "7.8")
def test_an_issue_that_came_in_while_a_decision_waited_holds_it_up(office):
    numbered = LETTER + DECIDED.format(amount=250) + "\nYou can now:\n1. Do nothing.\n2. Write.\n"
    reference = office.reach("approve_decision", draft_decision={"letter": numbered})
    known = {"actor": office.staff["hanna"], "reference": reference}
    issues.add(office.platform, answers=ISSUE, **known)

    with pytest.raises(InvalidInputError, match="Nothing was found yet on 2"):
        office.do(reference, "approve_decision")
    issues.find(office.platform, answers=FOUND | {"issue": 2, "conclusion": "not_upheld"}, **known)
    with pytest.raises(InvalidInputError, match="does not agree with the findings"):
        office.do(reference, "approve_decision")

    assert office.view(reference).case.decided_at is None
