"""Moving a running case to another version of its process, token by token.

Nothing is run and nothing is computed anew: tokens keep their names, their variables, their due
dates, their turns and what they have told; only where they stand is said in the words of the other
version. Events that the other version has beside a waiting activity, and this one has not, begin
to wait at the moment of the move; those that it has no more stop waiting.

Source: https://docs.camunda.io/docs/components/concepts/process-instance-migration/ (a due date
that was computed stays).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from SpiffWorkflow.util.task import TaskState

from engine.domain.migration_plan import Obstacle, Verdict, verdict_of
from engine.process import codec
from engine.process.bundle import ProcessBundle
from engine.process.core import LiveCase
from engine.process.counterpart import Counterparts, alike
from engine.process.elements import Boundary, Catch, Host, Race
from engine.process.handlers import Handler
from engine.process.joins import InclusiveJoin, Join
from engine.process.known import NOTHING
from engine.process.migration_rules import Positions, Rules
from engine.process.repeats import Repeated
from engine.process.run import CaseRun, InnerScope, Place, Token
from engine.process.timetable import ENDLESS, Timetable

Remark = tuple[str, str]
"""Id of an element of the source, and a sentence."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one case.

    Attributes:
        live: The case on the other version; None where it cannot be moved.
        obstacles: Why it cannot.
        remarks: What is worth knowing of it all the same.
        steps: Id of the element where each open step waited before, by its token.
    """

    live: LiveCase | None
    obstacles: tuple[Obstacle, ...]
    remarks: tuple[Remark, ...]
    steps: Mapping[str, str]

    @property
    def verdict(self) -> Verdict:
        """Return what becomes of the case."""
        return verdict_of(self.obstacles)


class Migration:
    """Moves cases of one version to another; made once and used for all of them."""

    def __init__(
        self, source: ProcessBundle, target: ProcessBundle, mapping: Mapping[str, str]
    ) -> None:
        self.counterparts = Counterparts(source, target, mapping)
        self.rules = Rules(self.counterparts)

    def move(self, state: bytes, *, now: datetime, timetable: Timetable) -> Moved:
        """Return a stored case on the other version, or why it cannot be moved.

        Args:
            state: Of a case on the source; it is not touched.
            now: From when events are counted that begin to wait.
            timetable: Working-time arithmetic.

        Raises:
            UnknownStateError: The state is damaged, or of another version of the process.
        """
        known = self.counterparts
        old = known.source.fresh_case(timetable)
        codec.load(old, state, known.source.digest)
        new = known.target.fresh_case(timetable)
        new.plant(_ROOT)
        new.last_id = old.last_id
        new.begin_command(now.astimezone(UTC))
        passage = _Passage(self, old, new)
        passage.run()
        if not passage.obstacles:
            passage.obstacles += self.rules.check(passage.positions, new.tokens)
        steps = {str(t.id): t.task_spec.name for t in old.tokens if t.task_spec.waits_for_person}
        return Moved(
            live=None if passage.obstacles else LiveCase(known.target, new),
            obstacles=tuple(dict.fromkeys(passage.obstacles)),
            remarks=tuple(dict.fromkeys(passage.remarks)),
            steps=steps,
        )


class _Passage:
    """One case on its way from one version to another."""

    def __init__(self, migration: Migration, old: CaseRun, new: CaseRun) -> None:
        self._known = migration.counterparts
        self._rules = migration.rules
        self._old, self._new = old, new
        self._moved: dict[int, Token] = {}
        self.obstacles: list[Obstacle] = []
        self.remarks: list[Remark] = []
        self.positions: Positions = []

    def run(self) -> None:
        """Move every scope, those around others first."""
        self._scope(self._old, self._new)
        for host_id, inner in self._old.subprocesses.items():
            host = self._moved.get(host_id)
            if host is None:
                continue  # said of the host already
            scope = InnerScope(self._new.subprocess_specs[_inner(host.task_spec)], host)
            self._new.subprocesses[host_id] = scope
            self._scope(inner, scope)

    def _scope(self, old: CaseRun | InnerScope, new: CaseRun | InnerScope) -> None:
        new.result = old.result
        pairs = []
        for token in old.live.values():
            place = self._place(token, new)
            if place is None:
                continue
            fresh = Token(new, place, new.task_tree, token.state, token.id)
            fresh.known = token.known
            fresh.internal_data = self._internals(token, place)
            self._moved[token.id] = fresh
            pairs.append((token, fresh))
        self.positions.append((old, new, pairs))
        for token, fresh in pairs:
            self._arm_borders(token, fresh)
        self._arm_races(old, new, pairs)
        self._arm_handlers(old, new)

    # Where a token goes

    def _place(self, token: Token, scope: CaseRun | InnerScope) -> Place | None:
        """Return where a token stands on the other version; None, with the reason noted."""
        name = self._known.name(token.task_spec.name)
        place = self._known.places(scope.spec).get(name)
        if isinstance(token.task_spec, Boundary):
            host = self._moved.get(token.internal_data.get("host", 0))
            if place is not None and _fits(token, place) and _is_on(place, host):
                return place
            if host is not None:
                self._remark(token.task_spec, "stops waiting: the new version has it no more.")
            return None
        if place is not None and self._stands(token, place, scope):
            return place
        if token.stands_by:
            self._remark(token.task_spec, "stops waiting: the new version has it no more.")
            return None
        self.obstacles.append(self._obstacle(token, place, scope))
        return None

    def _obstacle(self, token: Token, place: Place | None, scope: CaseRun | InnerScope) -> Obstacle:
        label, name = token.task_spec.label, self._known.name(token.task_spec.name)
        could = {
            id_: other
            for id_, other in self._known.places(scope.spec).items()
            if self._stands(token, other, scope)
        }
        elsewhere = self._known.target.elements.get(name)
        if place is not None:
            why = f"It waits at “{label}”; “{place.label}” of the new version is something else."
        elif elsewhere is not None:
            why = f"It waits at “{label}”, and “{elsewhere.title}” lies in another part by now."
        elif _has_inside(token):
            why = f"It is inside “{label}”, which the new version does not have."
        else:
            why = f"It waits at “{label}”, which the new version does not have."
        return Obstacle(token.task_spec.name, why, is_mappable=bool(could))

    def _stands(self, token: Token, place: Place, scope: CaseRun | InnerScope) -> bool:
        """Tell whether a token can stand at a place, beside the same rivals."""
        is_raced = place.name in self._known.raced(scope.spec)
        return _fits(token, place) and ("race" in token.internal_data) == is_raced

    def _internals(self, token: Token, place: Place) -> dict[str, object]:
        """Return what a token remembers of its place, in the words of the other version."""
        said = dict(token.internal_data)
        if "flow" in said and isinstance(place, Join | InclusiveJoin):
            arrival = self._rules.arrival(token, place)
            if arrival is None:
                why = f"A branch waits at “{place.label}” that came on a way which is no more."
                self.obstacles.append(Obstacle(token.task_spec.name, why))
                return said
            said["flow"] = arrival
        if "due" in said and isinstance(place, Catch) and place.alarm is not None:
            if not place.alarm.is_cycle:
                said.pop("left", None)
            elif "left" not in said:
                times = place.alarm.times
                said["left"] = times if times == ENDLESS else times - 1
        return said

    # What begins to wait

    def _arm_borders(self, token: Token, fresh: Token) -> None:
        before, host = token.task_spec, fresh.task_spec
        if not isinstance(before, Host) or not isinstance(host, Host):
            return
        known = self._taken(before.boundaries, host.boundaries)
        for boundary in host.boundaries:
            if boundary.name not in known:
                boundary.arm(fresh)
                self._remark(boundary, "is new and begins to wait.", of=before)

    def _arm_races(
        self,
        old: CaseRun | InnerScope,
        new: CaseRun | InnerScope,
        pairs: Iterable[tuple[Token, Token]],
    ) -> None:
        gateways, before = self._known.raced(new.spec), self._known.raced(old.spec)
        groups: dict[int, list[tuple[Token, Token]]] = {}
        for token, fresh in pairs:
            if "race" in token.internal_data:
                groups.setdefault(token.internal_data["race"], []).append((token, fresh))
        for race, rivals in groups.items():
            gateway = gateways[rivals[0][1].task_spec.name]
            if any(gateways[fresh.task_spec.name] is not gateway for _, fresh in rivals):
                first = rivals[0][0].task_spec
                why = f"“{first.label}” and what it waits beside are apart in the new version."
                self.obstacles.append(Obstacle(first.name, why, is_mappable=True))
                continue
            known = self._taken(_events(before[rivals[0][0].task_spec.name]), _events(gateway))
            for event in _events(gateway):
                if event.name not in known:
                    self._begin(event, rivals[0][1], race)
                    self._remark(event, "is new and begins to wait.", of=rivals[0][0].task_spec)

    def _begin(self, event: Place, rival: Token, race: int) -> None:
        token = self._new.spawn(event, rival.parent, rival.known)
        token.internal_data["race"] = race
        event._update(token)  # noqa: SLF001 - the library's own way in

    def _arm_handlers(self, old: CaseRun | InnerScope, new: CaseRun | InnerScope) -> None:
        was_stopped = any(
            token.task_spec.is_handler and not token.stands_by and token.task_spec.interrupts
            for token in old.live.values()
        )
        known = self._taken(old.spec.handlers, new.spec.handlers)
        for handler in new.spec.handlers:
            if handler.name not in known and not was_stopped:
                self._new.put(new, handler, NOTHING)
                self._remark(handler, "is new and begins to wait.")

    def _taken(self, before: Iterable[Place], after: Iterable[Place]) -> frozenset[str]:
        """Return the ids of what takes the place of something that was there before."""
        there = {place.name: place for place in after}
        names = ((place, self._known.name(place.name)) for place in before)
        return frozenset(n for place, n in names if n in there and alike(place, there[n]))

    def _remark(self, place: Place, said: str, *, of: Place | None = None) -> None:
        self.remarks.append(((of or place).name, f"“{place.label}” {said}"))


def _fits(token: Token, place: Place) -> bool:
    """Tell whether a token can stand at a place, with all that it remembers."""
    before = token.task_spec
    if isinstance(before, Handler) and not token.stands_by:
        return isinstance(place, Handler)
    return alike(before, place)


def _is_on(place: Place, host: Token | None) -> bool:
    """Tell whether a boundary event sits on the activity at which a token stands."""
    activity = host.task_spec if host is not None else None
    return isinstance(activity, Host) and place in activity.boundaries


def _has_inside(token: Token) -> bool:
    return token.is_in(TaskState.STARTED) and not isinstance(token.task_spec, Repeated)


def _inner(place: Place) -> str:
    return str(place.inner)


def _events(gateway: Race) -> list[Place]:
    return [way.place for way in gateway.exits]


_ROOT = -1
