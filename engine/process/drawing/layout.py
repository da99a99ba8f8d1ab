"""Draws a file that has no drawing: from left to right, one row per branch, bands for lanes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from engine.process.diagram import SUB_PROCESSES
from engine.process.drawing.element import bpmn, kind
from engine.process.drawing.geometry import Box, size_of
from engine.process.drawing.plane import BPMNDI
from engine.process.drawing.sheet import Sheet

_MARGIN: Final = 40.0
_HEADER: Final = 30.0
_BLACK_BOX: Final = (600.0, 60.0)
_NOTE: Final = (100.0, 50.0)
_NOTES: Final = ("textAnnotation", "dataObjectReference", "dataStoreReference")


@dataclass(slots=True)
class _Picture:
    """Where the elements of one scope stand, seen from its upper left corner."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0


def draw_anew(sheet: Sheet) -> bool:
    """Draw all processes of a file in which nothing is drawn, and tell whether that was so."""
    if not is_undrawn(sheet):
        return False
    for old in sheet.root.findall(f"{{{BPMNDI}}}BPMNDiagram"):
        sheet.root.remove(old)
    collaboration = next(sheet.root.iter(bpmn("collaboration")), None)
    if collaboration is None:
        for process in sheet.processes:
            _draw_process(sheet, process, _new_plane(sheet, process), (_MARGIN, _MARGIN))
    else:
        _draw_pools(sheet, collaboration)
    return True


def is_undrawn(sheet: Sheet) -> bool:
    """Tell whether there is something to draw, and none of it is drawn."""
    return sheet.plane.is_empty and bool(sheet.nodes)


def _draw_pools(sheet: Sheet, collaboration: etree._Element) -> None:
    plane, y = _new_plane(sheet, collaboration), _MARGIN
    left = list(sheet.processes)
    for pool in collaboration.iterchildren(bpmn("participant")):
        process = sheet.find(pool.get("processRef", "").rpartition(":")[2])
        if process is None or process not in left:
            box = Box(_MARGIN, y, *_BLACK_BOX)
        else:
            left.remove(process)
            drawn = _draw_process(sheet, process, plane, (_MARGIN + _HEADER, y))
            box = Box(_MARGIN, y, drawn.width + _HEADER, drawn.height)
        sheet.plane.show_on(plane, pool.get("id", ""), box, isHorizontal="true")
        y = box.bottom + _MARGIN
    for process in left:
        drawn = _draw_process(sheet, process, plane, (_MARGIN, y))
        y += drawn.height + _MARGIN
    for line in collaboration.iterchildren(bpmn("messageFlow")):
        _draw_line(sheet, line)


def _draw_process(
    sheet: Sheet, process: etree._Element, plane: etree._Element, corner: tuple[float, float]
) -> _Picture:
    picture = _arranged(sheet, process)
    for id_, box in (*picture.lanes.items(), *picture.boxes.items()):
        moved = box._replace(x=box.x + corner[0], y=box.y + corner[1])
        element = sheet.find(id_)
        is_sub = element is not None and kind(element) in SUB_PROCESSES
        extra = {"isExpanded": "true"} if is_sub else {}
        sheet.plane.show_on(plane, id_, moved, **extra)
    for line in process.iter(bpmn("sequenceFlow"), bpmn("association")):
        _draw_line(sheet, line)
    return picture


def _draw_line(sheet: Sheet, line: etree._Element) -> None:
    ends = (line.get("sourceRef", ""), line.get("targetRef", ""))
    if line.get("id") and all(sheet.plane.box(end) is not None for end in ends):
        sheet.plane.connect(line.get("id", ""), *ends)


def _arranged(sheet: Sheet, scope: etree._Element) -> _Picture:
    """Return where everything in a scope stands, its lanes and inner scopes included."""
    nodes = [node for node in sheet.nodes_of(scope) if kind(node) != "boundaryEvent"]
    inner = {
        node.get("id", ""): _arranged(sheet, node)
        for node in nodes
        if kind(node) in SUB_PROCESSES and sheet.nodes_of(node)
    }
    sizes = {
        id_: (inner[id_].width, inner[id_].height) if id_ in inner else size_of(kind(node))
        for node in nodes
        if (id_ := node.get("id", ""))
    }
    picture = _in_columns(_columns(sheet, nodes), _bands(scope), sizes, sheet)
    for id_, drawn in inner.items():
        corner = picture.boxes[id_]
        for name, box in drawn.boxes.items():
            picture.boxes[name] = box._replace(x=box.x + corner.x, y=box.y + corner.y)
    for node in nodes:
        _place_borders(sheet, node, picture)
    _place_notes(scope, picture)
    return picture


def _columns(sheet: Sheet, nodes: Sequence[etree._Element]) -> Mapping[str, int]:
    """Return in which column each node stands: behind all that leads to it, loops aside."""
    following = {
        node.get("id", ""): [
            target.get("id", "")
            for origin in (node, *sheet.boundaries(node))
            for target in sheet.successors(origin)
        ]
        for node in nodes
    }
    order = _onward(following)
    columns = dict.fromkeys(order, 0)
    place = {id_: number for number, id_ in enumerate(order)}
    for id_ in order:
        for target in following[id_]:
            if place.get(target, -1) > place[id_]:
                columns[target] = max(columns[target], columns[id_] + 1)
    return columns


