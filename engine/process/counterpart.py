"""Which element of one process version can take the place of which element of another.

What a token waits for has to stay what it is: a step for a person stays one, a timer keeps its due
date, an activity that is repeated keeps its turns. Titles, roles, forms, dates and names of
messages may be others; those of the new version hold from then on.
"""

from collections.abc import Iterator, Mapping

from engine.domain.migration_plan import Pairing
from engine.process.bundle import ProcessBundle
from engine.process.elements import Boundary, Catch, Person, Race, SubProcess
from engine.process.handlers import Handler
from engine.process.joins import InclusiveJoin, Join
from engine.process.repeats import Repeated
from engine.process.run import Place, ScopeSpec

_EVENTS = {"timer": "a moment", "conditional": "a condition"}


def nature(place: Place) -> str:
    """Return what a token waits for at a place, to follow “is”; empty where none ever waits."""
    if isinstance(place, Repeated):
        return f"{nature(place.body) or 'a task'}, done {place.plan.manner}"
    if isinstance(place, Handler):
        return f"an event sub-process that {_event(place)} starts"
    if isinstance(place, Boundary):
        return f"an event on the border that waits for {_event(place)}"
    if isinstance(place, Catch):
        return f"an event that waits for {_event(place)}"
    return next((words for kind, words in _NATURES.items() if isinstance(place, kind)), "")


_NATURES: Mapping[type[Place], str] = {
    Person: "a step for a person",
    SubProcess: "a sub-process",
    Join: "a parallel gateway where branches meet",
    InclusiveJoin: "an inclusive gateway where branches meet",
}


def _event(place: Catch) -> str:
    if place.trigger is not None:
        return f"{'an' if place.trigger.kind[0] in 'aeiou' else 'a'} {place.trigger.kind}"
    return _EVENTS["timer" if place.alarm is not None else "conditional"]


def places_of(spec: ScopeSpec) -> Mapping[str, Place]:
    """Return the elements of a scope by id, without what the library adds."""
    return {name: place for name, place in spec.task_specs.items() if isinstance(place, Place)}


def raced(spec: ScopeSpec) -> Mapping[str, Race]:
    """Return the event-based gateway by id of each event that waits behind one."""
    gateways = (place for place in places_of(spec).values() if isinstance(place, Race))
    return {way.place.name: gateway for gateway in gateways for way in gateway.exits}


def alike(place: Place, other: Place) -> bool:
    """Tell whether a token that waits at one place could wait at the other instead."""
    return nature(place) == nature(other) != ""


class Counterparts:
    """Two versions of a process, and what takes the place of what.

    Args:
        source: The version that cases run on.
        target: The one they are to run on.
        mapping: Id of an element of the target by id of one of the source; others keep theirs.
    """

    def __init__(
        self, source: ProcessBundle, target: ProcessBundle, mapping: Mapping[str, str]
    ) -> None:
        self.source, self.target, self.mapping = source, target, dict(mapping)
        self._places: dict[ScopeSpec, Mapping[str, Place]] = {}
        self._raced: dict[ScopeSpec, Mapping[str, Race]] = {}

    def places(self, spec: ScopeSpec) -> Mapping[str, Place]:
        """Return the elements of a scope by id; read once."""
        if spec not in self._places:
            self._places[spec] = places_of(spec)
        return self._places[spec]

    def raced(self, spec: ScopeSpec) -> Mapping[str, Race]:
        """Return the event-based gateway by id of each event that waits behind one; read once."""
        if spec not in self._raced:
            self._raced[spec] = raced(spec)
        return self._raced[spec]

    def name(self, element: str) -> str:
        """Return the id of what takes the place of an element, if it is there."""
        return self.mapping.get(element, element)

    def pairings(self) -> tuple[Pairing, ...]:
        """Return every element at which a case can wait on the way, in the order of the diagram."""
        found = []
        for scope, start in self.source.starts.items():
            inner = [self.target.starts[each].spec for each in self._scopes(scope, frozenset())]
            for name, place in places_of(start.spec).items():
                if nature(place):
                    found.append(self._pairing(name, place, inner))
        order = {name: number for number, name in enumerate(self.source.elements)}
        return tuple(sorted(found, key=lambda each: order[each.element]))

    def candidates(self, place: Place, spec: ScopeSpec) -> Mapping[str, str]:
        """Return title by id of what could take the place of an element in a scope."""
        return {name: other.label for name, other in places_of(spec).items() if alike(place, other)}

    def _pairing(self, name: str, place: Place, scopes: list[ScopeSpec]) -> Pairing:
        could: dict[str, str] = {}
        for spec in scopes:
            could |= self.candidates(place, spec)
        named = [id_ for id_, title in could.items() if title == place.label]
        wanted = self.name(name)
        return Pairing(
            element=name,
            title=place.label,
            nature=nature(place),
            counterpart=wanted if wanted in could else "",
            candidates=could,
            suggestion=named[0] if len(named) == 1 else "",
        )

    def _scopes(self, scope: str, seen: frozenset[str]) -> Iterator[str]:
        """Yield the scopes of the target that take the place of one of the source."""
        if scope == self.source.process_id:
            yield self.target.process_id
        hosts = (
            (outer, name)
            for outer, start in self.source.starts.items()
            for name, place in places_of(start.spec).items()
            if outer not in seen and inside(place) == scope
        )
        found: set[str] = set()
        for outer, name in hosts:
            for each in self._scopes(outer, seen | {scope, outer}):
                host = places_of(self.target.starts[each].spec).get(self.name(name))
                found.add(inside(host) if host is not None else "")
        yield from sorted(found & self.target.starts.keys())


def inside(place: Place) -> str:
    """Return the id of the drawn scope that runs inside an element; empty for none."""
    if isinstance(place, Repeated):
        return inside(place.body)
    return place.inner if isinstance(place, SubProcess | Handler) else ""
