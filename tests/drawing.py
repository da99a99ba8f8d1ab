"""Reads how a BPMN file is drawn, and says what a reader of the drawing would stumble over.

Each check returns one sentence per defect, in the order of the file; nothing means all is well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
REDRESS = "{urn:redress:bpmn:1.0}"

NODES = ("Event", "Gateway", "Task", "task", "subProcess", "callActivity")
FLOWS = ("sequenceFlow", "messageFlow")
HUMAN = ("userTask", "manualTask")
WANTED = ("role", "form", "clause", "publicStatus")

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle; x grows to the right, y downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def grown(self, by: float) -> "Box":
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def holds(self, other: "Box") -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def touches(self, other: "Box") -> bool:
        """Tell whether the two share more than an edge."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def has(self, point: Point) -> bool:
        return self.x <= point[0] <= self.right and self.y <= point[1] <= self.bottom


@dataclass(frozen=True, slots=True)
class Drawing:
    """A BPMN file with its elements, their shapes, their lines and their labels, by id."""

    elements: dict[str, ET.Element]
    parents: dict[str, str]
    shapes: dict[str, Box]
    lines: dict[str, tuple[Point, ...]]
    labels: dict[str, Box]

    def kind(self, element: str) -> str:
        return self.elements[element].tag.removeprefix(BPMN)

    def of_kind(self, *endings: str) -> Iterator[str]:
        """Yield the ids of all elements whose tag ends so."""
        return (each for each in self.elements if self.kind(each).endswith(endings))

    def nodes(self) -> Iterator[str]:
        return self.of_kind(*NODES)

    def host(self, element: str) -> str | None:
        """Return what a boundary event is attached to."""
        return self.elements[element].get("attachedToRef")


def read(text: str) -> Drawing:
    """Read a BPMN file of our own."""
    root = ET.fromstring(text)  # noqa: S314 - our own file, not a stranger's
    model = [part for part in root if part.tag.startswith(BPMN)]
    elements: dict[str, ET.Element] = {}
    parents: dict[str, str] = {}
    for part in model:
        for parent in part.iter():
            for child in parent:
                if child.tag.startswith(BPMN) and (name := child.get("id")):
                    elements[name] = child
                    parents[name] = parent.get("id", "")
    drawn = list(root.iter(f"{BPMNDI}BPMNShape")) + list(root.iter(f"{BPMNDI}BPMNEdge"))
    return Drawing(
        elements=elements,
        parents=parents,
        shapes={s.attrib["bpmnElement"]: _box(s) for s in root.iter(f"{BPMNDI}BPMNShape")},
        lines={e.attrib["bpmnElement"]: _line(e) for e in root.iter(f"{BPMNDI}BPMNEdge")},
        labels={
            d.attrib["bpmnElement"]: _box(label)
            for d in drawn
            if (label := d.find(f"{BPMNDI}BPMNLabel")) is not None
        },
    )


def shipped() -> list[Path]:
    """Return the diagrams that Redress ships, in alphabetical order."""
    return sorted((Path(__file__).resolve().parent.parent / "bpmn").glob("*.bpmn"))


def _box(owner: ET.Element) -> Box:
    bounds = owner.find(f"{DC}Bounds")
    assert bounds is not None, owner.attrib
    return Box(*(float(bounds.attrib[side]) for side in ("x", "y", "width", "height")))


def _line(edge: ET.Element) -> tuple[Point, ...]:
    return tuple((float(w.attrib["x"]), float(w.attrib["y"])) for w in edge.iter(f"{DI}waypoint"))


def undrawn(drawing: Drawing) -> list[str]:
    """Find nodes without a shape and flows without a line."""
    nodes = [f"{n} has no shape" for n in drawing.nodes() if n not in drawing.shapes]
    flows = drawing.of_kind(*FLOWS)
    return nodes + [f"{f} has no line" for f in flows if len(drawing.lines.get(f, ())) < 2]


def strays(drawing: Drawing) -> list[str]:
    """Find nodes outside what they belong to: their sub-process, else their pool."""
    pools = {
        drawing.elements[p].get("processRef", ""): drawing.shapes[p]
        for p in drawing.of_kind("participant")
    }
    frames = pools | drawing.shapes
    return [
        f"{node} lies outside {drawing.parents[node]}"
        for node in drawing.nodes()
        if node in drawing.shapes
        and (frame := frames.get(drawing.parents[node])) is not None
        and not frame.holds(drawing.shapes[node])
    ]


