"""Rows of what findings rest on."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from engine.domain.evidence import EvidenceKind
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()
HOLDS = "unlinked_at IS NULL"


class EvidenceRow(SQLModel, table=True):
    """A piece of evidence on an issue; kept when it is taken off."""

    __tablename__ = "finding_evidence"
    __table_args__ = (
        Index(
            "ux_finding_evidence",
            "case_id",
            "issue",
            "kind",
            "number",
            unique=True,
            sqlite_where=text(HOLDS),
            postgresql_where=text(HOLDS),
        ),
        Index("ix_finding_evidence_case", "case_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    issue: int
    kind: str = Field(sa_type=Word(EvidenceKind))
    number: int
    linked_by: str
    linked_at: datetime = Field(sa_type=_AT)
    unlinked_by: str = ""
    unlinked_at: datetime | None = Field(default=None, sa_type=_AT)
