"""Rows about the documents of a case; their files lie elsewhere, and their keys here."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime

_AT: Any = UtcDateTime()


class DocumentRow(SQLModel, table=True):
    """A document of a case."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("case_id", "number", name="uq_document_number"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    purpose: str
    origin: str
    description: str
    is_closed: bool
    by: str
    at: datetime = Field(sa_type=_AT)
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = Field(default=None, sa_type=_AT)
    withdrawal_reason: str = ""


class DocumentFileRow(SQLModel, table=True):
    """A version of a document, or the redacted copy of one."""

    __tablename__ = "document_file"
    __table_args__ = (
        UniqueConstraint("document_id", "version", "is_redacted", name="uq_document_file"),
        Index("ix_document_file_case", "case_id"),
        Index(
            "ux_document_file_storage",
            "storage",
            unique=True,
            sqlite_where=text("storage <> ''"),
            postgresql_where=text("storage <> ''"),
        ),
        Index(
            "ix_document_file_unseen",
            "id",
            sqlite_where=text("state = 'unseen' AND storage <> ''"),
            postgresql_where=text("state = 'unseen' AND storage <> ''"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id")
    case_id: int = Field(foreign_key="complaint_case.id")
    version: int
    is_redacted: bool
    name: str
    kind: str
    """Empty while it was not looked into."""
    size: int = Field(sa_type=BigInteger)
    sha256: str
    arrived_sha256: str
    state: str
    finding: str
    storage: str
    """Under which random name the file is stored; empty once it was erased."""
    sealed_key: str
    """Of the file, itself sealed by the key of the subject."""
    stored_size: int = Field(sa_type=BigInteger)
    stored_sha256: str
    """Of the sealed file, so that a damaged one is found without any key."""
    by: str
    at: datetime = Field(sa_type=_AT)
    released_by: str = ""
    released_at: datetime | None = Field(default=None, sa_type=_AT)
    release_reason: str = ""
