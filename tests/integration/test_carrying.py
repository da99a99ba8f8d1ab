"""Issues of a merged complaint: taken over, given back along a chain, and told to nobody more."""

import pytest

from engine.domain.issue import FindingResult
from engine.errors import InvalidInputError
from engine.services.handling import casefile
from engine.services.investigation import issues
from engine.services.links import splitting
from engine.services.staffing import respondents, restriction
from tests.integration.agreement import contradictions
from tests.integration.test_merging import ON_SQLITE, _merge, _pair, _unmerge


def _matters(office, reference):
    return [(each.text, each.result) for each in office.view(reference).issues]


def test_issues_that_only_the_merged_one_names_are_answered_where_work_goes_on(office, clock):
    earlier, later = _pair(office, clock)
    _state(office, later, "Nobody called back")
    _merge(office, later, earlier, issues=[1, 2])

    summary = office.view(later).case.complaint.summary
    assert _matters(office, earlier) == [
        ("", None),
        (summary, None),
        ("Nobody called back", None),
    ]
    office.reach("investigate", reference=earlier)
    found = {"issue": 2, "facts": "Charged twice.", "conclusion": "upheld"}
    hanna = {"actor": office.staff["hanna"], "reference": earlier}
    issues.find(office.platform, answers=found, **hanna)
    _unmerge(office, later)

    moved = [each.result for each in office.view(earlier).issues]
    assert moved == [None, FindingResult.UPHELD, FindingResult.MOVED], "what was found stays"
    assert [result for _, result in _matters(office, later)] == [None, None]
    assert contradictions(office.platform, earlier) == []


def test_what_cannot_be_taken_over_is_refused_and_nothing_is_merged(office, clock):
    earlier, later = _pair(office, clock)
    theirs = office.lodge(email="joe@example.org")

    with pytest.raises(InvalidInputError, match="no open issue 7"):
        _merge(office, later, earlier, issues=[7])
    with pytest.raises(InvalidInputError, match="in your own words"):
        _merge(office, theirs, earlier, issues=[1], though="Joe wrote for her.")

    assert len(_matters(office, earlier)) == 1
    assert not office.view(later).case.is_suspended


@pytest.mark.iso("4.10")
def test_a_matter_behind_a_wall_is_not_told_to_those_who_read_the_other_one(office, clock):
    earlier, later = _pair(office, clock)
    _state(office, later, "Ivo insulted me")
    _merge(office, later, earlier)
    _unmerge(office, later)
    hanna = {"actor": office.staff["hanna"], "reference": later}
    answers = {"username": "ivo", "about": "He insulted her."}
    respondents.name(office.platform, answers=answers, **hanna)

    with pytest.raises(InvalidInputError, match="may know of it"):
        _merge(office, later, earlier, issues=[2])
    respondents.name(office.platform, answers=answers, **hanna | {"reference": earlier})
    mara = {"actor": office.staff["mara"], "reason": "A colleague."}
    restriction.restrict(office.platform, reference=later, people=["hanna", "tom"], **mara)
    with pytest.raises(InvalidInputError, match="may know of it"):
        _merge(office, later, earlier, issues=[2])
    restriction.restrict(office.platform, reference=earlier, people=["tom"], **mara)
    _merge(office, later, earlier, issues=[2])

    assert [text for text, _ in _matters_of(office, earlier)][-1] == "Ivo insulted me"


def _matters_of(office, reference):
    """Return the matters of a complaint as those read it who are named on it."""
    file = casefile.view(office.platform, actor=office.staff["tom"], reference=reference)
    return [(each.text, each.result) for each in file.issues]


@ON_SQLITE
def test_undoing_one_merge_of_a_chain_takes_the_issue_back_from_the_last_of_it(office, clock):
    first, second = _pair(office, clock)
    third = office.lodge()
    _state(office, first, "Nobody called back")
    _merge(office, first, second, issues=[2])
    _merge(office, second, third, issues=[2])

    with pytest.raises(InvalidInputError, match="came with a complaint that was merged"):
        splitting.split(
            office.platform,
            actor=office.staff["tom"],
            reference=third,
            issues=[2],
            reason="It is another matter.",
        )
    _unmerge(office, first)

    assert [result for _, result in _matters(office, third)] == [None, FindingResult.MOVED]
    assert _matters(office, first)[-1] == ("Nobody called back", None)


def _state(office, reference, text):
    known = {"actor": office.staff["hanna"], "reference": reference}
    issues.add(office.platform, answers={"text": text, "category": "Conduct of staff"}, **known)
