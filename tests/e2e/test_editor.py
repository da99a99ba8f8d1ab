"""The diagram editor alone in a browser: what an owner sets is set, kept and checked."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

from engine.process.bundle import inspect
from engine.process.finding import blocks
from engine.process.vocabulary import GATE_ATTRIBUTES, STEP_ATTRIBUTES
from tests.architecture.house import ROOT
from tests.e2e.drawing_board import Board, board
from tests.e2e.test_diagram_opens import COMPLAINT

pytestmark = pytest.mark.e2e

SOURCES = ROOT / "ui" / "frontend" / "src"
TEMPLATES = json.loads((SOURCES / "modeler" / "templates.json").read_text("utf-8"))
CHOICES = {
    "roles": [
        {"value": "handler", "title": "Handler"},
        {"value": "team_leader", "title": "Team leader"},
        {"value": "approver", "title": "Approver"},
    ],
    "forms": [{"value": "assess", "title": "Assess"}],
    "messages": [{"value": "answer", "title": "Answer"}],
}
FOREIGN = """
<camunda:properties><camunda:property name="sla" value="5"/></camunda:properties>
<zeebe:taskDefinition type="work" retries="3"/>
<spiffworkflow:serviceTaskOperator id="op"><spiffworkflow:parameters>
<spiffworkflow:parameter id="a" type="str" value="'x'"/></spiffworkflow:parameters>
</spiffworkflow:serviceTaskOperator>
<redress:step form="assess" role="handler" due="2 working days" clause="7.5" />
<redress:gate role="approver" fourEyes="true" />"""
SMALL = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="all"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" targetNamespace="urn:x"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:redress="urn:redress:bpmn:1.0"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">
  <bpmn:process id="complaint" isExecutable="true">
    <bpmn:startEvent id="start" name="Received"/>
    <bpmn:userTask id="work" name="Work" camunda:formKey="f1">
      <bpmn:extensionElements>{FOREIGN}</bpmn:extensionElements>
    </bpmn:userTask>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="complaint">
    <bpmndi:BPMNShape id="s1" bpmnElement="start">
      <dc:Bounds x="100" y="122" width="36" height="36"/>
    </bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s2" bpmnElement="work">
      <dc:Bounds x="300" y="300" width="100" height="80"/>
    </bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
_KEPT = (
    *(
        'name="sla" value="5"',
        'type="work" retries="3"',
        'id="a" type="str"',
        'due="2 working days"',
    ),
    *('<redress:gate role="approver" fourEyes="true"', 'camunda:formKey="f1"'),
)


@pytest.fixture(scope="module")
def drawing(browser: Browser) -> Iterator[Board]:
    yield from board(browser, "modeler.js", ".redress-editor")


def _open(drawing: Board, xml: str = SMALL, **data: Any) -> Locator:
    return drawing.open(xml, choices=CHOICES, **data)


def _step(editor: Locator, id_: str) -> Locator:
    return editor.locator(f"[data-element-id={id_}] .djs-hit").first


def _type(editor: Locator, label: str, value: str) -> None:
    field = editor.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Tab")


def test_a_copy_has_all_that_the_original_has(drawing: Board):
    editor = _open(drawing)
    _step(editor, "work").click()

    for key in ("Control+c", "Control+v"):
        drawing.page.keyboard.press(key)
    drawing.page.mouse.move(490, 640)
    drawing.page.mouse.click(500, 650)

    after = drawing.saved()
    assert after.count("<bpmn:userTask") == 2
    assert [after.count(kept) for kept in _KEPT] == [2] * len(_KEPT)


@pytest.mark.parametrize("kind", ["service", "manual", "rule", "receive"])
def test_another_kind_has_all_that_was_set_before(drawing: Board, kind):
    editor = _open(drawing)
    _step(editor, "work").click()

    editor.locator(".djs-context-pad [data-action=replace]").click()
    editor.locator(f"[data-id=replace-with-{kind}-task]").click()

    after = drawing.saved()
    assert "<bpmn:userTask" not in after
    assert [after.count(kept) for kept in _KEPT] == [1] * len(_KEPT)


def test_what_means_nothing_on_another_kind_is_said_and_can_be_removed(drawing: Board):
    editor = _open(drawing)
    _step(editor, "work").click()
    editor.locator(".djs-context-pad [data-action=replace]").click()
    editor.locator("[data-id=replace-with-service-task]").click()
    drawing.saved()

    stray = editor.get_by_text("“due” is set (2 working days)")
    stray.get_by_role("button", name="Remove").click()

    after = drawing.saved()
    assert "due=" not in after
    assert 'form="assess"' in after


def test_properties_are_set_in_words_and_undone_in_one_step(drawing: Board):
    editor = _open(drawing)
    _step(editor, "work").click()

    editor.get_by_label("Roles").select_option("team_leader")
    _type(editor, "Warn after", "0.8")
    editor.get_by_label("When late, tell").select_option("team_leader")
    after = drawing.saved()
    for _ in range(3):
        editor.get_by_role("button", name="Undo").click()

    assert 'role="handler,team_leader"' in after
    assert 'warn="0.8"' in after
    assert 'escalateTo="team_leader"' in after
    assert drawing.saved() == SMALL
    expect(editor.get_by_role("button", name="Undo")).to_be_disabled()


def test_a_wrong_entry_is_marked_while_it_is_typed(drawing: Board):
    editor = _open(drawing)
    _step(editor, "work").click()
    due = editor.get_by_label("Due within")
    expect(due).to_have_attribute("aria-invalid", "false")

    due.press_sequentially(" or so")

    expect(due).to_have_attribute("aria-invalid", "true")
    expect(editor.get_by_text("Write an amount and a unit")).to_be_visible()


def test_only_what_applies_is_shown(drawing: Board):
    editor = _open(drawing, COMPLAINT)
    editor.get_by_role("button", name="Show all").click()

    _step(editor, "triage").click()

    expect(editor.get_by_label("Decision table")).to_be_visible()
    expect(editor.get_by_label("Form")).to_have_count(0)
    _step(editor, "clock_warning").click(force=True)
    expect(editor.get_by_label("Message")).to_have_value("clock_warning")
    expect(editor.get_by_label("Decision table")).to_have_count(0)


def test_findings_are_marked_and_one_is_jumped_to(drawing: Board):
    found = [
        {"element": "investigate", "severity": "blocking", "sentence": "It says no role."},
        {"element": "investigate", "severity": "advice", "sentence": "It has no form."},
        {"element": "gone", "severity": "advice", "sentence": "Nobody draws this."},
    ]

    editor = _open(drawing, COMPLAINT, findings=found, focus={"id": "investigate", "n": 1})

    expect(editor.locator("[data-element-id=investigate].selected")).to_have_count(1)
    expect(editor.locator("[data-element-id=investigate]").first).to_be_in_viewport()
    expect(editor.locator(".redress-finding")).to_have_text("!")
    told = editor.locator(".redress-found li").all_text_contents()
    assert told == ["It says no role.", "It has no form."]


_ABOUT_THE_WHOLE = ("“complaint”: ", "“Event_")
"""What one step cannot make good: that every complaint is acknowledged, and told the outcome."""
_ASKS_FOR_MORE = {"notify": ("Draw a step with the form “decision” before it, on every way.",)}
"""What a letter is made of is not drawn with it."""
_GOES_ON_BEHIND = {"acknowledge": "^Send the", "approval": "^Approved$", "ask": ""}


@pytest.mark.parametrize("template", [told["id"] for told in TEMPLATES])
def test_a_ready_made_step_is_accepted_once_it_is_connected(drawing: Board, template):
    editor = _open(drawing)
    _step(editor, "work").click()
    drawing.page.keyboard.press("Delete")
    _step(editor, "start").click()
    editor.locator(".djs-context-pad [data-action=redress-append]").click()

    editor.locator(f"[data-id=redress-{template}]").click()
    editor.get_by_role("button", name="Show all").click()
    _select_last(editor, _GOES_ON_BEHIND.get(template))
    editor.locator(".djs-context-pad [data-action='append.end-event']").click()

    after = _settled(drawing)
    found = [finding.sentence for finding in blocks(inspect([after.encode()], []))]
    of_step = [told for told in found if not told.startswith(_ABOUT_THE_WHOLE)]
    asked = _ASKS_FOR_MORE.get(template, ())
    assert len(of_step) == len(asked)
    assert all(told.endswith(asked) for told in of_step)
    assert 'publicStatus="' in after


def test_an_approval_behind_a_step_leads_back_to_that_step(drawing: Board):
    editor = _open(drawing)
    _step(editor, "work").click()
    editor.locator(".djs-context-pad [data-action=redress-append]").click()

    editor.locator("[data-id=redress-approval]").click()

    after = _settled(drawing)
    assert 'targetRef="work"' in after
    assert after.count("<bpmn:userTask") == 2
    assert after.count("default=") == 1


def _settled(drawing: Board) -> str:
    """Return what is sent when everything was done."""
    expect(drawing.page.locator(".redress-state")).to_have_text("Saving …")
    return drawing.saved()


def _select_last(editor: Locator, name: str | None) -> None:
    """Select the element of a template behind which the process goes on."""
    if name is None:
        return
    if not name:
        editor.locator("[data-element-id^=Gateway_] .djs-hit").last.click()
        return
    named = editor.locator(".djs-element").filter(has_text=re.compile(name)).first
    id_ = (named.get_attribute("data-element-id") or "").removesuffix("_label")
    _step(editor, id_).click()


def test_an_element_is_changed_into_a_ready_made_step(drawing: Board):
    editor = _open(drawing)
    _step(editor, "work").click()

    editor.locator(".djs-context-pad [data-action=replace]").click()
    editor.locator("[data-id=redress-escalate]").click()

    after = drawing.saved()
    assert '<bpmn:userTask id="work" name="Work"' in after
    assert 'form="escalation_response"' in after
    assert 'name="sla" value="5"' in after


def test_the_map_is_closed_and_tokens_can_be_played(drawing: Board):
    editor = _open(drawing, COMPLAINT)
    expect(editor.locator(".djs-minimap.open")).to_have_count(0)

    editor.get_by_role("button", name="Map").click()
    editor.get_by_role("button", name="Play tokens").click()

    expect(editor.locator(".djs-minimap.open")).to_be_visible()
    expect(editor.get_by_role("button", name="Play tokens")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(editor.locator(".bts-palette")).to_be_visible()


def test_nothing_is_asked_outside_and_the_watermark_is_seen(drawing: Board):
    editor = _open(drawing, COMPLAINT)

    mark = editor.locator(".bjs-powered-by")

    expect(mark).to_be_visible()
    box = mark.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    on_top = drawing.page.evaluate(
        """([x, y]) => document.querySelector('#host').shadowRoot.elementFromPoint(x, y)
        .closest('.bjs-powered-by') !== null""",
        middle,
    )
    assert on_top
    assert drawing.outside == []


def test_every_text_can_be_said_in_other_words(drawing: Board):
    words = {
        "Properties": "Eigenschaften",
        "Append task": "Aufgabe",
        "Due within": "Frist",
    }
    editor = _open(drawing, words=words)

    _step(editor, "work").click()

    expect(editor.get_by_label("Frist")).to_be_visible()
    expect(editor.get_by_role("button", name="Eigenschaften")).to_be_visible()
    expect(editor.locator("[title='Aufgabe']")).to_have_count(1)


def test_a_rerun_moves_nothing_and_leaves_undo(drawing: Board):
    editor = _open(drawing)
    _step(editor, "work").click()
    _type(editor, "Due within", "3 working days")
    place = editor.locator(".viewport").first.get_attribute("transform")

    drawing.show(drawing.saved(), choices=CHOICES, name="same")

    assert editor.locator(".viewport").first.get_attribute("transform") == place
    expect(editor.get_by_role("button", name="Undo")).to_be_enabled()


def test_another_version_that_is_loaded_is_the_one_that_is_edited(drawing: Board):
    editor = _open(drawing)
    _type(editor, "Instructions", "For the first.")
    drawing.saved()

    drawing.show(SMALL.replace("Received", "Arrived"), rev="2", choices=CHOICES)
    _type(editor, "Instructions", "For the second.")

    after = drawing.saved()
    assert "For the second." in after
    assert "For the first." not in after
    assert 'name="Arrived"' in after


def test_what_nobody_took_is_there_when_the_page_comes_back(drawing: Board):
    editor = _open(drawing, name="mine")
    _step(editor, "work").click()
    editor.get_by_label("Due within").fill("9 working days")

    drawing.page.evaluate("() => window.leave()")
    drawing.page.wait_for_function("() => sessionStorage.length > 0")
    drawing.show(SMALL, choices=CHOICES, name="mine")

    assert 'due="9 working days"' in drawing.saved()


def test_changes_that_somebody_overtook_are_offered_and_not_forced(drawing: Board):
    editor = _open(drawing, name="mine")
    _step(editor, "work").click()
    editor.get_by_label("Due within").fill("9 working days")

    drawing.page.evaluate("() => window.leave()")
    drawing.page.wait_for_function("() => sessionStorage.length > 0")
    editor = drawing.show(SMALL.replace("Received", "Arrived"), choices=CHOICES, name="mine")

    expect(editor.get_by_text("Changes made here were not saved")).to_be_visible()
    editor.get_by_role("button", name="Use mine").click()
    assert 'due="9 working days"' in drawing.saved()


def test_a_broken_file_is_answered_with_a_sentence(drawing: Board):
    editor = _open(drawing, "<bpmn:definitions")

    expect(editor.get_by_text("This file cannot be opened")).to_be_visible()


def test_the_editor_can_be_used_by_everybody(drawing: Board):
    editor = _open(drawing, COMPLAINT)
    _step(editor, "assess").click()

    found = Axe().run(drawing.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})

    assert [
        (each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]
    ] == []


def test_the_properties_that_we_have_are_all_described(drawing: Board):
    told = json.loads((SOURCES / "redress-moddle.json").read_text("utf-8"))

    named = {kind["name"]: {each["name"] for each in kind["properties"]} for kind in told["types"]}

    assert named == {"Step": set(STEP_ATTRIBUTES), "Gate": set(GATE_ATTRIBUTES)}
