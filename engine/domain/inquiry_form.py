"""What is stated to ask for information, and to keep the answer."""

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator, model_validator
from pydantic.config import JsonDict

from engine.domain.complaint import plausible_address
from engine.domain.form import Form
from engine.domain.inquiry import Asked

_LONG: JsonDict = {"multiline": True}
Numbers = Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(max_length=50)]
"""Of documents of a complaint."""


class InquiryForm(Form):
    """Ask somebody for information: what, whom, and until when."""

    question: str = Field(
        min_length=10, max_length=4_000, title="Question", json_schema_extra=_LONG
    )
    asked: Asked = Field(default=Asked.PERSON, title="Who is asked")
    to: str = Field(default="", max_length=100, title="To")
    name: str = Field(default="", max_length=200, title="Name")
    email: str | None = Field(default=None, max_length=254, title="E-mail")
    due_on: date | None = Field(default=None, title="Answer wanted until")
    documents: Numbers = Field(default=(), title="Documents")

    @field_validator("email")
    @classmethod
    def _plausible(cls, value: str | None) -> str | None:
        return plausible_address(value)

    @model_validator(mode="after")
    def _says_whom(self) -> "InquiryForm":
        if self.asked is Asked.OUTSIDE:
            if not (self.name and self.email) or self.to:
                raise ValueError("Somebody outside is asked by name and e-mail.")
        elif not self.to or self.name or self.email:
            raise ValueError("Say which colleague or which team is asked.")
        return self


class InquiryAnswerForm(Form):
    """Keep what somebody answered: in their words, and who it comes from."""

    answer: str = Field(min_length=1, max_length=10_000, title="Answer", json_schema_extra=_LONG)
    source: str = Field(min_length=2, max_length=200, title="Who it comes from")
    documents: Numbers = Field(default=(), title="Documents that came with it")
