"""A complaint of several things: each is found on, decided by what was found, and explained."""

from functools import partial

import pytest

from engine.domain.issue import MOST, CauseArea, FindingResult
from engine.errors import CourseError, InvalidInputError, NotAllowedError
from engine.services.audit import auditing
from engine.services.handling import casework
from engine.services.investigation import issues
from engine.services.privacy import subject_access
from engine.services.running import findings
from tests.integration.crowd import at_once
from tests.integration.issue_ways import CAUSE, FOUND, ISSUE
from tests.integration.office import execute, rows
from tests.integration.test_pairs import DORA

SIMPLE = {"assess": {"severity": 1, "complexity": "simple", "amount": "5"}}
"""What leads to the front line."""


def _add(office, reference, who="hanna", **said):
    return issues.add(
        office.platform, actor=office.staff[who], reference=reference, answers=ISSUE | said
    )


def _find(office, reference, number, who="hanna", **said):
    answers = FOUND | {"issue": number} | said
    issues.find(office.platform, actor=office.staff[who], reference=reference, answers=answers)


def _name_cause(office, reference, number):
    answers = CAUSE | {"issue": number}
    issues.name_cause(
        office.platform, actor=office.staff["hanna"], reference=reference, answers=answers
    )


def _issues(office, reference):
    return office.view(reference).issues


def _results(office, reference):
    return [issue.result for issue in _issues(office, reference)]


@pytest.mark.iso("7.2")
def test_every_complaint_begins_with_one_issue_and_gets_more(office):
    reference = office.lodge()
    (first,) = _issues(office, reference)

    _add(office, reference, desired_outcome="An apology")

    assert (first.number, first.text, first.titled("Charged twice")) == (1, "", "Charged twice")
    (_, second) = _issues(office, reference)
    assert (second.number, second.text, second.raised_by) == (2, ISSUE["text"], "hanna")
    assert second.desired_outcome == "An apology"
    assert any("Issue 2 added" in entry.what for entry in office.view(reference).timeline)


def test_what_an_issue_is_about_is_sealed_and_erased_with_its_case(office):
    reference = office.lodge()
    _add(office, reference, text="Jane was shouted at", desired_outcome="Jane wants an apology")

    stored = rows(office.platform.database, "SELECT text, desired_outcome FROM issue")
    handed_out = subject_access.export(
        office.platform, actor=DORA, reference=reference, reason="She asked for it."
    )

    assert "Jane" not in str(stored)
    assert _issues(office, reference)[1].text == "Jane was shouted at"
    assert handed_out


def test_registering_says_what_the_first_issue_is_about(office):
    reference = office.lodge()

    office.do(reference, "register", category="Privacy")

    assert _issues(office, reference)[0].category == "Privacy"


@pytest.mark.iso("7.6")
def test_the_step_is_done_only_with_a_finding_on_every_issue(office):
    reference = office.reach("investigate")
    _add(office, reference)

    with pytest.raises(InvalidInputError, match=r"2\. Nobody called back"):
        office.do(reference, "investigate")
    _find(office, reference, 2, conclusion="not_upheld", cause_area=None)
    office.do(reference, "investigate")

    assert _results(office, reference) == [FindingResult.UPHELD, FindingResult.NOT_UPHELD]
    assert "draft_decision" in office.steps(reference)


@pytest.mark.iso("7.7")
def test_a_decision_says_what_was_found(office):
    reference = office.reach("investigate")
    _add(office, reference)
    _find(office, reference, 2, conclusion="not_upheld", cause_area=None)
    office.do(reference, "investigate")

    with pytest.raises(InvalidInputError, match="partly upheld"):
        office.do(reference, "draft_decision", outcome="upheld")
    office.do(reference, "draft_decision", outcome="partly_upheld")

    assert "approve_decision" in office.steps(reference)


@pytest.mark.iso("7.7")
def test_an_issue_that_comes_late_is_answered_too(office):
    """It is added while the decision is being drafted."""
    reference = office.reach("draft_decision")
    _add(office, reference)

    with pytest.raises(InvalidInputError, match="Nothing was found yet"):
        office.do(reference, "draft_decision")


