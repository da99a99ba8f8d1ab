"""The approvals page shows every draft that waits, and who may not decide it."""

from types import SimpleNamespace

import pytest

from engine.domain.actor import Role
from engine.services.handling import approvals
from tests.unit.ui.office import HOSTILE, Office, texts


def _page():
    from ui.pages import approvals  # noqa: PLC0415 - this function runs as a script

    approvals.show()


@pytest.fixture
def shown(monkeypatch):
    seen = SimpleNamespace(rows=[])

    def worklist(rows, **_):
        seen.rows = list(rows)

    monkeypatch.setattr("ui.pages.approvals.worklist", worklist)
    return seen


def test_drafts_are_listed_with_decision_amount_and_drafter(
    office: Office, shown, hanna, tom, ada, clock
):
    first = office.drafted(hanna, tom, summary=HOSTILE)
    clock.advance(hours=1)
    second = office.drafted(hanna, tom, amount="300")

    test = office.sits(ada, _page)

    assert not test.exception
    assert [row.id.partition("/")[0] for row in shown.rows] == [first, second]
    assert [row.severity for row in shown.rows] == ["Upheld", "Upheld"]
    assert [row.step for row in shown.rows] == ["250.00 GBP", "300.00 GBP"]
    assert {row.assignee for row in shown.rows} == {"Hanna"}
    assert shown.rows[0].title == HOSTILE
    assert "evil" not in texts(test)


def test_ones_own_draft_says_that_somebody_else_decides(office: Office, shown, hanna, tom):
    office.drafted(hanna, tom)
    both = hanna.model_copy(update={"roles": hanna.roles | {Role.APPROVER}})

    office.sits(both, _page)

    assert "you drafted it, so somebody else decides" in shown.rows[0].about


def test_a_draft_above_the_limit_waits_for_the_manager_only(office: Office, hanna, tom, ada, mara):
    office.drafted(hanna, tom, amount="90000")

    for_ada = approvals.waiting(office.platform, actor=ada)
    for_mara = approvals.waiting(office.platform, actor=mara)

    assert (for_ada[1], for_mara[1]) == (0, 1)


def test_an_empty_page_says_so(office: Office, ada):
    test = office.sits(ada, _page)

    assert "Nothing waits for your approval." in texts(test)


def test_a_list_that_hides_whose_draft_it_is_is_caught(
    office: Office, shown, hanna, tom, monkeypatch
):
    monkeypatch.setattr("ui.pages.approvals._row", lambda waiting, *_: waiting)

    with pytest.raises(AttributeError):
        test_ones_own_draft_says_that_somebody_else_decides(office, shown, hanna, tom)
