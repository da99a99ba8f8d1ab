"""A change to one case inside one transaction: loaded once, acted on, written once."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case import Case, Communication, Step
from engine.domain.complaint import EscalationReason
from engine.domain.effect import applied, at_milestone, left_standing, occasions_of, told_by
from engine.domain.form import ApprovalForm, Form
from engine.domain.journal import chain_all
from engine.domain.step_fact import Ending
from engine.errors import StepNotOpenError
from engine.process.bundle import Element, ProcessBundle
from engine.process.core import LiveCase
from engine.process.progress import OpenStep, Progress, Variables
from engine.services.clocks import forecast, waiting
from engine.services.clocks.promises import Promises
from engine.services.clocks.waiting import Call
from engine.services.letters import letter
from engine.services.process import asking, course
from engine.services.process.processes import bundle_of
from engine.services.running import closing, findings, four_eyes, ledger, step_facts
from engine.store.cases import Awaited
from engine.store.taken import Taken
from engine.store.transaction import Transaction

_NOTHING = frozenset[str]()


class CaseChange:
    """One case while a command changes it; thrown away when anything goes wrong.

    Attributes:
        on_behalf_of: The absent person for whom the actor stands in; None for nobody.
        has_mail: Whether messages are kept that the case has begun to wait for; known at the end.
    """

    live_kind: ClassVar[type[LiveCase]] = LiveCase
    """What the process is loaded as."""

    def __init__(
        self,
        platform: Platform,
        tx: Transaction,
        *,
        taken: Taken,
        bundle: ProcessBundle,
        live: LiveCase,
        actor: Actor,
    ) -> None:
        self.platform = platform
        self.tx = tx
        self.case = taken.case
        self.bundle = bundle
        self.actor = actor
        self.now: datetime = platform.now()
        self._live = live
        self._taken = taken
        self._known_progress: Progress | None = None
        self._promises = Promises(platform, tx, taken.case, taken.clocks, self.record)
        self._events: list[tuple[str, dict[str, Any]]] = []
        self._waiting = {step.token: step for step in taken.steps}
        self._found = self._tokens()
        self._done: set[str] = set()
        self._moved: set[str] = set()
        self._call = Call()
        self._on_paper = self._unsaid = _NOTHING
        self.has_mail = False
        self.on_behalf_of: Actor | None = None

    @classmethod
    def load(cls, platform: Platform, tx: Transaction, *, taken: Taken, actor: Actor) -> Self:
        """Load a case and let every timer of its diagram fire that is due.

        A suspended case has no next due time: its timers rest.
        """
        case = taken.case
        bundle = bundle_of(platform, tx, case.process)
        live = cls.live_kind.load(bundle, case.state, timetable=waiting.timetable(platform))
        change = cls(platform, tx, taken=taken, bundle=bundle, live=live, actor=actor)
        if case.next_due is not None and case.next_due <= change.now:
            change._fire_due()
            change.record("timer.fired", due_at=case.next_due.isoformat())
        return change

    @property
    def _absent(self) -> str | None:
        return self.on_behalf_of.username if self.on_behalf_of else None

    @property
    def is_untouched(self) -> bool:
        """Tell whether nothing has happened in this change so far."""
        return not self._events

    @property
    def steps(self) -> tuple[Step, ...]:
        """The human steps that wait now, in this change."""
        return tuple(self._step(token) for token in self._tokens())

    def step(self, token: str) -> Step:
        """Return a step that waits.

        Raises:
            StepNotOpenError: It does not wait.
        """
        if token not in self._tokens():
            raise StepNotOpenError(token, "Somebody may have finished it; reload the case.")
        return self._step(token)

    def asks(self, step: Step) -> type[Form]:
        """Return what a step asks that waits."""
        return asking.form_at(self.bundle, step, self._live.variables)

    def record(self, kind: str, /, **detail: Any) -> None:  # noqa: ANN401 - facts of any event
        """Note an event; it is stored with everything else."""
        self._events.append((kind, detail))

    def record_all(self, happened: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Note what follows from a form or a message."""
        for kind, facts in happened:
            self.record(kind, **facts)

    def complete(self, token: str, form: Form) -> None:
        """Complete a waiting step with its form.

        Raises:
            StepNotOpenError: It does not wait.
            SeparationOfDutiesError: A gate of four eyes, and the actor drafted.
            ProcessFailedError: The diagram cannot go on.
        """
        step = self.step(token)
        if isinstance(form, ApprovalForm):
            self._approve(step, form)
        statement = asking.stated(
            self.bundle, step, form, by=self.actor.username, on_behalf_of=self._absent, at=self.now
        )
        self.tx.records.add(self.case.id, statement)
        if waiting.calls_upwards(step):
            action = str(next(iter(statement.content.values())))
            self.tx.records.acknowledge_escalation(
                self.case.id, token, by=self.actor.username, at=self.now, action=action
            )
        self.case = left_standing(form, applied(form, self.case), self.now)
        for take_in in (findings.take_in, ledger.take_in):
            self.record_all(take_in(self.tx, self.case, form, by=self.actor, at=self.now))
        self.record(
            "step.completed",
            element=step.element,
            title=step.title,
            form=step.form,
            content=statement.content_hash,
            **told_by(form, self.case),
            **({"on_behalf_of": self._absent} if self._absent else {}),
            **step_facts.told(self.platform.calendar, self.case, step, self.now),
        )
        self.happened(*occasions_of(form))
        self._done.add(token)
        self._known_progress = None
        self._live.complete(token, form.routing(), self.now)

    def deliver(
        self,
        message: str,
        payload: Variables | None = None,
        *,
        reason: EscalationReason | None = None,
        detail: str = "",
    ) -> None:
        """Deliver a message to the diagram.

        Raises:
            NotAwaitedError: The case does not wait for it.
        """
        self._call = Call(reason, detail)
        before = self._tokens()
        self._known_progress = None
        self._live.deliver(message, payload or {}, self.now)
        self.record("message.received", message=message, detail=detail)
        if message == "answer":
            said = (payload or {}).get("answer") == "accepted"
            self.record_all(ledger.answered(self.tx, self.case, is_accepted=said, at=self.now))
        for token in self._tokens() - before:
            self._wait(token)
        self._call = Call()

    def tell(self, variables: Variables) -> None:
        """Let the diagram know variables, in every branch."""
        self._known_progress = None
        self._live.tell(variables, self.now)

    def awaits(self, message: str) -> bool:
        """Tell whether the case waits for a message."""
        return self._live.awaits(message)

    def finish(self) -> None:
        """Write everything that follows from what was done."""
        progress = self._progress()
        for token in self._tokens() - self._waiting.keys():
            self._wait(token)
        self.case, went = course.followed(self.tx, self.case, progress, self.actor, self.now)
        self.record_all(went)
        if not self.case.complaint.email:
            self._on_paper = letter.meant_by(each.operation for each in progress.operations)
        for passage in progress.passages:
            self._pass(self.bundle.elements.get(passage.element))
        for operation in progress.operations:
            self._send(operation.operation)
        self._project(progress)
        if self._promises.has_moved:
            clocks = self._promises.all()
            forecast.begin_anew(self.platform, self.tx, steps=self.steps, clocks=clocks)
        if progress.is_complete and self.case.is_open:
            self.case = self.case.model_copy(update={"closed_at": self.now})
            self.record("case.closed", outcome=self.case.outcome)
            closing.close(self.tx, self.case, by=self.actor, at=self.now)
            self._promises.cancel(self.now, besides=self.tx.postings.awaited(self.case.id))
            self._end_merged()
        self._write(progress)

    def start_clocks(self) -> dict[str, str]:
        """Start every promise that is counted from the receipt, and return when each is due."""
        self._promises.begin()
        return {clock.code: clock.due_at.isoformat() for clock in self._promises.all()}

    def happened(self, *occasions: str, at: datetime | None = None) -> None:
        """Note that something happened which starts or stops time limits, now or before."""
        self._promises.happened(occasions, at or self.now)

    def act_on_clocks(self) -> int:
        """Send every warning and breach that is due into the case, each exactly once."""
        due = self._promises.act(self.now)
        for clock, event in due:
            self.record(event.kind.value.replace("_", "."), clock=event.clock)
            if self.awaits(event.kind.value):
                reason = EscalationReason(event.kind.value)
                self.deliver(event.kind.value, reason=reason, detail=clock.title)
        return len(due)

    def end_with(self, heir: Case) -> None:
        """End a case that was merged into another, as that one ends."""
        self.case = self.case.awake(self.now).model_copy(update={"outcome": heir.outcome})
        self._promises.drop()
        waiting.end_calls(self.tx, self.steps, by=self.actor.username, at=self.now)
        self._live.end(self.now)
        self._known_progress = None
        self.finish()

    # What follows from acts

    def _end_merged(self) -> None:
        ids = [each.case_id for each in self.tx.kinship.merged_into(self.case.id)]
        for taken in self.tx.take_all(ids):
            change = CaseChange.load(self.platform, self.tx, taken=taken, actor=self.actor)
            change.end_with(self.case)

    def _fire_due(self) -> None:
        self._known_progress = None
        self._live.fire_due(self.now)

    def _progress(self) -> Progress:
        if self._known_progress is None:
            self._known_progress = self._live.progress()
        return self._known_progress

    def _tokens(self) -> set[str]:
        return {step.token for step in self._open_steps()}

    def _open_steps(self) -> tuple[OpenStep, ...]:
        known = self._known_progress
        return self._live.open_steps() if known is None else known.open_steps

    def _step(self, token: str) -> Step:
        return self._waiting.get(token) or self._wait(token)

    def _wait(self, token: str) -> Step:
        """Make the step that a token waits at."""
        name = next(s.element for s in self._open_steps() if s.token == token)
        element = self.bundle.elements[name]
        due_at = self._due(element)
        step = waiting.step_at(
            element,
            case=self.case,
            token=token,
            owner=waiting.owner_for(self.tx, case=self.case, element=element),
            due_at=due_at,
            begin_by=self._begin_by(name, due_at),
            now=self.now,
        )
        call, is_old = self._call, token in self._found
        step = waiting.called(self.tx, case=self.case, step=step, call=call, is_old=is_old)
        self._waiting[token] = step
        self.tx.steps.add(self.case, [step])
        due = step.due_at.isoformat(timespec="seconds")
        self.record("step.opened", element=name, title=step.title, due_at=due)
        raised = waiting.raise_call(
            self.platform, self.tx, step=step, call=call, by=self.actor.username, is_old=is_old
        )
        if raised is not None:
            self.record("escalation.raised", reason=raised.reason, detail=raised.detail)
        return step

    def _due(self, element: Element) -> datetime:
        """Return when a step falls due: with the last promise where the diagram says nothing."""
        if element.due is None:
            return self._promises.last_due(otherwise=self.now)
        return self.platform.calendar.due(self.now, element.due)

    def _begin_by(self, element: str, due_at: datetime) -> datetime:
        return forecast.begin_at(
            self.platform, self.tx, element=element, due_at=due_at, clocks=self._promises.all()
        )

    def _approve(self, step: Step, form: ApprovalForm) -> None:
        people = (self.actor, self.on_behalf_of)
        approval = four_eyes.approved(self.platform, self.tx, self.case, step, form, people)
        self.tx.records.add(self.case.id, approval)
        self.record(f"decision.{form.approval}", content=approval.content_hash)

    def _pass(self, element: Element | None) -> None:
        if element is None or element.milestone is None:
            return
        self.case, reached, all_off = at_milestone(self.case, element.milestone, self.now)
        how = {"outcome": self.case.outcome} if "decided" in reached else {}
        self.record("milestone.reached", milestone=element.milestone, **how)
        if all_off:
            self._promises.cancel(self.now)
        if element.milestone == "decided":
            self.record_all(ledger.offer(self.tx, self.case, at=self.now))
        self._unsaid |= reached & self._on_paper
        self.happened(*(reached - self._on_paper))

    def _send(self, operation: str) -> None:
        """Send the letter of an operation of the diagram."""
        at, case, means = self.now, self.case, self._unsaid & letter.MEANS.get(operation, _NOTHING)
        sent = letter.approved(self.platform, self.tx, case=case, operation=operation, now=at)
        self.post(sent, means=means)

    def post(self, sent: Communication, *, means: Collection[str] = ()) -> None:
        """Keep a letter; what it means for time limits happens when it leaves the house."""
        is_mail = letter.post(self.platform, self.tx, self.case, sent, at=self.now, means=means)
        self.record("letter.sent", letter=sent.kind, content=sent.content_hash, mail=is_mail)
        if is_mail:
            self.happened(*means)

    def _project(self, progress: Progress) -> None:
        live = {step.token for step in progress.open_steps}
        gone = self._waiting.keys() - live
        for token in sorted(gone - self._done):
            step = self._waiting[token]
            how = Ending.MOVED if token in self._moved else None
            times = step_facts.told(self.platform.calendar, self.case, step, self.now, how)
            self.record("step.cancelled", element=step.element, title=step.title, **times)
        self.tx.steps.remove(self.case.id, gone)
        awaited = (*progress.subscriptions, *progress.signals)
        begun = self.tx.cases.subscribe(
            self.case.id,
            [Awaited(s.message, s.element, s.token) for s in awaited],
            before=self._taken.awaited,
        )
        self.has_mail = bool(self.tx.messages.kept_for(self.case.id, begun))

    def _write(self, progress: Progress) -> None:
        events = chain_all(
            self._events,
            case_id=self.case.id,
            last=(self.case.journal_seq, self.case.journal_head),
            at=self.now,
            actor=self.actor.username,
        )
        self.tx.journal.append(events)
        step_facts.keep(self.platform, self.tx, self._taken.case, self.case, events)
        stored = self.case.model_copy(
            update={
                "state": progress.state,
                "next_due": None if self.case.is_suspended else progress.next_due,
                "journal_seq": self.case.journal_seq + len(events),
                "journal_head": events[-1].hash if events else self.case.journal_head,
            }
        )
        self.tx.cases.replace(stored, before=self._taken.case)
        self.tx.steps.refresh(stored, before=self._taken.case)
        self.case = stored.model_copy(update={"rev": stored.rev + 1})
