"""Rows of the register of governance, and of what was found about conformity."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from engine.domain.basis import Basis
from engine.domain.conformity import Verdict
from engine.domain.governance import Grade, RecordKind, RecordState
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class GovernanceRow(SQLModel, table=True):
    """One record of governance; none is ever removed."""

    __tablename__ = "governance_record"
    __table_args__ = (
        CheckConstraint("approved_by <> made_by", name="governance_four_eyes"),
        CheckConstraint(
            "verified_by = '' OR (verified_by <> done_by AND verified_by <> owner)",
            name="governance_verified_by_another",
        ),
        Index("ix_governance_kind", "kind", "state", "due_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=Word(RecordKind))
    title: str
    text: str
    clause: str
    grade: str | None = Field(default=None, sa_type=Word(Grade))
    about: int | None = Field(default=None, foreign_key="governance_record.id")
    owner: str
    due_on: date
    document: str
    document_hash: str
    state: str = Field(sa_type=Word(RecordState))
    made_by: str
    made_at: datetime = Field(sa_type=_AT)
    approved_by: str = ""
    approved_at: datetime | None = Field(default=None, sa_type=_AT)
    done_by: str = ""
    done_at: datetime | None = Field(default=None, sa_type=_AT)
    result: str = ""
    verified_by: str = ""
    verified_at: datetime | None = Field(default=None, sa_type=_AT)
    ended_at: datetime | None = Field(default=None, sa_type=_AT)
    climbed_at: datetime | None = Field(default=None, sa_type=_AT)


class EvidenceRunRow(SQLModel, table=True):
    """When the clauses were looked at, and a hash over everything that was found."""

    __tablename__ = "evidence_run"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=_AT)
    digest: str


class EvidenceVerdictRow(SQLModel, table=True):
    """How one clause stood in a run."""

    __tablename__ = "evidence_verdict"

    run_id: int = Field(foreign_key="evidence_run.id", primary_key=True)
    clause: str = Field(primary_key=True)
    verdict: str = Field(sa_type=Word(Verdict))
    looked_at: int
    in_order: int


class EvidenceCountRow(SQLModel, table=True):
    """What one measure counted in a run."""

    __tablename__ = "evidence_count"

    run_id: int = Field(foreign_key="evidence_run.id", primary_key=True)
    measure: str = Field(primary_key=True)
    """Clause and code, with a dot between."""
    looked_at: int
    in_order: int


class StatedNumberRow(SQLModel, table=True):
    """How many customers, contracts or transactions there were in a month."""

    __tablename__ = "stated_number"
    __table_args__ = (CheckConstraint("number > 0", name="stated_number_positive"),)

    of: str = Field(sa_type=Word(Basis), primary_key=True)
    month: date = Field(primary_key=True)
    """Its first day."""
    number: int = Field(sa_type=BigInteger)
    stated_by: str
    stated_at: datetime = Field(sa_type=_AT)
