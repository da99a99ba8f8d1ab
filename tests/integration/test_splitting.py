"""Splitting a complaint: some matters go on by themselves, and nothing becomes late later."""

import pytest

from engine.domain.issue import FindingResult
from engine.domain.respondent import KeptOut
from engine.errors import CourseError, InvalidInputError, NotFoundError
from engine.services.handling import casefile, remedies
from engine.services.intake import intake
from engine.services.investigation import issues
from engine.services.links import linking, splitting
from engine.services.privacy import subject_access
from engine.services.staffing import kept_out, restriction
from tests.integration.agreement import contradictions
from tests.integration.issue_ways import FOUND
from tests.integration.kin_ways import ISSUE, WHY
from tests.integration.people import DORA
from tests.integration.remedy_ways import REMEDY

NEIGHBOUR = {"reason": "They are neighbours."}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _known(office, reference, who="hanna"):
    return {"actor": office.staff[who], "reference": reference}


def _with_issues(office, **facts):
    reference = office.reach("assess", reference=office.lodge(**facts))
    for text in ("Nobody called back", "The meter is wrong"):
        issues.add(office.platform, answers=ISSUE | {"text": text}, **_known(office, reference))
    return reference


def _split(office, reference, *numbers):
    splitting.split(office.platform, issues=numbers, reason=WHY, **_known(office, reference))


def _part(office, reference):
    *_, last = linking.of_case(office.platform, **_known(office, reference))
    return last.reference


@pytest.mark.iso("7.2")
def test_chosen_issues_go_on_in_a_complaint_received_when_the_first_was(office, clock):
    reference = _with_issues(office)
    whole = office.view(reference)
    clock.advance(days=4)

    _split(office, reference, 2, 3)

    part = office.view(_part(office, reference))
    assert [i.titled(part.case.complaint.summary) for i in part.issues] == [
        "Nobody called back",
        "The meter is wrong",
    ]
    assert part.case.complaint.received_at == whole.case.complaint.received_at
    assert part.case.subject == whole.case.subject
    final = [{c.code: c.due_at for c in file.clocks}["final_response"] for file in (part, whole)]
    assert final[0] == final[1]
    assert set(office.steps(part.case.reference)) == {"register"}
    moved = [issue.result for issue in office.view(reference).issues]
    assert moved == [None, FindingResult.MOVED, FindingResult.MOVED]
    for each in (reference, part.case.reference):
        assert contradictions(office.platform, each) == []
    (kin,) = linking.of_case(office.platform, **_known(office, part.case.reference))
    assert (kin.said, kin.reference) == ("Part of", reference)


@ON_SQLITE
def test_the_first_is_decided_without_what_has_moved(office):
    reference = _with_issues(office)
    _split(office, reference, 2, 3)

    office.reach("closing_check", reference=reference)
    office.do(reference, "closing_check")

    assert not office.view(reference).case.is_open
    assert office.view(_part(office, reference)).case.is_open


@ON_SQLITE
def test_a_part_is_under_the_same_regimes_and_of_the_same_person_without_an_address(office):
    complaint = office.heard(email=None)
    hanna = office.staff["hanna"]
    under = ["housing_ombudsman"]
    reference = intake.lodge(office.platform, actor=hanna, complaint=complaint, wanted=under)
    issues.add(office.platform, answers=ISSUE, **_known(office, reference))

    _split(office, reference, 2)

    part = office.view(_part(office, reference))
    assert part.case.regimes == office.view(reference).case.regimes
    assert subject_access.find(office.platform, actor=DORA, who=reference) == (
        reference,
        part.case.reference,
    )


@pytest.mark.iso("4.10")
def test_nobody_knows_of_a_part_who_must_not_know_of_the_whole(office):
    reference = _with_issues(office)
    declared = _known(office, reference, "sam")
    kept_out.declare_conflict(office.platform, answers=NEIGHBOUR, **declared)
    people = {"people": ["hanna"], "reason": "It is about Ivo."}
    known = _known(office, reference, "mara")
    restriction.restrict(office.platform, **people, **known)

    _split(office, reference, 2)

    part = _part(office, reference)
    with pytest.raises(NotFoundError):
        casefile.view(office.platform, **_known(office, part, "ivo"))
    with office.platform.database.read() as tx:
        case = tx.cases.get(part)
        kinds = tx.kept_out.kinds(case.id, "sam")
        names = tx.walls.names(case.id)
    assert (case.is_restricted, case.keeps_out) == (True, True)
    assert names == ("hanna", "mara")
    assert kinds == {KeptOut.CONFLICT}


@ON_SQLITE
def test_what_cannot_go_is_refused_in_a_sentence(office):
    reference = _with_issues(office)
    known = _known(office, reference)
    issues.find(office.platform, answers=FOUND | {"issue": 2}, **known)
    remedies.propose(office.platform, answers=REMEDY | {"issue": 3}, **known)

    for numbers, said in (
        ((), "one at least"),
        ((1,), "what the complaint says itself"),
        ((2,), "has a finding"),
        ((3,), "has a remedy"),
        ((9,), "no issue 9"),
    ):
        with pytest.raises(InvalidInputError, match=said):
            _split(office, reference, *numbers)
    decided = office.reach("closing_check")
    with pytest.raises(CourseError, match="is decided"):
        _split(office, decided, 2)


@ON_SQLITE
def test_nothing_is_found_on_an_issue_that_has_moved(office):
    reference = _with_issues(office)
    _split(office, reference, 2)

    answers = FOUND | {"issue": 2}
    with pytest.raises(InvalidInputError, match="complaint of its own"):
        issues.find(office.platform, answers=answers, **_known(office, reference))


@ON_SQLITE
def test_a_part_that_is_received_later_is_noticed(office, clock, monkeypatch):
    """Plant the bug: the new complaint is received when it is split off."""
    reference = _with_issues(office)
    clock.advance(days=4)
    real = splitting._complaint

    def late(whole, issue):
        return real(whole, issue).model_copy(update={"received_at": office.platform.now()})

    monkeypatch.setattr(splitting, "_complaint", late)

    _split(office, reference, 2)

    both = [office.view(each).case.complaint for each in (reference, _part(office, reference))]
    assert both[0].received_at != both[1].received_at
