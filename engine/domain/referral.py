"""A complaint that its complainant took to a body outside, and what came of it.

Source: ISO 10002:2018, 7.9 and 4.3; ISO 10003 for what happens there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from engine.domain.complaint import Wording
from engine.domain.form import Form, Money
from engine.domain.remedy import RemedyKind

MOST = 20
"""Referrals of one complaint."""

FILE_CLOCK, COMPLY_CLOCK = "external_file", "external_comply"
CLOCKS = frozenset({FILE_CLOCK, COMPLY_CLOCK})
"""Time limits of a referral: they run on when the case is closed, since the body's do."""


class BodyDecision(Wording):
    """What the body has decided."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"

    @property
    def outcome(self) -> str:
        """Return how it is counted: whether the body came to another result than we did."""
        is_ours = self in {BodyDecision.NOT_UPHELD, BodyDecision.WITHDRAWN}
        return "external_decision_not_upheld" if is_ours else "external_decision_upheld"


_MAY_AWARD = frozenset({BodyDecision.UPHELD, BodyDecision.PARTLY_UPHELD, BodyDecision.SETTLED})


@dataclass(frozen=True, slots=True)
class Referral:
    """One way to a body outside.

    Attributes:
        number: From 1 in its case.
        their_reference: By which the body knows it; empty while it is not known.
        referred_on: When the complainant turned to the body, or the body told of it.
        decision: None while the body has not decided.
        summary: What it decided, in a few words.
        comply_by: Until when an award is carried out; None where there is none.
        remedy: Number of the remedy of the case that is the award; None where there is none.
    """

    number: int
    body: str
    their_reference: str
    referred_on: date
    recorded_by: str
    recorded_at: datetime
    file_sent_by: str | None = None
    file_sent_at: datetime | None = None
    decision: BodyDecision | None = None
    decided_on: date | None = None
    summary: str = ""
    comply_by: date | None = None
    remedy: int | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the body has not decided, or its award is not complied with."""
        return self.ended_at is None

    @property
    def awaits_compliance(self) -> bool:
        """Tell whether the body has decided, and what it awarded is to be done."""
        return self.is_open and self.decision is not None


class ReferralForm(Form):
    """Record that the complainant turned to a body outside, or that the body asks for the file."""

    body: str = Field(min_length=3, max_length=200, title="Body")
    their_reference: str = Field(default="", max_length=100, title="Its reference")
    referred_on: date = Field(title="Referred on")


class BodyDecisionForm(Form):
    """Record what the body has decided; an award becomes a remedy that is owed."""

    decision: BodyDecision = Field(title="Its decision")
    decided_on: date = Field(title="Decided on")
    summary: str = Field(
        min_length=3,
        max_length=4_000,
        title="What it decided",
        json_schema_extra={"multiline": True},
    )
    award: str = Field(default="", max_length=1_000, title="What it awards; empty for nothing")
    award_kind: RemedyKind = Field(default=RemedyKind.COMPENSATION_LOSS, title="Kind of remedy")
    award_amount: Money = Field(
        default=Decimal(0), ge=0, max_digits=14, decimal_places=2, title="Amount awarded"
    )
    owner: str | None = Field(
        default=None, title="Who sees to it", json_schema_extra={"choices": "handlers"}
    )
    comply_by: date | None = Field(default=None, title="Comply by")

    @property
    def has_award(self) -> bool:
        """Tell whether anything is to be done."""
        return bool(self.award)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.award_amount and not self.award:
            raise ValueError("Say what is awarded, besides the amount.")
        if self.award and self.decision not in _MAY_AWARD:
            raise ValueError("What is not upheld, or is withdrawn, awards nothing.")
        if self.award and (self.owner is None or self.comply_by is None):
            raise ValueError("Say who sees to the award, and by when it is complied with.")
        return self
