"""The tab of issues: each is said, found on and explained in its place, and shown as text."""

import pytest

from engine.domain.issue import FindingResult
from engine.services.handling import casefile
from engine.services.investigation import issues
from tests.unit.ui.office import HOSTILE, Office, markup, texts
from tests.unit.ui.test_case import _page

MORE = {"text": "Nobody called back", "category": "Conduct of staff"}


def _at_the_finding(office, hanna, tom):
    reference = office.lodge(hanna)
    office.does(hanna, reference, "register", category="Price")
    office.does(hanna, reference, "acknowledge")
    office.does(hanna, reference, "assess", severity=3, complexity="moderate")
    office.does(tom, reference, "assign", owner="hanna")
    return reference


def _tab(office, person, reference):
    test = office.sits(person, _page, ref=reference)
    test.session_state[f"case:tabs:{reference}"] = "Issues"
    return test.run()


def _open(test, reference, number, label):
    return test.button(key=f"issues:{reference}:{number}:{label}:toggle").click().run()


def _found(office, person, reference):
    return casefile.view(office.platform, actor=person, reference=reference).issues


def test_an_issue_is_added_where_the_others_stand(office: Office, hanna):
    reference = office.lodge(hanna)
    test = _open(_tab(office, hanna, reference), reference, 0, "Add an issue")
    key = f"issues:{reference}:0:Add an issue:form"

    test.text_input(key=f"{key}.text").set_value("Nobody called back")
    test.selectbox(key=f"{key}.category").set_value("Conduct of staff")
    test = test.button(key=f"{key}:submit").click().run()

    assert not test.exception
    assert "The issue is added." in texts(test)
    assert [issue.text for issue in _found(office, hanna, reference)] == ["", "Nobody called back"]


def test_what_is_missing_is_said_beside_the_form_and_stays_typed(office: Office, hanna):
    reference = office.lodge(hanna)
    test = _open(_tab(office, hanna, reference), reference, 0, "Add an issue")
    key = f"issues:{reference}:0:Add an issue:form"

    test.text_input(key=f"{key}.text").set_value("Nobody called back").run()
    test = test.button(key=f"{key}:submit").click().run()
    assert "Category is needed." in texts(test)
    away = _open(test, reference, 0, "Add an issue")
    again = _open(away, reference, 0, "Add an issue")

    assert again.text_input(key=f"{key}.text").value == "Nobody called back"


def test_with_several_issues_the_step_takes_one_finding_after_the_other(office: Office, hanna, tom):
    reference = _at_the_finding(office, hanna, tom)
    issues.add(office.platform, actor=hanna, reference=reference, answers=MORE)
    token = office.step(hanna, reference, "finding").step.token
    key = f"step:{reference}:{token}"
    test = office.sits(hanna, _page, ref=reference)
    assert "Record this finding" in [button.label for button in test.button]

    for conclusion in ("upheld", "not_upheld"):
        test.text_area(key=f"{key}.facts").set_value("It was charged twice.").run()
        groups = {group.key: group for group in test.get("button_group")}
        groups[f"{key}.conclusion"].set_value(conclusion)
        test = test.button(key=f"{key}:submit").click().run()
        assert not test.exception

    results = [issue.result for issue in _found(office, hanna, reference)]
    assert results == [FindingResult.UPHELD, FindingResult.NOT_UPHELD]
    decision = office.step(hanna, reference, "decision")
    assert decision.answers["outcome"] == "partly_upheld"


def test_a_single_issue_is_not_asked_about(office: Office, hanna, tom):
    reference = _at_the_finding(office, hanna, tom)
    token = office.step(hanna, reference, "finding").step.token

    test = office.sits(hanna, _page, ref=reference)

    assert not [each for each in test.selectbox if each.key == f"step:{reference}:{token}.issue"]
    assert "Complete this step" in [button.label for button in test.button]


def test_an_issue_without_a_cause_says_so_until_it_is_named(office: Office, hanna, tom):
    reference = _at_the_finding(office, hanna, tom)
    office.does(hanna, reference, "finding", facts="It was charged twice.", conclusion="upheld")
    test = _tab(office, hanna, reference)
    assert "No cause yet" in texts(test)
    test = _open(test, reference, 1, "Name the cause")
    key = f"issues:{reference}:1:Name the cause:form"

    test.selectbox(key=f"{key}.cause_area").set_value("process")
    test.text_area(key=f"{key}.root_cause").set_value("Bills are not compared.")
    test = test.button(key=f"{key}:submit").click().run()

    assert not test.exception
    assert "The cause is named." in texts(test)
    assert not _found(office, hanna, reference)[0].lacks_cause


def test_who_may_only_read_has_no_buttons(office: Office, hanna, ada):
    reference = office.lodge(hanna)

    test = _tab(office, ada, reference)

    assert not [button for button in test.button if str(button.key).startswith("issues:")]


@pytest.mark.iso("4.9")
def test_hostile_words_of_issues_are_shown_as_text(office: Office, hanna, tom):
    reference = _at_the_finding(office, hanna, tom)
    said = {"text": HOSTILE, "category": "Price", "product": HOSTILE, "desired_outcome": HOSTILE}
    found = {"issue": 2, "facts": HOSTILE, "conclusion": "upheld", "standard": HOSTILE}
    where = {"actor": hanna, "reference": reference}
    issues.add(office.platform, answers=said, **where)
    issues.find(office.platform, answers=found | {"reasons": HOSTILE}, **where)

    test = _tab(office, hanna, reference)

    assert not test.exception
    assert "![" not in markup(test).replace("\\!", "").replace("\\[", "")
