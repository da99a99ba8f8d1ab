"""Forms of an organisation as files: read strictly, written canonically, refused in sentences."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.form_file import LARGEST, examine, read_form, write_form
from engine.domain.own_form import MOST_FIELDS
from engine.domain.own_name import id_from, name_from, problem_of_id, problem_of_name
from engine.domain.stated import STATED
from engine.errors import InvalidInputError
from tests.unit.domain.own_forms import METER, as_json, field, form_of, own_forms


def _said(content):
    return [f"{fault.place}: {fault.said}" for fault in examine(content)[1]]


@settings(max_examples=40, deadline=None)
@given(form=own_forms())
def test_a_written_form_is_read_as_the_same_form(form):
    written = write_form(form)

    assert read_form(written) == form
    assert write_form(read_form(written)) == written


def test_the_same_form_is_the_same_bytes_however_it_was_written():
    spread = json.dumps(METER, indent=7).replace("0.5", "0.50").encode("utf-8-sig")

    assert write_form(read_form(spread)) == write_form(read_form(as_json()))
    assert read_form(spread).fields[1].minimum == Decimal("0.5")


def test_what_was_meant_as_none_stays_a_limit():
    form = read_form(form_of(field("n", "integer", minimum=0)))

    assert json.loads(write_form(form))["fields"][0]["minimum"] == 0


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"name": "json"}, "name: “json” means something else to Redress; take another name."),
        ({"name": "in"}, "name: “in” means something else to Redress; take another name."),
        ({"name": "a b"}, "name: Name begins with a letter and goes on with letters, digits and"),
        ({"name": ""}, "name: Name is needed."),
        ({"name": "a" * 61}, "name: Name may have at most 60 characters."),
        ({"title": " "}, "title: Title is needed."),
        ({"title": "T" * 201}, "title: Title may have at most 200 characters."),
        ({"title": 5}, "title: Title must be text."),
        ({"kind": "hue"}, "kind: Kind must be one of text, paragraph,"),
        ({"required": "yes"}, "required: Required must be yes or no."),
        ({"kind": "choice"}, "choices: There is nothing to choose from."),
        ({"choices": [{"value": "a", "title": "A"}]}, "choices: “Short text” has no list to choo"),
        (
            {"kind": "choice", "choices": [{"value": "a", "title": t} for t in "AB"]},
            "choices: “a” stands in the list twice.",
        ),
        (
            {"kind": "choice", "choices": [{"value": "a", "title": ""}]},
            "choices: Choices is needed",
        ),
        ({"kind": "yes_no", "minimum": 1}, "minimum: “Yes or no” has no limits."),
        ({"kind": "integer", "minimum": 1.5}, "minimum: Minimum must be a whole number."),
        ({"kind": "amount", "maximum": "1.005"}, "maximum: Maximum may have at most 2 decimal pl"),
        ({"kind": "integer", "minimum": 9, "maximum": 3}, "maximum: Maximum must be 9 or more."),
        ({"kind": "amount", "maximum": -1}, "maximum: Maximum must be 0 or more."),
        ({"kind": "date", "minimum": "31.3.2026"}, "minimum: Minimum must be a date."),
        (
            {"kind": "date", "minimum": "2026-03-02", "maximum": "2026-03-01"},
            "maximum: Maximum must be 2026-03-02 or later.",
        ),
        ({"minimum": -1}, "minimum: Minimum must be 0 or more."),
        ({"maximum": 501}, "maximum: A short text has at most 500 characters."),
        ({"kind": "decimal", "maximum": 10**13}, "maximum: Maximum must lie between -1,000,000,"),
        ({"kind": "paragraph", "routes": True}, "decides the way: “Long text” cannot decide the"),
        ({"shown_when": "x" * 1001}, "condition: Condition may have at most 1000 characters."),
        ({"hue": 1}, "hue: Hue means nothing to Redress."),
    ],
)
def test_each_fault_says_where_it_is_and_what_is_wrong(said, problem):
    (found,) = _said(form_of(field("first"), field("a") | said))

    assert problem in found
    assert found.startswith("Field 2")


def test_all_faults_are_said_at_once_form_first_then_field_by_field():
    content = form_of(field("a", "choice"), field("a"), 7, id_="Decision", title="")

    assert _said(content) == [
        "The form, id: “Decision” is a form of Redress; give yours another id.",
        "The form, title: Title is needed.",
        "Field 1 “A”, choices: There is nothing to choose from.",
        "Field 2 “A”, name: Another field above has the name “a” already.",
        "Field 2 “A”, title: Another field above has the title “A” already.",
        "Field 3: This is no object of JSON.",
    ]
    with pytest.raises(InvalidInputError, match="The form, title: is needed"):
        read_form(content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "not written in UTF-8"),
        (b"[" * 100_000, "no JSON"),
        (b'{"id": NaN}', "no JSON"),
        (b'{"id": "a", "id": "b"}', "“id” stands twice"),
        (b"[]", "no object of JSON"),
        (b" " * (LARGEST + 1), "more than 200,000 bytes"),
        (form_of(), "asks nothing yet"),
        (form_of(*(field(f"f{n}") for n in range(MOST_FIELDS + 1))), "may have at most 40"),
        (form_of(field("a", title="\ud800")), "holds characters that are no text"),
    ],
)
def test_what_is_no_form_is_refused_in_a_sentence(content, problem):
    (found,) = _said(content)

    assert problem in found


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_a_form_or_refused(content):
    assert all(fault.said for fault in examine(content)[1])


@pytest.mark.parametrize("id_", sorted(STATED))
def test_no_form_of_ones_own_takes_the_id_of_a_form_of_redress(id_):
    assert problem_of_id(id_)
    assert problem_of_id(id_.upper())
    assert not problem_of_id(id_from(id_))


@given(title=st.text(max_size=80), taken=st.sets(st.sampled_from(["field", "form", "a", "a_2"])))
def test_a_name_that_is_suggested_can_be_taken(title, taken):
    assert not problem_of_name(name_from(title, taken=taken))
    assert not problem_of_id(id_from(title, taken=taken))
    assert {name_from(title, taken=taken), id_from(title, taken=taken)}.isdisjoint(taken)


def test_a_suggested_name_reads_like_its_title():
    assert name_from("Zähler geprüft am?") == "zahler_gepruft_am"
    assert name_from("json") == "json_"
    assert id_from("Decision") == "own_decision"
