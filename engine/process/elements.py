"""What each BPMN element does with a token; one class per behaviour."""

from collections.abc import Iterable
from datetime import UTC, datetime

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import CodeEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.domain.working_time import Allowance
from engine.errors import ProcessFailedError
from engine.process.expressions import Expression
from engine.process.merge import common, merged
from engine.process.operators import ExpressionError
from engine.process.progress import Passage, RequestedOperation, Variables
from engine.process.run import Exit, InnerScope, Place, Token, cancel


class Host(Place):
    """An activity that can carry boundary events."""

    def __init__(self, spec: BpmnProcessSpec, id_: str, label: str, kind: str) -> None:
        super().__init__(spec, id_, label, kind)
        self.boundaries: list[Boundary] = []

    def arrive(self, token: Token) -> bool:
        """Arm the boundary events."""
        for boundary in self.boundaries:
            boundary.arm(token)
        return True

    def depart(self, token: Token) -> None:
        """Disarm the boundary events; what they have started goes on."""
        cancel(armed_on(token))


class Person(Host):
    """A step that somebody has to do."""

    waits_for_person = True


class Work(Place):
    """A step that the machine does at once."""

    operation: str = ""
    decision: str = ""
    script: tuple[tuple[str, Expression], ...] = ()

    def act(self, token: Token) -> None:
        """Assign variables, take the decision, note the operation that is to follow.

        Raises:
            ProcessFailedError: The variables do not fit the script or the table.
        """
        for name, expression in self.script:
            try:
                token.data[name] = expression.evaluate(token.data)
            except ExpressionError as error:
                raise ProcessFailedError(self.label, f"{error}.") from error
        if self.decision:
            taken = token.case.tables[self.decision].decide(token.data, self.name)
            token.case.decisions.append(taken)
            token.data.update(taken.outputs)
        if self.operation:
            token.case.operations.append(RequestedOperation(self.operation, self.name))


class Choice(Place):
    """A gateway that looks at conditions: exclusive takes one way, inclusive every true one."""

    takes_all: bool = False
    default: str = ""

    def __init__(self, spec: BpmnProcessSpec, id_: str, label: str, kind: str) -> None:
        super().__init__(spec, id_, label, kind)
        self.conditions: dict[str, Expression] = {}

    def leave(self, token: Token) -> Iterable[Exit]:
        """Return the ways whose condition holds, in the order of the diagram.

        Raises:
            ProcessFailedError: No condition holds and there is no default flow, or a condition
                does not fit the variables.
        """
        try:
            ways = [way for way in self.exits if self._is_open(way, token.data)]
        except ExpressionError as error:
            raise ProcessFailedError(self.label, f"{error}.") from error
        ways = ways or [way for way in self.exits if way.flow == self.default]
        if self.exits and not ways:
            raise ProcessFailedError(self.label, "no condition holds and there is no default flow.")
        return ways if self.takes_all else ways[:1]

    def _is_open(self, way: Exit, data: Variables) -> bool:
        if way.flow == self.default:
            return False
        condition = self.conditions.get(way.flow)
        return condition is None or condition.holds(data)


class Join(Place):
    """A parallel gateway into which several flows lead: it waits for one token on each.

    A further token on the same flow is kept for the next time, as BPMN says.
    """

    counts_arrivals = True
    arrivals: int = 0
    """How many flows lead into the gateway."""

    def arrive(self, token: Token) -> bool:
        """Go on as one token when every flow has brought one; the newest carries on."""
        token.wait()
        oldest: dict[int, Token] = {}
        for other in sorted(token.workflow.live.values(), key=lambda other: other.id):
            if other.task_spec is self:
                oldest.setdefault(other.internal_data["flow"], other)
        if len(oldest) < self.arrivals:
            return False
        joined = sorted(oldest.values(), key=lambda other: other.id)
        token.data = merged(_fork(joined).data, [other.data for other in joined])
        cancel(other for other in joined if other is not token)
        return True


class Race(Place):
    """An event-based gateway: the first of its events wins."""

    def _on_complete_hook(self, token: Token) -> None:
        super()._on_complete_hook(token)
        for rival in token.children:
            rival.internal_data["race"] = token.id


