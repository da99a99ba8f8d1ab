"""The board of improvement: which causes stand on it, and what is read for its number."""

import pytest

from engine.domain.governance import RecordAct
from engine.services.improvement import improvement_board, improving, measured_effect
from tests.integration.conformity_ways import THEO
from tests.integration.improvement_ways import (
    board,
    carried_out,
    issue,
    judge,
    move,
    name_cause,
    waiting,
)
from tests.integration.signal_ways import shown

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


@pytest.fixture
def without_charts(monkeypatch):
    """Return what lets every look at a chart fail from then on."""

    def begin():
        def fail(*_):
            raise AssertionError("a chart was computed")

        for module in (improvement_board, measured_effect):
            monkeypatch.setattr(module, "chart_views", fail)

    return begin


@ON_SQLITE
def test_the_number_in_the_navigation_needs_no_chart(office, clock, without_charts):
    shown(office.platform)
    carried_out(office)
    clock.advance(days=31)

    without_charts()

    assert waiting(office, office.staff["mara"]) == 1


@ON_SQLITE
def test_an_action_without_a_figure_is_judged_without_a_chart(office, clock, without_charts):
    carried_out(office, chart="", wants=None)
    clock.advance(days=31)

    without_charts()
    judge(office.platform, THEO)

    with office.platform.database.read() as tx:
        assert tx.improvements.get(1).measured is None
