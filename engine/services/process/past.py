"""What happened to a case, as far as its process was told: read from its journal and statements."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.domain.case import Case, Statement
from engine.domain.deadline import Clock
from engine.domain.journal import Event
from engine.process.bundle import ProcessBundle
from engine.process.progress import Variables
from engine.services.process import trial_forms
from engine.store.transaction import Transaction

UNUSUAL: Final[Mapping[str, str]] = {
    "token.moved": "somebody led it to another place by hand",
    "step.skipped": "somebody skipped a step by hand",
    "due.moved": "somebody moved a due date by hand",
    "case.suspended": "it rested for a time",
    "case.merged": "it was merged into another complaint",
    "case.took_in": "another complaint was merged into it",
    "case.gave_back": "another complaint had been merged into it",
    "case.split_off": "it was split off from another complaint",
    "case.migrated": "it was moved to another version of the process",
    "case.concluded_elsewhere": "it was handled before Redress",
    "assessment.renewed": "it was assessed anew beside the diagram",
}
"""Events after which nobody can tell the way of a case from its answers alone."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that moved a case: a step that was completed, or a message that arrived.

    Attributes:
        element: Of the step; empty for a message.
        message: Empty for a step.
        said: What the process routes by; nothing else that was stated.
        is_late: The step was completed after it was due.
    """

    at: datetime
    element: str
    title: str
    message: str
    said: Variables
    by: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What happened to a case.

    Attributes:
        acts: What moved it, oldest first.
        passed: Elements that it passed.
        unusual: Why its way does not follow from its answers; empty where it does.
    """

    case: Case
    acts: tuple[Act, ...]
    passed: tuple[str, ...]
    clocks: tuple[Clock, ...]
    unusual: str

    @property
    def known(self) -> Variables:
        """Return what the process knew when the case began."""
        return {"category": self.case.complaint.category}


def past_of(tx: Transaction, case: Case, bundle: ProcessBundle) -> Past:
    """Return what happened to a case.

    Args:
        tx: Reads it.
        case: Which one; whoever asks has seen to it that it may be read.
        bundle: The version that it runs on.
    """
    events = tx.journal.of(case.id)
    stated: dict[tuple[str, str], deque[Statement]] = defaultdict(deque)
    for statement in tx.records.of(Statement, case.id):
        stated[statement.element, statement.content_hash].append(statement)
    reader = _Reader(tx, bundle, stated)
    acts = [act for event in events if (act := reader.act(event)) is not None]
    told = [UNUSUAL[event.type] for event in events if event.type in UNUSUAL]
    if case.erased_at is not None:
        told.insert(0, "its personal data are erased")
    if reader.has_gap:
        told.append("an answer of it is not kept any more")
    return Past(
        case=case,
        acts=tuple(acts),
        passed=tuple(
            name
            for event in events
            if event.type == "case.moved"
            for name in event.facts()["passed"]
        ),
        clocks=tx.clocks.of(case.id),
        unusual=told[0] if told else "",
    )


class _Reader:
    def __init__(
        self,
        tx: Transaction,
        bundle: ProcessBundle,
        stated: Mapping[tuple[str, str], deque[Statement]],
    ) -> None:
        self._tx, self._bundle, self._stated = tx, bundle, stated
        self._due: dict[str, deque[datetime]] = defaultdict(deque)
        self.has_gap = False

    def act(self, event: Event) -> Act | None:
        """Return what an event did to the process; None for all that did nothing."""
        if event.type not in {"step.opened", "step.completed", "message.received"}:
            return None
        facts = event.facts()
        if event.type == "step.opened":
            self._due[facts["element"]].append(datetime.fromisoformat(facts["due_at"]))
            return None
        if event.type == "step.completed":
            return self._completed(event, facts)
        message = str(facts["message"])
        payload = self._payload(message, str(facts.get("detail", "")))
        return Act(event.at, "", message, message, payload, event.actor)

    def _completed(self, event: Event, facts: Mapping[str, Any]) -> Act:
        name = str(facts["element"])
        known = self._stated.get((name, str(facts["content"])))
        element = self._bundle.elements.get(name)
        if not known or element is None:
            self.has_gap = True
        said: Variables = {}
        if known and element is not None:
            kind = trial_forms.form_of(self._bundle, element)
            said = trial_forms.scalars(kind, known.popleft().content)
        due = self._due[name].popleft() if self._due[name] else None
        is_late = due is not None and event.at.replace(microsecond=0) > due
        return Act(event.at, name, str(facts["title"]), "", said, event.actor, is_late)

    def _payload(self, message: str, detail: str) -> Variables:
        """Return what a message brought; the words of those who sent it are no part of that."""
        if message == "answer" and detail in {"accepted", "rejected"}:
            return {"answer": detail}
        kept = self._tx.messages.known(detail) if detail else None
        return dict(kept.payload) if kept is not None and kept.name == message else {}
