"""Rules about the picture itself: what is drawn nowhere, and what lies over something else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from engine.process import xml
from engine.process.diagram import NODES, SUB_PROCESSES, Node
from engine.process.finding import Finding, advice
from engine.process.material import Material
from engine.process.tree import Tree, kind_of, named, within

_SHAPES = NODES | {
    *("participant", "lane", "dataObjectReference", "dataStoreReference", "textAnnotation"),
    "group",
}
_EDGES = ("sequenceFlow", "messageFlow")
_MARGIN = 2.0
"""How far shapes may reach into each other, in pixels; tools round."""


class Box(NamedTuple):
    """Where a shape lies, in pixels of the drawing."""

    x: float
    y: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Tell whether they share more than their border."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return across > _MARGIN and down > _MARGIN

    def holds(self, other: "Box") -> bool:
        """Tell whether another box lies inside."""
        begins = min(other.x - self.x, other.y - self.y)
        ends = min(self.right - other.right, self.bottom - other.bottom)
        return min(begins, ends) >= -_MARGIN


def everything_is_drawn(material: Material) -> Iterable[Finding]:
    """Advise where an element runs, or is written in the file, and no picture shows it.

    What lies in a collapsed sub-process need not be drawn. Of a file without any picture only the
    file itself is told.
    """
    for root in material.tree.roots:
        drawn = {shape.get("bpmnElement", "").rpartition(":")[2] for shape in _drawn(root)}
        shown = [each for each in root.iter(f"{{{xml.BPMN}}}*") if kind_of(each) in _SHAPES]
        shown += [each for kind in _EDGES for each in root.iter(f"{{{xml.BPMN}}}{kind}")]
        if not drawn and shown:
            problem = "The file holds no picture of the process."
            why = "Nobody can look at it, on the page of a case either."
            owner = next(iter(root.iter(f"{{{xml.BPMN}}}process")), shown[0])
            yield advice(named(owner), problem, why, "Open it in an editor and lay it out.")
            continue
        hidden = _collapsed(root, drawn)
        for element in shown:
            id_ = element.get("id", "")
            if id_ and id_ not in drawn and not _is_inside(element, hidden):
                what = kind_of(element)
                why = "Whoever looks at the picture does not see that it is there."
                fix = "Draw it, or remove it."
                yield advice(named(element), f"This {what} is not in the picture.", why, fix)


def elements_do_not_overlap(material: Material) -> Iterable[Finding]:
    """Advise where two elements lie over each other, or one reaches out of its sub-process."""
    boxes = dict(_boxes(material.tree))
    around, apart = _around(material.tree), _on_own_planes(material.tree)
    for scope in material.diagram.scopes:
        placed = [node for node in scope.nodes if node.id in boxes and node.kind != "boundaryEvent"]
        placed.sort(key=lambda node: boxes[node.id].x)
        for node in placed:
            frame = boxes.get(around.get(node.id, ""))
            if frame is not None and node.id not in apart and not frame.holds(boxes[node.id]):
                problem = "It reaches out of the pool or sub-process that it belongs to."
                why = "The picture shows it somewhere else than where it runs."
                yield advice(node, problem, why, "Move it inside.")
        for node, other in _overlapping(placed, boxes):
            problem = f"It lies over “{other.label}” in the picture."
            why = "One of them is hidden, and flows seem to lead to the wrong one."
            yield advice(node, problem, why, "Move them apart.")


def _overlapping(placed: Sequence[Node], boxes: Mapping[str, Box]) -> Iterator[tuple[Node, Node]]:
    """Yield pairs that lie over each other.

    Args:
        placed: From left to right.
        boxes: Where they lie.
    """
    for index, node in enumerate(placed):
        for other in placed[index + 1 :]:
            if boxes[other.id].x >= boxes[node.id].right:
                break
            if boxes[node.id].overlaps(boxes[other.id]):
                yield node, other


def _drawn(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.iter("{*}BPMNShape", "{*}BPMNEdge")


def _collapsed(root: etree._Element, drawn: set[str]) -> set[str]:
    """Return the sub-processes whose inside is not unfolded in the picture."""
    folded = {
        shape.get("bpmnElement", "")
        for shape in _drawn(root)
        if kind_of(shape) == "BPMNShape" and shape.get("isExpanded", "true") != "true"
    }
    missing = {
        element.get("id", "")
        for kind in SUB_PROCESSES
        for element in root.iter(f"{{{xml.BPMN}}}{kind}")
        if element.get("id", "") not in drawn
    }
    return {id_ for id_ in folded | missing if id_}


def _is_inside(element: etree._Element, ids: set[str]) -> bool:
    return any(each.get("id", "") in ids for each in element.iterancestors())


def _boxes(tree: Tree) -> Iterator[tuple[str, Box]]:
    for root in tree.roots:
        for shape in _drawn(root):
            if kind_of(shape) != "BPMNShape":
                continue
            bounds = next((each for each in shape if kind_of(each) == "Bounds"), None)
            box = None if bounds is None else _box(bounds)
            if box is not None:
                yield shape.get("bpmnElement", "").rpartition(":")[2], box


def _box(bounds: etree._Element) -> Box | None:
    try:
        x, y, width, height = (float(bounds.get(k, "")) for k in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return Box(x, y, x + width, y + height)


def _around(tree: Tree) -> Mapping[str, str]:
    """Return, by node, the sub-process or the pool that it is drawn in."""
    pools = {each.get("processRef", ""): each.get("id", "") for each in tree.each("participant")}
    found: dict[str, str] = {}
    for element in tree.each(*NODES):
        scope = within(element, "process", *SUB_PROCESSES)
        if scope is not None:
            id_ = scope.get("id", "")
            found[element.get("id", "")] = (
                pools.get(id_, "") if kind_of(scope) == "process" else id_
            )
    return found


def _on_own_planes(tree: Tree) -> frozenset[str]:
    """Return the elements that are drawn on a picture of a sub-process of their own."""
    found: set[str] = set()
    for root in tree.roots:
        for plane in root.iter("{*}BPMNPlane"):
            if tree.kind(plane.get("bpmnElement")) in SUB_PROCESSES:
                found |= {shape.get("bpmnElement", "") for shape in plane}
    return frozenset(found)
