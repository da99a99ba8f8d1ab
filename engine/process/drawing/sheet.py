"""A BPMN file that is being changed: nodes, flows, and with each change its drawing."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.diagram import NODES, SUB_PROCESSES
from engine.process.drawing.element import BEFORE_FLOWS, bpmn, kind, place_after
from engine.process.drawing.geometry import size_of
from engine.process.drawing.plane import Plane

_AFTER_NODES: Final = ("textAnnotation", "association", "group", "resourceRole", "performer")
_NO_ID: Final = re.compile(r"[^\w.-]")


class Sheet:
    """The file; what it returns are elements of it, to be changed through its methods.

    Args:
        root: The root of the file; it is changed in place.
    """

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.plane = Plane(root)
        self._ids = {element.get("id", "") for element in root.iter(etree.Element)}
        self._elements: dict[str, etree._Element] | None = None
        self._ends: tuple[dict[str, list[etree._Element]], dict[str, list[etree._Element]]] | None
        self._ends = None

    def content(self) -> bytes:
        """Return the file in UTF-8."""
        etree.indent(self.root, "  ")
        etree.cleanup_namespaces(self.root, keep_ns_prefixes=_prefixes(self.root))
        text: bytes = etree.tostring(
            self.root.getroottree(), encoding="UTF-8", xml_declaration=True
        )
        return text if text.endswith(b"\n") else text + b"\n"

    # What is there.

    @property
    def processes(self) -> list[etree._Element]:
        """Return the processes, in the order of the file."""
        return list(self.root.iter(bpmn("process")))

    @property
    def scopes(self) -> list[etree._Element]:
        """Return the processes and sub-processes, each before what is drawn inside it."""
        tags = [bpmn(name) for name in ("process", *SUB_PROCESSES)]
        return [scope for process in self.processes for scope in process.iter(*tags)]

    @property
    def nodes(self) -> list[etree._Element]:
        """Return the events, activities and gateways of all scopes."""
        return [node for scope in self.scopes for node in self.nodes_of(scope)]

    def nodes_of(self, scope: etree._Element) -> list[etree._Element]:
        """Return the events, activities and gateways that stand in a scope itself."""
        return [child for child in scope if kind(child) in NODES]

    def flows_of(self, scope: etree._Element) -> list[etree._Element]:
        """Return the sequence flows that stand in a scope itself."""
        return list(scope.iterchildren(bpmn("sequenceFlow")))

    def find(self, id_: str) -> etree._Element | None:
        """Return the element of the model with an id, the first of several."""
        if self._elements is None:
            self._elements = {}
            for element in self.root.iter(etree.Element):
                if xml.tag(element)[0] == xml.BPMN and element.get("id"):
                    self._elements.setdefault(element.get("id", ""), element)
        return self._elements.get(id_) if id_ else None

    def outgoing(self, node: etree._Element) -> list[etree._Element]:
        """Return the flows that leave a node, in the order of the file."""
        return list(self._flows()[0].get(node.get("id", ""), ()))

    def incoming(self, node: etree._Element) -> list[etree._Element]:
        """Return the flows that lead into a node, in the order of the file."""
        return list(self._flows()[1].get(node.get("id", ""), ()))

    def successors(self, node: etree._Element) -> list[etree._Element]:
        """Return the nodes that the flows out of a node lead to."""
        found = (self.find(flow.get("targetRef", "")) for flow in self.outgoing(node))
        return [other for other in found if other is not None]

    def boundaries(self, node: etree._Element) -> list[etree._Element]:
        """Return the border events of an activity."""
        id_, scope = node.get("id"), node.getparent()
        borders = () if scope is None else scope.iterchildren(bpmn("boundaryEvent"))
        return [border for border in borders if border.get("attachedToRef") == id_]

    # What is changed.

    def fresh_id(self, stem: str) -> str:
        """Return an id that nothing has, and reserve it.

        Args:
            stem: What it is to begin with; what no id may hold is left out.
        """
        plain = _NO_ID.sub("_", stem).lstrip("0123456789.-") or "element"
        number = next(n for n in range(1, len(self._ids) + 2) if f"{plain}_{n}" not in self._ids)
        self._ids.add(f"{plain}_{number}")
        return f"{plain}_{number}"

    def reserve(self, ids: Collection[str]) -> None:
        """Keep ids from being given to anything here."""
        self._ids.update(ids)

    def insert_before(self, node: etree._Element, kind_: str, name: str = "") -> etree._Element:
        """Put a new element on all flows into a node, and return it."""
        flows = self.incoming(node)
        new = self._new(node, kind_, name)
        self._show(node, new, flows, is_before=True)
        for flow in flows:
            self.reroute(flow, target=new)
        self.connect(new, node)
        return new

    def insert_behind(self, node: etree._Element, kind_: str, name: str = "") -> etree._Element:
        """Put a new element on all flows out of a node, and return it."""
        flows, default = self.outgoing(node), node.get("default")
        new = self._new(node, kind_, name)
        self._show(node, new, flows)
        for flow in flows:
            self.reroute(flow, source=new)
        if default in {flow.get("id") for flow in flows} and default:
            new.set("default", default)
        self.connect(node, new)
        return new

    def insert_on(self, flow: etree._Element, kind_: str, name: str = "") -> etree._Element:
        """Put a new element on one flow, and return it; the flow then leads to it."""
        target = self._needed(flow.get("targetRef", ""))
        new = self._new(target, kind_, name)
        self._show(target, new, [flow], is_before=True)
        self.reroute(flow, target=new)
        self.connect(new, target)
        return new

    def append(self, node: etree._Element, kind_: str, name: str = "") -> etree._Element:
        """Put a new element behind a node, beside what follows already, and return it."""
        flows = self.outgoing(node)
        new = self._new(node, kind_, name)
        self._show(node, new, flows)
        self.connect(node, new)
        return new

    def put_beside(self, node: etree._Element, kind_: str, name: str = "") -> etree._Element:
        """Put a new element into the scope of another one, with no flow to it, and return it."""
        new = self._new(node, kind_, name)
        self._show(node, new, [], is_before=True)
        return new

    def put_first(self, process: etree._Element, kind_: str) -> etree._Element:
        """Put an element into a process that holds none, and return it."""
        new = etree.Element(bpmn(kind_), id=self.fresh_id(kind_[0].upper() + kind_[1:]))
        _add_to_scope(process, new)
        id_ = process.get("id", "")
        pools = (pool.get("id", "") for pool in self.root.iter(bpmn("participant"))
                 if pool.get("processRef", "").rpartition(":")[2] == id_)  # fmt: skip
        self.plane.show_first(new.get("id", ""), next(pools, ""), size_of(kind_))
        self._forget_index()
        return new

    def lead_in(
        self, targets: Sequence[etree._Element], kind_: str, name: str = ""
    ) -> etree._Element:
        """Put a new element before others of one scope, with a flow to each, and return it."""
        new = self._new(targets[0], kind_, name)
        boxes = [
            (box.x, n)
            for n, t in enumerate(targets)
            if (box := self.plane.box(t.get("id", ""))) is not None
        ]
        if boxes:
            self._show(targets[min(boxes)[1]], new, [], is_before=True)
        for target in targets:
            self.connect(new, target)
        return new

    def connect(
        self, source: etree._Element, target: etree._Element, name: str = ""
    ) -> etree._Element:
        """Draw a flow from one node to another of the same scope, and return it.

        Raises:
            ValueError: The source stands in no process.
        """
        flow = etree.Element(bpmn("sequenceFlow"), id=self.fresh_id("Flow"))
        if name:
            flow.set("name", name)
        flow.set("sourceRef", source.get("id", ""))
        flow.set("targetRef", target.get("id", ""))
        scope = source.getparent()
        if scope is None:
            raise ValueError("A flow begins in a process.")
        _add_to_scope(scope, flow)
        self._note(flow)
        self.plane.connect(flow.get("id", ""), source.get("id", ""), target.get("id", ""))
        self._forget_index()
        return flow

    def reroute(
        self,
        flow: etree._Element,
        *,
        source: etree._Element | None = None,
        target: etree._Element | None = None,
    ) -> None:
        """Let a flow begin or end at another node of its scope."""
        id_ = flow.get("id", "")
        for end, role, node in (
            ("sourceRef", "outgoing", source),
            ("targetRef", "incoming", target),
        ):
            if node is None:
                continue
            old = self.find(flow.get(end, ""))
            if old is not None:
                _drop_reference(old, role, id_)
                if end == "sourceRef" and old.get("default") == id_:
                    del old.attrib["default"]
            flow.set(end, node.get("id", ""))
            self._note(flow)
            ends = flow.get("sourceRef", ""), flow.get("targetRef", "")
            self.plane.redock(id_, *ends, is_source=end == "sourceRef")
        self._forget_index()

    def remove(self, element: etree._Element) -> None:
        """Remove a node or flow, what hangs on it, and what shows it."""
        gone = [part.get("id", "") for part in element.iter(etree.Element) if part.get("id")]
        scope = element.getparent()
        if kind(element) in NODES and scope is not None:
            for flow in (*self.outgoing(element), *self.incoming(element)):
                if flow.getparent() is not None:
                    self.remove(flow)
        for id_ in gone:
            self.plane.forget(id_)
        self._erase_references(frozenset(gone))
        if scope is not None:
            scope.remove(element)
        self._forget_index()

    def retag(self, node: etree._Element, kind_: str) -> None:
        """Make an element of another kind of a node; it keeps its id, name, flows and place."""
        before, id_ = kind(node), node.get("id", "")
        node.tag = bpmn(kind_)
        self._forget_index()
        box, size = self.plane.box(id_), size_of(kind_)
        if box is None or size_of(before) == size:
            return
        grown = box.about(size)
        self.plane.make_room(id_, box.right, max(size[0] - box.width, 0))
        self.plane.resize(id_, grown._replace(x=box.x))
        for flow in (*self.outgoing(node), *self.incoming(node)):
            ends = flow.get("sourceRef", ""), flow.get("targetRef", "")
            self.plane.redock(flow.get("id", ""), *ends, is_source=ends[0] == id_)

    def rename(self, element: etree._Element, new: str) -> None:
        """Give an element another id; only its shape or line learns of it."""
        self.plane.rename(element.get("id", ""), new)
        element.set("id", new)
        self._ids.add(new)
        self._forget_index()

    def changed(self) -> None:
        """Say that ids or ends of flows were changed past these methods."""
        self._forget_index()

    # How the file holds together.

    def _show(
        self,
        node: etree._Element,
        new: etree._Element,
        flows: Sequence[etree._Element],
        *,
        is_before: bool = False,
    ) -> None:
        lines = [self.plane.line(flow.get("id", "")) for flow in flows]
        ids, size = (new.get("id", ""), node.get("id", "")), size_of(kind(new))
        if is_before:
            self.plane.show_before(*ids, size, lines)
        else:
            self.plane.show_behind(*ids, size, lines, is_border=kind(node) == "boundaryEvent")

    def _new(self, beside: etree._Element, kind_: str, name: str) -> etree._Element:
        scope = beside.getparent()
        if scope is None:
            raise ValueError("A node stands in a process.")
        id_ = self.fresh_id(kind_[0].upper() + kind_[1:])
        new = etree.Element(bpmn(kind_), id=id_)
        if name:
            new.set("name", name)
        _add_to_scope(scope, new)
        for reference in list(self.root.iter(bpmn("flowNodeRef"))):
            if xml.text(reference).rpartition(":")[2] == beside.get("id"):
                added = etree.Element(bpmn("flowNodeRef"))
                added.text = id_
                reference.addnext(added)
        self._forget_index()
        return new

    def _needed(self, id_: str) -> etree._Element:
        found = self.find(id_)
        if found is None:
            raise KeyError(id_)
        return found

    def _note(self, flow: etree._Element) -> None:
        """Let both ends of a flow name it."""
        for end, role in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
            node, id_ = self.find(flow.get(end, "")), flow.get("id", "")
            if node is None or any(xml.text(ref) == id_ for ref in node.iterchildren(bpmn(role))):
                continue
            before = (*BEFORE_FLOWS, "incoming", *(("outgoing",) if role == "outgoing" else ()))
            reference = etree.Element(bpmn(role))
            reference.text = id_
            node.insert(place_after(node, before), reference)

    def _erase_references(self, gone: frozenset[str]) -> None:
        """Remove what names elements that are no more."""
        names = ("incoming", "outgoing", "flowNodeRef")
        for reference in list(self.root.iter(*(bpmn(name) for name in names))):
            if xml.text(reference).rpartition(":")[2] in gone:
                _detach(reference)
        for line in list(self.root.iter(bpmn("association"), bpmn("messageFlow"))):
            if {line.get("sourceRef"), line.get("targetRef")} & gone:
                self.plane.forget(line.get("id", ""))
                _detach(line)
        for node in self.root.iter(etree.Element):
            if node.get("default") in gone:
                del node.attrib["default"]

    def _flows(self) -> tuple[dict[str, list[etree._Element]], dict[str, list[etree._Element]]]:
        if self._ends is None:
            leaving: dict[str, list[etree._Element]] = {}
            coming: dict[str, list[etree._Element]] = {}
            for flow in self.root.iter(bpmn("sequenceFlow")):
                leaving.setdefault(flow.get("sourceRef", ""), []).append(flow)
                coming.setdefault(flow.get("targetRef", ""), []).append(flow)
            self._ends = leaving, coming
        return self._ends

    def _forget_index(self) -> None:
        self._elements = self._ends = None


def _add_to_scope(scope: etree._Element, new: etree._Element) -> None:
    """Add a flow element behind the others, before what only explains them."""
    after = next((place for place, part in enumerate(scope) if kind(part) in _AFTER_NODES), None)
    scope.insert(len(scope) if after is None else after, new)


def _drop_reference(node: etree._Element, role: str, flow: str) -> None:
    for reference in node.findall(bpmn(role)):
        if xml.text(reference) == flow:
            node.remove(reference)


def _detach(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _prefixes(root: etree._Element) -> list[str]:
    """Return the prefixes that a file declares: texts such as ``xsi:type`` may need them."""
    found: Iterator[str] = (str(p) for e in root.iter(etree.Element) for p in e.nsmap if p)
    return sorted(set(found))
