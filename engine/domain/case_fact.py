"""Facts of one complaint, for figures: a pure function of its records and of nothing else.

A fact says that something happened, or fell due, at a moment. Whatever changes a complaint, its
facts are made anew from what is recorded then, so that a new assessment, a longer time limit or
another team moves what was counted before.

Source: ISO 10002:2018, 8.2.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from engine.domain.kpi import AGE_BANDS, band_of
from engine.domain.tally import class_of

_UPHELD = frozenset({"upheld", "partly_upheld"})
_SIDED = frozenset({"upheld", "partly_upheld", "settled"})
_GOOD_SCORE = 4
NONE = "-"
"""The value of a trait that a complaint has not."""
AGAIN_WITHIN = timedelta(days=365)
"""Who complains so long after another complaint, or sooner, complains again."""
PARTS = 32
"""Classes that values are counted in, from one power of two to the next."""


class FactKind(StrEnum):
    """What happened, and what ``detail`` and ``value`` of such a fact say."""

    RECEIVED = "received"
    AGED = "aged"
    """It was still open when it grew into an age band, which is the detail."""
    CLOSED = "closed"
    """In which age band; seconds since receipt; good: resolved at first contact."""
    ACKNOWLEDGED = "acknowledged"
    """Seconds since receipt."""
    DECIDED = "decided"
    """The outcome; seconds since receipt; good: upheld, if only in part."""
    STAGED = "staged"
    """It was decided; good: opened again since."""
    REDECIDED = "redecided"
    """It was decided at the second stage: the outcome; good: another one than before."""
    REPEATED = "repeated"
    """It was received; good: from somebody who had complained before. None for one that is one
    with another complaint of the same person."""
    DUE = "due"
    """A clock, by its code; good: met in time. It counts once its moment has come."""
    DUE_FIRST = "due_first"
    """The same, without extensions."""
    EXTENDED = "extended"
    """The same; good: it had been extended."""
    ESCALATED = "escalated"
    """The reason."""
    ASSESSED = "assessed"
    """First; good: given another severity since."""
    PAID = "paid"
    """Kind of the remedy; minor units of the currency."""
    REMEDIED = "remedied"
    """Kind of the remedy; seconds since the first decision."""
    REMEDY_DUE = "remedy_due"
    """Kind of the remedy; good: carried out by its day."""
    REFERRED = "referred"
    """The body."""
    RULED = "ruled"
    """The body; good: it went against the organisation."""
    CAUSED = "caused"
    """The area of the cause; good: systemic."""
    RECURRED = "recurred"
    """The same; good: something had been done against it before the complaint came."""
    INVITED = "invited"
    """To the survey; ``returned`` where the mail came back; good: answered."""
    ANSWERED = "answered"
    """The survey, invited or not."""
    SCORED = "scored"
    """The question; the score; good: 4 or 5."""
    REVIEWED = "reviewed"
    """Good: in order."""
    HANDLED = "handled"
    """It was closed; how often another person did the next step; good: a step was done again."""


PROMISED = frozenset(
    {
        FactKind.AGED,
        FactKind.DUE,
        FactKind.DUE_FIRST,
        FactKind.EXTENDED,
        FactKind.REMEDY_DUE,
    }
)
"""Kinds whose moment may be still to come: they count from then on."""

MEASURED = frozenset(
    {
        FactKind.CLOSED,
        FactKind.ACKNOWLEDGED,
        FactKind.DECIDED,
        FactKind.REMEDIED,
        FactKind.PAID,
    }
)
"""Kinds whose values are ranked, and therefore counted in classes."""


_PLAIN = frozenset({FactKind.SCORED, FactKind.HANDLED})
"""Kinds whose values are few and small: each is a class of its own."""


class Trait(StrEnum):
    """By what complaints are told apart."""

    CATEGORY = "category"
    SEVERITY = "severity"
    CHANNEL = "channel"
    LANGUAGE = "language"
    VULNERABLE = "vulnerable"
    REGIME = "regime"
    TEAM = "team"
    HANDLER = "handler"
    OUTCOME = "outcome"


TITLES: Mapping[Trait, str] = {
    Trait.CATEGORY: "Category",
    Trait.SEVERITY: "Severity",
    Trait.CHANNEL: "Channel",
    Trait.LANGUAGE: "Language",
    Trait.VULNERABLE: "Particular care",
    Trait.REGIME: "Regime",
    Trait.TEAM: "Team",
    Trait.HANDLER: "Handler",
    Trait.OUTCOME: "Outcome",
}


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One fact; case, kind and number name it.

    Attributes:
        value: What is measured, see ``FactKind``; 0 where nothing is.
        good: None where it is neither.
    """

    case_id: int
    kind: FactKind
    number: int
    at: datetime
    detail: str = ""
    value: int = 0
    good: bool | None = None

    @property
    def value_class(self) -> int:
        """Return the class that the value is counted in."""
        if self.kind in _PLAIN:
            return self.value
        return class_of(self.value, PARTS) if self.kind in MEASURED else 0


