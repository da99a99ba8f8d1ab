"""What an organisation makes public about complaints."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class OpenDataPolicy(BaseModel):
    """What of complaints may be made public, as numbers about groups.

    Source: ISO 10002:2018, 8.1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[
        Literal["month", "category", "channel", "severity", "outcome", "time_to_close"], ...
    ] = Field(default=("month", "category", "channel", "outcome"), min_length=1)
    """By what complaints are grouped; what stands last is given up first where a group is small."""
    smallest: int = Field(default=10, ge=3, le=1_000)
    """Groups of fewer complaints are never told of."""
    small_groups: Literal["merged", "left_out"] = "merged"
    rows: Literal["groups", "complaints"] = "groups"
    """One row for each group with its number, or one for each complaint."""

    @field_validator("columns")
    @classmethod
    def _once_each(cls, columns: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(columns)) < len(columns):
            raise ValueError("a column stands twice")
        return columns
