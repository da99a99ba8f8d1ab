"""A running case on SpiffWorkflow: its tokens, its scopes, and the loop that moves them.

SpiffWorkflow gives the task tree, the states of a task and the order in which a task is run,
completed or cancelled. What the library leaves to chance is decided here: tokens have small
stable names, nothing is predicted, joins and scopes look at live tokens only, a token that was
cancelled never runs, and a run without a pause ends in a refusal instead of never.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFailedError
from engine.process.course import Course
from engine.process.decisions import Table
from engine.process.knowledge import tell
from engine.process.known import NOTHING, Known
from engine.process.operators import ExpressionError
from engine.process.progress import Passage, Variables
from engine.process.standstill import refuse_standstill
from engine.process.timetable import Timetable
from engine.process.traits import Traits

CALL_DEPTH = 8
"""How deep processes may call one another."""


class Token(Task):  # type: ignore[misc] # the library has no types
    """A place that the case has reached, with the variables it has there."""

    workflow: "CaseRun | InnerScope"
    task_spec: "Place"
    known: Known
    id: int
    parent: Any = None  # a token; None for the anchor of a scope
    internal_data: dict[str, Any]
    _children: list[int]

    def __init__(
        self,
        scope: "CaseRun | InnerScope",
        place: BpmnTaskSpec,
        parent: "Token | None",
        state: int,
        id_: int,
    ) -> None:
        # The library's way looks at the clock and asks the scope for the parent each time.
        self.id, self.workflow, self.task_spec, self.parent = id_, scope, place, parent
        self.known, self.internal_data, self._children, self._state = NOTHING, {}, [], state
        scope.tasks[id_] = self
        if parent is not None:
            parent._children.append(id_)  # noqa: SLF001 - as the library does it
        if not state & TaskState.FINISHED_MASK:
            scope.live[id_] = self

    @property
    def case(self) -> "CaseRun":
        """Return the case the token belongs to."""
        return self.workflow.top_workflow

    @property
    def data(self) -> Variables:
        """Return the variables as the token sees them."""
        return self.known.values

    def set(self, values: Variables) -> None:
        """Set variables; a value that is the same as before is set all the same."""
        if values:
            self.known = self.known.setting(values, self.case.next_number())

    def is_in(self, state: int) -> bool:
        """Tell whether the token is in this state."""
        return bool(self._state == state)

    def _set_state(self, value: int) -> None:
        self._state = value
        if value & TaskState.FINISHED_MASK:
            self.workflow.live.pop(self.id, None)

    @property
    def stands_by(self) -> bool:
        """Tell whether the token is an event handler that nothing has started."""
        return self.task_spec.is_handler and self.is_in(TaskState.WAITING)

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


class Place(Traits, BpmnTaskSpec):  # type: ignore[misc] # the library has no types
    """An element of the diagram that tokens come through; this plain one lets them pass."""

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

    def look(self, token: Token) -> bool:  # noqa: ARG002 - as above
        """Look whether what a waiting token waits for has become true; tell whether it went on."""
        return False

    def leave(self, token: Token) -> Sequence["Exit"]:
        """Return the ways that the token goes on, each with a token of its own.

        Raises:
            ProcessFailedError: None of the conditions holds and there is no default flow, or one
                does not fit the variables.
        """
        if self.choice is None or not self.exits:
            return self.exits
        try:
            ways = self.choice.ways(self.exits, token.data)
        except ExpressionError as error:
            raise ProcessFailedError(self.label, f"{error}.") from error
        if not ways:
            raise ProcessFailedError(self.label, "no condition holds and there is no default flow.")
        return ways

    def depart(self, token: Token) -> None:
        """Tidy up when the token has left or was cancelled."""

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
        if self.is_drawn:
            token.case.passages.append(Passage(self.name, self.kind))
        self.depart(token)
        ways = self.leave(token)
        for way in ways:
            token.case.flows.append(way.flow)
            child = token.case.spawn(way.place, token, token.known)
            if way.place.counts_arrivals:
                child.internal_data["flow"] = way.arrival
        if not ways:
            token.workflow.absorb(token)

    def _on_cancel(self, token: Token) -> None:
        self.depart(token)


@dataclass(slots=True)
class Exit:
    """A flow that leaves a place."""

    flow: str
    """Id of the sequence flow."""
    place: Place
    arrival: int
    """Which of the flows into that place it is, counted from 0."""


class ScopeSpec(BpmnProcessSpec):  # type: ignore[misc] # the library has no types
    """A process or a sub-process as it is run; shared by all cases and never changed."""

    is_drawn: bool = True
    """False for the turns of a repeated activity: no level of calls, and they keep apart."""
    watches: bool = False
    """Somewhere in the whole diagram a token goes on by looking around."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.task_specs.clear()  # the library's own, whose names a diagram may use too
        self.handlers: list[Place] = []


class _Scope:
    """What a whole case and an inner scope have in common."""

    live: dict[int, Token]
    host: Token | None
    result: Known
    """What those knew that have ended in it."""
    task_tree: Token
    completed: bool
    spec: ScopeSpec
    top_workflow: "CaseRun"

    @property
    def is_busy(self) -> bool:
        """Tell whether anything but event handlers that stand by is left."""
        if not self.spec.handlers:
            return bool(self.live)
        return not all(token.stands_by for token in self.live.values())

    @property
    def begun(self) -> Known:
        """Return what is known around the scope, by who waits for its end."""
        return NOTHING if self.host is None else self.host.known

    def plant(self, id_: int) -> None:
        """Begin the scope's tree with an anchor: a token that has always been passed."""
        self.task_tree = Token(self, self.spec.start, None, TaskState.COMPLETED, id_)  # type: ignore[arg-type] # one of its two heirs

    def absorb(self, token: Token) -> None:
        """Keep what a token knows that ends here, and tell the others of the scope."""
        self.result = self.result.hearing(token.known)
        if self.spec.is_drawn:
            tell(token.known, self.live.values())

    def _task_completed_notify(self, _: Token) -> None:
        if not self.is_busy:
            self.top_workflow.ended.append(self)  # type: ignore[arg-type] # one of its two heirs