def _onward(following: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the ids so that a flow leads forward unless it closes a loop."""
    entered = {target for targets in following.values() for target in targets}
    done: list[str] = []
    seen: set[str] = set()
    for root in sorted(following, key=lambda id_: id_ in entered):
        trail = [] if root in seen else [(root, iter(following[root]))]
        seen.add(root)
        while trail:
            id_, rest = trail[-1]
            target = next((t for t in rest if t in following and t not in seen), None)
            if target is None:
                done.append(id_)
                trail.pop()
            else:
                seen.add(target)
                trail.append((target, iter(following[target])))
    return done[::-1]


def _bands(scope: etree._Element) -> Mapping[str, Sequence[str]]:
    """Return the nodes of each lane that holds no other lanes."""
    return {
        lane.get("id", ""): [(ref.text or "").strip() for ref in lane.iter(bpmn("flowNodeRef"))]
        for lane in scope.iterfind(f"{bpmn('laneSet')}//{bpmn('lane')}")
        if lane.get("id") and next(lane.iterchildren(bpmn("childLaneSet")), None) is None
    }


def _in_columns(
    columns: Mapping[str, int],
    bands: Mapping[str, Sequence[str]],
    sizes: Mapping[str, tuple[float, float]],
    sheet: Sheet,
) -> _Picture:
    """Place the nodes in a grid: columns by their order, rows by their branch, bands by lane."""
    band_of = {id_: lane for lane, ids in bands.items() for id_ in ids if id_ in sizes}
    names = [*bands] if bands and set(sizes) <= set(band_of) else ["", *bands]
    rows = _rows(columns, band_of, sheet)
    widths = [
        max(sizes[id_][0] for id_ in columns if columns[id_] == column) + _MARGIN * 1.5
        for column in range(max(columns.values(), default=-1) + 1)
    ]
    lefts = [_MARGIN + sum(widths[:column]) for column in range(len(widths))]
    picture = _Picture(width=_MARGIN * 2 + sum(widths))
    for band in names:
        ids = [id_ for id_ in columns if band_of.get(id_, "") == band]
        cell = max((sizes[id_][1] for id_ in ids), default=80.0) + _MARGIN
        for id_ in ids:
            middle = picture.height + _MARGIN / 2 + (rows[id_] + 0.5) * cell
            width, height = sizes[id_]
            picture.boxes[id_] = Box(lefts[columns[id_]], middle - height / 2, width, height)
        depth = (max((rows[id_] for id_ in ids), default=0) + 1) * cell + _MARGIN
        if band:
            picture.lanes[band] = Box(0, picture.height, picture.width, depth)
        picture.height += depth
    return picture


def _rows(
    columns: Mapping[str, int], band_of: Mapping[str, str], sheet: Sheet
) -> Mapping[str, int]:
    """Return the row of each node within its band: that of what leads to it, where it is free."""
    rows: dict[str, int] = {}
    taken: set[tuple[str, int, int]] = set()
    for id_ in sorted(columns, key=lambda id_: columns[id_]):
        band, node = band_of.get(id_, ""), sheet.find(id_)
        flows = () if node is None else sheet.incoming(node)
        before = [flow.get("sourceRef", "") for flow in flows]
        near = [rows[other] for other in before if band_of.get(other, "") == band and other in rows]
        row = min(near, default=0)
        while (band, columns[id_], row) in taken:
            row += 1
        taken.add((band, columns[id_], row))
        rows[id_] = row
    return rows


def _place_borders(sheet: Sheet, node: etree._Element, picture: _Picture) -> None:
    """Put the border events of an activity on its lower edge."""
    host = picture.boxes[node.get("id", "")]
    for number, border in enumerate(sheet.boundaries(node)):
        width, height = size_of(kind(border))
        x = host.x + 10 + number * (width + 10)
        picture.boxes[border.get("id", "")] = Box(x, host.bottom - height / 2, width, height)


def _place_notes(scope: etree._Element, picture: _Picture) -> None:
    """Put notes and data below everything else."""
    notes = [part.get("id", "") for part in scope if kind(part) in _NOTES and part.get("id")]
    for number, id_ in enumerate(notes):
        x = _MARGIN + number * (_NOTE[0] + _MARGIN)
        picture.boxes[id_] = Box(x, picture.height, *_NOTE)
        picture.width = max(picture.width, x + _NOTE[0] + _MARGIN)
    picture.height += (_NOTE[1] + _MARGIN) if notes else 0


def _new_plane(sheet: Sheet, of: etree._Element) -> etree._Element:
    if not of.get("id"):
        sheet.rename(of, sheet.fresh_id("Drawing"))
    diagram = etree.SubElement(
        sheet.root,
        f"{{{BPMNDI}}}BPMNDiagram",
        id=sheet.fresh_id("Diagram"),
        nsmap={"bpmndi": BPMNDI},
    )
    name = f"{{{BPMNDI}}}BPMNPlane"
    return etree.SubElement(diagram, name, id=sheet.fresh_id("Plane"), bpmnElement=of.get("id", ""))
