"""What the findings on all issues of a complaint come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.complaint import Outcome
from engine.domain.issue import FindingResult, Issue, outcome_of, result_at_closing
from tests.conftest import MONDAY

UPHELD, PARTLY, NOT, NONE, SETTLED, WITHDRAWN, OUT, MOVED = FindingResult
RESULTS = st.sampled_from([None, *FindingResult])


def _issues(results):
    return [
        Issue(
            number=number,
            text="",
            category="Price",
            product="",
            desired_outcome="",
            raised_by="hanna",
            raised_at=MONDAY,
            result=result,
        )
        for number, result in enumerate(results, 1)
    ]


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        ([UPHELD], Outcome.UPHELD),
        ([UPHELD, UPHELD, WITHDRAWN], Outcome.UPHELD),
        ([UPHELD, NOT], Outcome.PARTLY_UPHELD),
        ([UPHELD, NONE], Outcome.PARTLY_UPHELD),
        ([PARTLY], Outcome.PARTLY_UPHELD),
        ([NOT, NONE], Outcome.NOT_UPHELD),
        ([OUT, SETTLED], Outcome.NOT_UPHELD),
        ([UPHELD, MOVED], Outcome.UPHELD),
        ([UPHELD, None], None),
    ],
)
def test_the_decision_follows_from_the_findings(results, outcome):
    assert outcome_of(_issues(results)) is outcome


@given(st.lists(RESULTS, min_size=1, max_size=8), st.randoms())
def test_the_order_of_issues_changes_nothing_and_no_finding_is_overlooked(results, chance):
    mixed = list(results)
    chance.shuffle(mixed)

    outcome = outcome_of(_issues(results))

    assert outcome_of(_issues(mixed)) is outcome
    assert (outcome is None) == (None in results)
    if outcome is Outcome.UPHELD:
        assert not {PARTLY, NOT, NONE}.intersection(results)
    if outcome is Outcome.NOT_UPHELD:
        assert not {UPHELD, PARTLY}.intersection(results)


@given(st.lists(RESULTS, min_size=1, max_size=8))
def test_one_more_upheld_issue_never_makes_a_decision_worse_for_the_complainant(results):
    rank = [Outcome.NOT_UPHELD, Outcome.PARTLY_UPHELD, Outcome.UPHELD]
    before, after = outcome_of(_issues(results)), outcome_of(_issues([*results, UPHELD]))

    assert (before is None) == (after is None)
    if before and after:
        assert rank.index(after) >= rank.index(before)


def test_only_what_ended_without_a_decision_has_a_result_by_itself():
    by_itself = {outcome for outcome in Outcome if result_at_closing(outcome)}

    assert by_itself == {Outcome.RESOLVED_FIRST_CONTACT, Outcome.WITHDRAWN, Outcome.NOT_ACCEPTED}
    assert result_at_closing(None) is None
