"""What an organisation chooses of how complaints are investigated."""

from pydantic import BaseModel, ConfigDict, Field


class HearingPolicy(BaseModel):
    """How persons are heard of whom somebody complains (ISO 10002:2018, 4.7)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reply_days: int = Field(default=10, ge=1, le=365)
    """Working days within which they can reply where nobody says another date."""


class FindingPolicy(BaseModel):
    """What findings need (ISO 10002:2018, 7.6)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence_required: bool = False
    """No decision waits for approval while a finding rests on nothing; else that is a hint."""
