"""The editor changes what was edited in a file, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, Locator, expect

from tests.drawing import shipped
from tests.e2e.canonical import Said, lost_and_gained, order_of, says
from tests.e2e.drawing_board import Board, board

pytestmark = pytest.mark.e2e

REALDATA = Path(__file__).parents[3] / "shared" / "realdata" / "bpmn" / "conform"
_OF_THE_SUITE = re.compile(r"^[ABC]\.\d+\.\d+(-\w+)?\.bpmn$")
"""How the models of the interchange working group (MIWG) are named, wherever they lie."""


def suite() -> list[Path]:
    """Return the models of the suite that are here, with what tools made of them."""
    found = (path for path in REALDATA.rglob("*.bpmn") if _OF_THE_SUITE.match(path.name))
    return sorted(found)


REFERENCES = [path for path in suite() if path.parent.name.casefold() == "reference"]
EXPORTS = [path for path in suite() if path not in REFERENCES]


@pytest.fixture(scope="module")
def drawing(browser: Browser) -> Iterator[Board]:
    yield from board(browser, "modeler.js", ".redress-editor")


def _text(content: bytes) -> str:
    """Return a file as the studio hands it on: decoded as it says itself."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    tree = etree.fromstring(content, parser).getroottree()  # noqa: TID251 - material of the tests
    return content.decode(tree.docinfo.encoding or "utf-8").removeprefix("\ufeff")


def _edited(drawing: Board, content: bytes) -> bytes:
    """Return a file after its diagram as a whole was given instructions."""
    editor = drawing.open(_text(content))
    if reason := editor.get_attribute("data-error"):
        pytest.skip(f"bpmn-js does not draw it: {reason}")
    field = editor.get_by_label("Instructions")
    field.fill("Changed here.")
    field.press("Tab")
    return drawing.saved().encode()


def _differences(before: bytes, after: bytes) -> list[Said]:
    """Return what differs besides the instructions that were given."""
    lost, gained = lost_and_gained(before, after)
    return [each for each in (*lost, *gained) if not any("documentation" in part for part in each)]


def _check(drawing: Board, content: bytes) -> None:
    after = _edited(drawing, content)

    ids = order_of(content)
    assert _differences(content, after) == []
    assert b"Changed here." in after
    assert [id_ for id_ in order_of(after) if id_ in set(ids)] == ids
    assert says(content) <= says(after)


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.name)
def test_a_shipped_diagram_keeps_all_that_was_not_edited(drawing: Board, path: Path):
    _check(drawing, path.read_bytes())


@pytest.mark.realdata
@pytest.mark.skipif(not REFERENCES, reason="The models of the suite are not here.")
@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_a_reference_model_keeps_every_element_attribute_and_extension(drawing: Board, path: Path):
    _check(drawing, path.read_bytes())


@pytest.mark.realdata
@pytest.mark.fuzz
@pytest.mark.skipif(not EXPORTS, reason="The models of the suite are not here.")
@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_other_tools_exported_is_kept_too(drawing: Board, path: Path):
    try:
        content = path.read_bytes()
        _text(content)
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        pytest.skip(f"It is no well-formed XML: {error}")
    _check(drawing, content)


_ODD = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- Drawn by hand. -->
<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" id="all"
  xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:o="urn:other"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" targetNamespace="urn:x">
  <?other keep="this"?>
  <b:process id="p" isExecutable="true" processType="None">
    <!-- The first step. -->
    <b:task id="a" name="First&#10;step" startQuantity="1" o:colour="blue">
      <b:extensionElements>
        <o:settings o:depth="2"><o:inner>kept</o:inner></o:settings>
      </b:extensionElements>
    </b:task>
    <b:task id="z" name="Second"/>
  </b:process>
  <di:BPMNDiagram id="d"><di:BPMNPlane id="pl" bpmnElement="p">
    <di:BPMNShape id="sa" bpmnElement="a">
      <dc:Bounds x="100.0" y="100.0" width="100.0" height="80.0"/>
    </di:BPMNShape>
    <di:BPMNShape id="sz" bpmnElement="z">
      <dc:Bounds x="300.0" y="100.0" width="100.0" height="80.0"/>
    </di:BPMNShape>
  </di:BPMNPlane></di:BPMNDiagram>
</b:definitions>
"""


def _step(editor: Locator, id_: str) -> Locator:
    return editor.locator(f"[data-element-id={id_}] .djs-hit").first


def test_what_bpmn_js_drops_stays_where_it_was(drawing: Board):
    after = _edited(drawing, _ODD.encode("latin-1")).decode()

    assert _differences(_ODD.encode("latin-1"), after.encode()) == []
    assert after.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    for kept in ("<!-- Drawn by hand. -->", '<?other keep="this"?>', 'x="100.0"', "<o:inner>kept"):
        assert kept in after


def test_undo_gives_back_the_file_as_it_came(drawing: Board):
    _edited(drawing, _ODD.encode("latin-1"))

    drawing.page.get_by_role("button", name="Undo").click()

    lost, gained = lost_and_gained(_ODD.encode("latin-1"), drawing.saved().encode())
    assert (lost, gained) == ([], [])


def test_what_is_deleted_goes_and_takes_nothing_else_along(drawing: Board):
    editor = drawing.open(_ODD)

    _step(editor, "z").click()
    drawing.page.keyboard.press("Delete")

    lost, gained = lost_and_gained(_ODD.encode("latin-1"), drawing.saved().encode())
    gone = [each for each in lost if {"z", "sz"} & set(re.split(r"[#/,]", ",".join(each)))]
    assert gained == []
    assert lost == gone
    expect(editor.locator("[data-element-id=a]")).to_have_count(1)


def test_another_kind_keeps_the_id_the_name_and_what_belongs_to_other_tools(drawing: Board):
    editor = drawing.open(_ODD)

    _step(editor, "a").click()
    editor.locator(".djs-context-pad [data-action=replace]").click()
    editor.locator("[data-id=replace-with-user-task]").click()

    after = drawing.saved()
    assert '<b:userTask id="a" name="First' in after
    assert '<o:settings o:depth="2"><o:inner>kept</o:inner></o:settings>' in after
    assert 'o:colour="blue"' in after
    assert "<b:task id=" in after
