"""What a finding rests on, on the case page: chosen, shown as chips, and shown as text."""

from engine.services.investigation import evidence
from engine.services.people import interviews
from tests.integration.inquiry_ways import INTERVIEW
from tests.unit.ui.office import HOSTILE, Office, markup, texts
from tests.unit.ui.test_case import _page


def _tab(office, person, reference):
    test = office.sits(person, _page, ref=reference)
    test.session_state[f"case:tabs:{reference}"] = "Issues"
    return test.run()


def _spoken(office, hanna, **said):
    reference = office.lodge(hanna)
    known = {"actor": hanna, "reference": reference}
    interviews.keep(office.platform, answers=INTERVIEW | said, **known)
    return reference


def test_evidence_is_chosen_on_the_tab_and_leads_to_where_it_stands(office: Office, hanna):
    reference = _spoken(office, hanna)
    test = _tab(office, hanna, reference)
    key = f"issues:{reference}:1:Choose the evidence"
    test = test.button(key=f"{key}:toggle").click().run()

    test.multiselect(key=f"{key}:form.evidence").set_value(["interview:1"])
    test = test.button(key=f"{key}:form:submit").click().run()

    assert not test.exception
    assert "The evidence is kept." in texts(test)
    (kept,) = evidence.of_case(office.platform, actor=hanna, reference=reference)
    assert (str(kept.piece), kept.linked_by) == ("interview:1", "hanna")
    test = test.button(key=f"evidence:{reference}:1:interview:1").click().run()
    assert test.session_state[f"case:tabs:{reference}"] == "Investigation"


def test_hostile_words_of_evidence_are_shown_as_text(office: Office, hanna, tom):
    reference = _spoken(office, hanna, name=HOSTILE[:200])
    chosen = {"issue": 1, "evidence": ["interview:1"]}
    known = {"actor": hanna, "reference": reference}
    evidence.choose_evidence(office.platform, answers=chosen, **known)

    test = _tab(office, tom, reference)

    assert not test.exception
    (chip,) = [each for each in test.button if "interview:1" in str(each.key)]
    assert "\\<img" in chip.label
    assert "<img" not in markup(test).replace("\\<", "")
