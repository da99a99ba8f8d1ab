"""After a mend its finding is gone and nothing new blocks, on many broken forms of one process."""

import random
import re
from collections.abc import Callable
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.domain.form import FORMS
from engine.errors import ConflictError
from engine.process import mends
from engine.process.bundle import inspect
from engine.process.drawing.element import bpmn, drop_word
from engine.process.drawing.sheet import Sheet
from engine.process.finding import Finding, Layer, Severity, blocks
from engine.process.mends import mending
from engine.process.mends.mending import OFFERS
from engine.process.vocabulary import USUAL, role_in, words_of
from engine.process.xml import parse
from engine.services.process.public_status import ORDER
from tests.unit.process.test_drawing_rules import BROKEN as BADLY_DRAWN

DRAWN = (files("bpmn") / "complaint.bpmn").read_bytes()
TABLES = [(files("bpmn") / name).read_bytes() for name in ("triage.dmn", "authority.dmn")]
STEP = "{urn:redress:bpmn:1.0}step"

Break = Callable[[Sheet, random.Random], None]


def _one(sheet, by, *kinds):
    return by.choice([node for node in sheet.nodes if etree.QName(node).localname in kinds])


def _drop(name, kind="userTask"):
    """Return what takes an attribute of our own from some step that has it."""

    def change(sheet, by):
        steps = [step for node in sheet.root.iter(bpmn(kind)) for step in node.iter(STEP)]
        del by.choice([step for step in steps if name in step.attrib]).attrib[name]

    return change


def _mark(name, value, *kinds):
    def change(sheet, by):
        _one(sheet, by, *kinds).set(name, value)

    return change


def _say(name, value, *kinds):
    def change(sheet, by):
        step = _one(sheet, by, *kinds).find(f".//{STEP}")
        if step is not None:
            step.set(name, value)

    return change


def _unlabel(sheet, by):
    del _one(sheet, by, "userTask", "endEvent", "serviceTask").attrib["name"]


def _one_eye(sheet, by):
    gates = list(sheet.root.iter("{urn:redress:bpmn:1.0}gate"))
    del by.choice(gates).attrib["fourEyes"]


def _cut_an_end(sheet, by):
    sheet.remove(_one(sheet, by, "endEvent"))


def _move_to_a_lane_with_a_longer_name(sheet, _by):
    for lane in sheet.root.iter(bpmn("lane")):
        lane.set("name", f"{lane.get('name')}, north")
    drop_word(sheet.find("assign"), "role")


def _forget_the_limit(sheet, _by):
    drop_word(sheet.find("acknowledge"), "due")


def _cut_a_start(sheet, by):
    sheet.remove(_one(sheet, by, "startEvent"))


def _double_a_flow(sheet, by):
    flow = by.choice([f for s in sheet.scopes for f in sheet.flows_of(s)
                      if f.find(bpmn("conditionExpression")) is None])  # fmt: skip
    source, target = sheet.find(flow.get("sourceRef")), sheet.find(flow.get("targetRef"))
    sheet.connect(source, target)


def _put_a_gateway(sheet, by):
    flow = by.choice([flow for scope in sheet.scopes for flow in sheet.flows_of(scope)])
    sheet.insert_on(flow, "exclusiveGateway")


def _cut_a_merge(sheet, by):
    merges = [n for n in sheet.nodes if etree.QName(n).localname == "exclusiveGateway"
              and len(sheet.outgoing(n)) == 1 and len(sheet.incoming(n)) > 1]  # fmt: skip
    into_steps = [m for m in merges if etree.QName(sheet.successors(m)[0]).localname == "userTask"]
    merge = by.choice(into_steps)
    (target,) = sheet.successors(merge)
    for flow in sheet.incoming(merge):
        sheet.reroute(flow, target=target)
    sheet.remove(merge)


def _cut_a_fork(sheet, by):
    fork = next(n for n in sheet.nodes if n.get("id") == "gw_fork")
    user = _one(sheet, by, "userTask")
    for flow in sheet.outgoing(fork)[:1]:
        sheet.connect(user, sheet.find(flow.get("targetRef")))


