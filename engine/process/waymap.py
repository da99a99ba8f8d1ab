"""The ways of a process version: what leads where, which approvals lie on them, where they meet.

Read from the compiled places and not from the drawing, so that it says what the core will do.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.process.bundle import ProcessBundle
from engine.process.counterpart import inside
from engine.process.elements import Host, Race, SubProcess
from engine.process.joins import Join
from engine.process.repeats import Repeated
from engine.process.run import Place

Needs = frozenset[tuple[str, frozenset[int]]]
"""Joins at which a single token would wait for others, each with the flows it could bring."""


class WayMap:
    """A map of one process version; it is drawn once and then only read."""

    def __init__(self, bundle: ProcessBundle) -> None:
        found = [
            (scope, name, place)
            for scope, start in bundle.starts.items()
            for name, place in start.spec.task_specs.items()
            if isinstance(place, Place)
        ]
        self.places: Mapping[str, Place] = {name: place for _, name, place in found}
        self.scope_of: Mapping[str, str] = {name: scope for scope, name, _ in found}
        self.is_raced = frozenset(
            way.place.name
            for _, _, place in found
            if isinstance(place, Race)
            for way in place.exits
        )
        """Events behind an event-based gateway: they wait together or not at all."""
        self._hosts = {
            p.inner: name for name, p in self.places.items() if isinstance(p, SubProcess)
        }
        self._gates = tuple(
            name
            for name, element in bundle.elements.items()
            if element.gate is not None and element.gate.four_eyes and name in self.places
        )
        self._next = {name: tuple(dict.fromkeys(self._ways(name))) for name in self.places}
        self._known: dict[str, frozenset[str]] = {}
        start = bundle.starts[bundle.process_id].place.name
        self._repeated = {
            inner: name
            for name, place in self.places.items()
            if isinstance(place, Repeated) and (inner := inside(place))
        }
        ways = {name: (*found, *self._turns(name)) for name, found in self._next.items()}
        self._onward = without_returns([start, *ways], ways)
        self._known_onward: dict[str, frozenset[str]] = {}

    def scopes_around(self, scope: str) -> Iterator[str]:
        """Yield the scopes around a scope, from the inside."""
        while scope in self._hosts:
            scope = self.scope_of[self._hosts[scope]]
            yield scope

    def path(self, scope: str, element: str) -> list[str]:
        """Return the sub-processes that lead from a scope to an element, and the element last."""
        path = [element]
        while (inner := self.scope_of[path[0]]) != scope and inner in self._hosts:
            path.insert(0, self._hosts[inner])
        return path

    def is_connected(self, one: str, other: str) -> bool:
        """Tell whether a way leads from one element to the other, or back."""
        return other in self._reached(one) or one in self._reached(other)

    def approval_between(self, source: str, target: str) -> Place | None:
        """Return an approval by a second person that going on at ``target`` would leave out.

        It lies at the source or after it, and before the target, when nobody turns back.
        """
        for name in self._gates:
            is_ahead = name == source or name in self._reached_onward(source)
            if name != target and is_ahead and target in self._reached_onward(name):
                return self.places[name]
        return None

    def is_approval(self, element: str) -> bool:
        """Tell whether a second person decides at an element."""
        return element in self._gates

    def needs(self, element: str) -> Needs:
        """Return the joins at which a token from here would wait for tokens of other branches."""
        joins = {n: p for n, p in self.places.items() if isinstance(p, Join) and n != element}
        brought = {name: frozenset(self._brought(element, name)) for name in joins}
        return frozenset(
            (name, flows)
            for name, flows in brought.items()
            if 0 < len(flows) < joins[name].arrivals
        )

    def _brought(self, element: str, join: str) -> Iterator[int]:
        """Yield the flows into a join that a token from here could come by, never passing it."""
        for name in {element, *closure(element, self._next, without=join)}:
            for way in self.places[name].exits:
                if way.place.name == join:
                    yield way.arrival

    def _reached(self, start: str) -> frozenset[str]:
        if start not in self._known:
            self._known[start] = closure(start, self._next)
        return self._known[start]

    def _reached_onward(self, start: str) -> frozenset[str]:
        if start not in self._known_onward:
            self._known_onward[start] = closure(start, self._onward)
        return self._known_onward[start]

    def _ways(self, name: str) -> Iterator[str]:
        """Yield where a token can go from here; beside an activity only by an interruption."""
        place = self.places[name]
        yield from (way.place.name for way in place.exits)
        if isinstance(place, SubProcess):
            yield from (start.name for start in place.starts)
        if isinstance(place, Host):
            yield from (boundary.name for boundary in place.boundaries if boundary.interrupts)
        if not place.exits and self.scope_of[name] in self._hosts:
            host = self.places[self._hosts[self.scope_of[name]]]
            yield from (way.place.name for way in host.exits)

    def _turns(self, name: str) -> Iterator[str]:
        """Yield where a token goes into a repeated part, or out of it; nobody is led that way."""
        place = self.places[name]
        if isinstance(place, Repeated) and isinstance(place.body, SubProcess):
            yield from (start.name for start in place.body.starts)
        if not place.exits and self.scope_of[name] in self._repeated:
            host = self.places[self._repeated[self.scope_of[name]]]
            yield from (way.place.name for way in host.exits)


def closure(
    start: str, ways: Mapping[str, tuple[str, ...]], *, without: str = ""
) -> frozenset[str]:
    """Return what can be reached from an element, never passing another one."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = {name for name in ways[waiting.pop()] if name != without} - found
        found |= new
        waiting += new
    return frozenset(found)


def without_returns(
    starts: Iterable[str], ways: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]]:
    """Return the ways without those that lead back to where a token has come from.

    Args:
        starts: Where tokens come from, in this order; what was reached before begins nothing.
        ways: Where they go from each element.
    """
    onward: dict[str, list[str]] = {name: [] for name in ways}
    seen: set[str] = set()
    for start in starts:
        if start not in seen:
            seen.add(start)
            _follow(start, ways, onward, seen)
    return {name: tuple(found) for name, found in onward.items()}


def _follow(
    start: str,
    ways: Mapping[str, tuple[str, ...]],
    onward: Mapping[str, list[str]],
    seen: set[str],
) -> None:
    """Note every way from an element on that does not lead back, and what was seen."""
    open_ = [start]
    trail = [iter(ways[start])]
    while trail:
        name = next(trail[-1], None)
        if name is None:
            trail.pop()
            open_.pop()
            continue
        if name not in open_:
            onward[open_[-1]].append(name)
        if name not in seen:
            seen.add(name)
            open_.append(name)
            trail.append(iter(ways[name]))
