"""The decision tables of the public DMN test kit, level 2, as far as they are tables.

Names with spaces and strokes are written with an underscore first, because a variable of ours is
one word. Lists are what our core says for them: their members, joined by a comma.
"""

from pathlib import Path

import pytest

from engine.process.decision_file import read_table
from engine.process.operators import equal
from engine.process.xml import parse, tag, text

KIT = Path(__file__).parents[4] / "shared" / "realdata" / "dmn-tck" / "compliance-level-2"
TABLES = [
    "0004-simpletable-U", "0005-simpletable-A", "0006-simpletable-P1", "0007-simpletable-P2",
    "0010-multi-output-U", "0108-first-hitpolicy", "0109-ruleOrder-hitpolicy",
    "0110-outputOrder-hitpolicy", "0111-first-hitpolicy-singleoutputcol",
    "0112-ruleOrder-hitpolicy-singleinoutcol", "0113-outputOrder-hitpolicy-singleinoutcol",
    "0114-min-collect-hitpolicy", "0115-sum-collect-hitpolicy", "0116-count-collect-hitpolicy",
    "0117-multi-any-hitpolicy", "0118-multi-priority-hitpolicy", "0119-multi-collect-hitpolicy",
]  # fmt: skip
RENAMED = {b"Approval Status": b"Approval_Status", b"Approved/Declined": b"Approved_Declined"}


def read(path):
    content = path.read_bytes()
    for before, after in RENAMED.items():
        content = content.replace(before, after)
    return parse(content)


def inner(element, name):
    return [child for child in element.iter() if tag(child)[1] == name]


def scalar(value):
    kind = next((v for k, v in value.attrib.items() if k.endswith("type")), "").rpartition(":")[2]
    if kind in {"decimal", "double", "integer"}:
        return float(text(value))
    return text(value) == "true" if kind == "boolean" else text(value)


def expected(result, outputs):
    """Return what each output must be; the kit names components and leaves single values bare."""
    values = {}
    for output in outputs:
        parts = [part for part in inner(result, "component") if part.get("name") == output]
        held = [scalar(v) for part in parts or [result] for v in inner(part, "value")]
        values[output] = held[0] if len(held) == 1 else ", ".join(str(each) for each in held)
    return values


@pytest.mark.realdata
@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_kit_gives_what_the_kit_expects(name):
    if not KIT.is_dir():
        pytest.skip("the test kit is not at hand")
    root = read(KIT / name / f"{name}.dmn")
    table = read_table(next(iter(inner(root, "decision"))))
    cases = inner(read(KIT / name / f"{name}-test-01.xml"), "testCase")

    wrong = [case.get("id") for case in cases if not agrees(table, case)]

    assert (len(cases) > 0, wrong) == (True, [])


def agrees(table, case):
    inputs = {}
    for node in inner(case, "inputNode"):
        inputs[node.get("name")] = scalar(inner(node, "value")[0])
    meant = expected(inner(case, "expected")[0], [output.name for output in table.outputs])
    seen = table.decide(inputs, "").outputs
    return all(equal(seen[name], value) for name, value in meant.items())
