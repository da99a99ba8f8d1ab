"""The door to the process engine: load a case, act on it, write it down again."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Self

from SpiffWorkflow.util.task import TaskState

from engine.errors import InvalidInputError, NotAwaitedError, NotFoundError, StepNotOpenError
from engine.process import codec
from engine.process.bundle import ProcessBundle
from engine.process.elements import Catch
from engine.process.expressions import is_name
from engine.process.known import NOTHING, Known
from engine.process.progress import (
    SIGNAL,
    OpenStep,
    Progress,
    Subscription,
    TakenDecision,
    Timer,
    Variables,
    signal_name,
)
from engine.process.run import CALL_DEPTH as CALL_DEPTH  # noqa: PLC0414 - part of this door
from engine.process.run import CaseRun, Token, cancel
from engine.process.timetable import Timetable
from engine.process.trigger import Trigger

LONGEST_TEXT = 2_000
"""Characters a text variable may have."""
LARGEST_NUMBER = 10**15
"""What a number variable may be at most, either side of zero."""


class LiveCase:
    """A case while one command works on it.

    It is never stored and never shared between threads. After any refusal but those of
    `StepNotOpenError`, `NotAwaitedError` and `InvalidInputError` it must be thrown away.
    """

    def __init__(self, bundle: ProcessBundle, case: CaseRun) -> None:
        self._bundle = bundle
        self._case = case

    @classmethod
    def start(
        cls, bundle: ProcessBundle, variables: Variables, *, now: datetime, timetable: Timetable
    ) -> Self:
        """Begin a case and run it to its first pause.

        Raises:
            InvalidInputError: A variable is no scalar or has no proper name.
            ProcessFailedError: The process cannot run with these variables.
        """
        _check(variables)
        case = bundle.fresh_case(timetable)
        case.plant(_ROOT)
        case.begin_command(now.astimezone(UTC))
        begin = bundle.starts[bundle.process_id].place
        case.enter(case, begin, NOTHING.setting(variables, case.next_number()))
        case.settle()
        return cls(bundle, case)

    @classmethod
    def load(cls, bundle: ProcessBundle, state: bytes, *, timetable: Timetable) -> Self:
        """Take up a stored case.

        Raises:
            UnknownStateError: The state is damaged or of a version this release does not read.
        """
        case = bundle.fresh_case(timetable)
        codec.load(case, state, bundle.digest)
        return cls(bundle, case)

    def complete(self, token: str, answers: Variables, now: datetime) -> None:
        """Complete an open step and run to the next pause.

        What is due has to be fired first: a step that is late takes the way of its timer.

        Raises:
            StepNotOpenError: No step of this name is open.
            InvalidInputError: An answer is no scalar or has no proper name.
            ProcessFailedError: The process cannot go on from here.
        """
        found = next((each for each in self._persons() if str(each.id) == token), None)
        if found is None:
            raise StepNotOpenError(token)
        _check(answers)
        self._case.begin_command(now.astimezone(UTC))
        found.set(answers)
        self._case.step(found)
        self._case.settle()

    def deliver(self, message: str, payload: Variables, now: datetime) -> None:
        """Hand a message, or a signal from outside, to everything in the case that waits for it.

        Args:
            message: As a subscription names it.
            payload: Variables for whoever receives it; may be empty.
            now: The present.

        Raises:
            NotAwaitedError: Nothing waits for the message.
            InvalidInputError: The payload holds what is no scalar.
            ProcessFailedError: The process cannot go on from here.
        """
        kind = "signal" if message.startswith(SIGNAL) else "message"
        wanted = Trigger(kind, message.removeprefix(SIGNAL))
        waiting = [token for token in self._waiting() if _trigger(token) == wanted]
        if not waiting:
            raise NotAwaitedError(message)
        _check(payload)
        self._case.begin_command(now.astimezone(UTC))
        brought = NOTHING.setting(payload, self._case.next_number())
        for token in waiting:
            _fire(token, brought)
        self._case.settle()

    def tell(self, variables: Variables, now: datetime) -> None:
        """Let every branch know variables, wherever it waits.

        Raises:
            InvalidInputError: What they hold is no scalar.
            ProcessFailedError: The process cannot go on from here.
        """
        _check(variables)
        self._case.begin_command(now.astimezone(UTC))
        for token in (*self._persons(), *self._waiting()):
            token.set(variables)
        self._case.settle()

    def fire_due(self, now: datetime) -> int:
        """Fire every timer that has come due, the earliest first, and return how many did.

        Timers that come due because another one fired are fired too.

        Raises:
            ProcessFailedError: The process cannot go on from here.
        """
        fired = 0
        self._case.begin_command(now.astimezone(UTC))
        while due := [token for token in _timed(self._waiting()) if _due_at(token) <= now]:
            _fire(min(due, key=_due_at), NOTHING)
            self._case.settle()
            fired += 1
        return fired

    def end(self, now: datetime) -> None:
        """End the case where it stands, as it ends by itself at the end of its diagram."""
        self._case.begin_command(now.astimezone(UTC))
        self._case.completed = True
        cancel(self._case.tokens)

    def variables(self, token: str) -> Variables:
        """Return the routing variables as one waiting token sees them.

        Raises:
            StepNotOpenError: No such token waits.
        """
        found = next((each for each in self._case.tokens if str(each.id) == token), None)
        if found is None:
            raise StepNotOpenError(token)
        return dict(found.data)

    def open_steps(self) -> tuple[OpenStep, ...]:
        """Return the steps that wait; much cheaper than `progress`, which writes the case down."""
        return tuple(OpenStep(str(t.id), t.task_spec.name) for t in self._persons())

    def awaits(self, message: str) -> bool:
        """Tell whether the case waits for a message or signal; as cheap as `open_steps`."""
        waiting = self._waiting()
        return any(s.message == message for kind in _KINDS for s in _subscriptions(waiting, kind))

    def progress(self) -> Progress:
        """Return where the case stands, and all that happened since it was taken up."""
        case, waiting = self._case, self._waiting()
        return Progress(
            state=codec.dump(case, self._bundle.digest),
            open_steps=self.open_steps(),
            subscriptions=tuple(_subscriptions(waiting, "message")),
            signals=tuple(_subscriptions(waiting, "signal")),
            timers=tuple(
                Timer(token.task_spec.name, str(token.id), _due_at(token))
                for token in _timed(waiting)
            ),
            passages=tuple(case.passages),
            flows=tuple(flow for flow in case.flows if flow),
            decisions=tuple(case.decisions),
            operations=tuple(case.operations),
            is_complete=case.completed,
        )

    def _persons(self) -> list[Token]:
        ready = TaskState.READY
        tokens = self._case.tokens
        return [t for t in tokens if t.task_spec.waits_for_person and t.is_in(ready)]

    def _waiting(self) -> list[Token]:
        tokens = self._case.tokens
        return [t for t in tokens if isinstance(t.task_spec, Catch) and t.is_in(TaskState.WAITING)]


def evaluate(bundle: ProcessBundle, table: str, inputs: Variables) -> TakenDecision:
    """Evaluate a decision table of a process without a case.

    Args:
        bundle: The process version.
        table: Id of the decision.
        inputs: Variables the table reads; what is missing counts as null.

    Raises:
        NotFoundError: The process has no such table.
        ProcessFailedError: The table gives no single answer.
    """
    found = bundle.tables.get(table)
    if found is None:
        raise NotFoundError("decision table", table)
    return found.decide(inputs, "")


_ROOT = -1
_KINDS = ("message", "signal")


def _subscriptions(waiting: Iterable[Token], kind: str) -> Iterator[Subscription]:
    for token in waiting:
        trigger = _trigger(token)
        if trigger is not None and trigger.kind == kind:
            name = signal_name(trigger.name) if kind == "signal" else trigger.name
            yield Subscription(name, token.task_spec.name, str(token.id))


def _timed(waiting: Iterable[Token]) -> list[Token]:
    return [token for token in waiting if "due" in token.internal_data]


def _trigger(token: Token) -> Trigger | None:
    return token.task_spec.trigger if isinstance(token.task_spec, Catch) else None


def _fire(token: Token, brought: Known) -> None:
    """Fire an event, unless one that fired just before has cancelled it."""
    if isinstance(token.task_spec, Catch) and token.is_in(TaskState.WAITING):
        token.task_spec.fire(token, brought)


def _due_at(token: Token) -> datetime:
    return datetime.fromisoformat(token.internal_data["due"])


def _check(variables: Variables) -> None:
    problems = {
        name: reason for name, value in variables.items() if (reason := _problem(name, value))
    }
    if problems:
        raise InvalidInputError(problems)


def _problem(name: str, value: object) -> str:
    if not is_name(name):
        return "This is no name for a variable."
    if value is not None and not isinstance(value, str | int | float | bool):
        return "A process routes by texts, numbers, true and false only."
    if isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
        return f"A number lies between -{LARGEST_NUMBER:,} and {LARGEST_NUMBER:,}."
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"A text variable has at most {LONGEST_TEXT:,} characters."
    return ""
