"""The page of the live process."""

import pytest

from engine.domain.complaint import Channel, Complaint
from engine.services import inbox, intake, processes
from engine.services.heat import ProcessOverview, Waiting
from tests.unit.ui.desk import sit_down, texts
from ui.pages.process import lines_of, row_of


@pytest.fixture
def database_url(sqlite_url):
    """Pages know nothing of databases: one kind is enough."""
    return sqlite_url


@pytest.fixture
def desk(platform):
    """The platform with the shipped process."""
    processes.install_shipped(platform)
    return platform


@pytest.fixture
def lodged(desk, hanna):
    """A complaint whose words want to be more than text."""
    complaint = Complaint(
        received_at=desk.now(),
        channel=Channel.PHONE,
        summary="![x](http://evil.example/x.png)",
        complainant_name="<img src=x onerror=alert(1)>",
    )
    return intake.lodge(desk, actor=hanna, complaint=complaint)


def _page():
    from ui.pages import process  # noqa: PLC0415 - this function runs as a script

    process.show()


def _cases(element):
    from ui.pages.process import show_waiting  # noqa: PLC0415 - as above

    show_waiting(element)


def test_it_says_where_how_many_wait(desk, lodged, mara):
    test = sit_down(_page, desk, mara).run()

    assert not test.exception
    assert test.title[0].value == "Process"
    assert "1 step waits for somebody, none of them late" in texts(test).replace("\\", "")


def test_nothing_waiting_is_said_in_a_sentence(desk, mara):
    test = sit_down(_page, desk, mara).run()

    assert "Nothing waits." in texts(test)


def test_the_cases_of_a_step_are_those_that_wait_there(desk, lodged, hanna):
    here, n = inbox.page(desk, actor=hanna, view="all", element="register")
    elsewhere, none = inbox.page(desk, actor=hanna, view="all", element="assess")

    assert ([row.reference for row in here], n) == ([lodged], 1)
    assert (elsewhere, none) == ((), 0)


def test_hostile_text_is_shown_as_text(desk, lodged, hanna, clock):
    test = sit_down(_cases, desk, hanna, "register").run()
    clock.advance(days=30)
    rows, _ = inbox.page(desk, actor=hanna, view="all", element="register")
    line = row_of(rows[0], {}, clock.now)

    assert not test.exception
    assert "evil" not in texts(test)
    assert line.title == "![x](http://evil.example/x.png)"
    assert line.alarming == (1,)


def test_a_process_owner_sees_the_numbers_and_reads_why_not_the_cases(desk, lodged, otto):
    page = sit_down(_page, desk, otto).run()
    cases = sit_down(_cases, desk, otto, "register").run()

    assert not page.exception
    assert "may not read complaints" in cases.error[0].value


def test_the_fullest_step_comes_first_and_lateness_alarms():
    waiting = (Waiting("a", "A", 1, 0), Waiting("b", "B", 40, 3))

    first, second = lines_of(ProcessOverview("Complaint", 1, "", waiting))

    assert (first.id, first.note, first.is_alarming, first.part) == ("b", "3 late", True, 100)
    assert (second.note, second.is_alarming) == ("", False)


def test_a_list_that_forgets_its_step_is_caught(desk, lodged, hanna, monkeypatch):
    whole = inbox.page

    def forgetful(platform, *, actor, view, element):
        return whole(platform, actor=actor, view=view, element=element[:0])

    monkeypatch.setattr(inbox, "page", forgetful)

    with pytest.raises(AssertionError):
        test_the_cases_of_a_step_are_those_that_wait_there(desk, lodged, hanna)
