"""Assessments: what the table suggests, what is chosen and why, and assessing anew."""

import pytest

from engine.errors import CourseError, InvalidInputError
from engine.process.elements import Work
from engine.services.handling import assessing
from engine.services.process import assessments
from tests.integration.office import ANSWERS, rows

SLIGHT = {"severity": 1, "complexity": "simple", "amount": "10"}
WHY = "She has called four times already."
ANEW = {"severity": 5, "safety": "none", "complexity": "complex", "amount": "600"}


def _on(office, who, reference):
    return {"platform": office.platform, "actor": office.staff[who], "reference": reference}


def _kept(office, reference):
    return assessing.of_case(**_on(office, "hanna", reference))


def _reassess(office, reference, **said):
    answers = ANEW | {"override_reason": WHY} | said
    assessing.reassess(**_on(office, "hanna", reference), answers=answers)


@pytest.mark.iso("7.5")
def test_an_assessment_is_kept_with_what_the_table_suggested(office):
    reference = office.reach("resolve_frontline", assess=SLIGHT)

    (kept,) = _kept(office, reference)

    assert (kept.suggested_route, kept.suggested_priority) == ("frontline", 5)
    assert (kept.route, kept.rules, kept.is_overridden) == ("frontline", "triage_trifle", False)
    assert (kept.severity, kept.by) == (1, "hanna")
    assert kept.process == office.view(reference).case.process


def test_what_the_table_suggests_is_told_before_anything_is_saved(office):
    reference = office.reach("assess")

    found = assessing.suggest(**_on(office, "hanna", reference), answers=SLIGHT)

    assert (found.route, found.priority) == ("frontline", 5)
    assert found.words == ("Simple, slight and of little value: settle it on the spot.",)
    assert _kept(office, reference) == ()


@pytest.mark.iso("7.5")
def test_another_route_is_taken_where_a_reason_says_why(office):
    chosen = {"chosen_route": "complex", "chosen_priority": 1}

    reference = office.reach("assign", assess=SLIGHT | chosen | {"override_reason": WHY})

    (kept,), case = _kept(office, reference), office.view(reference).case
    assert (case.route, case.priority) == ("complex", 1)
    assert (kept.suggested_route, kept.route, kept.reason) == ("frontline", "complex", WHY)
    assert kept.is_overridden
    said = [entry.what for entry in office.view(reference).timeline]
    assert f"Route complex, priority 1 chosen, not frontline, priority 5: {WHY}" in said
    assert WHY not in str(rows(office.platform.database, "SELECT reason FROM assessment"))


def test_a_choice_without_a_reason_is_refused_and_one_that_agrees_needs_none(office):
    reference = office.reach("assess")

    with pytest.raises(InvalidInputError, match="suggests the route frontline, priority 5"):
        office.do(reference, "assess", **SLIGHT, chosen_route="standard")
    office.do(reference, "assess", **SLIGHT, chosen_route="frontline")

    assert not _kept(office, reference)[0].is_overridden


def test_a_core_that_lets_the_table_outrank_the_person_is_caught(office, monkeypatch):
    act = Work.act

    def forgetful(self, token):
        known = {name: None for name in token.data if name.startswith("chosen_")}
        token.set(known)
        act(self, token)

    monkeypatch.setattr(Work, "act", forgetful)
    chosen = {"chosen_route": "complex", "override_reason": WHY}
    reference = office.reach("acknowledge")

    office.do(reference, "assess", **SLIGHT, **chosen)

    assert _kept(office, reference)[0].route == "frontline"


@pytest.mark.iso("7.5")
def test_a_complaint_is_assessed_anew_and_every_assessment_stays(office):
    reference = office.reach("investigate")

    _reassess(office, reference)

    first, second = _kept(office, reference)
    case = office.view(reference).case
    assert (first.severity, second.severity, second.reason) == (3, 5, WHY)
    assert (case.severity, case.complexity, case.priority) == (5, "complex", 1)
    assert (case.route, second.suggested_route) == ("standard", "complex")


@pytest.mark.iso("5.4")
def test_who_has_to_approve_follows_from_the_new_assessment(office):
    slight = {"investigate": {}, "assess": {"severity": 2, "complexity": "moderate"}}
    before = office.reach("approve_decision", **slight)
    reference = office.reach("investigate", **slight)

    _reassess(office, reference)

    office.reach("approve_decision_senior", reference=reference)
    assert "approve_decision" in office.steps(before)


def test_it_is_not_assessed_anew_before_it_was_nor_without_a_reason(office):
    reference = office.reach("assess")

    with pytest.raises(CourseError, match="not assessed yet"):
        _reassess(office, reference)
    with pytest.raises(InvalidInputError, match="what has changed"):
        _reassess(office, reference, override_reason="")
    with pytest.raises(InvalidInputError, match="stays the one"):
        _reassess(office, reference, chosen_route="frontline")


def test_a_process_without_the_table_suggests_nothing(office, monkeypatch):
    monkeypatch.setattr(assessments, "TABLE", "none")
    reference = office.reach("assess")

    assert assessing.suggest(**_on(office, "hanna", reference), answers=ANSWERS["assess"]) is None
    with pytest.raises(InvalidInputError, match="not chosen in this process"):
        office.do(reference, "assess", chosen_route="complex")
