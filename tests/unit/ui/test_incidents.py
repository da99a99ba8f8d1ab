"""The incidents page says what came to a halt, and lets those who may deal with it."""

import pytest

from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.incident import IncidentKind
from engine.services.handling import casefile
from engine.services.running import monitoring, operations
from engine.services.upkeep import incidents
from tests.incidents import come_to_a_halt
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts
from ui.place import PLACES, _titled

ADMIN = Actor(username="root", name="Root", roles=frozenset({Role.ADMINISTRATOR}))


def _page():
    from ui.pages import incidents  # noqa: PLC0415 - this function runs as a script

    incidents.show()


def _case():
    from ui.pages import case  # noqa: PLC0415 - as above

    case.show()


@pytest.fixture
def reference(office: Office, hanna) -> str:
    """A case that the sweep has given up."""
    lodged = office.lodge(hanna)
    for _ in range(3):
        monitoring.note_failure(office.platform, case_id=1, failure=ValueError("x"))
    return lodged


def _press(test, label):
    button = next(each for each in test.button if each.label == label)
    return button.click().run()


def _confirm(test, what):
    """Press the button of a dialog; without a browser, what opened it is pressed once more."""
    test.button(key=f"{what}:1").click()
    return test.button(key=f"{what}:do").click().run()


def _open(office):
    return incidents.page(office.platform, actor=SYSTEM)


def test_an_empty_page_says_that_all_is_well(office: Office, mara):
    test = office.sits(mara, _page)

    assert not test.exception
    assert "Nothing came to a halt." in texts(test)


def test_an_incident_says_what_why_and_how_often(office: Office, reference, mara):
    test = office.sits(mara, _page)

    said = texts(test)
    assert not test.exception
    assert IncidentKind.CASE.title in said
    assert "3 tries" in said
    assert any("Redress itself failed here" in text for text in as_text(test))


def test_a_hostile_cause_is_shown_as_text(office: Office, mara):
    def note(tx):
        tx.incidents.note(
            IncidentKind.LETTER,
            "m",
            case_id=None,
            element=HOSTILE,
            cause=HOSTILE,
            at=office.platform.now(),
        )

    office.platform.database.write(note)

    test = office.sits(mara, _page)

    assert HOSTILE in as_text(test)
    assert HOSTILE not in markup(test)


def test_an_incident_is_resolved_with_a_reason(office: Office, reference, mara):
    test = _press(office.sits(mara, _page), "Resolve")
    test.text_area[0].set_value("The file was restored.")

    _confirm(test, "resolve")

    (told,) = incidents.page(office.platform, actor=SYSTEM, is_open=False)
    assert (told.resolved_by, told.resolution) == ("mara", "The file was restored.")


def test_an_incident_is_tried_again_and_says_how_it_ended(office: Office, reference, mara):
    test = _press(office.sits(mara, _page), "Try again")
    test.text_area[0].set_value("Mended.")

    _confirm(test, "retry")

    assert _open(office) == ()


def test_without_a_reason_nothing_happens(office: Office, reference, mara):
    test = _press(office.sits(mara, _page), "Resolve")

    test = _confirm(test, "resolve")

    assert "Reason is needed." in texts(test)
    assert len(_open(office)) == 1


def test_who_only_sees_incidents_has_no_buttons(office: Office, reference, vera):
    test = office.sits(vera, _page)

    assert not test.exception
    assert [each.label for each in test.button if each.label in {"Try again", "Resolve"}] == []


def test_an_administrator_deals_with_incidents_without_reading_complaints(
    office: Office, reference
):
    test = office.sits(ADMIN, _page)

    assert not test.exception
    assert {"Try again", "Resolve"} <= {each.label for each in test.button}


@pytest.mark.parametrize(("count", "title"), [(0, "Incidents"), (4, "Incidents (4)")])
def test_the_navigation_says_how_many_there_are(office: Office, mara, count, title, monkeypatch):
    place = next(place for place in PLACES if place.path == "incidents")
    monkeypatch.setattr("ui.parts.waiting.fresh", lambda *_, **__: count)

    assert _titled(place, mara) == title


