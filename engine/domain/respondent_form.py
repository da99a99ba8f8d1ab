"""What is stated of persons complained about, and by them."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator
from pydantic.config import JsonDict

from engine.domain.form import Form
from engine.domain.issue import FIRST
from engine.domain.issue import MOST as MOST_ISSUES

_LONG: JsonDict = {"multiline": True}


class RespondentForm(Form):
    """Name whom the complaint is about. Whoever works here sees nothing of it from then on."""

    username: str | None = Field(
        default=None,
        max_length=100,
        title="Somebody who works here",
        json_schema_extra={"choices": "people", "row": "who"},
    )
    name: str = Field(
        default="", max_length=200, title="Or anybody else", json_schema_extra={"row": "who"}
    )
    unit: str = Field(default="", max_length=200, title="Unit or post")
    issue: int | None = Field(
        default=None,
        ge=FIRST,
        le=MOST_ISSUES,
        title="Only this issue",
        json_schema_extra={"choices": "issues"},
    )
    about: str = Field(
        min_length=3, max_length=4_000, title="What is said of them", json_schema_extra=_LONG
    )

    @model_validator(mode="after")
    def _is_one_person(self) -> Self:
        if bool(self.username) == bool(self.name):
            raise ValueError("Choose somebody who works here, or write the name of anybody else.")
        return self


class ToldForm(Form):
    """Keep what the person was told, and until when they can reply."""

    told: str = Field(
        min_length=10, max_length=10_000, title="What they were told", json_schema_extra=_LONG
    )
    reply_by: date | None = Field(default=None, title="They can reply until")


class ReplyForm(Form):
    """Keep what the person says to it, in their own words."""

    reply: str = Field(
        min_length=3, max_length=20_000, title="Their reply", json_schema_extra=_LONG
    )
    documents: tuple[int, ...] = Field(
        default=(),
        max_length=50,
        title="Documents that belong to it",
        json_schema_extra={"choices": "documents"},
    )


class ConflictForm(Form):
    """Say what ties you to it. You can read this complaint on, and do nothing else in it."""

    reason: str = Field(
        min_length=3, max_length=4_000, title="Conflict of interest", json_schema_extra=_LONG
    )


class RespondentTold(ToldForm):
    """What a person complained about was told."""

    respondent: int = Field(title="Person")


class RespondentReply(ReplyForm):
    """What a person complained about said to it."""

    respondent: int = Field(title="Person")
