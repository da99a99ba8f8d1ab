"""What is stated of the authority of a representative."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator
from pydantic.config import JsonDict

from engine.domain.authority import AuthorityKind
from engine.domain.form import Form

_LONG: JsonDict = {"multiline": True}


class AuthorityForm(Form):
    """Record what shows that somebody may speak for the complainant. It counts once checked."""

    name: str = Field(
        min_length=2, max_length=200, title="Representative", json_schema_extra={"row": "who"}
    )
    kind: AuthorityKind = Field(title="Authority", json_schema_extra={"row": "who"})
    received_on: date = Field(title="Received on", json_schema_extra={"row": "days"})
    valid_until: date | None = Field(
        default=None,
        title="Valid until",
        description="Empty where it has no end.",
        json_schema_extra={"row": "days"},
    )
    document: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        title="Document that shows it",
        json_schema_extra={"choices": "documents"},
    )
    scope: str = Field(
        default="",
        max_length=2_000,
        title="What it covers",
        description="Empty for the whole complaint.",
        json_schema_extra=_LONG,
    )

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.received_on:
            raise ValueError("It ends before it was received.")
        return self


class CheckedForm(Form):
    """Say what you have looked at. From then on the representative may be told."""

    finding: str = Field(
        min_length=3, max_length=2_000, title="What you have seen", json_schema_extra=_LONG
    )


class RefusedForm(Form):
    """Say what is missing or wrong. Another authority can be recorded later."""

    reason: str = Field(
        min_length=3, max_length=4_000, title="What is missing", json_schema_extra=_LONG
    )


class TakenBackForm(Form):
    """Say how and when the complainant took the authority back."""

    reason: str = Field(
        min_length=3, max_length=4_000, title="How it was taken back", json_schema_extra=_LONG
    )