def test_a_suspended_case_says_so_and_shows_no_form(office: Office, hanna, mara):
    lodged = office.lodge(hanna)
    known = {"actor": mara, "reference": lodged, "reason": "Waiting for the court."}
    operations.suspend(office.platform, **known)

    test = office.sits(hanna, _case, ref=lodged)

    assert not test.exception
    assert "Suspended" in texts(test)
    assert "Waiting for the court." in as_text(test)
    assert "Its time stands still." in texts(test)
    assert "late" not in texts(test)
    assert "Complete this step" not in {each.label for each in test.button}


def test_an_operator_leads_a_case_by_the_dialog(office: Office, hanna, tom, mara):
    reference = office.drafted(hanna, tom)
    key = f"actions:{reference}:chosen"
    test = office.sits(mara, _case, ref=reference)
    test.session_state[key] = "Lead to another step"
    test = test.run()
    test.session_state[key] = "Lead to another step"
    box = next(each for each in test.selectbox if each.label == "Go on at")
    box.set_value("Draft the decision" if "Draft the decision" in box.options else box.options[0])
    area = next(each for each in test.text_area if str(each.key).startswith("course:reason:"))
    area.set_value("The wrong draft was sent up.")
    button = next(each for each in test.button if each.key == "course:do")

    button.click().run()

    file = casefile.view(office.platform, actor=mara, reference=reference)
    assert any("The wrong draft was sent up." in entry.what for entry in file.timeline)


@pytest.fixture
def refused(office: Office, hanna) -> list[str]:
    """Three letters that one mail server refused, beside a case that stands still."""
    references = [office.lodge(hanna) for _ in range(3)]
    come_to_a_halt(office.platform, references)
    return references


ALIKE = "The mail server did not take “…”. It said: 550"
WHICH = f"{IncidentKind.LETTER}:{ALIKE}"


def _chosen(office, person):
    """Sit down at the page with one cause chosen."""
    test = office.sits(person, _page)
    return test.selectbox(key="incidents:cause").set_value(ALIKE).run()


def test_incidents_are_narrowed_to_one_cause(office: Office, refused, mara):
    before = office.sits(mara, _page)

    test = _chosen(office, mara)

    assert len(before.selectbox(key="incidents:cause").options) == 2
    assert len([text for text in as_text(test) if text.startswith("The mail server")]) == 3
    assert "3 incidents have this cause." in texts(test)
    assert IncidentKind.CASE.title not in texts(test).replace(before.pills[0].value or "", "")


def test_all_incidents_of_a_cause_are_resolved_together_and_the_others_stay(
    office: Office, refused, mara
):
    test = _press(_chosen(office, mara), "Resolve all")
    test.text_area(key=f"resolve:reason:{WHICH}").set_value("The server is mended.")
    test.button(key="resolve:all").click()

    test = test.button(key="resolve:do").click().run()

    resolved = incidents.page(office.platform, actor=SYSTEM, is_open=False)
    assert "3 of 3 are dealt with." in texts(test)
    assert {each.resolution for each in resolved} == {"The server is mended."}
    assert [each.kind for each in _open(office)] == [IncidentKind.CASE]


def test_what_could_not_be_tried_again_is_said_and_stays(office: Office, refused, mara):
    test = _press(_chosen(office, mara), "Try all again")
    test.text_area(key=f"retry:reason:{WHICH}").set_value("The server is mended.")
    test.button(key="retry:all").click()

    test = test.button(key="retry:do").click().run()

    assert "0 of 3 are dealt with. 3 could not be tried: The letter has left" in texts(test)
    assert len(_open(office)) == 4


def test_who_may_not_resolve_is_offered_no_command_for_all(office: Office, refused, tom):
    test = _chosen(office, tom)

    assert "Resolve all" not in {each.label for each in test.button}
    assert "Resolve" not in {each.label for each in test.button}


def test_a_page_that_reads_causes_as_markdown_is_caught(office: Office, mara, monkeypatch):
    """Plant the bug: the cause is read as Markdown."""
    import streamlit as st  # noqa: PLC0415 - only this test changes it

    monkeypatch.setattr(st, "text", st.markdown)

    with pytest.raises(AssertionError):
        test_a_hostile_cause_is_shown_as_text(office, mara)
