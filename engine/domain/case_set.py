"""Sets of cases that a figure counts; the list behind a number is the same set."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple, Self

from engine.domain.case_fact import NONE, PROMISED, FactKind, Trait

SetName = Literal[
    "received",
    "closed",
    "open",
    "clock_due",
    "clock_on_time",
    "clock_late",
    "first_due",
    "first_on_time",
    "first_late",
    "extended",
    "acknowledged",
    "decided",
    "upheld",
    "first_contact",
    "assessed",
    "assessed_anew",
    "reopened",
    "redecided",
    "redecided_changed",
    "redecided_kept",
    "repeated",
    "repeated_again",
    "repeated_first",
    "withdrawn",
    "escalated",
    "remedied",
    "paid",
    "remedy_due",
    "remedy_on_time",
    "remedy_late",
    "referred",
    "ruled",
    "overturned",
    "caused",
    "systemic",
    "recurred",
    "recurred_again",
    "recurred_first",
    "reviewed",
    "review_to_improve",
    "survey_sent",
    "survey_answered",
    "survey_returned",
    "survey_responses",
    "survey_scored",
    "handled",
]


class Counts(NamedTuple):
    """Which facts a set counts."""

    kind: FactKind
    good: bool | None = None
    detail: str = ""


COUNTS: Mapping[str, Counts] = {
    "received": Counts(FactKind.RECEIVED),
    "closed": Counts(FactKind.CLOSED),
    "clock_due": Counts(FactKind.DUE),
    "clock_on_time": Counts(FactKind.DUE, good=True),
    "clock_late": Counts(FactKind.DUE, good=False),
    "first_due": Counts(FactKind.DUE_FIRST),
    "first_on_time": Counts(FactKind.DUE_FIRST, good=True),
    "first_late": Counts(FactKind.DUE_FIRST, good=False),
    "extended": Counts(FactKind.EXTENDED, good=True),
    "acknowledged": Counts(FactKind.ACKNOWLEDGED),
    "decided": Counts(FactKind.DECIDED),
    "upheld": Counts(FactKind.DECIDED, good=True),
    "first_contact": Counts(FactKind.CLOSED, good=True),
    "assessed": Counts(FactKind.ASSESSED),
    "assessed_anew": Counts(FactKind.ASSESSED, good=True),
    "reopened": Counts(FactKind.STAGED, good=True),
    "redecided": Counts(FactKind.REDECIDED),
    "redecided_changed": Counts(FactKind.REDECIDED, good=True),
    "redecided_kept": Counts(FactKind.REDECIDED, good=False),
    "repeated": Counts(FactKind.REPEATED),
    "repeated_again": Counts(FactKind.REPEATED, good=True),
    "repeated_first": Counts(FactKind.REPEATED, good=False),
    "withdrawn": Counts(FactKind.CLOSED),
    "escalated": Counts(FactKind.ESCALATED),
    "remedied": Counts(FactKind.REMEDIED),
    "paid": Counts(FactKind.PAID),
    "remedy_due": Counts(FactKind.REMEDY_DUE),
    "remedy_on_time": Counts(FactKind.REMEDY_DUE, good=True),
    "remedy_late": Counts(FactKind.REMEDY_DUE, good=False),
    "referred": Counts(FactKind.REFERRED),
    "ruled": Counts(FactKind.RULED),
    "overturned": Counts(FactKind.RULED, good=True),
    "caused": Counts(FactKind.CAUSED),
    "systemic": Counts(FactKind.CAUSED, good=True),
    "recurred": Counts(FactKind.RECURRED),
    "recurred_again": Counts(FactKind.RECURRED, good=True),
    "recurred_first": Counts(FactKind.RECURRED, good=False),
    "reviewed": Counts(FactKind.REVIEWED),
    "review_to_improve": Counts(FactKind.REVIEWED, good=False),
    "survey_sent": Counts(FactKind.INVITED),
    "survey_answered": Counts(FactKind.INVITED, good=True),
    "survey_returned": Counts(FactKind.INVITED, detail="returned"),
    "survey_responses": Counts(FactKind.ANSWERED),
    "survey_scored": Counts(FactKind.SCORED),
    "handled": Counts(FactKind.HANDLED),
}
"""What each set counts, but ``open``, which is no set of facts."""


_ALIKE = frozenset({FactKind.RECEIVED, FactKind.ACKNOWLEDGED, FactKind.CLOSED, FactKind.ASSESSED})
"""Kinds that no clock and no other detail tells apart."""


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Which cases are meant.

    Attributes:
        name: Of facts that lie in the period, see ``COUNTS``; or ``open``, at its end. A clock
            that is late and still open counts as late.
        start: Begin of the period; belongs to it.
        end: End of the period; does not belong to it.
        now: The present; what falls due later is not counted yet.
        clock: Detail of the facts, such as the code of a clock; empty for all.
        category: None for all, as are the following.
        severity: From 1 to 5.
        age_band: Id of one of ``kpi.AGE_BANDS``, by age at the end of the period; of open ones.
        only: By what else cases are chosen: traits with the value of each.
    """

    name: SetName
    start: datetime
    end: datetime
    now: datetime
    clock: str = ""
    category: str | None = None
    severity: int | None = None
    age_band: str | None = None
    only: tuple[tuple[Trait, str], ...] = ()

    def whose(self, trait: Trait, value: str) -> Self:
        """Return those of the set that have a value of a trait."""
        return replace(self, only=(*self.only, (trait, value)))

    def but(self, **changes: object) -> Self:
        """Return the same set with some parts changed."""
        return replace(self, **changes)  # type: ignore[arg-type] # keys are this class's own fields

    @property
    def until(self) -> datetime:
        """Return the end of what can be known: the period's end, at most the present."""
        return min(self.end, self.now)

    @property
    def counts(self) -> Counts:
        """Return which facts are counted.

        Raises:
            KeyError: Open ones are no facts.
        """
        meant = COUNTS[self.name]
        is_told_apart = self.clock and meant.kind not in _ALIKE
        return meant._replace(detail=self.clock) if is_told_apart else meant

    @property
    def limit(self) -> datetime:
        """Return the moment before which the facts lie."""
        return self.until if self.counts.kind in PROMISED else self.end

    @property
    def traits(self) -> Mapping[Trait, str]:
        """Return what else the cases must be."""
        found = {Trait.CATEGORY: self.category} if self.category is not None else {}
        if self.severity is not None:
            found[Trait.SEVERITY] = str(int(self.severity))
        if self.name == "withdrawn":
            found[Trait.OUTCOME] = "withdrawn"
        found |= dict(self.only)
        return {trait: value or NONE for trait, value in found.items()}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list behind a number."""

    reference: str
    summary: str
    category: str
    severity: int
    received_at: datetime
    decided_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
