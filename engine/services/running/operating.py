"""A change to the course of one case: what an operator does besides what the diagram says."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from engine.domain import deadline, ladder
from engine.domain.allowance import Allowance
from engine.domain.case import Approval, Case, Escalation, Step
from engine.domain.deadline import Clock
from engine.domain.letter import DRAFTED
from engine.errors import CaseClosedError, CourseError, NotFoundError, StepNotOpenError
from engine.process.core import LiveCase
from engine.process.operation import OperatedCase, Standing
from engine.services.clocks import regimes, waiting
from engine.services.running import four_eyes, step_facts
from engine.services.running.change import CaseChange
from engine.store.transaction import Transaction


class OperatedChange(CaseChange):
    """One open case in the hands of an operator; thrown away when anything goes wrong."""

    live_kind: ClassVar[type[LiveCase]] = OperatedCase

    @property
    def operated(self) -> OperatedCase:
        """The process of the case, loaded so that an operator can act on it.

        Raises:
            CaseClosedError: The case is over.
        """
        if not self.case.is_open or not isinstance(self._live, OperatedCase):
            raise CaseClosedError(self.case.reference)
        return self._live

    def title(self, element: str) -> str:
        """Return the label of an element of the diagram."""
        found = self.bundle.elements.get(element)
        return found.title if found else element

    def move(self, token: str, element: str, *, reason: str) -> None:
        """Let the case go on at another element than where a token waits.

        Raises:
            StepNotOpenError: The case does not wait there.
            NotFoundError: The diagram has no such element.
            CourseError: The token cannot be led there.
        """
        origin = self._standing(token).element
        self._moved.add(token)
        self.operated.move(token, element, self.now, is_approved=is_approved(self.tx, self.case))
        self._known_progress = None
        facts = {"from": self.title(origin), "to": self.title(element)}
        self.record("token.moved", element=element, reason=reason, **facts)

    def skip(self, token: str, *, reason: str) -> None:
        """Let the case go on as if a step had been done, without its form.

        Raises:
            StepNotOpenError: It does not wait.
            CourseError: Two people decide there, or it drafts what they decide.
        """
        operated, step = self.operated, self.step(token)
        if refusal := why_not_skipped(step):
            raise CourseError(refusal)
        if waiting.calls_upwards(step):
            self.tx.records.acknowledge_escalation(
                self.case.id,
                token,
                by=self.actor.username,
                at=self.now,
                action=f"Skipped: {reason}",
            )
        times = step_facts.told(self.platform.calendar, self.case, step, self.now)
        self.record("step.skipped", element=step.element, title=step.title, reason=reason, **times)
        self._done.add(token)
        self._known_progress = None
        operated.complete(token, {}, self.now)

    def set_due(self, token: str, due_at: datetime, *, reason: str) -> None:
        """Let a step, or a waiting time of the diagram, end at another moment.

        Raises:
            StepNotOpenError: Neither a step nor a waiting time of this name runs.
        """
        found = self._standing(token)
        if found.is_step:
            before = self.step(token).due_at
            self._set_step_due(self.step(token), due_at)
        elif found.due_at is not None:
            before = found.due_at
            self._set_timer_due(token, due_at)
        else:
            raise StepNotOpenError(token, "Nothing falls due there.")
        self._record_due(self.title(found.element), before, due_at, reason)

    def set_promise_due(self, code: str, due_at: datetime, *, reason: str) -> None:
        """Let an internal promise fall due at another moment.

        Raises:
            NotFoundError: The case has no such promise.
            CourseError: The promise is statutory or over.
        """
        _ = self.operated  # a closed case has no promises to move
        clock = next((each for each in self._promises.all() if each.code == code), None)
        if clock is None:
            raise NotFoundError("promise", code)
        self._promises.replace(deadline.moved(clock, due_at, self.now))
        self._record_due(clock.title, clock.due_at, due_at, reason, clock=clock.code)

    def suspend(self, *, reason: str) -> None:
        """Let the case rest: steps, waiting times and internal promises stand still.

        A day that somebody was promised stays the day.

        Raises:
            CaseClosedError: The case is over.
            CourseError: It rests already.
        """
        _ = self.operated
        if self.case.is_suspended:
            raise CourseError(f"{self.case.reference} is suspended already.")
        self.case = self.case.model_copy(update={"suspended_at": self.now})
        running = [each for each in self._promises.all() if each.rule != regimes.WORD_CLOCK]
        resting = [deadline.pause(clock, self.now) for clock in running]
        for clock in resting:
            self._promises.replace(clock)
        stopped = [clock.title for clock in resting if clock.paused_at is not None]
        self.record("case.suspended", reason=reason, resting=stopped)

    def resume(self, *, reason: str) -> None:
        """Let the case go on, with as much time left everywhere as when it was suspended.

        Raises:
            CaseClosedError: The case is over.
            CourseError: It does not rest.
        """
        since = self.case.suspended_at
        if self.tx.kinship.merge_of(self.case.id) is not None:
            raise CourseError(f"{self.case.reference} is merged into another one; undo the merge.")
        if since is None:
            raise CourseError(f"{self.case.reference} is not suspended.")
        for standing in self.operated.standings():
            self._wake(standing, since)
        self._wake_calls(since)
        promises: dict[str, str] = {}
        for clock in self._promises.all():
            working = self._is_working_time(clock)
            woken = deadline.resume(
                clock, self.now, self.platform.calendar, is_working_time=working
            )
            self._promises.replace(woken)
            promises |= {clock.code: woken.due_at.isoformat()} if clock.paused_at else {}
        self.case = self.case.awake(self.now)
        self._known_progress = None
        due = [{"element": s.element, "due_at": s.due_at.isoformat()} for s in self.steps]
        moment = since.isoformat(timespec="seconds")
        self.record("case.resumed", reason=reason, since=moment, steps=due, promises=promises)

    def finish(self) -> None:
        """Write everything that follows; a case that goes on takes what came meanwhile."""
        was_resting = self._taken.case.is_suspended
        super().finish()
        if was_resting and not self.case.is_suspended:
            awaited = self.tx.cases.awaits(self.case.id)
            self.has_mail = bool(self.tx.messages.kept_for(self.case.id, awaited))

    # What the acts have in common

    def _standing(self, token: str) -> Standing:
        found = next((each for each in self.operated.standings() if each.token == token), None)
        if found is None:
            raise StepNotOpenError(token, "The case does not wait there any more.")
        return found

    def _wake(self, standing: Standing, since: datetime) -> None:
        """Move what falls due at a place by the time for which the case rested."""
        allowance = self.bundle.elements[standing.element].due
        if standing.is_step:
            step = self.step(standing.token)
            self._set_step_due(step, self._later(step.due_at, since, allowance))
        if standing.due_at is not None:
            self._set_timer_due(standing.token, self._later(standing.due_at, since, allowance))

    def _wake_calls(self, since: datetime) -> None:
        """Give calls that nobody has acknowledged as much time as they had left."""
        policy = self.platform.policy.escalation
        for each in self.tx.records.of(Escalation, self.case.id):
            if each.climb_at is not None:
                allowance = ladder.time_for(policy, each.level, each.reason)
                climb_at = self._later(each.climb_at, since, allowance)
                self.tx.calls.set_climb(self.case.id, each.token, climb_at)

    def _later(self, moment: datetime, since: datetime, allowance: Allowance | None) -> datetime:
        working = allowance is not None and allowance.unit.is_working_time
        calendar = self.platform.calendar
        return deadline.later(moment, since, self.now, calendar, is_working_time=working)

    def _is_working_time(self, clock: Clock) -> bool:
        rule = self._promises.rule_of(clock)
        return rule is not None and rule.time.unit.is_working_time

    def _set_step_due(self, step: Step, due_at: datetime) -> None:
        begin_by = self._begin_by(step.element, due_at)
        self.tx.steps.set_due(self.case.id, step.token, due_at=due_at, begin_by=begin_by)
        self._waiting[step.token] = replace(step, due_at=due_at, begin_by=begin_by)

    def _set_timer_due(self, token: str, due_at: datetime) -> None:
        self.operated.set_due(token, due_at)
        self._known_progress = None

    def _record_due(
        self, title: str, before: datetime, due_at: datetime, reason: str, **of: str
    ) -> None:
        moments = {"before": before.isoformat(), "due_at": due_at.isoformat()}
        self.record("due.moved", title=title, reason=reason, **moments, **of)


def why_not_skipped(step: Step) -> str:
    """Return why nobody skips a step; empty for one that can be skipped."""
    if step.is_gate:
        return f"“{step.title}” is decided by a second person; nobody skips it."
    if step.form in DRAFTED:
        return f"“{step.title}” drafts what a second person decides; nobody skips it."
    return ""


def is_approved(tx: Transaction, case: Case) -> bool:
    """Tell whether a second person has approved what was drafted last in a case."""
    draft = four_eyes.drafted(tx, case.id)
    if draft is None:
        return False
    seen = [each for each in tx.records.of(Approval, case.id) if each.statement_id == draft.id]
    return bool(seen) and seen[-1].result == "approved"
