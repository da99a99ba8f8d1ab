"""Answers to a form of an organisation: what is accepted keeps every rule of the form."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.field_kind import FieldKind
from engine.domain.filling import filled
from engine.domain.form import FORMS
from engine.domain.form_file import read_form
from engine.domain.own_answers import asking_of, content_of, knowing
from engine.domain.own_limit import LONGEST
from engine.errors import InvalidInputError
from engine.process import questions
from tests.unit.domain.own_forms import as_json, field, form_of, own_forms

GOOD = {"meter_kind": "gas", "volume": "12.50", "is_sealed": False}
TYPED = (
    st.none()
    | st.booleans()
    | st.sampled_from(["", " ", "a", "b", "f", "7", "-7", "1.50", "1.555", "2026-03-02", "x\ny"])
    | st.integers(-60, 60)
    | st.floats(-60, 60).map(lambda number: round(number, 2))
    | st.text("ab ", max_size=35)
    | st.lists(st.sampled_from("abcdefg"), max_size=5)
    | st.dates(date(1989, 1, 1), date(2101, 1, 1)).map(date.isoformat)
)


def _model(content=None):
    return questions.ready(read_form(content or as_json()))


def _problems(model, **answers):
    with pytest.raises(InvalidInputError) as refusal:
        filled(model, answers)
    return refusal.value.problems


def _holds(condition, answers):
    """Judge one of the five conditions that random forms have, in words of its own."""
    name = re.search(r"f\d", condition).group()
    value = answers.get(name)
    if "==" in condition:
        return value == "a"
    if ">" in condition:
        is_number = isinstance(value, int | float | Decimal)
        return is_number and value > 1
    if "null" in condition:
        return value is not None
    return (not value) if condition.startswith("not") else bool(value)


def _number(text):
    if isinstance(text, bool) or not re.fullmatch(r"-?\d+(\.\d+)?", str(text)):
        return ValueError
    return Decimal(str(text))


def _whole(text):
    number = _number(text)
    return number if number is ValueError or number % 1 == 0 else ValueError


def _day(text):
    is_day = isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", text)
    return date.fromisoformat(text) if is_day else ValueError


def _several(text, values):
    is_good = isinstance(text, list) and set(text) <= set(values)
    return sorted(set(text), key=values.index) if is_good else ValueError


def _meant(about, typed):
    """Return what somebody means by what they typed; ValueError where it means nothing."""
    text = typed.strip() if isinstance(typed, str) else typed
    if text is None or text in ("", []):
        return None
    values, is_text = [choice.value for choice in about.choices], isinstance(text, str)
    meanings = {
        "text": text if is_text and "\n" not in text else ValueError,
        "paragraph": text if is_text else ValueError,
        "yes_no": text if isinstance(text, bool) else ValueError,
        "date": _day(text),
        "choice": text if is_text and text in values else ValueError,
        "choices": _several(text, values),
        "integer": _whole(text),
        "decimal": _number(text),
        "amount": _number(text),
    }
    return meanings[about.kind.value]


def _is_within(about, value):
    lowest, highest = about.minimum, about.maximum
    size = value
    if about.kind in {FieldKind.TEXT, FieldKind.PARAGRAPH, FieldKind.CHOICES}:
        size = len(value)
        highest = LONGEST.get(about.kind) if highest is None else highest
    if about.kind is FieldKind.AMOUNT:
        lowest = 0 if lowest is None else lowest
        if value != round(value, 2):
            return False
    return (lowest is None or size >= lowest) and (highest is None or size <= highest)


def _judge(form, typed):
    """Return the answers that a form asks for, and the titles of those that break a rule."""
    answers, broken = {}, set()
    for about in form.fields:
        if about.shown_when and not _holds(about.shown_when, answers):
            continue
        value = _meant(about, typed.get(about.name))
        is_wrong = value is ValueError or (value is not None and not _is_within(about, value))
        if is_wrong or (value is None and about.required):
            broken.add(about.title)
        elif value is not None:
            answers[about.name] = value
    return answers, broken


@settings(max_examples=60, deadline=None)
@given(form=own_forms(), data=st.data())
def test_what_is_accepted_keeps_every_rule_and_what_is_refused_breaks_one(form, data):
    _compare(form, data)


@pytest.mark.fuzz
@settings(max_examples=3_000, deadline=None)
@given(form=own_forms(), data=st.data())
def test_three_thousand_forms_are_judged_as_the_oracle_judges_them(form, data):
    _compare(form, data)


def _compare(form, data):
    typed = data.draw(st.fixed_dictionaries({each.name: TYPED for each in form.fields}))
    answers, broken = _judge(form, typed)
    model = questions.ready(form)

    if broken:
        assert _problems(model, **typed).keys() == broken
        return
    made = filled(model, typed)

    kept = {name: value for name, value in made.model_dump().items() if value is not None}
    told = {name: list(v) if isinstance(v, tuple) else v for name, v in kept.items()}
    assert told == answers
    assert content_of(made).keys() == answers.keys()
    assert made.routing().keys() == {each.name for each in form.routed}
    assert filled(model, content_of(made)) == made
    assert not asking_of(model).hidden(typed) & answers.keys()


def test_a_field_whose_condition_does_not_hold_is_neither_asked_nor_kept():
    model = _model()

    gas, power = filled(model, GOOD), filled(model, GOOD | {"meter_kind": "power"})

    assert content_of(gas)["volume"] == "12.50"
    assert "volume" not in content_of(power)
    assert asking_of(model).hidden({"meter_kind": "power"}) == {"volume"}
    assert asking_of(model).hidden({"meter_kind": "gas", "volume": "x"}) == set()
    assert asking_of(FORMS["plan"]) is None


def test_numbers_and_amounts_stay_exact():
    made = filled(_model(), GOOD | {"volume": 0.7, "paid": "1234567890.10"})

    assert (made.volume, made.paid) == (Decimal("0.7"), Decimal("1234567890.10"))
    assert content_of(made)["paid"] == "1234567890.10"
    assert made.routing() == {"meter_kind": "gas", "paid": 1234567890.1}


@pytest.mark.parametrize(
    ("answers", "title", "sentence"),
    [
        ({"meter_kind": "water"}, "Which meter", "must be one of gas, power."),
        ({"volume": "0.4"}, "Volume", "must be 0.5 or more."),
        ({"volume": "1000.1"}, "Volume", "must be 1000 or less."),
        ({"volume": None}, "Volume", "is needed."),
        ({"volume": "1e2"}, "Volume", "must be a number."),
        ({"volume": float("nan")}, "Volume", "must be a number."),
        ({"volume": "1.1234567"}, "Volume", "may have at most 6 decimal places."),
        ({"read_on": "2025-12-31"}, "Read on", "must be 2026-01-01 or later."),
        ({"read_on": 20260101}, "Read on", "must be a date."),
        ({"read_on": "2026-02-30"}, "Read on", "must be a date."),
        ({"paid": "-0.01"}, "Paid", "must be 0 or more."),
        ({"paid": "1.005"}, "Paid", "may have at most 2 decimal places."),
        ({"is_sealed": "yes"}, "Is it sealed?", "must be yes or no."),
        ({"is_sealed": None}, "Is it sealed?", "is needed."),
        ({"faults": ["dark"]}, "What is wrong", "needs at least 2."),
        ({"faults": "dark"}, "What is wrong", "must be a list."),
        ({"digits": True}, "Digits", "must be a number."),
        ({"digits": "1.5"}, "Digits", "must be a whole number."),
        ({"digits": 13}, "Digits", "must be 12 or less."),
        ({"place": "x" * 21}, "Where it hangs", "may have at most 20 characters."),
        ({"place": "x\ny"}, "Where it hangs", "must be one line."),
        ({"place": 5}, "Where it hangs", "must be text."),
        ({"shoe": 5}, "shoe", "is not a field of this form."),
    ],
)
def test_what_is_wrong_is_said_by_the_title_of_the_field(answers, title, sentence):
    assert _problems(_model(), **(GOOD | answers)) == {title: sentence}


def test_a_condition_can_look_at_the_variables_of_the_process():
    model = _model(form_of(field("why", required=True, shown_when="severity >= 4")))

    grave, slight = (knowing(model, {"severity": number}) for number in (5, 2))

    assert _problems(grave) == {"Why": "is needed."}
    assert content_of(filled(slight, {"why": "never mind"})) == {}
    assert asking_of(slight).hidden({}) == {"why"}


def test_what_is_typed_above_outranks_a_variable_of_the_same_name():
    asks = [field("size", "integer"), field("why", shown_when="size > 3")]
    model = knowing(_model(form_of(*asks)), {"size": 9})

    assert asking_of(model).hidden({}) == {"why"}
    assert asking_of(model).hidden({"size": "4"}) == set()


def test_a_condition_that_cannot_be_answered_yet_does_not_hold():
    asks = [field("size", "integer"), field("why", shown_when="size + 1 > 3")]
    model = _model(form_of(*asks))

    assert asking_of(model).hidden({}) == {"why"}
    assert asking_of(model).hidden({"size": 3}) == set()


def test_a_form_that_kept_what_it_did_not_ask_would_be_noticed(monkeypatch):
    """Plant the bug: conditions are not looked at."""
    model = _model()
    asking = asking_of(model)
    monkeypatch.setattr(model, "_asking", type(asking)(asking.form, {}))

    with pytest.raises(InvalidInputError):
        filled(model, GOOD | {"meter_kind": "power", "volume": ""})
