"""What no single token tells: whether a moved case would wait for ever, or do something twice.

Each rule holds the new version against the old one, so that a case is never refused for what it
could do before as well.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from SpiffWorkflow.util.task import TaskState

from engine.domain.migration_plan import Obstacle
from engine.errors import ProcessFailedError
from engine.process.approvals import Approvals, levels
from engine.process.counterpart import Counterparts
from engine.process.elements import Host
from engine.process.joins import Join
from engine.process.run import CaseRun, InnerScope, Place, ScopeSpec, Token
from engine.process.standstill import refuse_standstill

Scope = CaseRun | InnerScope
Positions = list[tuple[Scope, Scope, list[tuple[Token, Token]]]]
"""Each scope as it was and as it is, with each token that was moved."""


class Rules:
    """The rules for one pair of versions; they remember what they have found of the diagrams."""

    def __init__(self, counterparts: Counterparts) -> None:
        self._known = counterparts
        self._reached: dict[tuple[ScopeSpec, str, str], frozenset[str]] = {}
        self._arrived: dict[tuple[ScopeSpec, str], list[tuple[str, str]]] = {}

    def check(self, positions: Positions, tokens: Sequence[Token]) -> list[Obstacle]:
        """Return what is wrong with a case of which every token has its place."""
        found = [
            obstacle
            for old, new, pairs in positions
            for obstacle in (*self._lost_branches(old, new, pairs), *self._twice(old, new, pairs))
        ]
        found += [each for _, _, pairs in positions for each in self._left_out(pairs)]
        try:
            refuse_standstill(tokens)
        except ProcessFailedError as error:
            found.append(Obstacle("", f"It could never go on: {error}"))
        return found

    def arrival(self, token: Token, place: Place) -> int | None:
        """Return on which flow into a join of the target a token has come; None for none.

        That is the flow with the same id, else the only one from what takes the source's place.
        """
        before = self._flows(token.workflow.spec, token.task_spec.name)
        flow, source = before[token.internal_data["flow"]]
        there = self._flows_of(place)
        same = [n for n, (id_, _) in enumerate(there) if id_ == flow]
        alike = [n for n, (_, name) in enumerate(there) if name == self._known.name(source)]
        return same[0] if same else alike[0] if len(alike) == 1 else None

    # The rules

    def _lost_branches(
        self, old: Scope, new: Scope, pairs: Sequence[tuple[Token, Token]]
    ) -> Iterator[Obstacle]:
        """Find parallel joins that would wait for branches which the case has not begun."""
        before, after = _on_the_way(p[0] for p in pairs), _on_the_way(p[1] for p in pairs)
        missed = {self._known.name(name) for name in self._uncovered(old.spec, before)}
        for name in self._uncovered(new.spec, after):
            if name not in missed:
                label = self._known.places(new.spec)[name].label
                why = f"“{label}” would wait for a branch that this case has not begun."
                yield Obstacle("", why)

    def _uncovered(self, spec: ScopeSpec, tokens: Sequence[Token]) -> Iterator[str]:
        """Yield the joins that some token can reach, and that others would have to reach too."""
        for name, place in self._known.places(spec).items():
            if not isinstance(place, Join):
                continue
            flows = self._flows(spec, name)
            here = [t for t in tokens if t.task_spec is place]
            came = {t.internal_data["flow"] for t in here}
            for token in tokens:
                if token.task_spec is not place:
                    around = {token.task_spec.name, *self._reach(spec, token.task_spec.name, name)}
                    came |= {n for n, (_, source) in enumerate(flows) if source in around}
            if came and len(came) < len(flows):
                yield name

    def _twice(
        self, old: Scope, new: Scope, pairs: Sequence[tuple[Token, Token]]
    ) -> Iterator[Obstacle]:
        """Find branches that ran beside one another, and now would run one behind the other."""
        on_the_way = [(a, b) for a, b in pairs if not b.stands_by]
        for one, first in on_the_way:
            for other, second in on_the_way:
                if one is other or "host" in second.internal_data or "host" in first.internal_data:
                    continue
                if self._leads(old.spec, one, other) or not self._leads(new.spec, first, second):
                    continue
                why = (
                    f"Its branches at “{one.task_spec.label}” and “{other.task_spec.label}” would "
                    "come one behind the other and do the same twice."
                )
                yield Obstacle(one.task_spec.name, why, is_mappable=True)

    def _leads(self, spec: ScopeSpec, one: Token, other: Token) -> bool:
        """Tell whether a token would come to where another one stands; not past a join it is at."""
        if isinstance(other.task_spec, Join) or one.internal_data.get("race", 0) == (
            other.internal_data.get("race", -1)
        ):
            return False
        start, goal = one.task_spec.name, other.task_spec.name
        return start == goal or goal in self._reach(spec, start, "")

    def _left_out(self, pairs: Sequence[tuple[Token, Token]]) -> Iterator[Obstacle]:
        """Find what would go on without an approval that is still to come, or right at one."""
        for before, after in pairs:
            if before.is_in(TaskState.STARTED):
                continue  # what is inside tells of all that is around it
            step = _Step(before, after, self._known, self._before, self._after)
            if why := step.refusal():
                yield Obstacle(step.element, why, is_mappable=True)

    @cached_property
    def _before(self) -> Approvals:
        return Approvals(self._known.source)

    @cached_property
    def _after(self) -> Approvals:
        return Approvals(self._known.target)

    # What the diagrams say

    def _flows_of(self, place: Place) -> list[tuple[str, str]]:
        return self._flows(place._wf_spec, place.name)  # noqa: SLF001 - the scope it was made for

    def _flows(self, spec: ScopeSpec, join: str) -> list[tuple[str, str]]:
        """Return id and source of each flow into a join, in the order of their numbers."""
        if (spec, join) not in self._arrived:
            into = sorted(
                (way.arrival, way.flow, name)
                for name, place in self._known.places(spec).items()
                for way in place.exits
                if way.place.name == join
            )
            self._arrived[spec, join] = [(flow, name) for _, flow, name in into]
        return self._arrived[spec, join]

    def _reach(self, spec: ScopeSpec, start: str, without: str) -> frozenset[str]:
        key = (spec, start, without)
        if key not in self._reached:
            self._reached[key] = _closure(self._known.places(spec)[start], frozenset({without}))
        return self._reached[key]


class _Step:
    """A token that moves, and the approvals around where it stood and where it is to stand.

    Where a plan says what takes its place, nothing it had not behind it may lie behind it then, and
    all that was ahead stays ahead. Where it stays, the version decides, which two people approved:
    only what was ahead must not be behind.

    Attributes:
        element: Id of what the plan gives another place; else of where the token stands.
    """

    def __init__(
        self, before: Token, after: Token, known: Counterparts, old: Approvals, new: Approvals
    ) -> None:
        moves = [
            (one.task_spec, other.task_spec)
            for one, other in zip(levels(before), levels(after), strict=True)
        ]
        changed = [(one, other) for one, other in moves if one.name != other.name]
        self._is_mapped = bool(changed)
        self._from, self._to = (changed or moves)[0]
        self.element = self._from.name
        self._known, self._old, self._new = known, old, new
        self._was_behind, self._was_ahead = old.behind(before), old.ahead(before)
        self._behind, self._ahead = new.behind(after), new.ahead(after)

    def refusal(self) -> str:
        """Return why the token must not move so; empty where it may."""
        label, goal = self._from.label, self._to.label
        was_gate, is_gate = self.element in self._old.gates, self._to.name in self._new.gates
        if self._is_mapped and is_gate and not was_gate:
            return f"“{goal}” is an approval; lead “{label}” to the step before it."
        if missed := self._missed():
            titles = self._known.target.elements
            named = " and ".join(f"“{titles[name].title}”" for name in sorted(missed))
            return f"Going on at “{goal}” from “{label}” would leave out an approval: {named}."
        if self._is_mapped and was_gate and not self._ahead:
            return f"“{label}” is an approval, and behind “{goal}” there is none."
        is_free = bool(self._new.gates) and not self._ahead | self._behind
        if self._is_mapped and self._was_ahead and is_free:
            return f"There is an approval behind “{label}”, and none behind “{goal}”."
        return ""

    def _missed(self) -> frozenset[str]:
        """Return the approvals of the new version that the token would not come to."""
        skipped = frozenset(name for name in self._behind if self._is_skipped(name))
        lost = {self._now(name) for name in self._was_ahead} - self._ahead
        return skipped | (lost & self._new.gates if self._is_mapped else frozenset())

    def _now(self, gate: str) -> str:
        """Return which approval takes the place of one; itself where a plan names none."""
        name = self._known.name(gate)
        return name if name in self._new.gates else gate

    def _is_skipped(self, gate: str) -> bool:
        """Tell whether an approval behind the new place was none behind the one before."""
        before = {name for name in self._old.gates if self._now(name) == gate}
        if before and before <= self._was_behind:
            return False
        was_to_come = bool(before & self._was_ahead)
        is_instead = not before and bool(self._was_ahead) and not self._ahead
        return self._is_mapped or was_to_come or is_instead


def _on_the_way(tokens: Iterable[Token]) -> list[Token]:
    return [token for token in tokens if not token.stands_by]


def _closure(start: Place, without: frozenset[str]) -> frozenset[str]:
    """Return what can be reached from a place within its scope, never passing some."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        place = waiting.pop()
        ways = [way.place for way in place.exits]
        ways += place.boundaries if isinstance(place, Host) else []
        fresh = [way for way in ways if way.name not in found and way.name not in without]
        found.update(way.name for way in fresh)
        waiting += fresh
    return frozenset(found)
