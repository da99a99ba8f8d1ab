"""A form while it is made: changed part by part, and nothing that was typed is lost."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.form_file import examine, write_form
from engine.domain.form_sheet import (
    choices_as_lines,
    choices_from_lines,
    new_sheet,
    read_sheet,
    twin_of,
)
from tests.unit.domain.own_forms import METER, as_json, field, form_of, own_forms

WORDS = st.text(max_size=40) | st.sampled_from(["Which meter", "json", "水", "a = b"])


def _said(sheet):
    return json.loads(sheet.written())["fields"]


def test_a_new_form_is_one_that_handlers_can_fill_in():
    sheet = new_sheet("Decision", taken=["own_decision"])

    form, faults = examine(sheet.written().encode())

    assert not faults
    assert (form.id, form.title, form.fields[0].name) == (
        "own_decision_2",
        "Decision",
        "new_question",
    )


def test_a_name_follows_its_title_and_conditions_follow_the_name():
    sheet = read_sheet(
        form_of(field("size", "integer"), field("b", shown_when="size > 3")).decode()
    )

    sheet = sheet.with_part("title", "How many?", 0)

    assert [each["name"] for each in _said(sheet)] == ["how_many", "b"]
    assert _said(sheet)[1]["shown_when"] == "how_many > 3"


def test_a_name_that_the_diagram_may_know_stays():
    routed = field("size", "integer", routes=True)
    sheet = read_sheet(form_of(routed, field("mine", title="Yours")).decode())

    sheet = sheet.with_part("title", "How many?", 0).with_part("title", "Theirs", 1)

    assert [each["name"] for each in _said(sheet)] == ["size", "mine"]


def test_what_does_not_fit_another_kind_is_taken_away():
    sheet = read_sheet(as_json().decode())

    text, several = sheet.with_part("kind", "text", 0), sheet.with_part("kind", "choices", 0)

    assert "choices" not in _said(text)[0]
    assert _said(text)[0]["routes"] is True
    assert _said(several)[0]["choices"] == METER["fields"][0]["choices"]
    assert "routes" not in _said(several)[0]


@settings(max_examples=50, deadline=None)
@given(form=own_forms(), data=st.data())
def test_moving_doubling_and_removing_lose_no_other_field(form, data):
    sheet = read_sheet(write_form(form).decode())
    before = [each["name"] for each in _said(sheet)]
    at = data.draw(st.integers(0, len(before) - 1))
    to = data.draw(st.integers(0, len(before) - 1))

    moved = [each["name"] for each in _said(sheet.moved(at, to - at))]
    twin = [each["name"] for each in _said(sheet.with_twin(at))]
    without = [each["name"] for each in _said(sheet.without(at))]

    assert sorted(moved) == sorted(before)
    assert moved[to] == before[at]
    assert [name for name in twin if name in before] == before
    assert without == before[:at] + before[at + 1 :]
    assert twin_of(sheet, taken=["random"]).text("id") != "random"


@given(titles=st.lists(WORDS))
def test_choices_are_typed_one_a_line(titles):
    made = choices_from_lines("\n".join(titles))

    assert choices_from_lines(choices_as_lines(made)) == made


@given(text=st.text())
def test_any_text_is_a_sheet_or_none(text):
    sheet = read_sheet(text)

    assert sheet is None or read_sheet(sheet.written()) == sheet
