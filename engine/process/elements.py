"""What each BPMN element does with a token; one class per behaviour."""

from dataclasses import replace
from datetime import UTC, datetime

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.util.task import TaskState

from engine.domain.assessment import OVERRIDDEN
from engine.errors import ProcessFailedError
from engine.process.expressions import Expression
from engine.process.knowledge import known
from engine.process.known import NOTHING, Known
from engine.process.operators import ExpressionError
from engine.process.progress import RequestedOperation, Scalar, Variables
from engine.process.run import Place, Token, cancel
from engine.process.timetable import ENDLESS, Alarm
from engine.process.trigger import Trigger


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
        token.set(self._assigned(token.data))
        if self.decision:
            answered = token.case.tables[self.decision].decide(token.data, self.name)
            taken = replace(answered, chosen=_chosen(answered.outputs, token.data))
            token.case.decisions.append(taken)
            token.set(taken.settled)
        if self.operation:
            token.case.operations.append(RequestedOperation(self.operation, self.name))

    def _assigned(self, known: Variables) -> Variables:
        """Return what the script sets; each of its lines sees what those before it have set.

        Raises:
            ProcessFailedError: The variables do not fit.
        """
        found: dict[str, Scalar] = {}
        for name, expression in self.script:
            try:
                found[name] = expression.evaluate({**known, **found})
            except ExpressionError as error:
                raise ProcessFailedError(self.label, f"{error}.") from error
        return found


def _chosen(outputs: Variables, known: Variables) -> Variables:
    """Return what a person chose for outputs of a table; nothing where the table decides."""
    wanted = {name: known.get(f"{OVERRIDDEN}{name}") for name in outputs}
    return {name: value for name, value in wanted.items() if value is not None}


class Race(Place):
    """An event-based gateway: the first of its events wins."""

    def _on_complete_hook(self, token: Token) -> None:
        super()._on_complete_hook(token)
        for rival in token.children:
            rival.internal_data["race"] = token.id


class Catch(Place):
    """An event that a token waits for."""

    trigger: Trigger | None = None
    alarm: Alarm | None = None
    condition: Expression | None = None

    def arrive(self, token: Token) -> bool:
        """Wait; a duration becomes an instant now and is never computed again."""
        token.wait()
        case = token.case
        if self.alarm is not None and case.now is not None:
            self._set(token, self.alarm.first(case.now, case.timetable), self.alarm.times)
        return False

    def fire(self, token: Token, brought: Known, thrower: Token | None = None) -> None:  # noqa: ARG002 - for event sub-processes
        """Let the token go on; the rivals of an event-based gateway lose.

        Args:
            token: The one that waits.
            brought: What the event brings along.
            thrower: Who has thrown it; None for what comes from outside.
        """
        race = token.internal_data.pop("race", None)
        if race is not None:
            live = token.workflow.live.values()
            cancel(t for t in live if t is not token and t.internal_data.get("race") == race)
        token.internal_data.pop("due", None)
        token.known = token.known.hearing(brought)
        token.go()

    def look(self, token: Token) -> bool:
        """Fire if the condition holds now, and did not the last time.

        Raises:
            ProcessFailedError: The condition does not fit the variables.
        """
        if self.condition is None:
            return False
        try:
            holds = self.condition.holds(known(token.case, token).values)
        except ExpressionError as error:
            raise ProcessFailedError(self.label, f"{error}.") from error
        if not holds:
            token.internal_data.pop("held", None)
        elif "held" not in token.internal_data:
            self.fire(token, NOTHING)
            return True
        return False

    def comes_again(self, token: Token) -> bool:
        """Tell whether the event can come once more, if it does not interrupt."""
        return self.alarm is None or token.internal_data.get("left", 0) != 0

    def follow(self, fresh: Token, before: Token) -> None:
        """Let a fresh token wait for the next time, after the event has come once.

        The next turn of a cycle counts from the instant of the one before and not from now, so
        that what was missed is caught up and nothing shifts.
        """
        if self.condition is not None:
            fresh.internal_data["held"] = True
        if self.alarm is not None and self.alarm.after is not None:
            last = datetime.fromisoformat(before.internal_data["due"])
            due = fresh.case.timetable(self.alarm.after, last)
            self._set(fresh, due.astimezone(UTC), before.internal_data["left"])

    def _set(self, token: Token, due: datetime, times: int) -> None:
        token.internal_data["due"] = due.isoformat()
        if self.alarm is not None and self.alarm.is_cycle:
            token.internal_data["left"] = times if times == ENDLESS else times - 1


class Receive(Catch, Host):
    """A receive task: an activity that waits for a message."""

    def arrive(self, token: Token) -> bool:
        """Arm the boundary events and wait."""
        Host.arrive(self, token)
        return Catch.arrive(self, token)


class Boundary(Catch):
    """An event on the border of an activity.

    One that does not interrupt is armed anew each time it has come, so that it can come again; a
    timer comes once, or as often as its cycle says.
    """

    interrupts = True

    def arm(self, host: Token) -> Token:
        """Begin to wait on behalf of an activity, with the variables it arrived with.

        The token hangs beside that of the activity, not below it, so that it outlives it.
        """
        token = host.case.spawn(self, host.parent, host.known)
        token.internal_data["host"] = host.id
        self._update(token)
        return token

    def fire(self, token: Token, brought: Known, thrower: Token | None = None) -> None:
        """Cancel the activity, or leave it and wait for the next time."""
        host = token.workflow.live[token.internal_data.pop("host")]
        if self.interrupts:
            cancel([host])
        elif self.comes_again(token):
            self.follow(self.arm(host), token)
        super().fire(token, brought, thrower)


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


class Terminate(Place):
    """An end event that stops everything else in its scope."""

    def act(self, token: Token) -> None:
        """Cancel every other token of the scope."""
        cancel(other for other in token.workflow.live.values() if other is not token)


def armed_on(host: Token) -> list[Token]:
    """Return the boundary events that wait on behalf of an activity."""
    live = host.workflow.live.values()
    return [token for token in live if token.internal_data.get("host") == host.id]
