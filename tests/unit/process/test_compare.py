"""Two versions are compared by all that their files say: nothing is missed, nothing invented."""

import json
from copy import deepcopy
from importlib.resources import files

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from lxml import etree

from engine.process import xml
from engine.process.compare import Files, compare, subject
from engine.process.compare.diagram_file import APART
from tests.unit.process.small_process import DIAGRAM, FORM, TABLE

WHOLE = Files([DIAGRAM.encode()], [TABLE.encode()], [FORM.encode()])
ASKS_MORE = (
    "The way “Much” from “exclusive gateway gw” to “Approve” now asks: amount > 900; "
    "before: amount > 500."
)


def _with(diagram=DIAGRAM, table=TABLE, form=FORM):
    return Files([diagram.encode()], [table.encode()], [form.encode()])


def _said(after, before=WHOLE):
    return [sentence for told in compare(before, after).told for sentence in told.sentences]


def _shipped():
    folder = files("bpmn")
    return Files(
        [(folder / "complaint.bpmn").read_bytes()],
        [(folder / name).read_bytes() for name in ("triage.dmn", "authority.dmn")],
    )


def test_a_version_does_not_differ_from_itself():
    for whole in (WHOLE, _shipped()):
        assert compare(whole, whole).is_same


def test_space_prefixes_and_the_order_of_attributes_say_nothing():
    root = xml.parse(DIAGRAM.encode())
    etree.indent(root, "      ")
    for element in root.iter(etree.Element):
        turned = list(element.attrib.items())[::-1]
        element.attrib.clear()
        element.attrib.update(turned)
    other = etree.tostring(root).replace(b"<redress:", b"<r:").replace(b"xmlns:redress", b"xmlns:r")

    assert compare(WHOLE, Files([other], WHOLE.tables, WHOLE.forms)).is_same


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (' due="5 working days"', "", "“Investigate” lost: due 5 working days."),
        ('role="investigator" due="5 working days"', "",
         "“Investigate” lost: role investigator, due 5 working days."),
        ('due="5 working days"', 'due="9 working days"',
         "“Investigate”: due is 9 working days, and was 5 working days."),
        ('name="Approve"', 'name="Sign off"', "“Approve” is now called “Sign off”."),
        ("amount &gt; 500", "amount &gt; 900",
         ASKS_MORE),
        ("<flowNodeRef>approve</flowNodeRef>", "", "“Approve” moved from “Approver” to no lane."),
        ('<redress:gate role="approver" fourEyes="true"/>', "",
         "“Approve” lost: approval by approver, four eyes true."),
        ("P3D", "P4D", "“Too late”: time is P4D, and was P3D."),
        ('camunda:assignee="jo"', 'camunda:assignee="al"',
         "“Investigate”: assignee (camunda) is “al”, and was “jo”."),
        ("<terminateEventDefinition/>", "", "“Done” lost: terminate Event Definition."),
        ('<userTask id="approve"', '<manualTask id="approve"',
         "“Approve” is of the type manual task now, and was of user task."),
        ('default="f5"', 'default="f3"',
         "“exclusive gateway gw”: default way is “Much”, and was “the way to Done”."),
    ],
)  # fmt: skip
def test_what_is_changed_in_a_diagram_is_said_with_its_label(old, new, sentence):
    changed = DIAGRAM.replace(old, new, 1)
    if "manualTask" in new:
        changed = changed.replace("<outgoing>f4</outgoing></userTask>",
                                  "<outgoing>f4</outgoing></manualTask>")  # fmt: skip

    said = _said(_with(changed))

    assert said == [sentence]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("&gt; 500", "&gt; 900", "Rule 1 (Much money.): “Amount” is > 900, and was > 500."),
        ('hitPolicy="FIRST"', 'hitPolicy="ANY"',
         "The decision table “Who approves”: hit policy is ANY, and was FIRST."),
        ('label="Severity"', 'label="Gravity"',
         "The input column “Gravity”: label is “Gravity”, and was “Severity”."),
        ('typeRef="string"', 'typeRef="number"',
         "The output column “Approver”: type is number, and was string."),
        ('<text>-</text></inputEntry>\n        <inputEntry id="c5">',
         '<text>&lt; 9</text></inputEntry><inputEntry id="c5">',
         "Rule 2: “Amount” is < 9, and was -."),
    ],
)  # fmt: skip
def test_a_table_is_compared_rule_by_rule(old, new, sentence):
    assert _said(_with(table=TABLE.replace(old, new, 1))) == [sentence]


