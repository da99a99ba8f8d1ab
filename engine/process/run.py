"""A running case on SpiffWorkflow: its tokens, its scopes, and the loop that moves them.

SpiffWorkflow gives the task tree, the states of a task and the order in which a task is run,
completed or cancelled. What the library leaves to chance is decided here: tokens have small
stable names, nothing is predicted, joins and scopes look at live tokens only, a token that was
cancelled never runs, and a run without a pause ends in a refusal instead of never.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFailedError
from engine.process.decisions import Table
from engine.process.merge import changes
from engine.process.progress import (
    Passage,
    RequestedOperation,
    Scalar,
    TakenDecision,
    Variables,
)
from engine.process.timetable import Timetable

STEP_BUDGET = 1_000
"""Elements one command may pass; more means a circle without a pause."""
CALL_DEPTH = 8
"""How deep processes may call one another."""


class Token(Task):  # type: ignore[misc] # the library has no types
    """A place that the case has reached, with the variables it has there."""

    workflow: "CaseRun | InnerScope"
    task_spec: "Place"
    data: dict[str, Scalar]
    id: int

    def __init__(
        self,
        scope: "CaseRun | InnerScope",
        place: BpmnTaskSpec,
        parent: "Token | None",
        state: int,
        id_: int,
    ) -> None:
        super().__init__(scope, place, parent, state, id_)
        if not state & TaskState.FINISHED_MASK:
            scope.live[self.id] = self

    @property
    def case(self) -> "CaseRun":
        """Return the case the token belongs to."""
        return self.workflow.top_workflow

    def is_in(self, state: int) -> bool:
        """Tell whether the token is in this state."""
        return bool(self._state == state)

    def _set_state(self, value: int) -> None:
        self._state = value
        if value & TaskState.FINISHED_MASK:
            self.workflow.live.pop(self.id, None)

    def wait(self) -> None:
        """Let the token wait for an event."""
        self._set_state(TaskState.WAITING)

    def go(self) -> None:
        """Let the token run at the next opportunity."""
        self._ready()

    def complete(self) -> None:
        """Leave the place, unless its own deed has cancelled the token meanwhile."""
        if not self._state & TaskState.FINISHED_MASK:
            super().complete()


class Place(BpmnTaskSpec):  # type: ignore[misc] # the library has no types
    """An element of the diagram that tokens come through; this plain one lets them pass."""

    waits_for_person: ClassVar[bool] = False
    counts_arrivals: ClassVar[bool] = False

    def __init__(self, spec: BpmnProcessSpec, id_: str, label: str, kind: str) -> None:
        super().__init__(spec, id_, manual=self.waits_for_person)
        self.label = label
        self.kind = kind
        self.exits: list[Exit] = []

    def arrive(self, token: Token) -> bool:  # noqa: ARG002 - for those that override it
        """Receive a token; tell whether it may run now."""
        return True

    def act(self, token: Token) -> None:
        """Do what the element is there for."""

    def leave(self, token: Token) -> Iterable["Exit"]:  # noqa: ARG002 - as above
        """Return the ways that the token goes on, each with a token of its own."""
        return self.exits

    def depart(self, token: Token) -> None:
        """Tidy up when the token has left or was cancelled."""

    # What the library calls; each hands over to one of the methods above.

    def test(self) -> None:
        """Accept places that no flow leads to, such as boundary events."""

    def _predict(self, *_: object, **__: object) -> None:
        """Predict nothing: predicted branches double with every parallel block."""

    def _update_hook(self, token: Token) -> bool:
        return self.arrive(token)

    def _on_ready_hook(self, token: Token) -> None:
        if not self.manual:
            token.case.ready.append(token)

    def _run_hook(self, token: Token) -> bool:
        self.act(token)
        return True

    def _on_complete_hook(self, token: Token) -> None:
        token.case.passages.append(Passage(self.name, self.kind))
        self.depart(token)
        ways = list(self.leave(token))
        for way in ways:
            child = token.case.spawn(way.place, token, token.data)
            if way.place.counts_arrivals:
                child.internal_data["flow"] = way.arrival
        if not ways:
            token.workflow.absorb(token)

    def _on_cancel(self, token: Token) -> None:
        self.depart(token)


class Exit:
    """A flow that leaves a place.

    Args:
        flow: Id of the sequence flow.
        place: Where it leads.
        arrival: Which of the flows into that place it is, counted from 0.
    """

    __slots__ = ("arrival", "flow", "place")

    def __init__(self, flow: str, place: Place, arrival: int) -> None:
        self.flow = flow
        self.place = place
        self.arrival = arrival


class _Scope:
    """What a whole case and an inner scope have in common."""

    live: dict[int, Token]
    result: dict[str, Scalar]
    task_tree: Token
    completed: bool
    spec: BpmnProcessSpec
    top_workflow: "CaseRun"

    def plant(self, data: Variables, id_: int) -> None:
        """Begin the scope's tree with an anchor: a token that has always been passed."""
        anchor = Token(self, self.spec.start, None, TaskState.COMPLETED, id_)  # type: ignore[arg-type] # one of its two heirs
        anchor.data = dict(data)
        self.task_tree = anchor

    def absorb(self, token: Token) -> None:
        """Keep what a token has changed when it ends here; the next one to end wins."""
        self.result.update(changes(self.task_tree.data, token.data))

    def _task_completed_notify(self, _: Task) -> None:
        if not self.live:
            self.top_workflow.ended.append(self)  # type: ignore[arg-type] # one of its two heirs


