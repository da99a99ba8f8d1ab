"""How an organisation judges whether the standard is kept."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class EvidencePolicy(BaseModel):
    """How it is judged whether the standard is kept (ISO 10002:2018, 8.4 and 8.5)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(default=365, ge=30, le=3650)
    """Over how many days it is looked at, up to the present."""
    sample: int = Field(default=5, ge=0, le=100)
    """So many things of each kind are drawn by chance for an auditor."""
    pass_at: Mapping[str, Annotated[float, Field(ge=0, le=1)]] = {}
    """From which share in order on a measure passes, by clause and name: ``"7.4.acknowledged"``."""
