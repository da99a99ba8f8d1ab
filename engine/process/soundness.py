"""Whether branches that part come together again: the tokens of a scope, led along every choice.

A scope is explored as the core runs it, with every outcome of every choice. Tokens that rest
nowhere but at joins, with nothing left that could move, stand still. Steps of different branches
do not disturb one another, so that of all orders in which they could be taken one is enough;
only tokens that an inclusive join may or may not wait for are moved in every order.

Source: A. Valmari, Stubborn sets for reduced state space generation, 1991.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from engine.process.diagram import Diagram, Flow, Node, Scope

MOST_STATES = 1_000
"""Situations of one scope that are looked at; a process that people can read has some dozens."""

_MOST_AT_ONCE = 4
"""Flows with a condition of which every combination is looked at."""
_CHOOSING = frozenset({"exclusiveGateway", "eventBasedGateway"})
_JOINING = frozenset({"parallelGateway", "inclusiveGateway"})
_ENDING = frozenset({"terminate", "error"})

_Place = tuple[str, int]
"""A node at which a token is, and the flow into it by which a token waits at a join; else -1."""
_State = tuple[_Place, ...]
_ALIVE: _Place = ("", 0)
"""Where a token goes round and round for ever, and never stands still."""
_ALL_ENDS: _State = (("", 1),)


@dataclass(frozen=True, slots=True)
class Standstill:
    """What exploring a scope has shown.

    Attributes:
        never: Joins to which tokens come and which none ever passes, whatever is chosen.
        sometimes: Joins at which a token waits for ever after some choices.
        is_whole: Everything was looked at.
    """

    never: frozenset[str]
    sometimes: frozenset[str]
    is_whole: bool


def explore(scope: Scope, diagram: Diagram) -> Standstill:
    """Return where the tokens of a scope stand still."""
    start = next((node for node in scope.nodes if node.kind == "startEvent"), None)
    if start is None or not any(_is_join(node, scope) for node in scope.nodes):
        return Standstill(frozenset(), frozenset(), is_whole=True)
    graph = _Graph(scope, diagram)
    fired, stuck, is_whole = _Explorer(graph).all_from(graph.settled([(start.id, -1)]))
    certain = is_whole and graph.can_always_end
    never = frozenset(stuck - fired - graph.beside) if certain else frozenset[str]()
    return Standstill(never, frozenset(stuck) - never, is_whole)


def _is_join(node: Node, scope: Scope) -> bool:
    return node.kind in _JOINING and len(scope.incoming(node.id)) > 1


class _Graph:
    """A scope as tokens see it: from each place the outcomes, each with the places it leads to."""

    def __init__(self, scope: Scope, diagram: Diagram) -> None:
        self._scope, self._diagram = scope, diagram
        self.joins = {n.id: len(scope.incoming(n.id)) for n in scope.nodes if _is_join(n, scope)}
        self.is_parallel = {id_ for id_ in self.joins if scope.by_id[id_].kind == "parallelGateway"}
        self.is_whole = True
        self._moves = {id_: tuple(self._outcomes(node)) for id_, node in scope.by_id.items()}
        self._rests: dict[_Place, _Place] = {}
        self.sources = {
            id_: [self._before(flow, id_) for flow in scope.incoming(id_)]
            for id_ in self.joins.keys() - self.is_parallel
        }
        self.is_awaited = {
            id_
            for flows in self.sources.values()
            for id_ in scope.by_id
            if sum(id_ in before for before in flows) > 1
        }
        """Nodes from which a token may come to an inclusive join by several of its flows."""

    @property
    def can_always_end(self) -> bool:
        """Tell whether from every node some way leads to an end."""
        ends = [id_ for id_, moves in self._moves.items() if {(), _ALL_ENDS}.intersection(moves)]
        back: dict[str, list[str]] = {}
        for id_, moves in self._moves.items():
            for place in {place for move in moves for place in move}:
                back.setdefault(place[0], []).append(id_)
        return self._moves.keys() <= _closure(ends, back)

    @property
    def beside(self) -> frozenset[str]:
        """Return what an event leads to that comes as often as it likes."""
        onward = {id_: [p[0] for move in moves for p in move] for id_, moves in self._moves.items()}
        begins = [n.id for n in self._scope.nodes if n.kind == "boundaryEvent" and not n.interrupts]
        return _closure(begins, onward)

    def moves(self, place: _Place) -> Sequence[_State]:
        """Return what can become of a token that is no longer held at a place."""
        return self._moves[place[0]]

    def settled(self, places: Iterable[_Place]) -> _State:
        """Return where tokens are that went on as far as nothing is chosen or awaited."""
        return tuple(sorted(self._rest(place) for place in places))

    def _rest(self, place: _Place) -> _Place:
        if place in self._rests:
            return self._rests[place]
        trail, here = [place], place
        while here[1] < 0 and here not in _ALL_ENDS and here != _ALIVE:
            moves = self._moves[here[0]]
            if len(moves) != 1 or len(moves[0]) != 1 or moves[0] == _ALL_ENDS:
                break
            here = moves[0][0]
            if here in trail:
                here = _ALIVE
                break
            trail.append(here)
        for passed in trail:
            self._rests[passed] = here
        return here

    def _outcomes(self, node: Node) -> Iterator[_State]:
        """Yield the places to which a token goes on from a node, one tuple for each outcome."""
        known = self._scope.by_id
        around = [e for e in self._diagram.boundaries.get(node.id, ()) if e.id in known]
        yield from (((each.id, -1),) for each in around if each.interrupts)
        beside = [(each.id, -1) for each in around if not each.interrupts]
        for outcome in self._own_outcomes(node):
            yield outcome
            for event in beside:
                yield (*outcome, event)
                yield (*outcome, event, event)

    def _own_outcomes(self, node: Node) -> Iterator[_State]:
        if node.kind == "endEvent" and any(event.kind in _ENDING for event in node.events):
            yield _ALL_ENDS
            return
        flows = [f for f in self._scope.outgoing(node.id) if f.target in self._scope.by_id]
        if not flows:
            yield ()
            return
        if node.kind in _CHOOSING:
            yield from ((self._at(flow),) for flow in flows)
            return
        yield from (tuple(map(self._at, taken)) for taken in self._taken(node, flows))

    def _taken(self, node: Node, flows: list[Flow]) -> Iterator[list[Flow]]:
        """Yield which flows can be taken together, where several may be."""
        default = node.attributes.get("default", "")
        asked = [flow for flow in flows if flow.condition is not None and flow.id != default]
        if node.kind == "inclusiveGateway":
            asked = [flow for flow in flows if flow.id != default]
        elif not asked:
            yield flows
            return
        always = [flow for flow in flows if flow not in asked and flow.id != default]
        otherwise = [flow for flow in flows if flow.id == default]
        if always or otherwise:
            yield always or otherwise
        for count in range(1, len(asked) + 1):
            if 1 < count < len(asked) > _MOST_AT_ONCE:
                self.is_whole = False
                continue
            yield from ([*always, *chosen] for chosen in combinations(asked, count))

    def _at(self, flow: Flow) -> _Place:
        if flow.target not in self.joins:
            return flow.target, -1
        return flow.target, self._scope.incoming(flow.target).index(flow)

    def _before(self, flow: Flow, join: str) -> frozenset[str]:
        """Return the nodes from which a way leads to a flow without passing the join."""
        found: set[str] = set()
        waiting = [flow.source]
        while waiting:
            id_ = waiting.pop()
            if id_ not in found and id_ != join:
                found.add(id_)
                waiting += [other.source for other in self._scope.incoming(id_)]
        return frozenset(found)


@dataclass(slots=True)
class _Explorer:
    """Leads tokens along every choice, and remembers where they came past and where they stood."""

    graph: _Graph
    fired: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)

    def all_from(self, start: _State) -> tuple[set[str], set[str], bool]:
        """Return the joins that were passed, those where tokens stood, and if that is all."""
        seen, waiting = {start}, [start]
        while waiting and len(seen) <= MOST_STATES:
            state = waiting.pop()
            followers = list(self._followers(state))
            if not followers and _ALIVE not in state:
                self.stuck.update(place[0] for place in state)
            new = {self._ended(each) for each in followers} - seen
            seen |= new
            waiting += new
        return self.fired, self.stuck, not waiting and self.graph.is_whole

    def _ended(self, state: _State) -> _State:
        return () if _ALL_ENDS[0] in state else state

    def _followers(self, state: _State) -> Iterable[_State]:
        """Return what can come next, of all orders as few as show every standstill."""
        awaited = self.graph.is_awaited
        free = [place for place in dict.fromkeys(state) if place[1] < 0 and place != _ALIVE]
        alone = next((place for place in free if place[0] not in awaited), None)
        if alone is not None:
            return self._moved(state, alone)
        ready = list(self._ready(state))
        sure = next((each for each in ready if each[0] not in awaited), None)
        if sure is not None and sure[0] in self.graph.is_parallel:
            return [self._joined(state, *sure)]
        moved = (follower for place in free for follower in self._moved(state, place))
        return [*moved, *(self._joined(state, *each) for each in ready)]

    def _ready(self, state: _State) -> Iterator[tuple[str, set[int]]]:
        """Yield the joins that go on, parallel ones first, each with the flows that brought one."""
        held: dict[str, set[int]] = {}
        for id_, flow in state:
            if flow >= 0 and id_:
                held.setdefault(id_, set()).add(flow)
        is_parallel = self.graph.is_parallel
        for id_, flows in sorted(held.items(), key=lambda each: each[0] not in is_parallel):
            is_full = len(flows) == self.graph.joins[id_]
            if is_full if id_ in is_parallel else self._goes_on(state, id_, flows):
                yield id_, flows

    def _moved(self, state: _State, place: _Place) -> Iterator[_State]:
        rest = list(state)
        rest.remove(place)
        for move in self.graph.moves(place):
            yield tuple(sorted([*rest, *self.graph.settled(move)]))

    def _joined(self, state: _State, id_: str, flows: Iterable[int]) -> _State:
        self.fired.add(id_)
        rest = list(state)
        for flow in flows:
            rest.remove((id_, flow))
        return tuple(sorted([*rest, *self.graph.settled([(id_, -1)])]))

    def _goes_on(self, state: _State, id_: str, flows: set[int]) -> bool:
        """Tell whether nothing more can come to an inclusive join, as the core asks it."""
        sources = self.graph.sources[id_]
        filled = frozenset[str]().union(*(sources[flow] for flow in flows))
        empty = frozenset[str]().union(
            *(before for flow, before in enumerate(sources) if flow not in flows)
        )
        elsewhere = {place[0] for place in state if place[0] != id_}
        return not elsewhere & empty - filled


def _closure(begins: Iterable[str], onward: dict[str, list[str]]) -> frozenset[str]:
    found, waiting = set[str](), list(begins)
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            found.add(id_)
            waiting += onward.get(id_, [])
    return frozenset(found)
