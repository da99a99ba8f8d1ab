"""Remedies on the case page and in the list of all: proposed, carried out, verified, as text."""

from engine.domain.actor import Actor, Role
from engine.domain.remedy import RemedyState
from engine.services.handling import casefile, casework, remedies
from tests.integration.remedy_ways import PROOF, REMEDY
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts
from tests.unit.ui.test_case import _page

FINN = Actor(username="finn", name="Finn", roles=frozenset({Role.FINANCE}))


def _list():
    from ui.pages import remedies as page  # noqa: PLC0415 - this function runs as a script

    page.show()


def _tab(office, person, reference):
    test = office.sits(person, _page, ref=reference)
    test.session_state[f"case:tabs:{reference}"] = "Remedies"
    return test.run()


def _open(test, reference, number, label):
    return test.button(key=f"remedies:{reference}:{number}:{label}:toggle").click().run()


def _remedies(office, person, reference):
    return casefile.view(office.platform, actor=person, reference=reference).remedies


def _owed(office, hanna, tom, ada):
    reference = office.drafted(hanna, tom)
    office.does(ada, reference, "approval", approval="approved")
    casework.deliver_answer(office.platform, actor=hanna, reference=reference, answer="accepted")
    return reference


def test_a_remedy_is_proposed_on_its_tab(office: Office, hanna, tom):
    reference = office.lodge(hanna)
    test = _open(_tab(office, hanna, reference), reference, 0, "Propose a remedy")
    key = f"remedies:{reference}:0:Propose a remedy:form"

    test.selectbox(key=f"{key}.kind").set_value("refund")
    test.number_input(key=f"{key}.amount").set_value(40.5)
    test.text_input(key=f"{key}.text").set_value("The fee is returned")
    test.selectbox(key=f"{key}.owner").set_value("hanna")
    test = test.button(key=f"{key}:submit").click().run()

    assert not test.exception
    assert "The remedy is proposed." in texts(test)
    (remedy,) = _remedies(office, hanna, reference)
    assert (remedy.text, str(remedy.amount)) == ("The fee is returned", "40.5")


def test_what_is_owed_is_carried_out_and_verified_on_its_tab(office: Office, hanna, tom, ada):
    reference = _owed(office, hanna, tom, ada)
    given = {"actor": FINN, "reference": reference, "number": 1}
    remedies.carry_out(office.platform, answers=PROOF, **given)

    test = _tab(office, tom, reference)
    test = test.button(key=f"remedies:{reference}:1:Verify:do").click().run()

    assert "The remedy is verified." in texts(test)
    (remedy,) = _remedies(office, tom, reference)
    assert (remedy.state, remedy.verified_by) == (RemedyState.VERIFIED, "tom")


def test_whoever_carried_it_out_is_not_offered_to_verify_it(office: Office, hanna, tom, ada):
    reference = _owed(office, hanna, tom, ada)
    given = {"actor": tom, "reference": reference, "number": 1}
    remedies.carry_out(office.platform, answers=PROOF, **given)

    keys = [str(button.key) for button in _tab(office, tom, reference).button]

    assert not [key for key in keys if "Verify" in key]


def test_hostile_words_of_a_remedy_are_shown_as_text(office: Office, hanna):
    reference = office.lodge(hanna)
    words = REMEDY | {"text": HOSTILE}
    remedies.propose(office.platform, actor=hanna, reference=reference, answers=words)

    test = _tab(office, hanna, reference)

    assert not test.exception
    assert HOSTILE in as_text(test)
    assert "<img" not in markup(test)


def test_finance_sees_what_is_to_be_paid(office: Office, hanna, tom, ada):
    _owed(office, hanna, tom, ada)

    test = office.sits(FINN, _list)

    assert not test.exception
    assert "1 remedy, soonest due first" in markup(test).replace("\\", "")


def test_an_empty_list_says_so(office: Office):
    test = office.sits(FINN, _list)

    assert "Nothing is to be carried out." in texts(test)
