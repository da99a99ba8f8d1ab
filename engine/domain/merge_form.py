"""What is asked of whoever merges a complaint into another."""

from typing import Annotated

from pydantic import Field, StringConstraints

from engine.domain.form import Form
from engine.domain.issue import FIRST, MOST


class MergeForm(Form):
    """Say into which complaint this one is merged, and why."""

    into: Annotated[str, StringConstraints(to_upper=True, max_length=30)] = Field(
        title="Other complaint"
    )
    reason: str = Field(min_length=1, max_length=10_000, title="Reason")
    though: str = Field(
        default="",
        max_length=10_000,
        title="Why all the same, if they are not from the same person",
    )
    issues: frozenset[Annotated[int, Field(ge=FIRST, le=MOST)]] = Field(
        default=frozenset(), title="Issues that the other one does not name"
    )
    """They are answered there too."""
