"""The register of governance: what top management, managers and auditors decide and look at.

One kind of record serves for all of it: it has an owner, a day by which something is due, a state,
and was approved by somebody else than who made it. What may be done with it depends on its kind.

Source: ISO 10002:2018, 5, 6, 8.5, 8.6 and 8.7.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from engine.domain.complaint import Wording


class RecordKind(Wording):
    """What a record is."""

    POLICY = "policy"
    OBJECTIVE = "objective"
    CONTEXT = "context"
    RESOURCE = "resource"
    PLAN = "plan"
    TRAINING = "training"
    PUBLICATION = "publication"
    REVIEW = "review"
    AUDIT = "audit"
    FINDING = "finding"
    ACTION = "action"
    SYSTEMIC_ISSUE = "systemic_issue"


ABOUT: Mapping[RecordKind, str] = MappingProxyType(
    {
        RecordKind.POLICY: "How this organisation means to handle complaints (5.3).",
        RecordKind.OBJECTIVE: "What is to be reached, and by when it is measured (6.2).",
        RecordKind.CONTEXT: "What inside or outside bears on complaints: a risk, a need (5.1).",
        RecordKind.RESOURCE: "What people, money or tools were asked for, and the decision (6.4).",
        RecordKind.PLAN: "What is planned to reach an objective (6.3).",
        RecordKind.TRAINING: "What somebody learned; the owner is who learned it (4.14).",
        RecordKind.PUBLICATION: "That what the public reads was looked at (7.1).",
        RecordKind.REVIEW: "A review by top management: what it saw and decided (8.6).",
        RecordKind.AUDIT: "An audit of the programme: scope, criteria, auditor (8.5).",
        RecordKind.FINDING: "What an auditor found (8.5).",
        RecordKind.ACTION: "What corrects or prevents (4.13, 8.7).",
        RecordKind.SYSTEMIC_ISSUE: "A cause that affects others than who complained (8.2).",
    }
)
"""What each is for, in a sentence."""

TO_DO = frozenset(
    {
        RecordKind.PLAN,
        RecordKind.REVIEW,
        RecordKind.AUDIT,
        RecordKind.FINDING,
        RecordKind.ACTION,
        RecordKind.SYSTEMIC_ISSUE,
    }
)
"""Kinds that are carried out by a day; the others are in force, and are looked at again by it."""


class RecordState(Wording):
    """Where a record stands."""

    PROPOSED = "proposed"
    """Somebody else has to approve it."""
    APPROVED = "approved"
    """It is in force, or is to be done."""
    DONE = "done"
    """It was carried out; somebody else has to verify it."""
    VERIFIED = "verified"
    ENDED = "ended"
    """Something else took its place, or it was given up."""


class RecordAct(Wording):
    """What can be done with a record."""

    APPROVE = "approve"
    REVIEW = "review"
    """It was looked at, and holds on until another day."""
    CARRY_OUT = "carry_out"
    VERIFY = "verify"
    END = "end"


class Grade(Wording):
    """How grave an auditor's finding is."""

    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to be on record.

    Attributes:
        title: In a few words.
        text: What it says.
        owner: User name of who answers for it, or learned it.
        due_on: By when it is done, or looked at again.
        about: Number of the record that it answers to; None for none.
        document: Where its document lies, or what it is called; empty for none.
        document_hash: SHA-256 of it, hex; empty where nobody gave it.
    """

    title: str
    text: str
    owner: str
    due_on: date
    about: int | None = None
    document: str = ""
    document_hash: str = ""


@dataclass(frozen=True, slots=True)
class GovernanceRecord:
    """One record of the register.

    Attributes:
        number: 0 before it is kept.
        clause: Of the standard; empty for none.
        grade: Of a finding; None for other kinds.
        about: Number of the record it answers to; None for none.
        owner: Who answers for it, or who learned something.
        due_on: By when it is done, or looked at again.
        document: Where the document lies, or what it is called; empty for none.
        document_hash: SHA-256 of it, hex; empty where nobody gave it.
        result: What came of it, in words.
        done_by: Who carried it out, or looked at it last.
        climbed_at: When it was shown higher up, since its day was over; None if it was not.
    """

    number: int
    kind: RecordKind
    title: str
    text: str
    clause: str
    grade: Grade | None
    about: int | None
    owner: str
    due_on: date
    document: str
    document_hash: str
    state: RecordState
    made_by: str
    made_at: datetime
    approved_by: str = ""
    approved_at: datetime | None = None
    done_by: str = ""
    done_at: datetime | None = None
    result: str = ""
    verified_by: str = ""
    verified_at: datetime | None = None
    ended_at: datetime | None = None
    climbed_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Tell whether it is in force, or still to be done."""
        return self.state is RecordState.APPROVED

    @property
    def is_pending(self) -> bool:
        """Tell whether it waits for an approval, is in force, or is still to be done."""
        return self.state in {RecordState.PROPOSED, RecordState.APPROVED}

    def is_overdue(self, today: date) -> bool:
        """Tell whether its day is over and it was not approved, done, or looked at again."""
        return self.is_pending and self.due_on < today


_WAYS: Mapping[RecordState, tuple[RecordAct, ...]] = MappingProxyType(
    {
        RecordState.PROPOSED: (RecordAct.APPROVE, RecordAct.END),
        RecordState.APPROVED: (RecordAct.REVIEW, RecordAct.CARRY_OUT, RecordAct.END),
        RecordState.DONE: (RecordAct.VERIFY, RecordAct.END),
    }
)


def trained_on(day: date, records: Iterable[GovernanceRecord]) -> frozenset[str]:
    """Return the user names of those with training among some records that holds on a day."""
    return frozenset(
        each.owner
        for each in records
        if each.kind is RecordKind.TRAINING and each.is_live and not each.is_overdue(day)
    )


def acts_on(record: GovernanceRecord) -> tuple[RecordAct, ...]:
    """Return what can be done with a record where it stands."""
    left_out = {RecordAct.REVIEW if record.kind in TO_DO else RecordAct.CARRY_OUT}
    if record.kind is RecordKind.FINDING:
        # Whoever was audited answers a finding, and never makes it go away.
        left_out.add(RecordAct.END)
    return tuple(act for act in _WAYS.get(record.state, ()) if act not in left_out)


def kept_apart(record: GovernanceRecord, act: RecordAct, who: str) -> str:
    """Return why somebody may not do this, since they had another part; empty where they may.

    Args:
        record: What it is done with.
        act: What is done.
        who: User name.
    """
    if act is RecordAct.APPROVE and who == record.made_by:
        return "made it"
    return kept_apart_of_work(record, who) if act is RecordAct.VERIFY else ""


def kept_apart_of_work(record: GovernanceRecord, who: str) -> str:
    """Return which part somebody had in what was done; empty for none."""
    if who == record.done_by:
        return "carried it out"
    return "answers for it" if who == record.owner else ""


def is_for_second(record: GovernanceRecord, who: str) -> bool:
    """Tell whether a record waits to be approved or verified, and somebody may be who does."""
    waiting = {RecordState.PROPOSED: RecordAct.APPROVE, RecordState.DONE: RecordAct.VERIFY}
    act = waiting.get(record.state)
    return act is not None and not kept_apart(record, act, who)


def starts_as(kind: RecordKind) -> RecordState:
    """Return the state in which a record begins: what an auditor finds needs nobody's approval."""
    return RecordState.APPROVED if kind is RecordKind.FINDING else RecordState.PROPOSED
