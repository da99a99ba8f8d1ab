"""A form of the organisation's own is filled in on the case page like any other, and read there."""

import json

import pytest

from engine.services.handling import casefile
from tests.integration.own_process import publish_forms
from tests.unit.domain.own_forms import METER, as_json, field
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts

GAS = {"meter_kind": "gas", "volume": 12.5, "is_sealed": False}


def _page():
    from ui.pages import case  # noqa: PLC0415 - this function runs as a script

    case.show()


def _sits(office, hanna, content=None):
    publish_forms(office.platform, content or as_json())
    reference = office.lodge(hanna)
    test = office.sits(hanna, _page, ref=reference)
    (step,) = casefile.view(office.platform, actor=hanna, reference=reference).steps
    return test, reference, f"step:{reference}:{step.step.token}"


def _widgets(test):
    kinds = ("number_input", "date_input", "multiselect", "text_input", "text_area")
    return {box.label for kind in kinds for box in test.get(kind)}


def _choose(test, key, value):
    (box,) = [each for each in test.get("button_group") if each.key == key]
    return box.set_value(value).run()


def test_every_field_gets_its_widget_and_the_purpose_stands_above(office: Office, hanna):
    test, _, _ = _sits(office, hanna)

    assert "Ask the complainant to stand in front of the meter" in texts(test)
    groups = {box.label for box in test.get("button_group")}
    assert groups >= {"Which meter", "Is it sealed?"}
    assert _widgets(test) >= {"Read on", "Paid", "What is wrong", "Digits", "Where it hangs"}


def test_a_field_appears_and_goes_as_one_answers_and_keeps_what_was_typed(office: Office, hanna):
    test, _, key = _sits(office, hanna)
    assert "Volume" not in _widgets(test)

    _choose(test, f"{key}.meter_kind", "gas")
    test.number_input(key=f"{key}.volume").set_value(12.345).run()
    _choose(test, f"{key}.meter_kind", "power")
    assert "Volume" not in _widgets(test)
    _choose(test, f"{key}.meter_kind", "gas")

    assert not test.exception
    assert test.number_input(key=f"{key}.volume").value == 12.345


def test_what_is_wrong_is_said_beside_its_field_and_what_is_right_is_kept(office: Office, hanna):
    test, reference, key = _sits(office, hanna)

    _choose(test, f"{key}.meter_kind", "gas")
    test.number_input(key=f"{key}.volume").set_value(0.1).run()
    test.button(key=f"{key}:submit").click().run()
    said = texts(test)
    _choose(test, f"{key}.is_sealed", False)
    test.number_input(key=f"{key}.volume").set_value(0.75).run()
    test.button(key=f"{key}:submit").click().run()

    assert "Volume must be 0.5 or more." in said
    assert "Is it sealed? is needed." in said
    assert not test.exception
    (kept,) = casefile.view(office.platform, actor=hanna, reference=reference).statements
    assert kept.content == {"meter_kind": "gas", "volume": "0.75", "is_sealed": False}
    assert "Just do it" in texts(test)
    assert "Nothing is asked here" in texts(test)


def test_the_history_reads_it_with_the_titles_of_its_form(office: Office, hanna):
    test, reference, key = _sits(office, hanna)
    _choose(test, f"{key}.meter_kind", "power")
    _choose(test, f"{key}.is_sealed", True)
    test.multiselect(key=f"{key}.faults").set_value(["fast", "dark"]).run()
    test.number_input(key=f"{key}.paid").set_value(1250.5).run()
    test.text_area(key=f"{key}.remarks").set_value("Two\nlines").run()
    test.button(key=f"{key}:submit").click().run()

    history = office.sits(hanna, _page, ref=reference)
    history.session_state[f"case:tabs:{reference}"] = "History"
    history.run()
    _choose(history, f"case:history:{reference}", "Forms")

    tables = " ".join(f"{[*each.value.index]} {each.value.to_numpy()}" for each in history.table)
    said = f"{texts(history)} {tables} {as_text(history)}".replace("\\\\", "").replace("\\", "")
    for word in ("Which meter", "Power", "Yes", "No display, Runs fast", "1,250.50", "Remarks"):
        assert word in said
    assert "Volume" not in said


def _worded(content, word):
    fields = [
        {**each, "title": f"{word} {each['name']}", "help": word} for each in content["fields"]
    ]
    choices = [{"value": "gas", "title": word[:25]}, {"value": "b", "title": word[-25:]}]
    fields[0] = fields[0] | {"choices": choices}
    return json.dumps(content | {"title": word, "help": word, "fields": fields}).encode()


def test_hostile_words_of_a_form_are_shown_as_text_only(office: Office, hanna):
    test, _, key = _sits(office, hanna, _worded(METER, HOSTILE[:80]))

    _choose(test, f"{key}.meter_kind", "gas")
    test.button(key=f"{key}:submit").click().run()

    assert not test.exception
    labels = [box.label for box in test.get("button_group")] + [*_widgets(test)]
    helps = [box.help for box in test.text_input if box.help]
    assert not [said for said in (*labels, *helps, markup(test)) if "![" in said.replace("\\[", "")]


@pytest.mark.parametrize(("places", "shown"), [("2.5", 2.5), ("0.000001", 0.000001), ("7", 7.0)])
def test_a_number_of_many_places_stays_as_it_was_typed(office: Office, hanna, places, shown):
    content = json.dumps(
        METER | {"fields": [field("meter_kind", routes=True), field("n", "decimal")]}
    )
    test, reference, key = _sits(office, hanna, content.encode())

    test.number_input(key=f"{key}.n").set_value(shown).run()

    (step,) = casefile.view(office.platform, actor=hanna, reference=reference).steps
    assert step.answers["n"] == places
