"""One case that is tried out: the real core and the real tables, in memory, on a clock that jumps.

Nothing is stored. After every act the case is written down and taken up again from what was
written, as commands do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.allowance import Allowance
from engine.domain.case import Case, Step
from engine.domain.effect import applied, at_milestone, occasions_of, routed
from engine.domain.form import Form
from engine.domain.regime import Occasion
from engine.errors import ProcessFailedError, StepNotOpenError
from engine.process.bundle import Element, ProcessBundle
from engine.process.core import LiveCase
from engine.process.progress import Progress, TakenDecision, Variables
from engine.services.clocks import waiting
from engine.services.process import public_status, trial_forms
from engine.services.tryout.trial_letters import TrialLetters
from engine.services.tryout.trial_limits import Circumstances, TrialLimits, imagined

MOST_JUMPS = 1_000
"""Moments at which something falls due while time passes once."""


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was completed.

    Attributes:
        step: As it waited.
        at: When it was completed.
    """

    step: Step
    at: datetime

    @property
    def is_late(self) -> bool:
        """Tell whether it was completed after it was due."""
        return self.at > self.step.due_at


class Trial:
    """A case on its way through a version of the process.

    After a refusal but those of `StepNotOpenError`, `NotAwaitedError` and `InvalidInputError` it
    must be thrown away.

    Args:
        bundle: The version.
        around: Working time, and the rules of time limits.
        known: What the process knows at the beginning.
        begin: When the case begins.
        received_at: When the complaint was received; None for when the case begins.
        warns: Whether time limits tell the case that they are near or missed; a replay brings
            what they told then.

    Attributes:
        now: The jumping clock.
        passed: Ids of the elements that were passed, in order.
        flows: Ids of the sequence flows that were taken, in order.
        decisions: Tables that were asked, in order.
        asked: Names of the operations that were asked for, in order.
        done: Steps that were completed, in order.
    """

    def __init__(
        self,
        bundle: ProcessBundle,
        around: Circumstances,
        *,
        known: Variables,
        begin: datetime,
        received_at: datetime | None = None,
        warns: bool = True,
    ) -> None:
        self.bundle, self.now, self._warns = bundle, begin, warns
        self._around = around
        complaint = imagined(begin, str(known.get("category") or "Other"))
        self.case = Case(
            reference="", complaint=complaint, recorded_at=begin, process=bundle.digest, state=b""
        )
        self.limits = TrialLimits(around, received_at or begin)
        self.passed: list[str] = []
        self.flows: list[str] = []
        self.decisions: list[TakenDecision] = []
        self.asked: list[str] = []
        self.done: list[Done] = []
        self._steps: dict[str, Step] = {}
        self._letters = TrialLetters()
        self._progress = self._follow(
            LiveCase.start(bundle, known, now=begin, timetable=self._timetable)
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that wait, oldest first."""
        return tuple(self._steps.values())

    @property
    def messages(self) -> tuple[str, ...]:
        """Messages and signals that would be heard now, each once."""
        waits = (*self._progress.subscriptions, *self._progress.signals)
        return tuple(dict.fromkeys(each.message for each in waits))

    @property
    def standing_at(self) -> tuple[str, ...]:
        """Ids of the elements at which something is waited for, but those on a border."""
        waits = (*self._progress.subscriptions, *self._progress.signals)
        timers = (timer.element for timer in self._progress.timers)
        events = (*(each.element for each in waits), *timers)
        own = (e for e in events if self.bundle.elements[e].kind != "boundaryEvent")
        return tuple(dict.fromkeys([*(step.element for step in self.steps), *own]))

    @property
    def next_due(self) -> datetime | None:
        """When something falls due next: a timer, or what a time limit tells the case."""
        moments = (self._progress.next_due, self.limits.next_instant)
        return min((moment for moment in moments if moment is not None), default=None)

    @property
    def is_complete(self) -> bool:
        """Tell whether the case has ended."""
        return self._progress.is_complete

    @property
    def status(self) -> str:
        """What the complainant reads."""
        return public_status.of(self.case, self.bundle, self.steps)

    def proposed(self, step: Step) -> dict[str, Any]:
        """Return what the form of a step begins with, as far as the case itself tells."""
        return {"category": self.case.complaint.category} if step.form == "register" else {}

    def complete(self, token: str, answers: Mapping[str, Any]) -> None:
        """Complete a waiting step; what its form needs besides is filled neutrally.

        Raises:
            StepNotOpenError: It does not wait, or decides about what nobody drafted.
            InvalidInputError: The form refuses an answer, or misses one.
            ProcessFailedError: The process cannot go on.
        """
        step = self._steps.get(token)
        if step is None:
            raise StepNotOpenError(token)
        live, kind = self._load(), self.form_of(step)
        form = trial_forms.fill(kind, answers, self.proposed(step), live.variables(token))
        self._letters.take_in(step, form)
        live.complete(token, form.routing(), self.now)
        self.done.append(Done(step, self.now))
        self.case = applied(form, self.case)
        self.limits.happened(occasions_of(form), self.now)
        self._progress = self._follow(live)

    def deliver(self, message: str, payload: Variables) -> None:
        """Hand a message to the case.

        Raises:
            NotAwaitedError: Nothing waits for it.
            InvalidInputError: The payload holds what is no scalar.
            ProcessFailedError: The process cannot go on.
        """
        live = self._load()
        live.deliver(message, payload, self.now)
        if message == "answer" and payload.get("answer") == "rejected":
            self.limits.happened({Occasion.STAGE_TWO_REQUESTED}, self.now)
        self._progress = self._follow(live)

    def wait(self, time: Allowance) -> None:
        """Let time pass, and everything happen that falls due.

        Raises:
            ProcessFailedError: The process cannot go on, or too much falls due.
        """
        self.wait_until(self._timetable(time, self.now))

    def wait_until(self, moment: datetime) -> None:
        """Let time pass until a moment, and everything happen that falls due by then.

        Raises:
            ProcessFailedError: The process cannot go on, or too much falls due.
        """
        for _ in range(MOST_JUMPS):
            due = self.next_due
            if due is None or due > moment or self.is_complete:
                self.now = max(self.now, moment)
                return
            self.now = max(self.now, due)
            self._fire()
        title = self.bundle.title
        raise ProcessFailedError(title, f"more than {MOST_JUMPS:,} things fall due in this time.")

    def form_of(self, step: Step) -> type[Form]:
        """Return what a step asks."""
        return trial_forms.form_of(self.bundle, self.bundle.elements[step.element])

    def _fire(self) -> None:
        if self._progress.next_due is not None and self._progress.next_due <= self.now:
            live = self._load()
            live.fire_due(self.now)
            self._progress = self._follow(live)
        for event in self.limits.act(self.now):
            if self._warns and event.kind.value in self.messages:
                self.deliver(event.kind.value, {})

    def _timetable(self, allowance: Allowance, start: datetime) -> datetime:
        return self._around.calendar.due(start, allowance)

    def _load(self) -> LiveCase:
        return LiveCase.load(self.bundle, self._progress.state, timetable=self._timetable)

    def _follow(self, live: LiveCase) -> Progress:
        """Take in what happened in the act that has just been done."""
        progress = live.progress()
        self.flows += progress.flows
        self.decisions += progress.decisions
        for each in progress.operations:
            self._letters.send(each.operation)
            self.asked.append(each.operation)
        for taken in progress.decisions:
            self.case = routed(self.case, taken.settled)
        known = self._steps
        self._steps = {
            each.token: known.get(each.token) or self._wait_at(each.token, each.element)
            for each in progress.open_steps
        }
        for passage in progress.passages:
            self.passed.append(passage.element)
            self._pass(self.bundle.elements.get(passage.element))
        if progress.is_complete and self.case.is_open:
            self.case = self.case.model_copy(update={"closed_at": self.now})
            self.limits.cancel(self.now)
        return progress

    def _pass(self, element: Element | None) -> None:
        if element is None or element.milestone is None:
            return
        self.case, reached, all_off = at_milestone(self.case, element.milestone, self.now)
        if all_off:
            self.limits.cancel(self.now)
        self.limits.happened(reached, self.now)

    def _wait_at(self, token: str, name: str) -> Step:
        element, now = self.bundle.elements[name], self.now
        due_at = self._timetable(element.due, now) if element.due else self.limits.last_due(now)
        return waiting.step_at(
            element,
            case=self.case,
            token=token,
            owner=None,
            due_at=due_at,
            begin_by=due_at,
            now=now,
        )
