"""What an organisation chooses of what is done each night and each month."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class BackupPolicy(BaseModel):
    """Where every night a backup is written, and how many are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str = ""
    """A folder that is there, best on another disk; empty for none. Keys are never in a backup."""
    keep: int = Field(default=14, ge=1, le=1000)
    """So many of the latest; older ones that the job itself has made are removed."""


class ReviewPolicy(BaseModel):
    """How many closed complaints, and discarded mails, are drawn for review.

    Source: ISO 10002:2018, 8.2 and 8.3.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    percent: int = Field(default=5, ge=1, le=100)
    at_least: int = Field(default=10, ge=1, le=200)
    """Where so many were closed."""
    open_days: int = Field(default=28, ge=1, le=366)
    """Days for which they are open to the reviewer."""
    objectivity_percent: int = Field(default=2, ge=1, le=100)
    """Of the complaints closed in a month, so many are drawn for a look at objectivity (4.7)."""
    objectivity_at_least: int = Field(default=5, ge=1, le=200)
    """Where so many were closed."""
    mail_percent: int = Field(default=5, ge=1, le=100)
    """Of the mails discarded in a week, so many are drawn for a second judgement."""
    mail_at_least: int = Field(default=3, ge=1, le=200)
    """Where so many were discarded."""


class ManagementReviewPolicy(BaseModel):
    """Who gets the pack of each month and quarter (ISO 10002:2018, 8.6)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    send_to: tuple[_Address, ...] = ()
    """Addresses; nobody where there is none. The page of reviews has every pack in any case."""


class ProgrammePolicy(BaseModel):
    """How often the programme itself is looked at (ISO 10002:2018, 8.5 and 8.7)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    self_assessment_days: int = Field(default=56, ge=1, le=365)
    """Days from the beginning of a self-assessment to its end."""
    audit_months: int = Field(default=12, ge=0, le=60)
    """From one audit to the next; 0 where audits are planned by hand."""
