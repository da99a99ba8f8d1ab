"""Rows that say who reaches which case, and who may do what for whom and up to how much."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from engine.domain.sample import SampleKind
from engine.domain.separation import Rule
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()

TWO_PEOPLE = (
    "approver <> drafter AND (approver_for IS NULL OR approver_for <> drafter) "
    "AND (drafter_for IS NULL OR drafter_for <> approver) "
    "AND (approver_for IS NULL OR drafter_for IS NULL OR approver_for <> drafter_for)"
)
"""Nobody has both keys of a decision, neither for themselves nor for somebody absent."""


class TeamRow(SQLModel, table=True):
    """People who work on the same complaints."""

    __tablename__ = "team"

    code: str = Field(primary_key=True)
    title: str
    categories: list[str] = Field(sa_type=_JSON)
    """Of complaints that go to this team when they are lodged."""
    made_by: str
    made_at: datetime = Field(sa_type=_AT)


class NamedRow(SQLModel, table=True):
    """Somebody who is named on a restricted case."""

    __tablename__ = "case_named"
    __table_args__ = (Index("ix_case_named", "username", "case_id"),)

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    username: str = Field(primary_key=True)
    named_by: str
    named_at: datetime = Field(sa_type=_AT)


class GlassRow(SQLModel, table=True):
    """A look at a case that was closed to somebody, who broke the glass and said why."""

    __tablename__ = "broken_glass"
    __table_args__ = (
        Index("ix_glass_case", "case_id", "username", "until_at"),
        Index(
            "ix_glass_unseen",
            "broken_at",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    username: str
    reason: str
    broken_at: datetime = Field(sa_type=_AT)
    until_at: datetime = Field(sa_type=_AT)
    seen_by: str = ""
    seen_at: datetime | None = Field(default=None, sa_type=_AT)


class SampleRow(SQLModel, table=True):
    """Closed cases that were drawn at once for somebody to review."""

    __tablename__ = "sample"
    __table_args__ = (Index("ix_sample_reviewer", "reviewer", "until_at"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(default=SampleKind.QUALITY, sa_type=Word(SampleKind))
    reviewer: str
    size: int
    among: int
    """From how many cases it was drawn."""
    seed: str
    """The same seed draws the same cases from the same ones."""
    period_begin: datetime = Field(sa_type=_AT)
    period_end: datetime = Field(sa_type=_AT)
    until_at: datetime = Field(sa_type=_AT)
    drawn_by: str
    drawn_at: datetime = Field(sa_type=_AT)
    ended_by: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=_AT)


class SampledCaseRow(SQLModel, table=True):
    """A case of a sample, and what the reviewer found."""

    __tablename__ = "sampled_case"

    sample_id: int = Field(foreign_key="sample.id", primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True, index=True)
    review: str | None = None
    reviewed_at: datetime | None = Field(default=None, sa_type=_AT)
    missed: str | None = None
    """Words of ``Missed``, with commas between; None where nobody was asked."""


class DelegationRow(SQLModel, table=True):
    """Somebody does an absent person's steps for a while."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("absent <> delegate", name="two_people"),
        Index("ix_delegation_delegate", "delegate", "until_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    absent: str
    delegate: str
    from_at: datetime = Field(sa_type=_AT)
    until_at: datetime = Field(sa_type=_AT)
    reason: str
    made_by: str
    made_at: datetime = Field(sa_type=_AT)
    ended_by: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=_AT)


class LimitRow(SQLModel, table=True):
    """How much money a person, or whoever holds a role, may agree to; counts once confirmed."""

    __tablename__ = "authority_limit"
    __table_args__ = (
        CheckConstraint("decided_by <> proposed_by", name="limit_four_eyes"),
        Index("ix_limit_holder", "holder", "decided_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    holder: str
    """``role:approver`` or ``person:ada``."""
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    """Empty for no limit any more."""
    currency: str
    reason: str
    proposed_by: str
    proposed_at: datetime = Field(sa_type=_AT)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    is_confirmed: bool = False


class WaiverRow(SQLModel, table=True):
    """A rule that keeps people apart does not hold for a while; counts once confirmed."""

    __tablename__ = "waiver"
    __table_args__ = (CheckConstraint("decided_by <> proposed_by", name="waiver_four_eyes"),)

    id: int | None = Field(default=None, primary_key=True)
    rule: str = Field(sa_type=Word(Rule))
    reason: str
    control: str
    until_at: datetime = Field(sa_type=_AT)
    proposed_by: str
    proposed_at: datetime = Field(sa_type=_AT)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    is_confirmed: bool = False
    ended_by: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=_AT)
