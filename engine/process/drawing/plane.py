"""The drawn half of a BPMN file (BPMN DI): shapes, lines, and room for what is added."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.diagram import SUB_PROCESSES
from engine.process.drawing.geometry import (
    GAP,
    WIDEST_STEP,
    Box,
    Point,
    dock,
    route,
    run_level,
    touch,
)

BPMNDI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DI: Final = "http://www.omg.org/spec/DD/20100524/DI"
_MARGIN: Final = 20.0


class Plane:
    """Shapes and lines of a file, by the id of what they show.

    Args:
        root: The root of the file; it is changed in place.
    """

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._shown: dict[str, etree._Element] = {}
        self._frames: set[str] = set()
        self.read()

    def read(self) -> None:
        """Look anew at what is drawn, after the file was changed past these methods."""
        self._shown.clear()
        for drawn in self._root.iter(_di("BPMNShape"), _di("BPMNEdge")):
            self._shown.setdefault(_name_of(drawn.get("bpmnElement", "")), drawn)
        frames = ("participant", "lane", "group", *SUB_PROCESSES)
        tags = [f"{{{xml.BPMN}}}{name}" for name in frames]
        self._frames = {frame.get("id", "") for frame in self._root.iter(*tags)}

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all is drawn."""
        return next(self._root.iter(_di("BPMNShape")), None) is None

    def box(self, id_: str) -> Box | None:
        """Return where an element is drawn; None for what is not, and for lines."""
        shape = self._shown.get(id_)
        bounds = None if shape is None else shape.find(f"{{{DC}}}Bounds")
        if bounds is None:
            return None
        try:
            return Box(*(float(bounds.get(side, "0")) for side in ("x", "y", "width", "height")))
        except ValueError:
            return None

    def line(self, id_: str) -> tuple[Point, ...]:
        """Return the points of a line, from its source to its target; empty for none."""
        edge = self._shown.get(id_)
        if edge is None:
            return ()
        try:
            return tuple(
                (float(p.get("x", "0")), float(p.get("y", "0")))
                for p in edge.iter(f"{{{DI}}}waypoint")
            )
        except ValueError:
            return ()

    def at(self, point: Point, among: Iterable[str], within: float = 5.0) -> str | None:
        """Return the element that is drawn at a point, the smallest of several.

        Args:
            point: Where to look.
            among: Ids of the elements that count.
            within: How far beside the element the point may lie.
        """
        hits = [
            (box.width * box.height, id_)
            for id_ in among
            if (box := self.box(id_)) is not None
            and box.x - within <= point[0] <= box.right + within
            and box.y - within <= point[1] <= box.bottom + within
        ]
        return min(hits)[1] if hits else None

    def show(self, id_: str, box: Box, beside: str) -> None:
        """Draw an element, on the plane of another one; nothing where that one is not drawn."""
        neighbour = self._shown.get(beside)
        if neighbour is None:
            return
        self.show_on(_around(neighbour), id_, box)
        self._grow_frames(box, beside)

    def show_on(self, plane: etree._Element, id_: str, box: Box, **attributes: str) -> None:
        """Draw an element on a plane.

        Args:
            plane: A ``BPMNPlane``.
            id_: What is drawn.
            box: Where.
            attributes: Such as ``isExpanded``.
        """
        shape = etree.SubElement(plane, _di("BPMNShape"), id=f"{id_}_di", bpmnElement=id_)
        for name, value in attributes.items():
            shape.set(name, value)
        bounds = etree.SubElement(shape, f"{{{DC}}}Bounds")
        _set(bounds, box)
        self._shown[id_] = shape

    def resize(self, id_: str, box: Box) -> None:
        """Draw an element elsewhere or in another size; its label goes back to its own place."""
        shape = self._shown[id_]
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            _set(bounds, box)
        for label in shape.findall(_di("BPMNLabel")) if id_ not in self._frames else ():
            shape.remove(label)

    def forget(self, id_: str) -> None:
        """Erase an element from the drawing."""
        drawn = self._shown.pop(id_, None)
        if drawn is not None:
            _detach(drawn)

    def rename(self, old: str, new: str) -> None:
        """Let a shape or line show an element under its new id."""
        drawn = self._shown.pop(old, None)
        if drawn is not None:
            drawn.set("bpmnElement", new)
            self._shown[new] = drawn

    def connect(self, flow: str, source: str, target: str) -> None:
        """Draw a flow between two elements, in place of an earlier line of it."""
        a, b = self.box(source), self.box(target)
        earlier = self._shown.get(flow)
        if a is None or b is None:
            self.forget(flow)
            return
        self._draw(flow, route(a, b), earlier if earlier is not None else self._shown[source])

    def redock(self, flow: str, source: str, target: str, *, is_source: bool) -> None:
        """Let a flow begin or end elsewhere, keeping the rest of its line where that fits."""
        points, a, b = self.line(flow), self.box(source), self.box(target)
        if a is None or b is None or len(points) < 2:
            self.connect(flow, source, target)
            return
        ordered = points if is_source else points[::-1]
        met = dock(a if is_source else b, ordered[1])
        if met is None:
            self.connect(flow, source, target)
            return
        line = (met, *ordered[1:])
        self._draw(flow, line if is_source else line[::-1], self._shown[flow])

    def make_room(self, beside: str, at: float, by: float, *, is_level: bool = True) -> None:
        """Move all that begins at a line or beyond it, and widen what the line runs through.

        Args:
            beside: An element of the plane that is meant.
            at: The line: x of an upright one, else y.
            by: How far.
            is_level: Move to the right; else downwards.
        """
        neighbour = self._shown.get(beside)
        if neighbour is None or by <= 0:
            return
        side, length = ("x", "width") if is_level else ("y", "height")
        moved = {
            id_: box[0 if is_level else 1] >= at
            for id_ in self._shown
            if id_ not in self._frames and (box := self.box(id_)) is not None
        }
        ends = self._ends()
        for edge in _around(neighbour).iterchildren(_di("BPMNEdge")):
            meets = ends.get(_name_of(edge.get("bpmnElement", "")), ())
            _stretch(edge, [moved.get(end) for end in meets], at, by, side)
        for part in _around(neighbour).iter(f"{{{DC}}}Bounds"):
            begin = _number(part, side)
            if begin >= at:
                part.set(side, _text(begin + by))
            elif begin + _number(part, length) > at and self._is_frame(_around(part)):
                part.set(length, _text(_number(part, length) + by))

    def _ends(self) -> Mapping[str, tuple[str, str]]:
        """Return what each line of the model connects."""
        return {
            line.get("id", ""): (
                _name_of(line.get("sourceRef", "")),
                _name_of(line.get("targetRef", "")),
            )
            for line in self._root.iter(etree.Element)
            if line.get("sourceRef")
        }

    def show_first(self, id_: str, pool: str, size: tuple[float, float]) -> None:
        """Draw the first element of a process, in its pool or below whatever is drawn."""
        drawn = {each: box for each in self._shown if (box := self.box(each)) is not None}
        if frame := drawn.get(pool):
            middle = frame._replace(x=frame.x + GAP + _MARGIN, width=size[0])
            self.show(id_, middle.about(size), pool)
        elif drawn:
            lowest = max(drawn, key=lambda each: drawn[each].bottom)
            left, below = min(box.x for box in drawn.values()), drawn[lowest].bottom
            self.show(id_, Box(left, below + GAP, *size), lowest)

    def show_before(
        self, id_: str, node: str, size: tuple[float, float], lines: Sequence[Sequence[Point]]
    ) -> None:
        """Draw a new element before another one, and make room for it there.

        Args:
            id_: What is new.
            node: What it stands before.
            size: How large it is drawn.
            lines: The lines that will lead to it; they say from where.
        """
        level = run_level(lines)
        self._open(node, size, level=level, is_before=True)
        box = self.box(node)
        if box is None:
            return
        (x, y), (width, height) = box.middle, size
        if level:
            self.show(id_, Box(box.x - GAP - width, y - height / 2, width, height), node)
        else:
            self.show(id_, Box(x - width / 2, box.y - GAP - height, width, height), node)

    def show_behind(
        self,
        id_: str,
        node: str,
        size: tuple[float, float],
        lines: Sequence[Sequence[Point]],
        *,
        is_border: bool = False,
    ) -> None:
        """Draw a new element behind another one; where lines lead on from there, make room.

        Args:
            id_: What is new.
            node: What it stands behind.
            size: How large it is drawn.
            lines: The lines that lead on.
            is_border: The node sits on the lower edge of another.
        """
        level = run_level(lines) and not is_border
        if lines:
            self._open(node, size, level=level, is_before=False)
        box = self.box(node)
        if box is None:
            return
        (x, y), (width, height) = box.middle, size
        if level:
            placed = Box(box.right + GAP, y - height / 2, width, height)
        else:
            placed = Box(x - width / 2, box.bottom + GAP, width, height)
        self.show(id_, placed if lines else self._free_below(placed), node)

    def _open(self, node: str, size: tuple[float, float], *, level: bool, is_before: bool) -> None:
        box = self.box(node)
        if box is None:
            return
        begin, end = (box.x, box.right) if level else (box.y, box.bottom)
        by = size[0 if level else 1] + GAP
        self.make_room(node, begin if is_before else end, by, is_level=level)

    def _grow_frames(self, box: Box, beside: str) -> None:
        """Let the pools and sub-processes around a neighbour hold what was put beside it."""
        inner = self.box(beside)
        for id_ in self._frames:
            frame = self.box(id_)
            if frame is None or inner is None or id_ == beside or not frame.holds(inner):
                continue
            for is_level, over in (
                (True, box.right + _MARGIN - frame.right),
                (False, box.bottom + _MARGIN - frame.bottom),
            ):
                self._widen(id_, over, is_level=is_level)

    def _widen(self, id_: str, by: float, *, is_level: bool) -> None:
        """Make a frame larger, moving what lies beyond it."""
        frame = self.box(id_)
        if frame is None or by <= 0:
            return
        self.make_room(id_, frame.right if is_level else frame.bottom, by, is_level=is_level)
        frame = self.box(id_) or frame
        width, height = (by, 0.0) if is_level else (0.0, by)
        self.resize(id_, Box(frame.x, frame.y, frame.width + width, frame.height + height))

    def _free_below(self, box: Box) -> Box:
        """Return the rectangle, moved down until no event, gateway or task is drawn there."""
        drawn = [other for id_ in self._shown if (other := self.box(id_)) is not None]
        small = [other for other in drawn if other.width <= WIDEST_STEP]
        while any(touch(box, other) for other in small):
            box = box._replace(y=box.y + GAP)
        return box

    def _is_frame(self, shape: etree._Element) -> bool:
        """Tell whether a shape is a pool, lane, sub-process or group: it grows with its content."""
        return _name_of(shape.get("bpmnElement", "")) in self._frames

    def _draw(self, flow: str, points: Sequence[Point], like: etree._Element) -> None:
        edge = self._shown.get(flow)
        if edge is None:
            edge = etree.SubElement(
                _around(like), _di("BPMNEdge"), id=f"{flow}_di", bpmnElement=flow
            )
            self._shown[flow] = edge
        for part in (*edge.findall(f"{{{DI}}}waypoint"), *edge.findall(_di("BPMNLabel"))):
            edge.remove(part)
        for place, (x, y) in enumerate(points):
            edge.insert(place, etree.Element(f"{{{DI}}}waypoint", x=_text(x), y=_text(y)))