def test_a_rule_that_comes_first_moves_no_other():
    first = TABLE.index('<rule id="r1">')
    rule = TABLE[first : TABLE.index("</rule>") + len("</rule>")]
    came = rule.replace("r1", "r0").replace("&gt; 500", "&gt; 5000").replace("Much", "Most")
    added = TABLE.replace(rule, came + rule)
    nameless = [
        table.replace(' id="r0"', "").replace(' id="r1"', "").replace(' id="r2"', "")
        .replace(' id="r3"', "") for table in (TABLE, added)
    ]  # fmt: skip

    by_id = _said(_with(table=added))
    by_cells = _said(_with(table=nameless[1]), _with(table=nameless[0]))

    assert by_id == by_cells
    assert by_id == ['Rule 1 (Most money.) was added: if Amount > 5000, then Approver "manager".']


def test_another_order_of_rules_and_of_ways_is_said():
    rules = TABLE.replace("r1", "r9").replace("r3", "r1").replace("r9", "r3")
    swapped = [line for line in _said(_with(table=rules)) if "another order" in line]
    second = DIAGRAM.index('<sequenceFlow id="f5"')
    flow = DIAGRAM[second : DIAGRAM.index("/>", second) + 2]
    turned = DIAGRAM.replace(flow, "").replace(
        '<sequenceFlow id="f3"', f'{flow}<sequenceFlow id="f3"'
    )

    assert len(swapped) == 1
    assert ["in another order" in line for line in _said(_with(turned))] == [True]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda form: form["fields"][0].update(required=False),
         "The field “Day”: required is “false”, and was “true”."),
        (lambda form: form["fields"][1]["choices"].pop(),
         "The field “Who” lost: value of [b] “b”, title of [b] “Bo”."),
        (lambda form: form["fields"].pop(0), "The field “Day” was removed"),
        (lambda form: form.update(help="Ring first."),
         "The form “Visit”: help is “Ring first.”, and was “Before you go.”."),
        (lambda form: form["fields"].reverse(), "The form “Visit”: the fields stand in another"),
    ],
)  # fmt: skip
def test_a_form_is_compared_field_by_field(change, sentence):
    form = json.loads(FORM)
    change(form)

    (said,) = _said(_with(form=json.dumps(form)))

    assert said.startswith(sentence)


def test_what_was_only_moved_on_the_sheet_is_told_apart():
    moved = compare(WHOLE, _with(DIAGRAM.replace('x="10"', 'x="400"')))

    assert not moved.changes_cases
    assert moved.layout == 1
    assert moved.told[-1].sentences == (
        "Layout only: 1 element is drawn elsewhere or otherwise. Nothing else differs.",
    )


def test_an_element_that_came_is_one_difference_and_so_is_one_that_went():
    without = DIAGRAM.replace(
        '<textAnnotation id="note"><text>Mind the law.</text></textAnnotation>', ""
    )

    gone, come = compare(WHOLE, _with(without)), compare(_with(without), WHOLE)

    assert (gone.removed, gone.added) == (("note",), ())
    assert (come.removed, come.added) == ((), ("note",))
    assert come.told[0].sentences[0].startswith("“Mind the law.” was added: note")


@pytest.mark.parametrize(
    "name", ["work", "approve", "gw", "start", "f3", "f1", "late", "complaint"]
)
def test_an_element_that_got_another_id_is_known_again(name):
    renamed = DIAGRAM.replace(f'"{name}"', '"another"').replace(f">{name}<", ">another<")

    found = compare(WHOLE, _with(renamed))

    assert not found.changes_cases
    assert [each.element for each in found.differences if each.property == "@id"] == ["another"]


def _pieces(root):
    """Return every attribute and text of a file, as (element, attribute or none).

    The ids of shapes and lines name nothing, and an empty cell says what a dash says.
    """
    for element in root.iter(etree.Element):
        is_drawn = _is_drawing(element)
        yield from ((element, name) for name in element.attrib if not (is_drawn and name == "id"))
        if (element.text or "").strip() not in {"", "-"}:
            yield element, None


