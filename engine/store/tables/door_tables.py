"""Rows of those who come without an account: codes, half-filled forms, what they think of us."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from engine.domain.invitation import LeftOut
from engine.domain.survey import Item
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()


class TrackingCodeRow(SQLModel, table=True):
    """By what the complainant comes back to a case; a new code takes the place of the last."""

    __tablename__ = "tracking_code"

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    mark: str = Field(unique=True)
    """Hash of the code, which itself is stored nowhere."""
    given_by: str
    given_at: datetime = Field(sa_type=_AT)


class UnfinishedFormRow(SQLModel, table=True):
    """A form that somebody goes on with later; sealed with the code that only they have."""

    __tablename__ = "unfinished_form"

    mark: str = Field(primary_key=True)
    sealed: str
    saved_at: datetime = Field(sa_type=_AT)
    expires_at: datetime = Field(sa_type=_AT, index=True)


class SurveyRow(SQLModel, table=True):
    """That a complainant has answered the survey; once for each case."""

    __tablename__ = "survey_response"

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    answered_at: datetime = Field(sa_type=_AT, index=True)
    unresolved: str
    """Sealed."""
    comment: str
    """Sealed."""


class SurveyScoreRow(SQLModel, table=True):
    """One answered question."""

    __tablename__ = "survey_score"

    case_id: int = Field(foreign_key="survey_response.case_id", primary_key=True)
    item: str = Field(sa_type=Word(Item), primary_key=True)
    score: int


class SurveyInvitationRow(SQLModel, table=True):
    """That a complainant was asked about a closed case, or why not; once for each case."""

    __tablename__ = "survey_invitation"
    __table_args__ = (
        Index(
            "ix_survey_remind",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
        Index("ix_survey_invited", "invited_at", "case_id"),
    )

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    left_out: str | None = Field(default=None, sa_type=Word(LeftOut))
    reason: str
    """Sealed."""
    by: str
    at: datetime = Field(sa_type=_AT)
    invited_at: datetime | None = Field(default=None, sa_type=_AT)
    mark: str | None = Field(default=None, unique=True)
    """Hash of the code in the link; None where no link leads to it."""
    mails: list[str] = Field(sa_type=_JSON)
    remind_at: datetime | None = Field(default=None, sa_type=_AT)
    reminded_at: datetime | None = Field(default=None, sa_type=_AT)
    expires_at: datetime | None = Field(default=None, sa_type=_AT)
    returned_at: datetime | None = Field(default=None, sa_type=_AT)


class SurveyContactRow(SQLModel, table=True):
    """When an address was asked last, so that nobody is asked too often."""

    __tablename__ = "survey_contact"

    mark: str = Field(primary_key=True)
    """Of the address, which only the keys of this installation can make."""
    case_id: int = Field(foreign_key="complaint_case.id", index=True)
    asked_at: datetime = Field(sa_type=_AT)
