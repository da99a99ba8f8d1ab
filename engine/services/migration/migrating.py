"""A case while it moves to another version of its process, or back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case import Case, Step
from engine.domain.complaint import EscalationReason
from engine.domain.deadline import Clock, ClockEventKind, ClockState
from engine.domain.migration_plan import MOVED_ON, MigrationPlan, Obstacle, Outcome, verdict_of
from engine.process.core import LiveCase
from engine.process.migration import Migration, Moved
from engine.services.clocks import waiting
from engine.services.process.processes import bundle_of
from engine.services.running.change import CaseChange
from engine.store.migration_plans import Kept
from engine.store.taken import Taken
from engine.store.transaction import Transaction

GONE_ON = "It has gone on since."


def hash_of(state: bytes) -> str:
    """Return what tells a state from every other one."""
    return sha256(state).hexdigest()


class MigratedChange(CaseChange):
    """One case on its way to another version; thrown away when anything goes wrong.

    What has come due does not happen first: it happens on the version to which the case moves.

    Attributes:
        missed: What time limits have told meanwhile; is told here as far as it is awaited.
    """

    missed: Sequence[tuple[Clock, ClockEventKind]] = ()

    def settle(self, kind: str, **facts: str | int) -> None:
        """Let the open steps be what this version says, and write everything."""
        for token in sorted(self._tokens() & self._waiting.keys()):
            self._restate(self._waiting[token])
        self.case = self.case.model_copy(update={"process": self.bundle.digest})
        self.record(kind, **facts)
        for clock, event in self.missed:
            if self.awaits(event.value):
                reason = EscalationReason(event.value)
                self.deliver(event.value, reason=reason, detail=clock.title)
        self.finish()

    def _restate(self, before: Step) -> None:
        name = next(s.element for s in self._open_steps() if s.token == before.token)
        element = self.bundle.elements[name]
        step = replace(
            before,
            element=name,
            title=element.title,
            roles=element.roles,
            form=element.form or "",
            clause=element.clause or "",
            is_gate=element.gate is not None,
            competences=element.competences,
        )
        if waiting.calls_upwards(step):
            step = waiting.called(
                self.tx, case=self.case, step=step, call=waiting.Call(), is_old=True
            )
        if step != before:
            self._waiting[step.token] = step
            self.tx.steps.restate(step)


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of one case under a plan.

    Attributes:
        remarks: Id of an element and a sentence, worth knowing of a case that can be moved.
    """

    moved: Moved
    obstacles: tuple[Obstacle, ...]
    remarks: tuple[tuple[str, str], ...]