class InnerScope(_Scope, BpmnSubWorkflow):  # type: ignore[misc] # the library has no types
    """A sub-process or a called process that is running."""

    depth: int
    host: Token

    def __init__(self, spec: ScopeSpec, host: Token) -> None:
        self.live, self.result = {}, NOTHING
        self.host, self.spec = host, spec
        super().__init__(spec, host.id, host.case, deserializing=True)
        self.plant(-host.id)

    def _calculate_depth(self) -> int:
        outer = self.host.workflow
        return (outer.depth if isinstance(outer, InnerScope) else 0) + self.spec.is_drawn


class CaseRun(_Scope, Course, BpmnWorkflow):  # type: ignore[misc] # the library has no types
    """One case while a command works on it; thrown away afterwards.

    Args:
        specs: All processes and sub-processes by id.
        main: Id of the process of the case.
        tables: Decision tables by id.
        timetable: Working-time arithmetic.
    """

    host: None
    subprocesses: dict[int, InnerScope]

    def __init__(
        self,
        specs: Mapping[str, ScopeSpec],
        main: str,
        tables: Mapping[str, Table],
        timetable: Timetable,
    ) -> None:
        self.live, self.host, self.result = {}, None, NOTHING
        self.last_id = 0
        Course.__init__(self, tables, timetable)
        # Where the library would evaluate Python stands an object that can do nothing.
        BpmnWorkflow.__init__(self, specs[main], specs, script_engine=object(), deserializing=True)
        self.ready: deque[Token] = deque()
        self.ended: list[CaseRun | InnerScope] = []

    @property
    def tokens(self) -> list[Token]:
        """Return every live token of every scope, oldest first."""
        if not self.subprocesses:
            return list(self.live.values())
        inner = (token for scope in self.subprocesses.values() for token in scope.live.values())
        return sorted([*self.live.values(), *inner], key=lambda token: token.id)

    def next_number(self) -> int:
        """Return a number for a token or a setting; no other of the case has or had it."""
        self.last_id += 1
        return self.last_id

    def spawn(self, place: Place, parent: Token, known: Known) -> Token:
        """Return a new token on its way to a place."""
        token = Token(parent.workflow, place, parent, TaskState.FUTURE, self.next_number())
        token.known = known
        return token

    def enter(self, scope: "CaseRun | InnerScope", start: Place, known: Known) -> None:
        """Put the first token into a scope, after its event handlers have begun to wait."""
        for handler in scope.spec.handlers:
            self.put(scope, handler, NOTHING)
        self.put(scope, start, known)

    def put(self, scope: "CaseRun | InnerScope", place: Place, known: Known) -> Token:
        """Put a token into a scope where no flow leads to, and return it."""
        token = self.spawn(place, scope.task_tree, known)
        place._update(token)  # noqa: SLF001 - the library's own way in
        return token

    def open_inner(self, spec: str, host: Token, start: Place) -> None:
        """Begin a sub-process or a called process with what its host knows.

        Raises:
            ProcessFailedError: Processes call one another deeper than allowed.
        """
        self.enter(self.open_scope(spec, host), start, host.known)

    def open_scope(self, spec: str, host: Token) -> InnerScope:
        """Open an inner scope with nothing in it yet.

        Args:
            spec: Its id.
            host: The token that waits for its end.

        Raises:
            ProcessFailedError: Processes call one another deeper than allowed.
        """
        scope = InnerScope(self.subprocess_specs[spec], host)
        if scope.depth > CALL_DEPTH:
            raise ProcessFailedError(
                host.task_spec.label, f"processes call one another more than {CALL_DEPTH} deep."
            )
        self.subprocesses[host.id] = scope
        return scope

    def close_inner(self, host: Token) -> None:
        """Cancel everything that runs inside an activity."""
        scope = self.subprocesses.pop(host.id, None)
        if scope is not None:
            scope.completed = True
            cancel(scope.live.values())

    def settle(self) -> None:
        """Move all tokens until each waits for a person, an event or another token.

        Raises:
            ProcessFailedError: The budget is used up, an element fails, or nothing can go on.
        """
        self._drain()
        while self.spec.watches and self._look_around():
            self._drain()
        refuse_standstill(self.tokens)

    def step(self, token: Token) -> None:
        """Run one token."""
        self.count_step(token.task_spec.label)
        token.run()

    def _drain(self) -> None:
        while self.ready or self.ended:
            if self.ready:
                token = self.ready.popleft()
                if token.is_in(TaskState.READY):
                    self.step(token)
            else:
                self._close(self.ended.pop())

    def _look_around(self) -> bool:
        """Let the first waiting token go on whose condition has become true, if there is one."""
        waiting = (token for token in self.tokens if token.is_in(TaskState.WAITING))
        return any(token.task_spec.look(token) for token in waiting)

    def _close(self, scope: "CaseRun | InnerScope") -> None:
        if scope.is_busy or scope.completed:
            return
        scope.completed = True
        cancel(scope.live.values())
        if isinstance(scope, InnerScope):
            del self.subprocesses[scope.host.id]
            scope.host.known = scope.begun.hearing(scope.result)
            scope.host.go()


def cancel(tokens: Iterable[Token]) -> None:
    """Cancel the tokens, and with each what hangs on it."""
    for token in list(tokens):
        if not token.has_state(TaskState.FINISHED_MASK):
            token.cancel()
