"""What an operator does to a running case: move a token, move a due date.

It takes the ways of the diagram as given: a token is only put where a token could have come, and
never where it would leave out an approval or wait for a branch that cannot come.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from SpiffWorkflow.util.task import TaskState

from engine.errors import CourseError, NotFoundError, StepNotOpenError
from engine.process.core import LiveCase
from engine.process.elements import Boundary, Catch, Host, Person, Race, SubProcess
from engine.process.handlers import Handler
from engine.process.known import Known
from engine.process.run import InnerScope, Place, Token, cancel
from engine.process.waymap import WayMap

_DEEPEST = 2
"""Elements on the way into a part of the process: the sub-process, and what is wanted in it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A place at which a case waits, and that an operator can lead it away from.

    Attributes:
        token: Stable name of this waiting.
        is_beside: It only waits beside the way, as a border event does; nobody is led from there.
        due_at: When a timer there falls due; None for anything but a timer.
    """

    token: str
    element: str
    is_step: bool
    is_beside: bool
    due_at: datetime | None


class OperatedCase(LiveCase):
    """A live case in the hands of an operator."""

    @cached_property
    def _ways(self) -> WayMap:
        return WayMap(self._bundle)

    def standings(self) -> tuple[Standing, ...]:
        """Return where the case waits, and every timer it waits for, oldest first."""
        return tuple(
            Standing(
                token=str(token.id),
                element=token.task_spec.name,
                is_step=token.task_spec.waits_for_person,
                is_beside=not _is_standing(token),
                due_at=_due_at(token),
            )
            for token in self._case.tokens
            if _is_standing(token) or "due" in token.internal_data
        )

    def targets(self, token: str, *, is_approved: bool) -> tuple[str, ...]:
        """Return the elements to which a token may be moved, in the order of the diagram.

        Args:
            token: Where the case waits.
            is_approved: Whether a second person has approved what was drafted last.

        Raises:
            StepNotOpenError: No such token waits.
        """
        found = self._standing(token)
        return tuple(
            name
            for name in self._bundle.elements
            if name in self._ways.places and not self._refused(found, name, is_approved=is_approved)
        )

    def move(self, token: str, element: str, now: datetime, *, is_approved: bool) -> None:
        """Take a token away from where it waits, and let the case go on at another element.

        Args:
            token: Where the case waits.
            element: Where it is to go on: a step, or an event that is waited for.
            now: The present.
            is_approved: Whether a second person has approved what was drafted last.

        Raises:
            StepNotOpenError: No such token waits.
            NotFoundError: The diagram has no such element.
            CourseError: The token cannot be led there.
            ProcessFailedError: The process cannot go on from there.
        """
        found = self._standing(token)
        if element not in self._ways.places:
            raise NotFoundError("element", element)
        if refusal := self._refused(found, element, is_approved=is_approved):
            raise CourseError(refusal)
        level = self._level(found, element)
        self._case.begin_command(now.astimezone(UTC))
        self._enter(level, element, found.known)
        race = level.internal_data.get("race")
        rivals = [t for t in level.workflow.live.values() if t.internal_data.get("race") == race]
        cancel([level, *(rivals if race is not None else ())])
        self._case.settle()

    def set_due(self, token: str, due_at: datetime) -> None:
        """Let a timer of the diagram fall due at another moment.

        Raises:
            StepNotOpenError: No such timer runs.
        """
        found = next((t for t in self._case.tokens if str(t.id) == token), None)
        if found is None or "due" not in found.internal_data:
            raise StepNotOpenError(token, "No timer of this name runs.")
        found.internal_data["due"] = due_at.astimezone(UTC).isoformat()

    def _refused(self, token: Token, element: str, *, is_approved: bool) -> str:
        level = self._level(token, element)
        return _refusal(self._ways, token, level, element, is_approved=is_approved)

    def _standing(self, token: str) -> Token:
        found = next((t for t in self._case.tokens if str(t.id) == token), None)
        if found is None or not _is_standing(found):
            raise StepNotOpenError(token, "The case does not wait there any more.")
        return found

    def _level(self, token: Token, element: str) -> Token:
        """Return the token, or the sub-process around it that stands on a level with an element.

        That is the innermost one whose scope holds the element, or what leads into it.
        """
        ways = self._ways
        wanted = {
            ways.scope_of.get(element, ""),
            *ways.scopes_around(ways.scope_of.get(element, "")),
        }
        level = token
        while level.workflow.spec.name not in wanted and isinstance(level.workflow, InnerScope):
            level = level.workflow.host
        return level

    def _enter(self, level: Token, element: str, known: Known) -> None:
        """Put a token on an element, opening the sub-processes that lead to it."""
        ways, case, parent = self._ways, self._case, level.parent
        outer, *inner = ways.path(level.workflow.spec.name, element)
        place = ways.places[outer]
        token = case.spawn(place, parent, known)
        if not inner or not isinstance(place, SubProcess):
            place._update(token)  # noqa: SLF001 - the library's own way in
            return
        Host.arrive(place, token)
        token._set_state(TaskState.STARTED)  # noqa: SLF001 - as when it begins by itself
        case.open_inner(place.inner, token, ways.places[inner[0]])


def _is_standing(token: Token) -> bool:
    place = token.task_spec
    if isinstance(place, Person):
        return token.is_in(TaskState.READY)
    return _is_event_on_the_way(place) and token.is_in(TaskState.WAITING)


def _is_event_on_the_way(place: Place) -> bool:
    return isinstance(place, Catch) and not isinstance(place, Boundary | Handler)


def _due_at(token: Token) -> datetime | None:
    due = token.internal_data.get("due")
    return datetime.fromisoformat(due) if due else None


def _may_hold(ways: WayMap, place: Place) -> bool:
    """Tell whether a token can be put on a place, and will wait there or right behind it."""
    is_event = _is_event_on_the_way(place)
    return isinstance(place, Person | Race) or (is_event and place.name not in ways.is_raced)


def _refusal(ways: WayMap, token: Token, level: Token, element: str, *, is_approved: bool) -> str:
    """Return why a token cannot be led to an element; empty when it can.

    Args:
        ways: The ways of the diagram.
        token: The one to move.
        level: The token itself, or the sub-process around it that is left with it.
        element: Where it is to go on.
        is_approved: Whether a second person has approved what was drafted last.
    """
    source, target = level.task_spec, ways.places[element]
    path = ways.path(level.workflow.spec.name, element)
    missed = None if is_approved else _missed(ways, token, path)
    refusals = {
        f"A case is led to a step or an awaited event; “{target.label}” is neither.": (
            not _may_hold(ways, target)
        ),
        f"“{target.label}” is an approval; lead the case to the step before it.": (
            ways.is_approval(element)
        ),
        f"The case waits at “{target.label}” already.": source.name == element,
        f"“{target.label}” lies too deep inside other parts of the process.": len(path) > _DEEPEST,
        f"No way of the diagram leads from “{source.label}” to “{target.label}” or back.": (
            not ways.is_connected(source.name, path[0])
        ),
        f"Going on at “{target.label}” would leave out “{missed.label if missed else ''}”, where "
        "a second person decides.": missed is not None,
        f"At “{target.label}” branches of the process would wait for each other for ever.": (
            _needs_others(ways, source.name, path)
        ),
    }
    return next((sentence for sentence, applies in refusals.items() if applies), "")


def _missed(ways: WayMap, token: Token, path: list[str]) -> Place | None:
    """Return the approval that a move would leave out; who enters a part anew begins at its top."""
    outer, source = ways.places[path[0]], token.task_spec.name
    if len(path) > 1 and isinstance(outer, SubProcess):
        source = outer.starts[0].name
    return ways.approval_between(source, path[-1])


def _needs_others(ways: WayMap, source: str, path: list[str]) -> bool:
    if ways.needs(source) != ways.needs(path[0]):
        return True
    return len(path) > 1 and bool(ways.needs(path[-1]))
