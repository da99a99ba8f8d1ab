"""Requests for information: asking, answering, withdrawing, and what one is asked oneself."""

from datetime import date, datetime
from functools import partial
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field
from starlette.responses import StreamingResponse

from engine.domain.inquiry import MOST, Asked, InquiryState
from engine.domain.interview import Consent, Interviewed, Meeting
from engine.services.door import asked as questions
from engine.services.investigation import inquiries
from engine.services.people import interviews
from ui.api.complaint import Reason
from ui.api.context import AskedOfSeenCase, CommandId, Here, Who
from ui.api.document import (
    HEADERS,
    attachment,
    name_in,
    require_own_site,
    taken,
    takes_file,
)
from ui.api.operation import served_by
from ui.api.reading import Body, DocumentNumber, Line, Reference, StrictRoute, Text
from ui.api.shape import Shape

router = APIRouter(tags=["Complaints"], route_class=StrictRoute)

Number = Annotated[int, Path(ge=1, le=MOST, description="Of the request.")]
QuestionId = Annotated[int, Path(ge=1, le=2**31 - 1, description="Of the question.")]
Documents = Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(max_length=50)]
_OF_CASE = "/complaints/{reference}/requests"
_INTERVIEWS = "/complaints/{reference}/interviews"
_QUESTION = "/questions/{inquiry_id}"


class NewRequest(Body):
    """What is asked, whom, and until when."""

    question: Annotated[Text, Field(min_length=10, max_length=4_000)]
    asked: Asked = Asked.PERSON
    to: Annotated[Line, Field(max_length=100)] = Field(
        default="", description="User name of a colleague, or code of a team.", examples=["tom"]
    )
    name: Annotated[Line, Field(max_length=200)] = Field(
        default="", description="Of somebody outside, who is asked by mail."
    )
    email: Annotated[Line, Field(max_length=254)] | None = None
    due_on: date | None = Field(default=None, description="Some working days ahead when left out.")
    documents: Documents = Field(default=[], description="Numbers of what may be read with it.")


class GivenAnswer(Body):
    """What somebody answered, and who it was."""

    answer: Annotated[Text, Field(min_length=1, max_length=10_000)]
    source: Annotated[Line, Field(min_length=2, max_length=200)]
    documents: Documents = Field(default=[], description="Numbers of what came with it.")


class OwnAnswer(Body):
    """What one answers oneself."""

    answer: Annotated[Text, Field(min_length=1, max_length=10_000)]


class Inquiry(Shape):
    """A request for information."""

    number: int
    asked: Asked
    to: str
    name: str
    email: str
    question: str
    documents: list[int]
    due_on: date
    asked_by: str
    asked_at: datetime
    state: InquiryState
    chased: int = Field(description="How many reminders were sent.")
    told_at: datetime | None = Field(description="When the owner was told that nobody answers.")
    answer: str
    source: str
    answered_at: datetime | None
    answer_documents: list[int]
    reason: str


class InterviewWords(Body):
    """Whom somebody spoke with, when and how, and what was said."""

    who: Interviewed = Interviewed.WITNESS
    name: Annotated[Line, Field(min_length=1, max_length=200)]
    held_at: datetime
    led_by: Annotated[Line, Field(max_length=100)] = Field(examples=["hanna"])
    meeting: Meeting = Meeting.IN_PERSON
    place: Annotated[Line, Field(max_length=200)] = ""
    consent: Consent = Consent.GIVEN
    notes: Annotated[Text, Field(min_length=10, max_length=20_000)]
    documents: Documents = Field(default=[], description="Numbers of what belongs to it.")


class Interview(Shape):
    """An interview."""

    number: int
    who: Interviewed
    name: str
    held_at: datetime
    led_by: str
    meeting: Meeting
    place: str
    consent: Consent
    notes: str
    documents: list[int]
    kept_by: str
    kept_at: datetime


class Attached(Shape):
    """A document that may be read with a question."""

    number: int


class Question(Shape):
    """What one is asked; nothing else of the complaint is told."""

    id: int
    question: str
    asker: str
    team: str
    asked_at: datetime
    due_on: date
    chased: int
    documents: list[Attached]


