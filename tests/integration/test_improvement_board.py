"""The board of improvement: which causes stand on it, and what is read for its number."""

import pytest

from engine.domain.governance import RecordAct
from engine.services.improvement import improving
from tests.integration.conformity_ways import THEO
from tests.integration.improvement_ways import (
    board,
    issue,
    move,
    name_cause,
)

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def causes(office):
    """Return the causes that Mara sees, each with how many issues had it."""
    found = board(office, office.staff["mara"]).causes
    return [(each.area.value, each.issues) for each in found]


def taken_up(office):
    """Let a complaint have a cause that affects others, and an issue about it be approved."""
    office.lodge()
    name_cause(office)
    (cause,) = board(office, office.staff["mara"]).causes
    number = improving.raise_systemic_issue(
        office.platform, actor=office.staff["mara"], wanted=issue(category=cause.category)
    )
    move(office, number, THEO, RecordAct.APPROVE)
    return number


@ON_SQLITE
@pytest.mark.iso("8.2", "8.7")
def test_a_cause_that_was_dealt_with_stands_again_once_it_comes_again(office, clock):
    number = taken_up(office)
    clock.advance(days=1)
    move(office, number, office.staff["mara"], RecordAct.CARRY_OUT)
    move(office, number, THEO, RecordAct.VERIFY)
    verified = causes(office)

    clock.advance(days=1)
    office.lodge()
    name_cause(office)

    assert verified == []
    assert causes(office) == [("systems", 2)]


@ON_SQLITE
@pytest.mark.iso("8.2")
def test_a_cause_whose_issue_was_given_up_stands_again_at_once(office):
    number = taken_up(office)
    before = causes(office)

    move(office, number, office.staff["mara"], RecordAct.END)

    assert (before, causes(office)) == ([], [("systems", 1)])
