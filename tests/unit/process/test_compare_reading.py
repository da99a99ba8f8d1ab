"""Whatever changes what the engine reads of a file is told by a comparison."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from types import FunctionType, MethodType

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from lxml import etree

from engine.process import xml
from engine.process.compare import Files, compare, subject
from engine.process.material import gather
from tests.unit.process.drawing import document, event, line, node, process, sub
from tests.unit.process.small_process import DIAGRAM, FORM, TABLE

SHARED = """<timerEventDefinition id="shared"><timeDuration>P3D</timeDuration>
  </timerEventDefinition>
  <message id="m" name="answer"/>"""
WAITING = """<userTask id="approve" name="Approve">"""
LATER = """<boundaryEvent id="again" attachedToRef="approve"><eventDefinitionRef>shared
  </eventDefinitionRef></boundaryEvent>"""
OTHER = '<process id="other"><task id="lone"/></process></definitions>'
DRAWN = (
    DIAGRAM.replace('<message id="m" name="answer"/>', SHARED)
    .replace(WAITING, LATER + WAITING)
    .replace("</definitions>", OTHER)
)
TYPED = TABLE.replace(
    "<decision ",
    """<itemDefinition name="level"><typeRef>number</typeRef><allowedValues>
      <text>[1..5]</text></allowedValues></itemDefinition>
    <itemDefinition id="it" name="sum"><typeRef>number</typeRef></itemDefinition>
    <businessKnowledgeModel id="bkm" name="less"><encapsulatedLogic>
      <formalParameter name="a" typeRef="number"/><formalParameter name="b" typeRef="number"/>
      <literalExpression><text>a - b</text></literalExpression></encapsulatedLogic>
    </businessKnowledgeModel>
    <decision id="rest" name="Rest"><variable name="rest"/><knowledgeRequirement>
      <requiredKnowledge href="#bkm"/></knowledgeRequirement>
      <literalExpression><text>less(amount, 100)</text></literalExpression></decision>
    <decision """,
    1,
)
WHOLE = Files([DRAWN.encode()], [TYPED.encode()], [FORM.encode()])
LAST = """<decisionTable><input><inputExpression><text>amount</text></inputExpression></input>
  <output/><rule><inputEntry><text>1</text></inputEntry><outputEntry><text>2</text></outputEntry>
  </rule></decisionTable>"""
FOREIGN = "urn:foreign"


def _read(files):
    """Return all that the engine reads of some files, in an order that is always the same."""
    found = gather(files.diagrams, files.tables, files.forms)
    scopes = [
        (scope.id, scope.name, scope.parent, scope.is_event_driven, scope.is_executable,
         sorted(map(_told, scope.nodes)),
         sorted((node.id, _told(scope.outgoing(node.id) if node.kind.endswith("Gateway") else
                                sorted(map(_told, scope.outgoing(node.id)))))
                for node in scope.nodes), sorted(_told(flow) for flow in scope.flows))
        for scope in found.diagram.scopes
    ]  # fmt: skip
    main = [process.id for process in found.diagram.processes[:1]]
    return _told((sorted(map(_told, scopes)), main, found.diagram.lanes, found.tables, found.forms))


def _told(value, seen=()):
    """Return anything as text, functions with what they hold; no address of memory."""
    if id(value) in seen:
        return "again"
    inner = partial(_told, seen=(*seen, id(value)))
    if isinstance(value, Mapping):
        return f"{{{', '.join(sorted(f'{k}: {inner(v)}' for k, v in value.items()))}}}"
    if isinstance(value, frozenset | set):
        return f"{{{', '.join(sorted(map(inner, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inner, value))}]"
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}{[inner(getattr(value, f.name)) for f in fields(value)]}"
    return _code_told(value, inner)


def _code_told(value, inner):
    if isinstance(value, partial):
        return f"{inner(value.func)}({inner(value.args)}, {inner(value.keywords)})"
    if isinstance(value, MethodType):
        return f"{inner(value.__self__)}.{value.__func__.__qualname__}"
    if isinstance(value, FunctionType):
        held = [inner(cell.cell_contents) for cell in value.__closure__ or ()]
        return f"{value.__qualname__}({held}, {inner(value.__defaults__ or ())})"
    if type(value).__repr__ is object.__repr__:
        return f"{type(value).__name__}{inner(getattr(value, '__dict__', ()))}"
    return repr(value)


def _append(element, by):
    element.text = f"{element.text or ''}{by}"


def _behind(piece):
    """Return what puts a comment or an instruction before more text."""

    def change(element, by):
        added = piece()
        added.tail = by
        element.insert(0, added)

    return change


def _within(piece):
    """Return what puts a comment or an instruction into the text, and changes none of it."""

    def change(element, _by):
        text = element.text or ""
        added = piece()
        element.text, added.tail = text[:1], text[1:]
        element.insert(0, added)

    return change


def _child(element, by):
    child = etree.SubElement(element, f"{{{etree.QName(element).namespace}}}more")
    child.text = by


def _foreign_child(element, by):
    child = etree.Element(f"{{{FOREIGN}}}text")
    child.text = by
    element.insert(0, child)


def _tail(element, by):
    element.tail = f"{element.tail or ''}{by}"


def _attribute(element, by):
    if element.attrib:
        name = sorted(element.attrib)[len(by) % len(element.attrib)]
        element.set(name, by)


def _prefix(element, by):
    if element.attrib:
        name = sorted(element.attrib)[len(by) % len(element.attrib)]
        element.set(name, f"redress:{element.get(name)}")


def _prefix_text(element, _by):
    if (element.text or "").strip():
        element.text = f"redress:{element.text.strip()}"


def _drop_attribute(element, by):
    if element.attrib:
        del element.attrib[sorted(element.attrib)[len(by) % len(element.attrib)]]


def _add_attribute(element, by):
    names = ("name", "id", "default", "isSequential", "cancelActivity", "triggeredByEvent",
             "isExecutable", "camunda", "label", "hitPolicy", "typeRef", "testBefore")  # fmt: skip
    element.set(names[len(by) % len(names)], by)


def _namespace(element, _by):
    element.tag = f"{{{FOREIGN}}}{etree.QName(element).localname}"


def _retag(element, _by):
    element.tag = f"{element.tag}x"


def _swap(element, _by):
    if element.getnext() is not None:
        element.getnext().addnext(element)


def _twice(element, by):
    if element.getparent() is not None:
        copy = etree.fromstring(etree.tostring(element))  # noqa: TID251 - written by this test
        for each in copy.iter(etree.Element):
            if len(by) % 2:
                each.attrib.pop("id", None)
            if (each.text or "").strip():
                each.text = by
        (element.addnext if len(by) % 3 else element.addprevious)(copy)


def _remove(element, _by):
    if element.getparent() is not None:
        element.getparent().remove(element)


def _wrap(element, _by):
    above = element.getparent()
    if above is not None:
        around = etree.Element(f"{{{FOREIGN}}}around")
        above.replace(element, around)
        around.append(element)


CHANGES = {
    "text": _append,
    "text behind a comment": _behind(lambda: etree.Comment("as agreed")),
    "text behind an instruction": _behind(lambda: etree.ProcessingInstruction("x")),
    "a comment in the text": _within(lambda: etree.Comment("as agreed")),
    "an element in the text": _child,
    "a foreign element": _foreign_child,
    "text after it": _tail,
    "another attribute": _attribute,
    "an attribute with a prefix": _prefix,
    "a text with a prefix": _prefix_text,
    "an attribute less": _drop_attribute,
    "an attribute more": _add_attribute,
    "another namespace": _namespace,
    "another name": _retag,
    "another order": _swap,
    "it stands twice": _twice,
    "it is gone": _remove,
    "something around it": _wrap,
}
BY = ("9", " or amount == 4711", "true", "#bkm", "approve", "m", "work", "P9D", "back")
READ = _read(WHOLE)
DIAGRAM_SIZE, TABLE_SIZE = (
    sum(1 for _ in xml.parse(content).iter(etree.Element))
    for content in (*WHOLE.diagrams, *WHOLE.tables)
)


def _changed(content, number, name, by):
    root = xml.parse(content)
    element = list(root.iter(etree.Element))[number]
    note(f"{element.tag} {element.get('id')}")
    CHANGES[name](element, by)
    return etree.tostring(root)


def _is_told(after):
    return _read(after) == READ or not compare(WHOLE, after).is_same


@settings(deadline=None, max_examples=40)
@given(
    number=st.integers(0, DIAGRAM_SIZE - 1),
    name=st.sampled_from(sorted(CHANGES)),
    by=st.sampled_from(BY),
)
def test_whatever_the_engine_reads_otherwise_in_a_diagram_is_told(number, name, by):
    content = _changed(WHOLE.diagrams[0], number, name, by)

    assert _is_told(Files([content], WHOLE.tables, WHOLE.forms))


@settings(deadline=None, max_examples=40)
@given(
    number=st.integers(0, TABLE_SIZE - 1),
    name=st.sampled_from(sorted(CHANGES)),
    by=st.sampled_from(BY),
)
def test_whatever_the_engine_reads_otherwise_in_a_table_is_told(number, name, by):
    content = _changed(WHOLE.tables[0], number, name, by)

    assert _is_told(Files(WHOLE.diagrams, [content], WHOLE.forms))


@pytest.mark.parametrize("hidden", ["<!-- as agreed -->", "<?as agreed?>", "<!----><!-- -->"])
@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("amount &gt; 500", " or amount == 4711"),
        ("<timeDuration>P3D", "T9H"),
        ("<loopCardinality>3", "0"),
        ("Find out.", " Or not."),
        ("<text>Mind the law.", " Never mind."),
        ("<flowNodeRef>approve", "d"),
        ("<text>&gt; 500", "0"),
        ("<text>[1..5]", ", 9"),
        ("<text>amount", " - 1"),
        ('<text>"manager"', '+"s"'),
        ("<typeRef>number", "s"),
        ("Much money.", " Really."),
    ],
)
def test_what_stands_behind_a_comment_is_told(text, more, hidden):
    files = [each[0].decode() for each in (WHOLE.diagrams, WHOLE.tables)]
    assert any(text in file for file in files)

    silent, changed = (
        Files(*([file.replace(text, f"{text}{hidden}{said}").encode()] for file in files),
              WHOLE.forms) for said in ("", more)
    )  # fmt: skip

    assert compare(WHOLE, silent).is_same
    assert compare(WHOLE, changed).changes_cases


def _with(old, new):
    files = [each[0].decode() for each in (WHOLE.diagrams, WHOLE.tables, WHOLE.forms)]
    assert any(old in file for file in files)
    return Files(*([file.replace(old, new, 1).encode()] for file in files))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id="shared"><timeDuration>P3D', 'id="shared"><timeDuration>P9D'),
        ("<eventDefinitionRef>shared", "<eventDefinitionRef>other"),
        ("<flowNodeRef>approve", "<flowNodeRef>redress:approve"),
        ("[1..5]", "[1..9]"),
        ("less(amount, 100)", "less(100, amount)"),
        ('"a" typeRef="number"/><formalParameter name="b"',
         '"b" typeRef="number"/><formalParameter name="a"'),
        ("</decisionTable>", f"</decisionTable>{LAST}"),
        ('"title": "Visit"', '"title": "null"'),
        ('{"value": "a", "title": "Ada"}, {"value": "b", "title": "Bo"}',
         '{"value": "b", "title": "Bo"}, {"value": "a", "title": "Ada"}'),
    ],
)  # fmt: skip
def test_cases_notice_what_is_not_drawn(old, new):
    """What a file holds for all its processes, and in which order things are read."""
    assert compare(WHOLE, _with(old, new)).changes_cases


def test_a_shared_event_that_nothing_leads_to_any_more_is_told():
    after = _with('id="shared"', 'id="unshared"')

    assert compare(WHOLE, after).changes_cases


def test_another_process_that_cases_begin_with_is_told():
    neither = _with(' isExecutable="true"', "")
    drawn = neither.diagrams[0].decode()
    other = '<process id="other"><task id="lone"/></process>'
    first = drawn.replace(other, "").replace("<collaboration", f"{other}<collaboration")

    found = compare(neither, Files([first.encode()], WHOLE.tables, WHOLE.forms))

    assert [each.sentence for each in found.differences] == [
        "“other” gained: that cases begin with it.",
        "“Complaint” lost: that cases begin with it.",
    ]


def _ending(body):
    return Files([document(process("complaint", node("start", "s"), node("and", "f"),
                                   node("user", "a"), node("user", "b"), node("end", "e", body),
                                   node("end", "other"), line("s", "f"), line("f", "a", "e"),
                                   line("f", "b", "other")))])  # fmt: skip


def _caught(definition):
    inner = sub("h", node("start", "hs"), node("end", "he", event("error", "bad")),
                line("hs", "he"))  # fmt: skip
    border = node("boundary", "late", definition, attachedToRef="h")
    return Files([document(process("complaint", node("start", "s"), inner, border,
                                   node("end", "e"), line("s", "h", "e")))])  # fmt: skip


@pytest.mark.parametrize("id_", ["", ' id="D_1"'])
def test_an_event_that_says_nothing_but_its_id_is_told_as_what_it_is(id_):
    ends = f"<bpmn:terminateEventDefinition{id_}/>"
    plain, last = _ending(""), _ending(ends)
    error, escalation = (
        _caught(f"<bpmn:{kind}EventDefinition{id_}/>") for kind in ("error", "escalation")
    )

    said = [[each.sentence for each in compare(*two).differences]
            for two in ((plain, last), (last, plain), (error, escalation))]  # fmt: skip

    assert said == [
        ["“end event e” gained: terminate Event Definition."],
        ["“end event e” lost: terminate Event Definition."],
        ["“boundary event late” lost: error Event Definition.",
         "“boundary event late” gained: escalation Event Definition."],
    ]  # fmt: skip


def test_a_comparison_that_stops_at_a_comment_is_noticed(monkeypatch):
    """Plant the bug: only the text before the first comment is compared."""
    monkeypatch.setattr(subject, "_text", lambda element: (element.text or "").strip())

    after = _with("amount &gt; 500", "amount &gt; 500<!-- --> or True")

    assert _read(after) != READ
    assert compare(WHOLE, after).is_same