class StepTold(NamedTuple):
    """One step that was done, and by whom."""

    element: str
    by: str


class ClockTold(NamedTuple):
    """One clock that was not cancelled: when it fell due, first and in the end, and was met."""

    code: str
    due_at: datetime
    met_at: datetime | None
    extended_by: timedelta


class RemedyTold(NamedTuple):
    """One remedy that was offered and not declined or dropped."""

    kind: str
    amount_minor: int
    due_until: datetime
    carried_out_at: datetime | None


class ReferralTold(NamedTuple):
    """One way to a body outside."""

    body: str
    recorded_at: datetime
    decision: str | None
    ended_at: datetime | None


class CauseTold(NamedTuple):
    """The cause that a finding names; ``acted_at``: when something was first done against it."""

    area: str
    is_systemic: bool
    found_at: datetime
    acted_at: datetime | None = None


class DecisionTold(NamedTuple):
    """One time that it was decided, with the outcome; empty where nobody knows it any more."""

    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class CaseTold:
    """What is recorded of a complaint, as far as a figure counts it.

    Attributes:
        circle: Whom it is there for.
        traits: By what it is told apart; each of ``Trait``.
        decisions: The first one, and those of the second stage, in their order.
        is_repeated: Whether the same person had complained in the year before; None for one that
            is one with another complaint of that person.
        severities: As it was assessed, oldest first.
        first_assessed_at: None before.
        invited_at: To the survey; None for nobody.
        scores: By question; empty before ``answered_at``.
        steps: That were done, oldest first.
    """

    case_id: int
    circle: str
    traits: Mapping[Trait, str]
    received_at: datetime
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    reopened: int = 0
    decisions: tuple[DecisionTold, ...] = ()
    is_repeated: bool | None = None
    severities: tuple[int, ...] = ()
    first_assessed_at: datetime | None = None
    clocks: tuple[ClockTold, ...] = ()
    escalations: tuple[tuple[datetime, str], ...] = ()
    remedies: tuple[RemedyTold, ...] = ()
    referrals: tuple[ReferralTold, ...] = ()
    causes: tuple[CauseTold, ...] = ()
    invited_at: datetime | None = None
    has_returned: bool = False
    answered_at: datetime | None = None
    scores: tuple[tuple[str, int], ...] = ()
    reviews: tuple[tuple[datetime, str], ...] = ()
    steps: tuple[StepTold, ...] = ()


def facts_of(told: CaseTold) -> tuple[CaseFact, ...]:
    """Return the facts of a complaint, each with a number of its own within its kind."""
    numbers: dict[FactKind, int] = {}
    found = []
    for each in (_course(told), _promises(told), _remedies(told), _outside(told), _opinions(told)):
        for kind, at, detail, value, good in each:
            numbers[kind] = numbers.get(kind, 0) + 1
            found.append(CaseFact(told.case_id, kind, numbers[kind], at, detail, value, good))
    return tuple(found)


_Fact = tuple[FactKind, datetime, str, int, bool | None]


