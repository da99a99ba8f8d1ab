"""What surely happens on the ways that a case can take: before an element, and from it onwards.

The ways are followed through sub-processes, calls, borders and links. It begins with all elements
and takes away until nothing changes, so that a way back to an earlier step takes nothing away:
whoever turns back comes here again.
"""

from collections.abc import Callable, Iterable, Iterator

from engine.process.diagram import THROWING, Diagram, Flow, Node, Scope
from engine.process.rules.running.circle import called
from engine.process.rules.running.event import placed

_CHOOSING = frozenset({"exclusiveGateway", "eventBasedGateway", "inclusiveGateway"})
_Place = tuple[Node, Scope]


class Ways:
    """Which elements lead, whatever happens, to a deed, and which are only reached after it.

    Args:
        diagram: Whose ways.
        does: Tells whether the deed is done at an element.
        or_beside: What surely happens on another branch of a fork counts as done before, too.
    """

    def __init__(
        self, diagram: Diagram, does: Callable[[Node], bool], *, or_beside: bool = False
    ) -> None:
        self._diagram, self._does, self._or_beside = diagram, does, or_beside
        self._placed = list(placed(diagram))
        self._holders: dict[str, list[_Place]] = {}
        for node, scope in self._placed:
            self._holders.setdefault(called(node) or node.id, []).append((node, scope))
        self._unsure: set[str] = set()
        self._early: set[str] = set()
        self._cutting: set[str] = set()
        is_settled = False
        while not is_settled:
            self._take_away(self._unsure, self._is_sure, self._leading_to)
            self._take_away(self._early, self._is_late, self._led_to)
            cutting = self._cut_off()
            is_settled, self._cutting = cutting == self._cutting, cutting

    def is_after(self, node: Node) -> bool:
        """Tell whether nobody comes to a node before the deed is done."""
        return node.id not in self._early

    def ends_without(self, scope: Scope) -> Iterator[Node]:
        """Yield the ends of a process that can be reached without the deed.

        Where it is done inside a sub-process on some of its ways, these are the ends inside it.
        """
        seen: set[str] = set()
        waiting = [(scope, node.id) for node in self._begins(scope)]
        while waiting:
            around, id_ = waiting.pop()
            node = around.by_id.get(id_)
            if node is None or id_ in seen or id_ not in self._unsure:
                continue
            seen.add(id_)
            waiting += [(around, each.id) for each in self._borders(node)]
            if self._is_done_in(node):
                continue
            inner = self._inner(node)
            begins = [each.id for each in self._begins(inner)] if inner else []
            if inner and any(map(self._does, inner.nodes)) and self._unsure.intersection(begins):
                waiting += [(inner, each) for each in begins]
                continue
            onward = [(around, flow.target) for flow in around.outgoing(id_)]
            waiting += onward
            if not onward:
                yield node

    def _take_away(
        self,
        gone: set[str],
        holds: Callable[[Node, Scope], bool],
        resting_on: Callable[[Node, Scope], Iterable[_Place]],
    ) -> None:
        """Add the elements for which something does not hold, and what rests on them."""
        waiting = list(self._placed)
        while waiting:
            node, scope = waiting.pop()
            if node.id not in gone and not holds(node, scope):
                gone.add(node.id)
                waiting += resting_on(node, scope)

    # From an element onwards

    def _is_sure(self, node: Node, scope: Scope) -> bool:
        """Tell whether the deed is done by everybody who comes to a node and goes on to an end."""
        if any(border.id in self._unsure for border in self._borders(node)):
            return False
        if self._is_done_in(node):
            return True
        flows = [flow for flow in scope.outgoing(node.id) if flow.target in scope.by_id]
        if not any(flow.target in self._cutting for flow in flows) and any(
            flow.target not in self._unsure for flow in _together(node, flows)
        ):
            return True
        return bool(flows) and all(flow.target not in self._unsure for flow in flows)

    def _leading_to(self, node: Node, scope: Scope) -> Iterator[_Place]:
        """Yield what leads to a node: elements before it, its host, and what holds its scope."""
        ids = [flow.source for flow in scope.incoming(node.id)] + [node.host]
        yield from ((scope.by_id[id_], scope) for id_ in ids if id_ in scope.by_id)
        if node.kind == "startEvent" or node.is_event_driven:
            yield from self._holders.get(scope.id, ())

    def _is_done_in(self, node: Node) -> bool:
        """Tell whether the deed is surely done at a node or inside it."""
        if may_be_left_out(node):
            return False
        if self._does(node) or _throws_error(node):
            return True
        inner = self._inner(node)
        begins = [] if inner is None else [each.id for each in self._begins(inner)]
        return bool(begins) and not self._unsure.intersection(begins)

    def _borders(self, node: Node) -> list[Node]:
        """Return the events on the border by which the case can end without what is inside."""
        around = self._diagram.boundaries.get(node.id, ())
        return [each for each in around if each.interrupts or each.id in self._cutting]

    def _inner(self, node: Node) -> Scope | None:
        """Return what runs inside a sub-process or a call activity."""
        if node.kind not in {"subProcess", "callActivity"}:
            return None
        return self._diagram.scope(called(node) or node.id)

    def _begins(self, scope: Scope) -> Iterator[Node]:
        """Yield where a scope begins, and what may interrupt it and so end it."""
        start = self._diagram.start_of(scope.id)
        if start is not None:
            yield start
        for node in scope.nodes:
            handler = self._diagram.start_of(node.id) if node.is_event_driven else None
            if handler is not None and handler.interrupts:
                yield node

    def _cut_off(self) -> set[str]:
        """Return what leads, without the deed, to an end that ends all that runs beside it."""
        found: set[str] = set()
        waiting = [
            (node, scope)
            for node, scope in self._placed
            if node.kind == "endEvent" and any(event.kind == "terminate" for event in node.events)
        ]
        while waiting:
            node, scope = waiting.pop()
            if node.id in found or self.is_after(node) or self._is_done_in(node):
                continue
            found.add(node.id)
            ids = [flow.source for flow in scope.incoming(node.id)] + [node.host]
            waiting += [(scope.by_id[id_], scope) for id_ in ids if id_ in scope.by_id]
        return found

    # Before an element

    def _is_late(self, node: Node, scope: Scope) -> bool:
        """Tell whether the deed is surely done before anybody comes to a node."""
        if node.kind == "boundaryEvent":
            host = scope.by_id.get(node.host)
            thrown = self._thrown(node)
            is_inside = bool(thrown) and all(map(self.is_after, thrown))
            return host is None or self.is_after(host) or is_inside
        if node.is_event_driven:
            start = self._diagram.start_of(scope.id)
            return start is None or self.is_after(start)
        if node.kind == "startEvent":
            is_main = scope is self._diagram.processes[0]
            return not is_main and all(self.is_after(n) for n, _ in self._holders.get(scope.id, ()))
        come = [self._is_done_on(flow, scope) for flow in scope.incoming(node.id)]
        return any(come) or not come if node.kind == "parallelGateway" else all(come)

    def _is_done_on(self, flow: Flow, scope: Scope) -> bool:
        """Tell whether the deed is surely done before anybody comes along a flow."""
        source = scope.by_id.get(flow.source)
        if source is None or self.is_after(source) or self._is_done_in(source):
            return True
        others = [o for o in _together(source, scope.outgoing(source.id)) if o is not flow]
        return self._or_beside and any(other.target not in self._unsure for other in others)

    def _led_to(self, node: Node, scope: Scope) -> Iterator[_Place]:
        """Yield what a node leads to, which may be early when it is."""
        yield from (
            (scope.by_id[flow.target], scope)
            for flow in scope.outgoing(node.id)
            if flow.target in scope.by_id
        )
        yield from ((border, scope) for border in self._diagram.boundaries.get(node.id, ()))
        if node.kind == "startEvent":
            yield from ((each, scope) for each in scope.nodes if each.is_event_driven)
        inner = self._inner(node)
        start = self._diagram.start_of(inner.id) if inner else None
        if inner is not None and start is not None:
            yield start, inner
        if node.kind in THROWING:
            yield from (each for each in self._placed if each[0].kind == "boundaryEvent")

    def _thrown(self, border: Node) -> list[Node]:
        """Return what throws the error or escalation that an event on a border catches."""
        caught = [event for event in border.events if event.kind in {"error", "escalation"}]
        return [
            node
            for node in (self._diagram.nodes if caught else ())
            if node.kind in THROWING
            and any(
                event.kind == each.kind and each.name in {"", event.name}
                for event in node.events
                for each in caught
            )
        ]


def may_be_left_out(node: Node) -> bool:
    """Tell whether the marker of a repeated activity allows that it is not done at all."""
    if node.loop is None:
        return False
    if node.loop.kind == "standard":
        return node.loop.tests_before and bool(node.loop.condition)
    number = node.loop.cardinality.strip()
    return not number.isdecimal() or int(number) == 0


def _together(node: Node, flows: Iterable[Flow]) -> list[Flow]:
    """Return the flows out of a node that are taken whatever its conditions say."""
    default = node.attributes.get("default", "")
    is_bare = node.kind not in _CHOOSING
    return [flow for flow in flows if is_bare and flow.condition is None and flow.id != default]


def _throws_error(node: Node) -> bool:
    """Tell whether it goes on at the border that catches its error, which is asked for itself."""
    return node.kind == "endEvent" and node.event is not None and node.event.kind == "error"
