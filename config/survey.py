"""What an organisation chooses of the survey after a complaint is closed."""

from pydantic import BaseModel, ConfigDict, Field


class SurveyPolicy(BaseModel):
    """Who is asked by mail how a complaint was handled, and when.

    Source: ISO 10002:2018, 4.11 and 8.3.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sends: bool = True
    """Whether anybody is invited; the page of a closed complaint offers the survey anyway."""
    after_days: int = Field(default=5, ge=1, le=60)
    """Working days from closing to the invitation."""
    remind_after_days: int = Field(default=5, ge=0, le=60)
    """Working days from the invitation to the only reminder; 0 for no reminder."""
    lasts_days: int = Field(default=30, ge=1, le=365)
    """Days for which the link leads to the survey."""
    pause_days: int = Field(default=90, ge=1, le=1000)
    """In so many days nobody is invited twice, whatever they complain of."""
    looks_back_days: int = Field(default=45, ge=1, le=365)
    """Whoever's complaint was closed longer ago is not asked any more, as after an outage."""
    spares_vulnerable: bool = True
    """Whether people who need particular care are left out."""
