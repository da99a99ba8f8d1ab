"""The page of exports tells which returns are to be sent, and what differs from what was sent."""

import pytest

from engine.services.exports import return_prep
from engine.services.upkeep.what_waits import number_at
from tests.integration.filing import MORNING, under_disp
from tests.integration.office import execute
from tests.unit.ui.office import texts
from ui.identity import RecentSessions
from ui.seal import FormSeal
from ui.session import Desk, open_desk


def _page():
    from ui.pages import exports  # noqa: PLC0415 - this function runs as a script

    exports.show()


@pytest.fixture
def firm(office, hanna, clock):
    """A firm with one complaint, whose return is due in nineteen working days."""
    office.platform = under_disp(office.platform)
    open_desk(Desk(office.platform, RecentSessions(office.store), FormSeal()))
    office.lodge(hanna, category="Price")
    clock.now = MORNING
    return_prep.prepare_returns(office.platform)
    clock.advance(days=14)
    return office


def number(office, person):
    return number_at(office.platform, actor=person, path="exports")


def test_what_is_due_is_said_and_chosen_and_goes_once_it_is_sent(firm, mara):
    test = firm.sits(mara, _page, kind="return")

    assert "Due in 19 working days" in texts(test)
    assert "1 Jan 2026 to 30 Jun 2026, due on 11 Aug 2026" in texts(test)
    assert (test.selectbox(key="exports:return:from").value.month, number(firm, mara)) == (1, 1)
    test.selectbox(key="exports:return:from").select_index(0).run()
    test.button(key="due:1:look").click().run()
    assert test.selectbox(key="exports:return:from").value.month == 1
    test.button(key="exports:return:make").click().run()

    assert not test.exception
    assert "Due in" not in texts(test)
    assert "Sent before" in [each.value for each in test.header]
    assert number(firm, mara) == 0


def test_only_those_who_see_every_complaint_are_told_what_is_in_it(firm, mara, vera):
    execute(firm.platform.database, "UPDATE complaint_case SET category = 'None of ours'")
    return_prep.prepare_returns(firm.platform)

    seen, less = (texts(firm.sits(person, _page, kind="return")) for person in (vera, mara))

    assert "Looked at 15 Jul 2026, 09:00: 1 complaint, 1 problem" in seen
    assert "Prepared 1 Jul 2026, 09:00: 1 complaint, nothing wrong" in seen
    assert "Looked at" not in less
    assert "Due in 19 working days" in less


def test_what_is_overdue_says_so_and_that_it_was_shown_higher_up(firm, vera, clock):
    clock.advance(days=30)
    return_prep.prepare_returns(firm.platform)

    said = texts(firm.sits(vera, _page, kind="return"))

    assert "Overdue by 3 working days" in said
    assert "Shown higher up" in said


def test_what_was_sent_otherwise_stands_beside_what_was_prepared(firm, vera):
    execute(firm.platform.database, "UPDATE complaint_case SET category = 'Privacy'")
    test = firm.sits(vera, _page, kind="return")

    test.button(key="exports:return:make").click().run()

    assert not test.exception
    assert "It was prepared otherwise, 1 Jul 2026, 09:00: 1 complaint, nothing wrong" in texts(test)