@dataclass
class Mover:
    """Moves cases by one plan; used for many of them, in one thread."""

    platform: Platform
    plan: MigrationPlan
    versions: Mapping[str, int]
    """Number by digest of every version."""
    actor: Actor
    _migrations: dict[str, Migration] = field(default_factory=dict)
    _people: Mapping[str, Actor] = field(default_factory=dict)

    @cached_property
    def _timetable(self) -> Any:  # noqa: ANN401 - engine.process names the type
        return waiting.timetable(self.platform)

    def read(self, tx: Transaction) -> None:
        """Read what is the same for every case: both versions, and who works here."""
        target = bundle_of(self.platform, tx, self.plan.target)
        for digest in self.plan.sources:
            source = bundle_of(self.platform, tx, digest)
            self._migrations[digest] = Migration(source, target, self.plan.mapping)
        everybody = (account for account in tx.accounts.all() if account.is_active)
        self._people = {account.actor.username: account.actor for account in everybody}

    def judge(self, process: str, state: bytes, steps: Iterable[Step]) -> Judged:
        """Return what becomes of a case; nothing is written.

        Raises:
            UnknownStateError: The stored state cannot be read.
        """
        moved = self._migrations[process].move(
            state, now=self.platform.now(), timetable=self._timetable
        )
        obstacles, remarks = list(moved.obstacles), list(moved.remarks)
        if moved.live is not None:
            went = {step.token: step.element for step in moved.live.open_steps()}
            for step in steps:
                if step.token in went:
                    obstacles += self._of_call(process, step, went[step.token])
                    remarks += self._of_step(process, step, went[step.token])
        return Judged(moved, tuple(obstacles), tuple(remarks))

    def move(self, tx: Transaction, taken: Taken) -> tuple[Outcome, bool]:
        """Move one case that was taken, note what became of it, and tell whether mail waits.

        Raises:
            RedressError: It cannot be written so.
        """
        case, at = taken.case, self.platform.now()
        judged = self.judge(case.process, case.state, taken.steps)
        if judged.obstacles or judged.moved.live is None:
            outcome = Outcome(verdict_of(judged.obstacles))
            texts = [each.reason for each in judged.obstacles]
            kept = Kept(case.id, at, case.process)
            tx.migration_plans.note(self.plan.number, kept, outcome=outcome, texts=texts)
            return outcome, False
        change = self._change(tx, taken, self.plan.target, judged.moved.live)
        change.settle("case.migrated", **self._told(case.process, self.plan.target))
        kept = Kept(case.id, at, case.process, case.state, hash_of(change.case.state))
        texts = [text for _, text in judged.remarks]
        tx.migration_plans.note(self.plan.number, kept, outcome=Outcome.MOVED, texts=texts)
        return Outcome.MOVED, change.has_mail

    def move_back(self, tx: Transaction, taken: Taken, kept: Kept) -> tuple[str, bool]:
        """Move one case back as it stood; return why not, empty where it was, and if mail waits.

        A time limit that drew near or was missed since the move is told to it now.

        Raises:
            RedressError: It cannot be written so.
        """
        case = taken.case
        if refusal := self.why_not_back(case, kept):
            tx.migration_plans.turn_back(self.plan.number, case.id, kept_because=refusal)
            return refusal, False
        bundle = bundle_of(self.platform, tx, kept.process)
        live = LiveCase.load(bundle, kept.state, timetable=self._timetable)
        change = self._change(tx, taken, kept.process, live)
        clocks = tx.clocks.of(case.id) if taken.clocks is None else taken.clocks
        change.missed = [each for clock in clocks for each in _told_since(clock, kept.at)]
        change.settle("case.moved_back", **self._told(case.process, kept.process))
        tx.migration_plans.turn_back(self.plan.number, case.id)
        return "", change.has_mail

    def _change(self, tx: Transaction, taken: Taken, digest: str, live: LiveCase) -> MigratedChange:
        bundle = bundle_of(self.platform, tx, digest)
        return MigratedChange(
            self.platform, tx, taken=taken, bundle=bundle, live=live, actor=self.actor
        )

    def why_not_back(self, case: Case, kept: Kept) -> str:
        """Return why a case is not moved back; empty where it can be."""
        if case.erased_at is not None:
            return "Its personal data are gone."
        if not case.is_open:
            return "It is closed."
        if case.process != self.plan.target:
            return MOVED_ON
        return "" if hash_of(case.state) == kept.hash_after else GONE_ON

    def _told(self, before: str, after: str) -> dict[str, str | int]:
        return {
            "was": self.versions[before],
            "version": self.versions[after],
            "plan": self.plan.number,
            "before": before,
            "after": after,
        }

    def _of_call(self, process: str, step: Step, element: str) -> Iterable[Obstacle]:
        """Refuse to make a call upwards of something else, or the other way round."""
        form = self._migrations[process].counterparts.target.elements[element].form or ""
        was, becomes = step.form in waiting.CALLS_UPWARDS, form in waiting.CALLS_UPWARDS
        if was != becomes:
            what = "is a call upwards" if was else "is no call upwards"
            why = f"“{step.title}” {what}, and what it would become is {'no' if was else 'one'}."
            yield Obstacle(step.element, why, is_mappable=True)

    def _of_step(self, process: str, step: Step, element: str) -> Iterable[tuple[str, str]]:
        known = self._migrations[process].counterparts
        found = known.target.elements[element]
        asked = known.target.forms.get(found.form or "")
        if (found.form or "") != step.form or asked != known.source.forms.get(step.form):
            yield (
                step.element,
                f"“{found.title}” has another form; what is half filled is kept for it.",
            )
        holder = self._people.get(step.assignee or "")
        if holder is not None and not holder.holds_any(found.roles):
            roles = " or ".join(role.replace("_", " ") for role in found.roles)
            yield step.element, f"“{found.title}” is for {roles}, and with somebody who is not."
        if not any(person.holds_any(found.roles) for person in self._people.values()):
            yield step.element, f"Nobody holds the role of “{found.title}”."


def _told_since(clock: Clock, since: datetime) -> Iterator[tuple[Clock, ClockEventKind]]:
    """Yield what a time limit has told since a moment, and what still holds of it."""
    if clock.is_open and clock.warned_at is not None and clock.warned_at > since:
        yield clock, ClockEventKind.WARNING
    is_cancelled = clock.state is ClockState.CANCELLED
    if not is_cancelled and clock.breached_at is not None and clock.breached_at > since:
        yield clock, ClockEventKind.BREACH
