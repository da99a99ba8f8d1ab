"""Requests on the page of personal data: who waits, how long yet, and what can be done."""

import pytest

from engine.domain.subject_request import RequestAct, Right, Stage
from engine.services.privacy import erasure
from tests.integration.people import DORA, REX
from tests.integration.request_ways import act, recorded, request
from tests.unit.ui.office import HOSTILE, Office, markup, texts
from ui.parts.worklist import Choice
from ui.place import PLACES, _titled

WHY = "Much to read."


def _page():
    from ui.pages import personal_data  # noqa: PLC0415 - this function runs as a script

    personal_data.show()


@pytest.fixture
def seats(office: Office):
    def hire(tx):
        for person in (DORA, REX):
            tx.accounts.add(person, password_hash="", at=office.platform.now())

    office.platform.database.write(hire)
    return office


@pytest.fixture
def closed(seats, hanna, tom):
    """A complaint that is closed."""
    reference = seats.lodge(hanna)
    seats.does(hanna, reference, "register", category="Price")
    seats.does(hanna, reference, "acknowledge")
    seats.does(hanna, reference, "assess", severity=1, complexity="simple", amount="10")
    said = {"frontline_result": "resolved", "explanation": "Refunded at once."}
    seats.does(hanna, reference, "frontline", **said)
    seats.does(tom, reference, "closing")
    return reference


@pytest.fixture
def listed(monkeypatch):
    """Show the list without a browser; what it holds, and which line is chosen."""
    shown = {"rows": (), "choice": None}

    def worklist(rows, **_):
        shown["rows"] = rows
        known = {each.id for each in rows}
        return shown["choice"] if shown["choice"] and shown["choice"].id in known else None

    monkeypatch.setattr("ui.parts.request_list.worklist", worklist)
    return shown


def _open(seats, listed, number):
    listed["choice"] = Choice(str(number), "open")
    return seats.sits(DORA, _page)


def test_with_no_request_the_page_says_so(seats):
    test = seats.sits(DORA, _page)

    assert not test.exception
    assert "Nobody waits for an answer about their data." in texts(test)


def test_whoever_does_not_protect_sees_no_request(seats):
    recorded(seats)

    test = seats.sits(REX, _page)

    assert not test.exception
    assert "Request" not in texts(test)
    assert not [each for each in test.button if each.key == "request:record"]


@pytest.mark.iso("4.10")
def test_the_list_says_who_waits_for_what_and_how_long_yet(seats, hanna, clock, listed):
    late = recorded(seats, name="Ann Okapi")
    clock.advance(days=29)
    recorded(seats, reference=seats.lodge(hanna), right=Right.ERASURE)
    clock.advance(days=4)

    test = seats.sits(DORA, _page)

    assert not test.exception
    first, second = listed["rows"]
    assert (first.id, first.title, first.severity) == (str(late), "Ann Okapi", "Access")
    assert (first.due, first.is_late, first.used, first.assignee) == (
        "Overdue by 2 days", True, 100, "Dora",
    )  # fmt: skip
    assert (second.due, second.is_late, second.step) == ("24 days left", False, "Open")
    assert "1 request is overdue." in texts(test)
    clock.advance(days=14)
    seats.sits(DORA, _page)
    assert [row.hint for row in listed["rows"]] == ["", "Soon"]
    (place,) = (each for each in PLACES if each.path == "privacy")
    assert _titled(place, DORA) == "Personal data (2)"


def test_a_request_is_recorded_of_somebody_unknown(seats):
    test = seats.sits(DORA, _page)
    test.button(key="request:record").click().run()
    test.selectbox(key="request:right").set_value(Right.PORTABILITY)
    test.text_input(key="request:name").set_value("Ann Okapi")
    test.text_area(key="request:text").set_value("All of it.")
    test.button(key="request:record").click()
    test.button(key="request:do").click().run()

    assert not test.exception
    assert "The request is recorded." in texts(test)
    told = request(seats, 1)
    assert (told.name, told.right, told.text) == ("Ann Okapi", Right.PORTABILITY, "All of it.")


def test_a_request_is_given_more_time(seats, listed):
    number = recorded(seats)

    test = _open(seats, listed, number)
    test.selectbox(key=f"request:{number}:way").set_value("Take more time").run()
    key = f"request:{number}:extend"
    test.text_area(key=f"{key}:said").set_value(WHY)
    test = test.button(key=f"{key}:do").click().run()

    assert not test.exception
    assert "The request has more time." in texts(test)
    assert (request(seats, number).stage, request(seats, number).extension_reason) == (
        Stage.EXTENDED, WHY,
    )  # fmt: skip


@pytest.mark.iso("4.10")
def test_a_refusal_wants_the_rights_to_be_told(seats, listed):
    number = recorded(seats)
    key = f"request:{number}:refuse"

    test = _open(seats, listed, number)
    test.selectbox(key=f"request:{number}:way").set_value("Refuse").run()
    test.text_area(key=f"{key}:said").set_value("It is the fifth this month.")
    test.button(key=f"{key}:do").click().run()
    assert "Rights must be told" in texts(test)
    test.checkbox(key=f"{key}:rights").check()
    test.button(key=f"{key}:do").click().run()

    assert not test.exception
    assert request(seats, number).stage is Stage.REFUSED


def test_what_is_held_is_handed_out_and_answers_the_request(seats, hanna, listed):
    number = recorded(seats, reference=seats.lodge(hanna))

    test = _open(seats, listed, number)
    test.checkbox(key="request:answers").check()
    test.button(key="request:export").click().run()

    assert not test.exception
    told = request(seats, number)
    assert (told.stage, told.exported_at) == (Stage.DONE, seats.platform.now())


def test_to_erase_is_proposed_from_the_request(seats, listed, closed):
    number = recorded(seats, reference=closed, right=Right.ERASURE)

    test = _open(seats, listed, number)
    test.button(key="request:erase").click().run()

    assert not test.exception
    (waiting,) = erasure.overview(seats.platform, actor=DORA).waiting
    assert request(seats, number).disposal == waiting.id
    listed["choice"] = None
    seats.sits(DORA, _page)
    assert listed["rows"][0].step == "Erasure proposed"


def test_hostile_words_of_a_request_are_shown_as_text(seats, hanna, listed):
    number = recorded(seats, name=HOSTILE[:190], text=HOSTILE)
    act(seats, number, RequestAct.EXTEND, said=HOSTILE)

    opened = _open(seats, listed, number)
    listed["choice"] = None
    act(seats, number, RequestAct.CARRY_OUT, said=HOSTILE)
    test = seats.sits(DORA, _page)
    test.toggle(key="requests:answered").set_value(True).run()

    for each in (opened, test):
        assert not each.exception
        drawn = markup(each).replace("\\<", "").replace("\\]", "")
        assert "<img" not in drawn
        assert "![x]" not in drawn