def _forget_a_default(sheet, by):
    del by.choice([node for node in sheet.nodes if node.get("default")]).attrib["default"]


def _code(sheet, _by):
    holder = sheet.find("assess").find(bpmn("extensionElements"))
    etree.SubElement(holder, "{urn:other}taskListener", event="start")


def _beside(kind, **attributes):
    def change(sheet, by):
        sheet.root.insert(1, etree.Element(bpmn(kind), id=f"stray_{by.random()}", **attributes))

    return change


def _forget_the_lists(sheet, by):
    node = _one(sheet, by, "userTask")
    node.find(bpmn("incoming")).text = "elsewhere"


def _untype(sheet, by):
    sheet.retag(_one(sheet, by, "userTask"), "task")


def _message_start(sheet, by):
    start = _one(sheet, by, "startEvent")
    etree.SubElement(start, bpmn("messageEventDefinition"), messageRef="message_answer")


BREAKS: dict[str, Break] = {
    "clause": _drop("clause"), "due": _forget_the_limit, "status": _drop("publicStatus"),
    "form": _drop("form"), "role": _move_to_a_lane_with_a_longer_name,
    "operation": _drop("operation", "serviceTask"),
    "label": _unlabel, "four eyes": _one_eye, "end": _cut_an_end, "start": _cut_a_start,
    "double": _double_a_flow, "gateway": _put_a_gateway, "merge": _cut_a_merge,
    "fork": _cut_a_fork, "default": _forget_a_default, "code": _code,
    "quantity": _mark("startQuantity", "2", "userTask", "serviceTask"),
    "completion": _mark("completionQuantity", "3", "userTask"),
    "direction": _mark("gatewayDirection", "Converging", "exclusiveGateway"),
    "instantiate": _mark("instantiate", "true", "eventBasedGateway"),
    "foreign default": _mark("default", "flow_closing", "userTask"),
    "strange word": _say("colour", "red", "userTask"),
    "operation at a person": _say("operation", "send_decision", "userTask"),
    "message": _beside("message", name="Never sent"), "nameless": _beside("signal"),
    "property": _beside("property"), "lists": _forget_the_lists, "task": _untype,
    "message start": _message_start,
}  # fmt: skip


def broken(names, seed):
    sheet, by = Sheet(parse(DRAWN)), random.Random(seed)
    for name in names:
        try:
            BREAKS[name](sheet, by)
        except IndexError:  # What it would break is broken already.
            continue
        sheet.changed()
    return sheet.content()


def told(content):
    return inspect([content], TABLES)


def same(one: Finding, other: Finding) -> bool:
    return (one.rule, one.element, one.problem) == (other.rule, other.element, other.problem)


def assert_mended(content: bytes, finding: Finding, tables=TABLES, *, is_all=True) -> bytes:
    """Assert that a finding is gone and that nothing else blocks now.

    Args:
        is_all: Nothing else is broken. Where something is, a way that is whole again may show that
            complaints are not handled properly on it.
    """
    (mended,) = mends.mend([content], finding)
    before, after = inspect([content], tables), inspect([mended], tables)

    assert not [each for each in after if same(each, finding)], finding
    known = {(each.rule, each.element) for each in blocks(before)}
    if finding.mend == "move-operation":  # What is wrong with the letter moves with it.
        added = {node.get("id") for node in Sheet(parse(mended)).nodes}
        known |= {(rule, id_) for rule, about in known if about == finding.element for id_ in added}
    new = [each for each in blocks(after) if (each.rule, each.element) not in known]
    assert not [each for each in new if is_all or each.layer is not Layer.COMPLAINTS], finding
    return mended


@given(
    st.lists(st.sampled_from(sorted(BREAKS)), min_size=1, max_size=3, unique=True),
    st.integers(0, 10**6),
)
@settings(max_examples=15, deadline=None)
def test_a_mend_takes_its_finding_away_and_blocks_nothing_new(names, seed):
    content = broken(names, seed)

    for finding in told(content):
        if finding.mend:
            assert_mended(content, finding, is_all=len(names) == 1)


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_what_alone_is_broken_is_noticed_and_its_mend_blocks_nothing(name):
    content = broken([name], 1)

    assert told(content)
    for finding in told(content):
        if finding.mend:
            assert_mended(content, finding)


