"""Persons complained about: naming, hearing, and declaring a conflict of interest.

To let somebody see a complaint again is for people, never for keys.
"""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from engine.domain.issue import MOST as MOST_ISSUES
from engine.domain.respondent import MOST
from engine.services.staffing import kept_out, respondents
from ui.api.complaint import Reason
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.operation import served_by
from ui.api.reading import Body, Line, Reference, StrictRoute, Text
from ui.api.shape import Shape

router = APIRouter(prefix="/complaints/{reference}", tags=["Complaints"], route_class=StrictRoute)

Number = Annotated[int, Path(ge=1, le=MOST, description="Of the person.")]
_OF_ONE = "/respondents/{number}"


class Person(Body):
    """Whom the complaint is about."""

    username: Annotated[Line, Field(max_length=100)] | None = Field(
        default=None, description="Of somebody who works here.", examples=["sam"]
    )
    name: Annotated[Line, Field(max_length=200)] = Field(default="", description="Of anybody else.")
    unit: Annotated[Line, Field(max_length=200)] = ""
    issue: Annotated[int, Field(ge=1, le=MOST_ISSUES)] | None = Field(
        default=None, description="The only issue that is about them."
    )
    about: Annotated[Text, Field(min_length=3, max_length=4_000)] = Field(
        examples=["He was rude on the telephone."]
    )


class Told(Body):
    """What the person was told."""

    told: Annotated[Text, Field(min_length=10, max_length=10_000)] = Field(
        examples=["Somebody says that you were rude on the telephone."]
    )
    reply_by: date | None = None


class Reply(Body):
    """What the person says to it."""

    reply: Annotated[Text, Field(min_length=3, max_length=20_000)] = Field(
        examples=["I was calm, and the line was bad."]
    )
    documents: Annotated[tuple[int, ...], Field(max_length=50)] = ()


class Respondent(Shape):
    """A person complained about."""

    number: int
    username: str
    name: str
    unit: str
    about: str
    issue: int | None
    named_by: str
    named_at: datetime
    told_at: datetime | None
    reply_by: date | None
    replied_at: datetime | None
    silent_at: datetime | None
    removed_at: datetime | None


class Conflict(Shape):
    """A conflict of interest that was declared."""

    username: str
    reason: str
    declared_at: datetime


class Concerned(Shape):
    """Whom the complaint is about, and who keeps away from it."""

    respondents: list[Respondent]
    conflicts: list[Conflict]
    leaders: dict[str, tuple[str, ...]]


@router.get("/respondents", **served_by("respondents.of_case"))
def list_respondents(here: Here, who: Who, reference: Reference) -> Concerned:
    """Return whom the complaint is about, and who keeps away from it."""
    found = respondents.of_case(here, actor=who, reference=reference)
    return Concerned.model_validate(found)


@router.post("/respondents", status_code=204, **served_by("respondents.name"))
def name_respondent(here: Here, asked: AskedOfSeenCase, said: Person) -> None:
    """Name a person complained about; whoever works here sees nothing of it any more."""
    respondents.name(here, **asked, answers=said.model_dump())


@router.post(f"{_OF_ONE}/told", status_code=204, **served_by("respondents.inform"))
def tell_respondent(here: Here, asked: AskedOfSeenCase, number: Number, said: Told) -> None:
    """Keep what a person was told, and until when they can reply."""
    respondents.inform(here, **asked, number=number, answers=said.model_dump())


@router.post(f"{_OF_ONE}/reply", status_code=204, **served_by("respondents.take_reply"))
def keep_reply(here: Here, asked: AskedOfSeenCase, number: Number, said: Reply) -> None:
    """Keep what a person says to it."""
    respondents.take_reply(here, **asked, number=number, answers=said.model_dump())


@router.post(f"{_OF_ONE}/silence", status_code=204, **served_by("respondents.note_silence"))
def note_silence(here: Here, asked: AskedOfSeenCase, number: Number) -> None:
    """Keep that a person did not reply in time."""
    respondents.note_silence(here, **asked, number=number)


@router.post("/conflicts", status_code=204, **served_by("kept_out.declare_conflict"))
def declare_conflict(here: Here, asked: AskedOfSeenCase, why: Reason) -> None:
    """Declare a conflict of interest of one's own: from then on one reads, and decides nothing."""
    kept_out.declare_conflict(here, **asked, answers={"reason": why.reason})