@router.get(_OF_CASE, **served_by("inquiries.of_case"))
def list_requests(here: Here, who: Who, reference: Reference) -> list[Inquiry]:
    """List whom was asked what about a complaint, and the answers."""
    found = inquiries.of_case(here, actor=who, reference=reference)
    return [Inquiry.model_validate(each) for each in found]


@router.post(_OF_CASE, status_code=204, **served_by("inquiries.ask"))
def ask_for_information(here: Here, asked: AskedOfSeenCase, said: NewRequest) -> None:
    """Ask a colleague, a team, or somebody outside by mail."""
    inquiries.ask(here, **asked, answers=said.model_dump())


@router.post(f"{_OF_CASE}/{{number}}/answer", status_code=204, **served_by("inquiries.answer"))
def keep_answer(here: Here, asked: AskedOfSeenCase, number: Number, said: GivenAnswer) -> None:
    """Write down what somebody answered."""
    inquiries.answer(here, **asked, number=number, answers=said.model_dump())


@router.post(f"{_OF_CASE}/{{number}}/withdraw", status_code=204, **served_by("inquiries.withdraw"))
def withdraw_request(here: Here, asked: AskedOfSeenCase, number: Number, why: Reason) -> None:
    """Take a request back that needs no answer any more."""
    inquiries.withdraw(here, **asked, number=number, reason=why.reason)


@router.get("/questions", **served_by("asked.mine"))
def list_questions(here: Here, who: Who) -> list[Question]:
    """List what one is asked oneself and has not answered, soonest due first."""
    return [Question.model_validate(each) for each in questions.mine(here, actor=who)]


@router.post(f"{_QUESTION}/answer", status_code=204, **served_by("asked.respond"))
def answer_question(
    here: Here, who: Who, command_id: CommandId, inquiry_id: QuestionId, said: OwnAnswer
) -> None:
    """Answer a question that one is asked."""
    questions.respond(
        here, actor=who, inquiry_id=inquiry_id, answer=said.answer, command_id=command_id
    )


@router.get(
    f"{_QUESTION}/documents/{{number}}/content",
    response_class=Response,
    dependencies=[Depends(require_own_site)],
    **served_by("asked.open_file"),
)
def read_attached(here: Here, who: Who, inquiry_id: QuestionId, number: DocumentNumber) -> Response:
    """Hand out a document that was attached to a question; that it was read is kept."""
    found = questions.open_file(here, actor=who, inquiry_id=inquiry_id, number=number)
    told = {"content-disposition": attachment(found.name), "content-length": str(found.size)}
    return StreamingResponse(found.content, media_type=found.media_type, headers=HEADERS | told)


@router.post(f"{_QUESTION}/documents", status_code=204, **takes_file("asked.attach"))
async def attach_to_answer(
    here: Here, who: Who, command_id: CommandId, inquiry_id: QuestionId, request: Request
) -> None:
    """Keep a file that belongs to one's answer; send it before the answer itself."""
    name = name_in(request)
    check = partial(questions.check_room, here, actor=who, inquiry_id=inquiry_id)
    async with taken(here, request, check) as arrival:
        attach = partial(questions.attach, here, actor=who, inquiry_id=inquiry_id, name=name)
        await anyio.to_thread.run_sync(lambda: attach(arrival=arrival, command_id=command_id))


@router.get(_INTERVIEWS, **served_by("interviews.of_case"))
def list_interviews(here: Here, who: Who, reference: Reference) -> list[Interview]:
    """List whom somebody spoke with about a complaint, and what was said."""
    found = interviews.of_case(here, actor=who, reference=reference)
    return [Interview.model_validate(each) for each in found]


@router.post(_INTERVIEWS, status_code=204, **served_by("interviews.keep"))
def keep_interview(here: Here, asked: AskedOfSeenCase, said: InterviewWords) -> None:
    """Keep an interview."""
    interviews.keep(here, **asked, answers=said.model_dump())


@router.put(f"{_INTERVIEWS}/{{number}}", status_code=204, **served_by("interviews.restate"))
def restate_interview(
    here: Here, asked: AskedOfSeenCase, number: Number, said: InterviewWords
) -> None:
    """Write an interview down anew."""
    interviews.restate(here, **asked, number=number, answers=said.model_dump())