def _course(told: CaseTold) -> Iterator[_Fact]:
    """Yield when it came, grew older, was acknowledged, assessed, decided and closed."""
    received = told.received_at
    yield FactKind.RECEIVED, received, "", 0, None
    if told.is_repeated is not None:
        yield FactKind.REPEATED, received, "", 0, told.is_repeated
    for band in AGE_BANDS[1:]:
        if told.closed_at is None or received + band.over < told.closed_at:
            yield FactKind.AGED, received + band.over, band.id, 0, None
    if told.acknowledged_at is not None:
        took = _seconds(received, told.acknowledged_at)
        yield FactKind.ACKNOWLEDGED, told.acknowledged_at, "", took, None
    if told.first_assessed_at is not None:
        was_changed = len(set(told.severities)) > 1
        yield FactKind.ASSESSED, told.first_assessed_at, "", 0, was_changed
    if told.decided_at is not None:
        took = _seconds(received, told.decided_at)
        is_upheld = told.outcome in _UPHELD
        yield FactKind.DECIDED, told.decided_at, told.outcome, took, is_upheld
        yield FactKind.STAGED, told.decided_at, "", 0, told.reopened > 0
    for before, decision in pairwise(told.decisions):
        if before.outcome:
            is_another = decision.outcome != before.outcome
            yield FactKind.REDECIDED, decision.at, decision.outcome, 0, is_another
    if told.closed_at is not None:
        age = told.closed_at - received
        is_first = told.outcome == "resolved_first_contact"
        took = _seconds(received, told.closed_at)
        yield FactKind.CLOSED, told.closed_at, band_of(age).id, took, is_first
        yield FactKind.HANDLED, told.closed_at, "", *_handled(told.steps)


def _handled(steps: Sequence[StepTold]) -> tuple[int, bool]:
    """Return how often the person who did steps changed, and whether one was done again."""
    changed = sum(one.by != other.by for one, other in pairwise(steps))
    return changed, len({each.element for each in steps}) < len(steps)


def _promises(told: CaseTold) -> Iterator[_Fact]:
    """Yield what fell due or will, and what was called upwards."""
    for clock in told.clocks:
        kept, first = _is_kept(clock, clock.due_at), clock.due_at - clock.extended_by
        yield FactKind.DUE, clock.due_at, clock.code, 0, kept
        yield FactKind.DUE_FIRST, first, clock.code, 0, _is_kept(clock, first)
        yield FactKind.EXTENDED, clock.due_at, clock.code, 0, clock.extended_by > timedelta()
    for at, reason in told.escalations:
        yield FactKind.ESCALATED, at, reason, 0, None


def _is_kept(clock: ClockTold, by: datetime) -> bool:
    return clock.met_at is not None and clock.met_at <= by


def _remedies(told: CaseTold) -> Iterator[_Fact]:
    for remedy in told.remedies:
        done = remedy.carried_out_at
        is_kept = done is not None and done < remedy.due_until
        yield FactKind.REMEDY_DUE, remedy.due_until, remedy.kind, 0, is_kept
        if done is None:
            continue
        if told.decided_at is not None:
            took = _seconds(told.decided_at, done)
            yield FactKind.REMEDIED, done, remedy.kind, took, None
        if remedy.amount_minor:
            yield FactKind.PAID, done, remedy.kind, remedy.amount_minor, None


def _outside(told: CaseTold) -> Iterator[_Fact]:
    """Yield what bodies outside had to do with it, and what caused it."""
    for referral in told.referrals:
        yield FactKind.REFERRED, referral.recorded_at, referral.body, 0, None
        if referral.decision is not None and referral.ended_at is not None:
            is_against = referral.decision in _SIDED
            yield FactKind.RULED, referral.ended_at, referral.body, 0, is_against
    for cause in told.causes:
        yield FactKind.CAUSED, cause.found_at, cause.area, 0, cause.is_systemic
        is_again = cause.acted_at is not None and cause.acted_at < told.received_at
        yield FactKind.RECURRED, cause.found_at, cause.area, 0, is_again


def _opinions(told: CaseTold) -> Iterator[_Fact]:
    """Yield what the complainant and reviewers think of the handling."""
    if told.invited_at is not None:
        detail = "returned" if told.has_returned else ""
        yield FactKind.INVITED, told.invited_at, detail, 0, told.answered_at is not None
    if told.answered_at is not None:
        yield FactKind.ANSWERED, told.answered_at, "", 0, None
        for item, score in told.scores:
            yield FactKind.SCORED, told.answered_at, item, score, score >= _GOOD_SCORE
    for at, review in told.reviews:
        yield FactKind.REVIEWED, at, "", 0, review == "in_order"


def _seconds(begin: datetime, end: datetime) -> int:
    return max(0, int((end - begin).total_seconds()))