class InnerScope(_Scope, BpmnSubWorkflow):  # type: ignore[misc] # the library has no types
    """A sub-process or a called process that is running."""

    parent_task_id: int
    depth: int

    def __init__(self, spec: BpmnProcessSpec, host: Token) -> None:
        self.live = {}
        self.result = {}
        super().__init__(spec, host.id, host.case, deserializing=True)
        self.host = host
        self.plant(host.data, -host.id)


class _NoEngine:
    """Stands where the library would evaluate Python; nothing of ours ever asks it."""


class CaseRun(_Scope, BpmnWorkflow):  # type: ignore[misc] # the library has no types
    """One case while a command works on it; thrown away afterwards.

    Args:
        specs: All processes and sub-processes by id.
        main: Id of the process of the case.
        tables: Decision tables by id.
        timetable: Working-time arithmetic.
    """

    subprocesses: dict[int, InnerScope]

    def __init__(
        self,
        specs: Mapping[str, BpmnProcessSpec],
        main: str,
        tables: Mapping[str, Table],
        timetable: Timetable,
    ) -> None:
        self.live = {}
        self.result = {}
        self.last_id = 0
        super().__init__(specs[main], specs, script_engine=_NoEngine(), deserializing=True)
        self.tables = tables
        self.timetable = timetable
        self.now: datetime | None = None
        self.ready: deque[Token] = deque()
        self.ended: list[CaseRun | InnerScope] = []
        self.passages: list[Passage] = []
        self.decisions: list[TakenDecision] = []
        self.operations: list[RequestedOperation] = []
        self._steps = 0

    @property
    def tokens(self) -> list[Token]:
        """Return every live token of every scope, oldest first."""
        inner = (token for scope in self.subprocesses.values() for token in scope.live.values())
        return sorted([*self.live.values(), *inner], key=lambda token: token.id)

    def next_id(self) -> int:
        """Return a number no other token of this case has or had."""
        self.last_id += 1
        return self.last_id

    def spawn(self, place: Place, parent: Token, data: Mapping[str, Any]) -> Token:
        """Return a new token on its way to a place."""
        token = Token(parent.workflow, place, parent, TaskState.FUTURE, self.next_id())
        token.data = dict(data)
        return token

    def enter(self, scope: "CaseRun | InnerScope", start: Place, data: Variables) -> None:
        """Put the first token into a scope."""
        token = self.spawn(start, scope.task_tree, data)
        start._update(token)  # noqa: SLF001 - the library's own way in

    def open_inner(self, spec: str, host: Token, start: Place) -> None:
        """Begin a sub-process or a called process.

        Raises:
            ProcessFailedError: Processes call one another deeper than allowed.
        """
        scope = InnerScope(self.subprocess_specs[spec], host)
        if scope.depth > CALL_DEPTH:
            raise ProcessFailedError(
                host.task_spec.label, f"processes call one another more than {CALL_DEPTH} deep."
            )
        self.subprocesses[host.id] = scope
        self.enter(scope, start, host.data)

    def close_inner(self, host: Token) -> None:
        """Cancel everything that runs inside an activity."""
        scope = self.subprocesses.pop(host.id, None)
        if scope is not None:
            scope.completed = True
            cancel(scope.live.values())

    def settle(self) -> None:
        """Move all tokens until each waits for a person, an event or another token.

        Raises:
            ProcessFailedError: The step budget is used up, an element cannot do its work, or
                what is left can never go on.
        """
        while self.ready or self.ended:
            if self.ready:
                token = self.ready.popleft()
                if token.is_in(TaskState.READY):
                    self.step(token)
            else:
                self._close(self.ended.pop())
        self._refuse_standstill()

    def begin_command(self, now: datetime) -> None:
        """Fix the time of a command and give it a fresh step budget."""
        self.now = now
        self._steps = 0

    def step(self, token: Token) -> None:
        """Run one token.

        Raises:
            ProcessFailedError: The step budget is used up, or the element cannot do its work.
        """
        self._steps += 1
        if self._steps > STEP_BUDGET:
            raise ProcessFailedError(
                token.task_spec.label, f"it ran {STEP_BUDGET:,} steps without a pause."
            )
        token.run()

    def _close(self, scope: "CaseRun | InnerScope") -> None:
        if scope.live or scope.completed:
            return
        scope.completed = True
        if isinstance(scope, InnerScope):
            del self.subprocesses[scope.host.id]
            scope.host.data.update(scope.result)
            scope.host.go()

    def _refuse_standstill(self) -> None:
        tokens = self.tokens
        if tokens and not any(is_awake(token) for token in tokens):
            stuck = next(token for token in tokens if token.task_spec.counts_arrivals)
            raise ProcessFailedError(
                stuck.task_spec.label, "it waits for a branch that can no longer come."
            )


def cancel(tokens: Iterable[Token]) -> None:
    """Cancel the tokens, and with each what hangs on it."""
    for token in list(tokens):
        if not token.has_state(TaskState.FINISHED_MASK):
            token.cancel()


def is_awake(token: Token) -> bool:
    """Tell whether a person or an event can move the token."""
    if token.task_spec.counts_arrivals:
        return False
    return token.is_in(TaskState.READY) or token.is_in(TaskState.WAITING)
