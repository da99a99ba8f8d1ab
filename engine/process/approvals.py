"""Which approvals a token has behind it where it stands, and which are still to come.

An approval is a step at which a second person decides. One inside a sub-process, a called process
or a repeated activity counts for the whole of that. Ways back do not count: whoever turns back
comes by again.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.process.bundle import ProcessBundle
from engine.process.counterpart import inside, places_of
from engine.process.elements import Host
from engine.process.run import Place, ScopeSpec, Token
from engine.process.waymap import closure, without_returns

Gates = frozenset[str]
"""Ids of approvals."""


class Approvals:
    """The approvals of one version; what was found once is remembered.

    Attributes:
        gates: Every approval there is.
    """

    def __init__(self, bundle: ProcessBundle) -> None:
        self.gates: Gates = frozenset(n for n, each in bundle.elements.items() if each.gate)
        self._bundle = bundle
        self._scopes: dict[ScopeSpec, _Scope] = {}

    def behind(self, token: Token) -> Gates:
        """Return the approvals that lie before where a token stands, in every scope around it."""
        return _all(self._scope(each).behind(each.task_spec.name) for each in levels(token))

    def ahead(self, token: Token) -> Gates:
        """Return the approvals to which a token can still come, where it waits included."""
        found = _all(self._scope(each).ahead(each.task_spec.name) for each in levels(token))
        return found | self._at(token.task_spec, frozenset())

    def _scope(self, token: Token) -> "_Scope":
        spec = token.workflow.spec
        if spec not in self._scopes:
            places = places_of(spec)
            at = {name: self._at(place, frozenset()) for name, place in places.items()}
            self._scopes[spec] = _Scope(places, at)
        return self._scopes[spec]

    def _at(self, place: Place, around: frozenset[str]) -> Gates:
        """Return the approvals at a place, and inside it."""
        own = self.gates & {place.name}
        start = self._bundle.starts.get(inner := inside(place))
        if start is None or inner in around:
            return own
        within = places_of(start.spec).values()
        return own | _all(self._at(each, around | {inner}) for each in within)


class _Scope:
    """What lies before and behind each place of one scope."""

    def __init__(self, places: Mapping[str, Place], at: Mapping[str, Gates]) -> None:
        self._at = {name: gates for name, gates in at.items() if gates}
        ways = {name: tuple(dict.fromkeys(_ways(place))) for name, place in places.items()}
        entered = {name for found in ways.values() for name in found}
        entries = [name for name in ways if name not in entered]
        self._onward = without_returns([*entries, *ways], ways)
        self._reached: dict[str, frozenset[str]] = {}

    def behind(self, name: str) -> Gates:
        return _all(gates for gate, gates in self._at.items() if name in self._from(gate))

    def ahead(self, name: str) -> Gates:
        return _all(gates for gate, gates in self._at.items() if gate in self._from(name))

    def _from(self, name: str) -> frozenset[str]:
        if name not in self._reached:
            self._reached[name] = closure(name, self._onward)
        return self._reached[name]


def levels(token: Token) -> Iterator[Token]:
    """Yield a token and those that it is inside of, from the inside."""
    yield token
    while (host := token.workflow.host) is not None:
        token = host
        yield token


def _ways(place: Place) -> Iterator[str]:
    """Yield where a token goes from a place within its scope; from its border if that stops it."""
    yield from (way.place.name for way in place.exits)
    if isinstance(place, Host):
        yield from (border.name for border in place.boundaries if border.interrupts)


def _all(found: Iterable[Gates]) -> Gates:
    return frozenset[str]().union(*found)