@pytest.mark.iso("8.2")
def test_a_case_is_closed_only_when_the_cause_of_what_was_upheld_is_named(office):
    reference = office.reach("closing_check", investigate={"cause_area": None})

    with pytest.raises(InvalidInputError, match=r"Name the cause of 1\. Charged twice"):
        office.do(reference, "closing_check")
    _name_cause(office, reference, 1)
    office.do(reference, "closing_check")

    (issue,) = _issues(office, reference)
    assert (issue.cause_area, issue.lacks_cause) == (CauseArea.PROCESS, False)
    with pytest.raises(CourseError, match="closed"):
        _name_cause(office, reference, 1)


def test_what_ends_without_a_decision_leaves_no_issue_open(office):
    settled = office.reach("resolve_frontline", **SIMPLE)
    office.do(settled, "resolve_frontline")
    withdrawn = office.reach("assess")
    _add(office, withdrawn)
    casework.withdraw(
        office.platform, actor=office.staff["hanna"], reference=withdrawn, reason="She was paid."
    )
    while office.steps(withdrawn):
        office.do(withdrawn, next(iter(office.steps(withdrawn))))
    while office.steps(settled):
        office.do(settled, next(iter(office.steps(settled))))

    assert _results(office, settled) == [FindingResult.SETTLED]
    assert _results(office, withdrawn) == [FindingResult.WITHDRAWN] * 2


@pytest.mark.iso("4.9")
def test_what_a_decision_stands_on_stays_as_it_was(office):
    reference = office.reach("closing_check")
    known = {"actor": office.staff["hanna"], "reference": reference}

    for late in (
        partial(_add, office, reference),
        partial(_find, office, reference, 1),
        partial(issues.restate, office.platform, number=2, answers=ISSUE, **known),
    ):
        with pytest.raises(CourseError, match="decided"):
            late()


def test_a_case_that_is_looked_at_again_is_found_on_again(office):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    office.answer(reference, "rejected")
    office.do(reference, "review_rejection", review="reopen", reason="There is a second bill.")
    office.reach("investigate", reference=reference)

    _add(office, reference)
    _find(office, reference, 2, who="jonas")
    office.do(reference, "investigate", conclusion="partly_upheld")

    assert _results(office, reference) == [FindingResult.PARTLY_UPHELD, FindingResult.UPHELD]


def test_several_people_look_into_several_issues_at_once(office):
    reference = office.reach("investigate")
    for _ in range(3):
        _add(office, reference)

    ends = at_once(3, lambda n: _find(office, reference, n + 2, who=("hanna", "ivo", "tom")[n]))

    assert ends == [None] * 3
    assert [issue.found_by for issue in _issues(office, reference)][1:] == ["hanna", "ivo", "tom"]
    assert auditing.verify_journal(office.platform, actor=office.staff["vera"]).broken == ()


def test_two_who_add_an_issue_at_once_add_two(office):
    reference = office.reach("assess")

    ends = at_once(4, lambda _n: _add(office, reference))

    assert ends == [None] * 4
    assert [issue.number for issue in _issues(office, reference)] == [1, 2, 3, 4, 5]


def test_bad_input_is_refused_in_a_sentence(office):
    reference = office.reach("investigate")
    known = {"actor": office.staff["hanna"], "reference": reference}

    with pytest.raises(InvalidInputError, match="not one of ours"):
        _add(office, reference, category="Weather")
    with pytest.raises(InvalidInputError, match="no issue 9"):
        _find(office, reference, 9)
    with pytest.raises(InvalidInputError, match="the first one is what the summary says"):
        issues.restate(office.platform, number=1, answers=ISSUE, **known)
    with pytest.raises(InvalidInputError, match="where the cause lies"):
        _find(office, reference, 1, cause_area=None, root_cause="Somebody slept.")
    with pytest.raises(NotAllowedError):
        _find(office, reference, 1, who="ada")


def test_a_complaint_has_no_endless_list_of_issues(office):
    reference = office.lodge()
    execute(office.platform.database, f"UPDATE issue SET number = {MOST}")  # noqa: S608

    with pytest.raises(CourseError, match="at most 50"):
        _add(office, reference)


def test_a_decision_that_asked_for_no_findings_would_be_noticed(office, monkeypatch):
    """Plant the bug: nobody asks whether every issue is answered."""
    monkeypatch.setattr(findings, "require_findings", lambda *_: None)

    for test in (
        test_the_step_is_done_only_with_a_finding_on_every_issue,
        test_a_decision_says_what_was_found,
        test_an_issue_that_comes_late_is_answered_too,
    ):
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            test(office)