def _stretch(
    edge: etree._Element, moves: Sequence[bool | None], at: float, by: float, side: str
) -> None:
    """Move the points of a line that lie beyond another line; its ends go with what they meet.

    Args:
        edge: The drawn line.
        moves: Whether what its source is, and its target, moves; None for what only grows.
        at: Where everything beyond moves.
        by: How far.
        side: ``x`` or ``y``.
    """
    points = list(edge.iterchildren(f"{{{DI}}}waypoint"))
    places = [_number(point, side) for point in points]
    goes = [place >= at for place in places]
    for end_moves, step in zip(moves, (1, -1), strict=False):
        if end_moves is None:
            continue
        numbers = range(len(points))[::step]
        for number in numbers:
            if places[number] != places[numbers[0]]:
                break
            goes[number] = end_moves
    for point, place, does in zip(points, places, goes, strict=True):
        if does:
            point.set(side, _text(place + by))


def _name_of(reference: str) -> str:
    """Return the id that a reference names, without the prefix that some tools write."""
    return reference.rpartition(":")[2]


def _di(name: str) -> str:
    return f"{{{BPMNDI}}}{name}"


def _around(drawn: etree._Element) -> etree._Element:
    parent = drawn.getparent()
    return drawn if parent is None else parent


def _detach(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _set(bounds: etree._Element, box: Box) -> None:
    for side, value in zip(("x", "y", "width", "height"), box, strict=True):
        bounds.set(side, _text(value))


def _number(element: etree._Element, name: str) -> float:
    try:
        return float(element.get(name, "0"))
    except ValueError:
        return 0.0


def _text(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