def _is_drawing(element):
    return any("/DI" in str(above.tag) for above in [element, *element.iterancestors()])


REFERRING = {"flowNodeRef"}
"""What is said here is a fact of something else."""


SEVERAL = {"name", "sourceRef", "targetRef"}
"""What stands under a name is found under another; where a flow ends it is listed, too."""


def _owner(element):
    """Return the id of the element that an attribute or text is part of."""
    owner = next(
        above
        for above in [element, *element.iterancestors()]
        if etree.QName(above).localname in APART
    )
    is_file = etree.QName(owner).localname == "definitions"
    return "" if is_file else owner.get("id", "")


def _mutated(content, number, *, remove):
    root = xml.parse(content)
    element, name = list(_pieces(root))[number]
    if name is None:
        element.text = "" if remove else f"{element.text.strip()}_x"
    elif remove:
        del element.attrib[name]
    else:
        element.set(name, f"{element.get(name)}_x")
    return element, name, etree.tostring(root)


COUNT = len(list(_pieces(xml.parse(DIAGRAM.encode()))))
CELLS = len(list(_pieces(xml.parse(TABLE.encode()))))


@pytest.mark.parametrize("remove", [False, True])
def test_every_change_of_a_diagram_is_found_where_it_was_made(remove):
    missed = []
    for number in range(COUNT):
        element, name, content = _mutated(DIAGRAM.encode(), number, remove=remove)
        found = compare(WHOLE, Files([content], WHOLE.tables, WHOLE.forms)).differences
        about = {each.element for each in found}
        if name == "id" or _is_drawing(element) or etree.QName(element).localname in REFERRING:
            missed += [] if about else [(element.tag, name)]
        elif name in SEVERAL:
            missed += [] if _owner(element) in about else [(element.tag, name)]
        elif about != {_owner(element)} or len(found) != 1:
            missed.append((element.tag, name, len(found), about))

    assert missed == []


@pytest.mark.parametrize("remove", [False, True])
def test_every_change_of_a_table_is_found(remove):
    missed = []
    for number in range(CELLS):
        element, name, content = _mutated(TABLE.encode(), number, remove=remove)
        if compare(WHOLE, Files(WHOLE.diagrams, [content], WHOLE.forms)).is_same:
            missed.append((element.tag, name, element.text))

    assert missed == []


SHIPPED = _shipped()
SHIPPED_COUNT = len(list(_pieces(xml.parse(SHIPPED.diagrams[0]))))


@settings(deadline=None, max_examples=25)
@given(number=st.integers(0, SHIPPED_COUNT - 1), remove=st.booleans())
def test_a_change_anywhere_in_the_shipped_process_is_found(number, remove):
    element, name, content = _mutated(SHIPPED.diagrams[0], number, remove=remove)
    note(f"{element.tag} {name}")

    assert not compare(SHIPPED, Files([content], SHIPPED.tables)).is_same


def _forms():
    """Return every form in which one value of the form is another."""

    def spots(value, path=()):
        if isinstance(value, dict | list):
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            for key, each in pairs:
                yield from spots(each, (*path, key))
        else:
            yield path

    form = json.loads(FORM)
    for path in spots(form):
        changed = deepcopy(form)
        at = changed
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = "another"
        yield path, json.dumps(changed)


@pytest.mark.parametrize(("path", "form"), list(_forms()), ids=lambda value: str(value)[:40])
def test_every_change_of_a_form_is_found(path, form):
    assert not compare(WHOLE, _with(form=form)).is_same


def test_a_file_that_cannot_be_read_is_one_thing():
    broken = Files([b"<not-whole"], WHOLE.tables, [b"{"])

    assert compare(broken, broken).is_same
    assert not compare(WHOLE, broken).is_same
    assert not compare(broken, Files([b"<not whole"], WHOLE.tables, [b"{"])).is_same


def test_a_comparison_that_overlooks_extensions_is_noticed(monkeypatch):
    """Plant the bug: only what can be seen on the sheet is compared."""
    plain = subject._gather

    def blind(element, path, *rest):
        if "extensionElements" not in path:
            plain(element, path, *rest)

    monkeypatch.setattr(subject, "_gather", blind)

    assert compare(WHOLE, _with(DIAGRAM.replace(' due="5 working days"', ""))).is_same
