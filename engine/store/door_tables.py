"""Rows of those who come without an account: codes, half-filled forms, what they think of us."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from engine.domain.survey import Item
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


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
