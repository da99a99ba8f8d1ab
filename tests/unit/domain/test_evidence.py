"""Which findings rest on nothing."""

from datetime import UTC, datetime

import pytest

from engine.domain.completeness import of_evidence
from engine.domain.evidence import Evidence, EvidenceKind, Piece, piece_of, without_evidence
from engine.domain.issue import FindingResult, Issue

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)


def _issue(number, result):
    return Issue(number, f"Matter {number}", "Price", "", "", "hanna", NOW, result)


def _linked(issue, **facts):
    return Evidence(issue, Piece(EvidenceKind.DOCUMENT, 1), "hanna", NOW, **facts)


@pytest.mark.parametrize(
    ("result", "is_missed"),
    [
        (None, False),
        (FindingResult.UPHELD, True),
        (FindingResult.PARTLY_UPHELD, True),
        (FindingResult.NOT_UPHELD, True),
        (FindingResult.NO_FINDING_POSSIBLE, False),
        (FindingResult.MOVED, False),
    ],
)
def test_what_was_found_rests_on_something(result, is_missed):
    issue = _issue(1, result)

    assert without_evidence([issue], []) == ((issue,) if is_missed else ())
    assert without_evidence([issue], [_linked(1)]) == ()


def test_what_was_taken_off_or_is_on_another_issue_counts_for_nothing():
    issue = _issue(1, FindingResult.UPHELD)

    assert without_evidence([issue], [_linked(2), _linked(1, unlinked_at=NOW)]) == (issue,)


@pytest.mark.parametrize("kind", EvidenceKind)
def test_a_piece_is_named_and_found_again(kind):
    piece = Piece(kind, 17)

    assert piece_of(str(piece)) == piece


@pytest.mark.parametrize("is_required", [True, False])
def test_the_gate_names_each_issue_and_holds_back_where_it_is_told_to(is_required):
    missed = [(2, "Nobody called back")]

    (asked,) = of_evidence(missed, is_required=is_required)

    assert "2. Nobody called back" in asked.todo
    assert asked.is_advice is not is_required
    assert not asked.is_met
