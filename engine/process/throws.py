"""Events that are thrown: to whoever catches them further out, or to all of the case at once."""

from collections.abc import Iterable

from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFailedError
from engine.process.elements import Boundary, Catch, armed_on
from engine.process.handlers import Handler
from engine.process.known import NOTHING, Known
from engine.process.progress import Passage
from engine.process.run import InnerScope, Place, Token
from engine.process.trigger import Trigger


class Throw(Place):
    """An event that raises an escalation or an error to whoever catches it further out."""

    trigger: Trigger

    def act(self, token: Token) -> None:
        """Fire the nearest event that catches it.

        Raises:
            ProcessFailedError: Nobody catches it.
        """
        catcher = self._catcher(token)
        if catcher is None:
            raise ProcessFailedError(
                self.label, f"nobody catches the {self.trigger.kind} “{self.trigger.name}”."
            )
        _fire(catcher, token.known, token)
        _tell_if_interrupted(self, token)

    def _catcher(self, token: Token) -> Token | None:
        """Return who catches it: handlers of a scope come before the border of its activity.

        What a handler throws itself goes past the handlers beside it.
        """
        scope, is_handling = token.workflow, False
        while True:
            candidates = [] if is_handling else _handlers(scope.live.values())
            candidates += armed_on(scope.host) if isinstance(scope, InnerScope) else []
            fitting = [other for other in candidates if _answers(other, self.trigger)]
            if fitting:
                return min(fitting, key=_rank)
            if not isinstance(scope, InnerScope):
                return None
            is_handling = isinstance(scope.host.task_spec, Handler)
            scope = scope.host.workflow


class Signal(Place):
    """An event that tells everything in the case that waits for it; nobody has to."""

    trigger: Trigger

    def act(self, token: Token) -> None:
        """Fire every event of the case that waits for the signal now."""
        waiting = [other for other in token.case.tokens if _answers(other, self.trigger)]
        for other in waiting:
            if other.is_in(TaskState.WAITING):  # one that fired before may have cancelled it
                _fire(other, NOTHING)
        _tell_if_interrupted(self, token)


def _fire(catcher: Token, brought: Known, thrower: Token | None = None) -> None:
    if isinstance(catcher.task_spec, Catch):
        catcher.task_spec.fire(catcher, brought, thrower)


def _tell_if_interrupted(place: Place, token: Token) -> None:
    """Note a passage that would go untold, because what was thrown has cancelled the thrower."""
    if token.has_state(TaskState.FINISHED_MASK):
        token.case.passages.append(Passage(place.name, place.kind))


def _handlers(tokens: Iterable[Token]) -> list[Token]:
    return [token for token in tokens if token.stands_by]


def _answers(token: Token, thrown: Trigger) -> bool:
    place = token.task_spec
    if not isinstance(place, Catch) or place.trigger is None or not token.is_in(TaskState.WAITING):
        return False
    return place.trigger.answers(thrown)


def _rank(catcher: Token) -> tuple[bool, bool]:
    """Order catchers: handlers inside before borders, one for this very code before one for any."""
    place = catcher.task_spec
    trigger = place.trigger if isinstance(place, Catch) else None
    return isinstance(place, Boundary), trigger is None or not trigger.name