@pytest.mark.parametrize("rule", sorted(BADLY_DRAWN))
def test_what_is_badly_drawn_is_mended_where_a_mend_is_offered(rule):
    content = BADLY_DRAWN[rule][1]

    for finding in inspect([content]):
        if finding.mend and finding.rule == rule:
            assert_mended(content, finding, [])


def test_every_mend_is_offered_by_a_rule_and_every_one_that_is_offered_exists():
    source = files("engine") / "process"
    texts = [path.read_text() for path in [*source.rglob("rules/**/*.py"), source / "foreign.py"]]
    offered = set(re.findall(r'"([a-z-]+)"', "".join(texts)))

    assert set(OFFERS) <= offered
    for name in sorted(BREAKS):
        assert {f.mend for f in told(broken([name], 2))} <= {*OFFERS, ""}


def test_what_is_added_is_drawn():
    sheet = Sheet(parse(DRAWN))
    sheet.remove(sheet.find("resolved"))
    content = sheet.content()
    (finding,) = [each for each in told(content) if each.mend == "add-end-event"][:1]

    mended = assert_mended(content, finding)

    assert not [each for each in told(mended) if each.rule == "everything-is-drawn"]


def test_several_findings_are_mended_one_after_the_other_until_nothing_is_offered():
    content = broken(["end", "clause", "four eyes", "double"], 5)

    for _ in range(20):
        offered = [each for each in told(content) if each.mend]
        if not offered:
            break
        content = assert_mended(content, offered[0])

    assert not [each for each in told(content) if each.mend]


def test_a_finding_of_a_diagram_that_changed_meanwhile_is_refused():
    finding = Finding(Severity.ADVICE, "gone", "Gone", "Was there.", mend="set-due")

    with pytest.raises(ConflictError, match="changed meanwhile"):
        mends.mend([DRAWN], finding)


def test_what_a_person_must_decide_is_not_mended():
    finding = Finding(Severity.ADVICE, "assess", "Assess", "Unclear.")

    with pytest.raises(ConflictError, match="a person must decide"):
        mends.mend([DRAWN], finding)
    assert mends.title_of("") == ""
    assert mends.title_of("set-four-eyes") == "Ask for four eyes"


def test_only_the_diagram_that_holds_the_element_is_changed():
    other = (files("bpmn") / "concluded.bpmn").read_bytes()
    finding = Finding(Severity.ADVICE, "assess", "Assess", "No limit.", mend="set-due")

    first, second = mends.mend([other, DRAWN], finding)

    assert first == other
    assert second != DRAWN


def test_usual_words_are_words_that_are_known():
    assert set(USUAL) == set(FORMS)
    assert {usual.status for usual in USUAL.values()} <= set(ORDER)


@pytest.mark.parametrize(
    ("id_", "said"),
    [("draft_decision", "Draft decision"), ("checkTheBill", "Check the bill"),
     ("Activity_0x1a", ""), ("Task_1", ""), ("Event", ""), ("x", "")],
)  # fmt: skip
def test_an_id_becomes_a_label_where_it_says_something(id_, said):
    assert words_of(id_) == said


def test_a_lane_may_say_more_than_the_role():
    assert role_in("Team leader, north") == "team_leader"
    assert role_in("Customers") == ""


def test_the_tests_notice_a_mend_that_does_nothing(monkeypatch):
    idle = OFFERS["set-four-eyes"]._replace(change=lambda _sheet, _element: None)
    monkeypatch.setattr(mending, "OFFERS", {**OFFERS, "set-four-eyes": idle})
    content = broken(["four eyes"], 1)
    (finding,) = [each for each in told(content) if each.mend == "set-four-eyes"]

    with pytest.raises(AssertionError):
        assert_mended(content, finding)
