"""What is stated about a letter that needs a hand."""

from datetime import date

from pydantic import Field, field_validator
from pydantic.config import JsonDict

from engine.domain.complaint import plausible_address
from engine.domain.form import Form

_LONG: JsonDict = {"multiline": True}


class PostedForm(Form):
    """Note that a letter was posted."""

    posted_on: date = Field(title="Posted on")
    tracking: str = Field(default="", max_length=100, title="Tracking number")


class SendAgainForm(Form):
    """Send a letter as mail, to the address that is right."""

    email: str = Field(min_length=3, max_length=254, title="E-mail")

    @field_validator("email")
    @classmethod
    def _plausible(cls, value: str) -> str:
        return plausible_address(value) or ""


class PostInsteadForm(Form):
    """Let a letter be posted, to the address that is right."""

    postal_address: str = Field(
        min_length=5, max_length=500, title="Postal address", json_schema_extra=_LONG
    )


class CloseLetterForm(Form):
    """Say why nobody sends a letter any more."""

    reason: str = Field(min_length=5, max_length=1_000, title="Reason", json_schema_extra=_LONG)
    is_delivered: bool = Field(
        default=False, title="It reached the complainant in another way, such as by hand"
    )
