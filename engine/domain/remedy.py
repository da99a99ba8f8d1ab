"""Remedies: what is offered to put things right, who does it until when, and that it was done.

A decision is not the remedy, and the remedy is not the end of the case: what was offered is
accepted or not, carried out by somebody and, where money or grave harm is at stake, verified by
somebody else.

Source: ISO 10002:2018, 7.7 to 7.9.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import quantiles
from typing import Self

from engine.domain.complaint import Severity, Wording

MOST = 50
"""Remedies of one case."""
_FEWEST = 5
"""Payments from which a range is told; of fewer, each would stand for somebody."""
_FENCE = Decimal("1.5")
"""Interquartile ranges beyond the quartiles (Tukey, Exploratory Data Analysis, 1977)."""


class RemedyKind(Wording):
    """What is done to put things right."""

    APOLOGY = "apology"
    EXPLANATION = "explanation"
    INFORMATION = "information"
    REFUND = "refund"
    PRICE_REDUCTION = "price_reduction"
    FEE_WAIVER = "fee_waiver"
    INTEREST = "interest"
    COMPENSATION_LOSS = "compensation_for_loss"
    COMPENSATION_DISTRESS = "compensation_for_distress"
    GOODWILL_GESTURE = "goodwill_gesture"
    FINANCIAL_HELP = "financial_help"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    SUBSTITUTE = "substitute"
    TECHNICAL_HELP = "technical_help"
    REFERRAL = "referral"
    RECORD_CORRECTION = "record_correction"
    DECISION_REVERSED = "decision_reversed"
    REINSTATEMENT = "reinstatement"
    STAFF_ACTION = "staff_action"
    PROCESS_CHANGE = "process_change"
    POLICY_CHANGE = "policy_change"
    PRODUCT_CHANGE = "product_change"
    OTHER = "other"


class RemedyState(Wording):
    """Where a remedy stands."""

    PROPOSED = "proposed"
    """In a draft; the complainant knows nothing of it."""
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CARRIED_OUT = "carried_out"
    VERIFIED = "verified"
    DROPPED = "dropped"
    """It was never offered, or nobody took it up."""


_TO_DO = frozenset({RemedyState.OFFERED, RemedyState.ACCEPTED})
_CAN_BE_DONE = _TO_DO | {RemedyState.DECLINED}
_OVER = frozenset({RemedyState.DECLINED, RemedyState.VERIFIED, RemedyState.DROPPED})


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that is done for a complainant.

    Attributes:
        number: From 1 in its case.
        issue: Number of the issue that it answers.
        text: What is done, in words.
        amount: In major units of the organisation's currency; 0 where no money is paid.
        owner: User name of who sees to it.
        due_on: Until when it is carried out, in the organisation's zone.
        proof: How the carrying out can be found again, for example the number of a payment.
        needs_check: Whether somebody else verifies that it was carried out.
    """

    number: int
    issue: int
    kind: RemedyKind
    text: str
    amount: Decimal
    owner: str
    due_on: date
    proposed_by: str
    proposed_at: datetime
    state: RemedyState = RemedyState.PROPOSED
    offered_at: datetime | None = None
    answered_at: datetime | None = None
    carried_out_by: str | None = None
    carried_out_at: datetime | None = None
    proof: str = ""
    needs_check: bool = False
    verified_by: str | None = None
    verified_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to be done or verified before the case is closed."""
        if self.state is RemedyState.CARRIED_OUT:
            return self.needs_check
        return self.state not in _OVER

    @property
    def is_to_do(self) -> bool:
        """Tell whether it was offered and waits to be carried out."""
        return self.state in _TO_DO

    @property
    def may_be_done(self) -> bool:
        """Tell whether it can be carried out; what was declined can still be given."""
        return self.state in _CAN_BE_DONE

    @property
    def awaits_check(self) -> bool:
        """Tell whether somebody else is to verify it."""
        return self.state is RemedyState.CARRIED_OUT and self.needs_check

    def is_late(self, today: date) -> bool:
        """Tell whether it was to be carried out before a day of the organisation."""
        return self.is_to_do and self.due_on < today

    @property
    def titled(self) -> str:
        """Return what it is, in one line."""
        return f"{self.kind.title}: {self.text}" if self.text else self.kind.title


def needs_check(amount: Decimal, severity: Severity) -> bool:
    """Tell whether somebody other than who carries it out verifies a remedy.

    Source: separation of duties where money is paid or the harm is grave.
    """
    return amount > 0 or severity >= Severity.MAJOR


def total(remedies: Iterable[Remedy]) -> Decimal:
    """Return the money of all remedies that are part of a decision being drafted, or were."""
    dropped = {RemedyState.DROPPED}
    return sum((each.amount for each in remedies if each.state not in dropped), Decimal(0))


def proposed(remedies: Iterable[Remedy]) -> tuple[Remedy, ...]:
    """Return those that a decision being drafted offers."""
    return tuple(each for each in remedies if each.state is RemedyState.PROPOSED)


def named(remedies: Collection[Remedy]) -> str:
    """Return remedies as a person reads them in a sentence: number and what each is."""
    return "; ".join(f"{each.number}. {each.titled}" for each in remedies)


@dataclass(frozen=True, slots=True)
class PaidRange:
    """What was paid in similar complaints that were upheld.

    Attributes:
        count: Payments that it is made of, at least 5.
        low: Smallest of them.
        lower: First quartile.
        middle: Median.
        upper: Third quartile.
        high: Largest of them.
    """

    count: int
    low: Decimal
    lower: Decimal
    middle: Decimal
    upper: Decimal
    high: Decimal

    @classmethod
    def of(cls, amounts: Sequence[Decimal]) -> Self | None:
        """Return the range of some payments; None of fewer than 5."""
        if len(amounts) < _FEWEST:
            return None
        lower, middle, upper = quantiles(amounts, n=4, method="inclusive")
        return cls(len(amounts), min(amounts), lower, middle, upper, max(amounts))

    @property
    def fences(self) -> tuple[Decimal, Decimal]:
        """Return the amounts below and above which a payment is unlike the others."""
        reach = (self.upper - self.lower) * _FENCE
        return max(self.lower - reach, Decimal(0)), self.upper + reach

    def is_outlier(self, amount: Decimal) -> bool:
        """Tell whether an amount is unlike what was paid so far."""
        least, most = self.fences
        return not least <= amount <= most


@dataclass(frozen=True, slots=True)
class OpenRemedy:
    """A remedy of some case that waits for somebody.

    Attributes:
        owner: Name of who sees to it.
    """

    reference: str
    remedy: Remedy
    owner: str