class Catch(Place):
    """An event that a token waits for."""

    definition: EventDefinition | None = None
    duration: Allowance | None = None
    date: datetime | None = None

    def arrive(self, token: Token) -> bool:
        """Wait; a duration becomes an instant now and is never computed again."""
        token.wait()
        due = self._due(token)
        if due is not None:
            token.internal_data["due"] = due.astimezone(UTC).isoformat()
        return False

    def fire(self, token: Token, payload: Variables) -> None:
        """Let the token go on; the rivals of an event-based gateway lose."""
        race = token.internal_data.pop("race", None)
        if race is not None:
            live = token.workflow.live.values()
            cancel(t for t in live if t is not token and t.internal_data.get("race") == race)
        token.internal_data.pop("due", None)
        token.data.update(payload)
        token.go()

    def _due(self, token: Token) -> datetime | None:
        if self.duration is not None and token.case.now is not None:
            return token.case.timetable(self.duration, token.case.now)
        return self.date


class Receive(Catch, Host):
    """A receive task: an activity that waits for a message."""

    def arrive(self, token: Token) -> bool:
        """Arm the boundary events and wait."""
        Host.arrive(self, token)
        return Catch.arrive(self, token)


class Boundary(Catch):
    """An event on the border of an activity.

    One that does not interrupt is armed anew each time a message or an escalation has come, so
    that it can come again; a timer comes once.
    """

    interrupts: bool = True

    def arm(self, host: Token) -> None:
        """Begin to wait on behalf of an activity, with the variables it arrived with.

        The token hangs beside that of the activity, not below it, so that it outlives it.
        """
        token = host.case.spawn(self, host.parent, host.data)
        token.internal_data["host"] = host.id
        self._update(token)

    def fire(self, token: Token, payload: Variables) -> None:
        """Cancel the activity, or leave it and wait for the next time."""
        host = token.workflow.live[token.internal_data.pop("host")]
        if self.interrupts:
            cancel([host])
        elif self.definition is not None:
            self.arm(host)
        super().fire(token, payload)


class SubProcess(Host):
    """An embedded sub-process or a call activity."""

    inner: str = ""
    """Id of the process that runs inside."""

    def __init__(self, spec: BpmnProcessSpec, id_: str, label: str, kind: str) -> None:
        super().__init__(spec, id_, label, kind)
        self.starts: list[Place] = []

    def arrive(self, token: Token) -> bool:
        """Begin what is inside; the token runs when all of that has ended."""
        super().arrive(token)
        token._set_state(TaskState.STARTED)  # noqa: SLF001 - the library's word for "under way"
        token.case.open_inner(self.inner, token, self.starts[0])
        return False

    def depart(self, token: Token) -> None:
        """Stop what runs inside and disarm the boundary events."""
        token.case.close_inner(token)
        super().depart(token)


class Throw(Place):
    """An event that raises an escalation or an error to whoever catches it further out."""

    definition: CodeEventDefinition | None = None

    def act(self, token: Token) -> None:
        """Fire the nearest boundary event that catches it.

        Raises:
            ProcessFailedError: Nobody catches it.
        """
        catcher = self._catcher(token)
        if catcher is None or not isinstance(catcher.task_spec, Boundary):
            raise ProcessFailedError(self.label, "nobody catches what it throws.")
        catcher.task_spec.fire(catcher, token.data)
        if token.has_state(TaskState.FINISHED_MASK):  # interrupted by what it has thrown
            token.case.passages.append(Passage(self.name, self.kind))

    def _catcher(self, token: Token) -> Token | None:
        scope = token.workflow
        while isinstance(scope, InnerScope):
            fitting = [armed for armed in armed_on(scope.host) if self._fits(armed)]
            if fitting:
                return min(fitting, key=_generality)
            scope = scope.host.workflow
        return None

    def _fits(self, armed: Token) -> bool:
        caught = getattr(armed.task_spec, "definition", None)
        return isinstance(caught, CodeEventDefinition) and bool(caught == self.definition)


class Terminate(Place):
    """An end event that stops everything else in its scope."""

    def act(self, token: Token) -> None:
        """Cancel every other token of the scope."""
        cancel(other for other in token.workflow.live.values() if other is not token)


def armed_on(host: Token) -> list[Token]:
    """Return the boundary events that wait on behalf of an activity."""
    live = host.workflow.live.values()
    return [token for token in live if token.internal_data.get("host") == host.id]


def _generality(armed: Token) -> int:
    """Order catchers so that one for this very code comes before one for any."""
    definition = getattr(armed.task_spec, "definition", None)
    return 1 if getattr(definition, "code", None) is None else 0


def _fork(tokens: Iterable[Token]) -> Token:
    """Return the nearest token from which all of these came."""
    paths: list[list[int]] = []
    for token in tokens:
        path, step = [], token
        while step is not None:
            path.append(step.id)
            step = step.parent
        paths.append(path[::-1])
    found: Token = token.workflow.tasks[common(paths)]
    return found
