"""Interviews: whom somebody spoke with about a complaint, when, how, and what was said.

Source: ISO 10002:2018, 7.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from pydantic import Field
from pydantic.config import JsonDict

from engine.domain.complaint import Wording
from engine.domain.form import Form
from engine.domain.inquiry_form import Numbers

MOST = 100
"""Interviews of one case."""
_LONG: JsonDict = {"multiline": True}


class Interviewed(Wording):
    """Who was spoken with."""

    COMPLAINANT = "complainant"
    REPRESENTATIVE = "representative"
    WITNESS = "witness"
    COMPLAINED_OF = "person_complained_of"
    COLLEAGUE = "colleague"
    OTHER = "somebody_else"


class Meeting(Wording):
    """How it was spoken."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    VIDEO = "video"
    WRITING = "in_writing"


class Consent(Wording):
    """Whether whoever was spoken with agreed that notes are kept."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


class InterviewForm(Form):
    """Keep whom you spoke with, when and how, and what was said, before it is forgotten."""

    who: Interviewed = Field(
        default=Interviewed.WITNESS, title="Who was spoken with", json_schema_extra={"row": "who"}
    )
    name: str = Field(min_length=1, max_length=200, title="Name", json_schema_extra={"row": "who"})
    held_at: datetime = Field(title="When", json_schema_extra={"row": "when"})
    led_by: str = Field(
        title="Who led it", json_schema_extra={"choices": "handlers", "row": "when"}
    )
    meeting: Meeting = Field(default=Meeting.IN_PERSON, title="How")
    place: str = Field(default="", max_length=200, title="Where")
    consent: Consent = Field(default=Consent.GIVEN, title="Agreed that notes are kept")
    notes: str = Field(
        min_length=10, max_length=20_000, title="What was said", json_schema_extra=_LONG
    )
    documents: Numbers = Field(
        default=(), title="Documents", json_schema_extra={"choices": "documents"}
    )


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview.

    Attributes:
        number: From 1 in its case.
        led_by: User name of who led it.
        documents: Numbers of the documents that belong to it, such as a signed record.
        kept_by: User name of who wrote it down last.
    """

    number: int
    who: Interviewed
    name: str
    held_at: datetime
    led_by: str
    meeting: Meeting
    place: str
    consent: Consent
    notes: str
    documents: tuple[int, ...]
    kept_by: str
    kept_at: datetime


EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "interview.kept": "Interview {interview} kept: {who}",
        "interview.restated": "Interview {interview} written down anew: {who}",
    }
)
"""What happened to interviews, in words."""
