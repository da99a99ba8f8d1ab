"""Persons complained about on the case page: named, heard, and shown as text."""

from engine.services.handling import casefile
from engine.services.staffing import kept_out, respondents
from tests.integration.respondent_ways import TIE, TOLD
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts
from tests.unit.ui.test_case import _page
from ui.parts.words import plain


def _tab(office, person, reference):
    test = office.sits(person, _page, ref=reference)
    test.session_state[f"case:tabs:{reference}"] = "People"
    return test.run()


def test_a_colleague_who_is_named_on_the_tab_finds_no_such_complaint_any_more(
    office: Office, hanna, ada
):
    reference = office.lodge(hanna)
    test = _tab(office, hanna, reference)
    test = test.button(key=f"respondent:{reference}:0:Name a person:toggle").click().run()
    key = f"respondent:{reference}:0:Name a person:form"

    test.selectbox(key=f"{key}.username").set_value("ada")
    test.text_area(key=f"{key}.about").set_value("She promised a call.")
    test = test.button(key=f"{key}:submit").click().run()

    assert not test.exception
    assert "The person is named." in texts(test)
    assert "Not told yet" in markup(test)
    shown = _tab(office, ada, reference)
    assert [error.value for error in shown.error] == [plain(f"There is no complaint {reference}.")]


def test_hostile_words_of_a_person_and_of_a_tie_are_shown_as_text(office: Office, hanna, tom):
    reference = office.lodge(hanna)
    known = {"actor": hanna, "reference": reference}
    person = {"name": HOSTILE[:200], "about": HOSTILE}
    respondents.name(office.platform, answers=person, **known)
    respondents.inform(office.platform, number=1, answers={"told": TOLD["told"] + HOSTILE}, **known)
    tie = {"reason": TIE["reason"] + HOSTILE}
    kept_out.declare_conflict(office.platform, answers=tie, **known)

    test = _tab(office, tom, reference)

    assert not test.exception
    assert HOSTILE in as_text(test)
    assert "<img" not in markup(test)


def test_who_complains_is_put_right_on_the_tab(office: Office, hanna):
    reference = office.lodge(hanna)
    test = _tab(office, hanna, reference)
    test = test.button(key=f"parties:{reference}:Put it right:toggle").click().run()
    key = f"parties:{reference}:Put it right:form"
    before = test.text_input(key=f"{key}.complainant_name").value

    test.text_input(key=f"{key}.complainant_name").set_value("Jane Smith")
    test.text_input(key=f"{key}.reason").set_value(f"She has married. {HOSTILE}")
    test = test.button(key=f"{key}:submit").click().run()

    assert not test.exception, test.exception
    file = casefile.view(office.platform, actor=hanna, reference=reference)
    assert file.case.complaint.complainant_name == "Jane Smith" != before
    assert HOSTILE in file.notes[-1].text
    assert "<img" not in markup(_tab(office, hanna, reference))
