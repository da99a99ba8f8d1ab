"""Activities that are done more than once: several instances, and loops.

The activity itself runs inside a small scope of its own, once for each turn. What carries the
boundary events and waits for the end of all turns is the place around it.
"""

from typing import ClassVar

from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFailedError
from engine.process.diagram import Loop
from engine.process.elements import Host, SubProcess
from engine.process.expressions import Expression, compile_expression
from engine.process.operators import ExpressionError
from engine.process.progress import Variables
from engine.process.run import InnerScope, Place, Token, cancel

COUNTER = "loopCounter"
"""Variable that holds the number of a turn, from 1; told to nobody outside the turn."""
MOST_INSTANCES = 1_000
"""Instances of one activity at a time."""
NUMBERS = (
    COUNTER,
    "numberOfInstances",
    "numberOfCompletedInstances",
    "numberOfActiveInstances",
    "nrOfInstances",
    "nrOfCompletedInstances",
    "nrOfActiveInstances",
)
"""What a completion condition may ask for, as the standard and as other tools call it."""

_UNLIMITED = -1


class Plan:
    """How often an activity is done, ready to be asked.

    Args:
        loop: What the diagram says; it has passed the rules.
    """

    def __init__(self, loop: Loop) -> None:
        self.is_parallel = loop.kind == "parallel"
        self._is_loop = loop.kind == "standard"
        self._tests_before = loop.tests_before
        self._maximum = int(loop.maximum) if loop.maximum else _UNLIMITED
        self._cardinality = _compiled(loop.cardinality)
        self._condition = _compiled(loop.condition)

    @property
    def manner(self) -> str:
        """Return how the turns follow one another."""
        if self._is_loop:
            return "in a loop"
        return "several times at once" if self.is_parallel else "several times in turn"

    def total(self, known: Variables) -> int:
        """Return how many turns there will be; -1 for a loop that only its condition ends.

        Raises:
            ExpressionError: The number of instances is none, or too large.
        """
        if self._is_loop:
            skips = self._tests_before and self._condition and not self._condition.holds(known)
            return 0 if skips else self._maximum
        count = None if self._cardinality is None else self._cardinality.evaluate(known)
        if isinstance(count, float) and count.is_integer():
            count = int(count)
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise ExpressionError(f"“{count}” is no number of instances")
        if count > MOST_INSTANCES:
            raise ExpressionError(f"{count:,} instances are more than {MOST_INSTANCES:,}")
        return count

    def is_enough(self, total: int, done: int, known: Variables) -> bool:
        """Tell whether no turn is to follow, and whatever still runs is to stop.

        Raises:
            ExpressionError: The condition does not fit the variables.
        """
        if done == total:
            return True
        if self._condition is None:
            return False
        numbers = _numbers(total, done, 1 if not self.is_parallel else total - done)
        return self._condition.holds({**known, **numbers}) is not self._is_loop


class Repeated(SubProcess):
    """An activity with a multi-instance or loop marker, seen from outside."""

    is_drawn: ClassVar[bool] = False  # each turn is told by the activity itself
    plan: Plan
    body: Place

    def arrive(self, token: Token) -> bool:
        """Begin the first turn, or all of them; with none there is nothing to wait for.

        Raises:
            ProcessFailedError: The number of instances is none, or too large.
        """
        try:
            total = self.plan.total(token.data)
        except ExpressionError as error:
            raise ProcessFailedError(self.label, f"{error}.") from error
        if total == 0:
            return True
        Host.arrive(self, token)
        token._set_state(TaskState.STARTED)  # noqa: SLF001 - the library's word for "under way"
        token.internal_data.update(done=0, of=total)
        scope = token.case.open_scope(self.inner, token)
        for number in range(1, total + 1 if self.plan.is_parallel else 2):
            self.turn(scope, number)
        return False

    def turn(self, scope: InnerScope, number: int) -> None:
        """Begin one turn; it knows what the turns before it did."""
        known = scope.begun.hearing(scope.result).keeping(COUNTER, number)
        scope.top_workflow.put(scope, self.body, known)


class TurnEnd(Place):
    """Where each turn of a repeated activity ends."""

    is_drawn: ClassVar[bool] = False

    def act(self, token: Token) -> None:
        """Count the turn, then begin the next one, stop the others, or neither.

        Raises:
            ProcessFailedError: The condition does not fit the variables.
            TypeError: It was built into another scope than that of a repeated activity.
        """
        scope = token.workflow
        if not isinstance(scope, InnerScope) or not isinstance(scope.host.task_spec, Repeated):
            raise TypeError("A turn ends in the scope of a repeated activity only.")
        host, place = scope.host, scope.host.task_spec
        scope.result = scope.result.hearing(token.known.without(COUNTER))
        token.known = scope.begun.hearing(scope.result)
        host.internal_data["done"] += 1
        done, total = host.internal_data["done"], host.internal_data["of"]
        try:
            enough = place.plan.is_enough(total, done, token.data)
        except ExpressionError as error:
            raise ProcessFailedError(self.label, f"{error}.") from error
        if enough:
            cancel(other for other in scope.live.values() if other is not token)
        elif not place.plan.is_parallel:
            place.turn(scope, done + 1)


def _compiled(text: str) -> Expression | None:
    return compile_expression(text) if text else None


def _numbers(total: int, done: int, active: int) -> Variables:
    values = (done, total, done, active, total, done, active)
    return dict(zip(NUMBERS, values, strict=True))
