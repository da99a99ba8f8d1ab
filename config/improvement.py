"""When it is looked at whether an action has helped."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ImprovementPolicy(BaseModel):
    """How long after an action its effect is judged, and how soon somebody does so.

    Source: ISO 10002:2018, 8.7.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    check_days: tuple[Annotated[int, Field(ge=7, le=730)], ...] = Field(
        default=(30, 60, 90), min_length=1, max_length=6
    )
    """So many days after an action was carried out its effect is judged."""
    judge_days: int = Field(default=10, ge=1, le=100)
    """Working days within which somebody judges; then it is shown to the management
    representative too."""
    causes_days: int = Field(default=365, ge=30, le=3650)
    """Over so many days causes are counted."""