def out_of_lane(drawing: Drawing) -> list[str]:
    """Find nodes whose middle lies outside the lane that lists them, and nodes in no lane."""
    lanes = {
        (ref.text or "").strip(): lane
        for lane in drawing.of_kind("lane")
        for ref in drawing.elements[lane].iter(f"{BPMN}flowNodeRef")
    }
    steps = [n for n in drawing.nodes() if drawing.kind(n) != "subProcess"]
    found = [f"{node} is in no lane" for node in steps if node not in lanes]
    for node in steps:
        x, y, width, height = drawing.shapes[node]
        middle = (x + width / 2, y + height / 2)
        if node in lanes and not drawing.shapes[lanes[node]].has(middle):
            found.append(f"{node} lies outside {lanes[node]}")
    return found


def loose_flows(drawing: Drawing) -> list[str]:
    """Find flows that do not start and end on the edge of what they connect."""
    found = []
    for flow in drawing.of_kind(*FLOWS):
        line = drawing.lines.get(flow, ())
        ends = [drawing.elements[flow].attrib[end] for end in ("sourceRef", "targetRef")]
        for element, point in zip(ends, (line[0], line[-1]) if line else (), strict=False):
            box = drawing.shapes[element]
            if not box.grown(1).has(point) or box.grown(-1).has(point):
                found.append(f"{flow} does not meet the edge of {element}")
    return found


def slanted(drawing: Drawing) -> list[str]:
    """Find lines that are neither level nor upright."""
    return [
        f"{flow} runs aslant"
        for flow, line in drawing.lines.items()
        if any(a[0] != b[0] and a[1] != b[1] for a, b in pairwise(line))
    ]


def overlaps(drawing: Drawing) -> list[str]:
    """Find nodes of one frame that lie on each other; a boundary event may sit on its host."""
    return [
        f"{one} overlaps {other}"
        for one, other in combinations(drawing.nodes(), 2)
        if drawing.parents[one] == drawing.parents[other]
        and drawing.host(one) != other
        and drawing.host(other) != one
        and drawing.shapes[one].touches(drawing.shapes[other])
    ]


def _pieces(line: tuple[Point, ...]) -> Iterator[Box]:
    for (x1, y1), (x2, y2) in pairwise(line):
        yield Box(min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2)).grown(0.5)


def crossed(drawing: Drawing) -> list[str]:
    """Find flows that run through a node which they do not connect."""
    solid = [n for n in drawing.nodes() if drawing.kind(n) != "subProcess"]
    return [
        f"{flow} runs through {node}"
        for flow, line in drawing.lines.items()
        for node in solid
        if node not in drawing.elements[flow].attrib.values()
        and any(piece.touches(drawing.shapes[node]) for piece in _pieces(line))
    ]


def hidden_labels(drawing: Drawing) -> list[str]:
    """Find labels that lie on a node, on a line or on another label."""
    solid = [n for n in drawing.nodes() if drawing.kind(n) != "subProcess"]
    found = []
    for owner, label in drawing.labels.items():
        found += [f"label of {owner} on {n}" for n in solid if label.touches(drawing.shapes[n])]
        found += [
            f"label of {owner} on {flow}"
            for flow, line in drawing.lines.items()
            if any(label.touches(piece) for piece in _pieces(line))
        ]
    return found + [
        f"labels of {one} and {other} overlap"
        for one, other in combinations(drawing.labels, 2)
        if drawing.labels[one].touches(drawing.labels[other])
    ]


def bare_steps(drawing: Drawing) -> list[str]:
    """Find human steps that lack a role, a form, a clause, a public status or an instruction."""
    found = []
    for step in drawing.of_kind(*HUMAN):
        element = drawing.elements[step]
        extension = element.find(f".//{REDRESS}step")
        given = extension.attrib if extension is not None else {}
        found += [f"{step} has no {name}" for name in WANTED if not given.get(name)]
        if not element.findtext(f"{BPMN}documentation"):
            found.append(f"{step} does not say what is to be done")
    return found


CHECKS: tuple[Callable[[Drawing], list[str]], ...] = (
    undrawn,
    strays,
    out_of_lane,
    loose_flows,
    slanted,
    overlaps,
    crossed,
    hidden_labels,
    bare_steps,
)
