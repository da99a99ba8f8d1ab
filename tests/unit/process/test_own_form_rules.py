"""A process brings forms of its own: read with it, checked with it, part of its digest."""

import pytest

from engine.errors import DiagramRejectedError, NotFoundError
from engine.process.bundle import build_bundle, inspect
from engine.process.finding import Layer, Severity
from tests.unit.domain.own_forms import METER, as_json, field, form_of
from tests.unit.process.drawing import document, line, node, process


def _diagram(form="own", condition="size > 3"):
    step = {"role": "handler"} | ({"form": form} if form else {})
    return document(
        process(
            "p",
            node("start", "s"),
            node("user", "ask", name="Ask", step=step),
            node("xor", "x", default="no"),
            node("end", "e"),
            line("s", "ask", "x"),
            f'<bpmn:sequenceFlow id="yes" sourceRef="x" targetRef="e"><bpmn:conditionExpression>'
            f"{condition.replace('>', '&gt;')}</bpmn:conditionExpression></bpmn:sequenceFlow>",
            '<bpmn:sequenceFlow id="no" sourceRef="x" targetRef="e"/>',
        )
    )


SIZE = field("size", "integer", routes=True)


def _said(forms, *, form="own", severity=Severity.BLOCKING):
    found = [each for each in inspect([_diagram(form)], [], forms) if each.layer is Layer.RUNNING]
    return [each.sentence for each in found if each.severity is severity]


def test_a_process_with_a_form_of_its_own_is_sound():
    assert [_said([form_of(SIZE)], severity=severity) for severity in Severity] == [[], [], []]


def test_a_way_that_free_text_decides_is_said():
    (found,) = _said([form_of(SIZE, field("why", routes=True))], severity=Severity.ADVICE)

    assert "“Our form: Why” (own#why): Free text decides the way. Each spelling" in found


def test_a_form_that_is_nowhere_blocks_and_one_that_is_asked_nowhere_is_said():
    (found,) = _said([], severity=Severity.BLOCKING)
    assert "The form “own” is not known." in found
    assert "decision" in found

    (idle,) = _said([form_of(SIZE), as_json()], severity=Severity.ADVICE)
    assert idle == (
        "“Meter reading” (meter): No step asks this form. Name it at a step, or remove it."
    )


def test_a_variable_of_a_form_counts_as_set():
    unset = _said([form_of(SIZE | {"routes": False})], severity=Severity.ADVICE)

    assert "Nothing known to Redress sets the variable “size”." in unset[0]


def test_a_form_that_cannot_be_read_blocks_with_each_fault():
    (found,) = _said([form_of(SIZE), as_json(METER | {"title": ""})])

    assert found == "“meter”: The form, title: is needed."


def test_two_forms_of_one_id_block():
    assert "The id “own” is that of another form too." in _said([form_of(SIZE), form_of(SIZE)])[0]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (
            {"shown_when": "size >"},
            "“Our form: Why” (own#why): The condition is refused: “size >” cannot be read",
        ),
        ({"shown_when": "__import__('os')"}, "is refused: only these functions are offered"),
        ({"shown_when": "colour == 1"}, "asks for “colour”, which nothing sets. Fields above it"),
        ({"shown_when": "why == 1"}, "asks for the answer to this very field."),
        ({"shown_when": "later == 1"}, "asks for “Later”, which is asked below it. Move it up"),
        ({"shown_when": "many == 1"}, "asks for “Many”, which has several answers."),
        ({"name": "severity", "routes": True}, "“severity” is a variable of Redress."),
        ({"name": "loopCounter", "routes": True}, "is a variable of Redress."),
        ({"name": "round"}, "“round” is a word of the conditions."),
    ],
)
def test_what_a_form_cannot_ask_for_blocks(asked, problem):
    choices = [{"value": "a", "title": "A"}]
    fields = [SIZE, field("many", "choices", choices=choices), field("why") | asked, field("later")]

    (found,) = _said([form_of(*fields)])

    assert problem in found


@pytest.mark.parametrize(
    "condition", ["size > 3", "severity >= 4 and size != null", "outcome == 'upheld'"]
)
def test_a_condition_may_look_at_fields_above_and_at_what_the_process_knows(condition):
    assert _said([form_of(SIZE, field("why", shown_when=condition))]) == []


def test_a_form_at_a_step_of_the_machine_is_said():
    diagram = (
        _diagram()
        .replace(b"userTask", b"scriptTask")
        .replace(b"</bpmn:scriptTask>", b"<bpmn:script>a = 1</bpmn:script></bpmn:scriptTask>")
    )

    found = [each.sentence for each in inspect([diagram], [], [form_of(SIZE)])]

    assert any("its form is asked of nobody" in each for each in found)


def test_the_digest_covers_the_forms_and_is_what_it_was_without_any():
    old = build_bundle([_diagram("plan")])
    digests = {
        old.digest,
        build_bundle([_diagram()], [], [form_of(SIZE)]).digest,
        build_bundle([_diagram()], [], [form_of(SIZE, title="Other")]).digest,
    }

    assert build_bundle([_diagram("plan")], [], []).digest == old.digest
    assert len(digests) == 3


def test_a_version_knows_what_its_steps_ask():
    bundle = build_bundle([_diagram()], [], [form_of(SIZE)])

    assert bundle.forms["own"].title == "Our form"
    assert bundle.form("own").routes_by == ("size",)
    assert bundle.form("plan").__name__ == "PlanForm"
    assert bundle.form("").model_fields == {}
    with pytest.raises(NotFoundError):
        bundle.form("other")


def test_a_form_that_cannot_be_read_keeps_a_process_from_being_built():
    with pytest.raises(DiagramRejectedError, match="asks nothing yet"):
        build_bundle([_diagram("plan")], [], [form_of()])
