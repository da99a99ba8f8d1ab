"""A complaint that is opened again is judged by people who took no part before, or by a waiver."""

from datetime import timedelta

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.separation import Rule
from engine.errors import ConflictError, InvalidInputError, SeparationOfDutiesError
from engine.services.accounts import waivers
from engine.services.audit import auditing
from engine.services.handling import casefile, inbox
from engine.services.investigation import issues
from engine.services.running import separation
from tests.integration.issue_ways import FOUND
from tests.integration.office import AGAIN, execute, facts_of

REX = Actor(username="rex", name="Rex", roles=frozenset({Role.REPRESENTATIVE}))
WHY = {"reason": "We are two.", "control": "The representative reads each of them."}


@pytest.fixture
def opened_again(office):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    office.answer(reference, "rejected")
    office.do(reference, "review_rejection", review="reopen", reason="There is a new bill.")
    return reference


def _waive(office, rule=Rule.SECOND_STAGE, days=30):
    until = office.platform.now() + timedelta(days=days)
    mara = office.staff["mara"]
    waivers.propose(office.platform, actor=mara, rule=rule, until_at=until, **WHY)
    (waiver,) = [w for w in waivers.all_waivers(office.platform, actor=mara) if not w.decided_by]
    waivers.decide(office.platform, actor=REX, waiver_id=waiver.id, confirm=True)
    return waiver.id


def _completes(office, reference, element, who, **answers):
    office.do(reference, element, by=who, **answers)


@pytest.mark.iso("7.9")
def test_who_found_before_is_not_made_owner_again(office, opened_again):
    with pytest.raises(InvalidInputError, match="Hanna drafted the first decision; somebody else"):
        _completes(office, opened_again, "assign", "tom", owner="hanna")

    office.do(opened_again, "assign")

    assert office.view(opened_again).case.owner == "jonas"


@pytest.mark.iso("4.7")
def test_who_judged_before_does_not_find_draft_or_decide_again(office, opened_again):
    office.do(opened_again, "assign")
    where = {"actor": office.staff["hanna"], "reference": opened_again}
    with pytest.raises(SeparationOfDutiesError, match="drafted the first decision"):
        issues.find(office.platform, answers=FOUND, **where)

    office.reach("draft_decision", reference=opened_again)
    token = office.token(opened_again, "draft_decision")
    for act in (inbox.claim, lambda p, **k: inbox.reassign(p, to="hanna", **k)):
        inbox.release(
            office.platform, actor=office.staff["jonas"], reference=opened_again, token=token
        )
        who = "hanna" if act is inbox.claim else "tom"
        with pytest.raises(SeparationOfDutiesError, match="take the step “Draft the decision”"):
            act(office.platform, actor=office.staff[who], reference=opened_again, token=token)
    office.do(opened_again, "draft_decision")

    with pytest.raises(SeparationOfDutiesError, match="Ada decided the first draft"):
        _completes(office, opened_again, "approve_decision", "ada")


def test_somebody_who_only_received_or_answered_is_fresh_enough(office, opened_again):
    parts = separation.parts_of
    with office.platform.database.read() as tx:
        found = parts(tx, office.view(opened_again).case.id)

    assert set(found) == {"hanna", "ada"}
    assert "tom" not in found  # assigned it, and weighed the objection


def test_the_page_says_why_somebody_is_kept_away(office, opened_again):
    office.reach("approve_decision", reference=opened_again)

    def step(who):
        file = casefile.view(office.platform, actor=who, reference=opened_again)
        return next(s for s in file.steps if s.step.element == "approve_decision")

    assert step(office.staff["ada"]).part == "decided the first draft"
    assert not step(office.staff["ada"]).may_take
    assert (step(AGAIN["ada"]).part, step(AGAIN["ada"]).may_take) == ("", True)


@pytest.mark.iso("4.7")
def test_a_waiver_lets_them_and_each_use_is_kept(office, opened_again):
    number = _waive(office)

    _completes(office, opened_again, "assign", "tom", owner="hanna")
    _completes(office, opened_again, "investigate", "hanna")

    case = office.view(opened_again).case
    with office.platform.database.read() as tx:
        (used,) = [e for e in tx.journal.of(case.id) if e.type == "separation.waived"]
    assert facts_of(used) == {
        "rule": "second_stage",
        "waiver": number,
        "part": "drafted the first decision",
        "person": "hanna",
    }
    assert auditing.verify_journal(office.platform, actor=office.staff["vera"]).broken == ()


def test_a_waiver_runs_out_and_can_be_ended(office, clock, opened_again):
    number = _waive(office, days=2)
    clock.advance(days=2)
    with pytest.raises(InvalidInputError, match="somebody else"):
        _completes(office, opened_again, "assign", "tom", owner="hanna")
    with pytest.raises(ConflictError, match="not in force"):
        waivers.end(office.platform, actor=REX, waiver_id=number)

    later = _waive(office)
    waivers.end(office.platform, actor=REX, waiver_id=later)

    with pytest.raises(InvalidInputError, match="somebody else"):
        _completes(office, opened_again, "assign", "tom", owner="hanna")


def test_nobody_confirms_their_own_waiver_and_the_database_refuses_it_too(office):
    until = office.platform.now() + timedelta(days=9)
    mara = office.staff["mara"]
    given = {"actor": mara, "rule": Rule.PAYMENT, "until_at": until}
    waivers.propose(office.platform, **given, **WHY)

    with pytest.raises(SeparationOfDutiesError, match="proposed it"):
        waivers.decide(office.platform, actor=mara, waiver_id=1, confirm=True)
    with pytest.raises(ConflictError, match="already"):
        waivers.propose(office.platform, **given, **WHY)
    with pytest.raises(Exception, match="waiver_four_eyes"):
        execute(office.platform.database, "UPDATE waiver SET decided_by = 'mara'")


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_waiver_ends_within_a_year(office, days):
    until = office.platform.now() + timedelta(days=days)
    given = {"actor": office.staff["mara"], "rule": Rule.PAYMENT, "until_at": until}

    with pytest.raises(InvalidInputError, match="within a year"):
        waivers.propose(office.platform, **given, **WHY)


def test_a_planted_bug_is_caught(office, opened_again, monkeypatch):
    monkeypatch.setattr(separation, "JUDGING", frozenset())
    office.do(opened_again, "assign")
    office.reach("draft_decision", reference=opened_again)

    _completes(office, opened_again, "draft_decision", "jonas")
    _completes(office, opened_again, "approve_decision", "ada")  # refused with the rule in place

    decided = [each.approver for each in office.view(opened_again).approvals]
    assert decided == ["ada", "ada"]
