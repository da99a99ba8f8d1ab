"""Letters that need a hand: what waits, printing it, and what was done about each."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from engine.services.post import postings, printing
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.document import HEADERS, attachment, require_own_site
from ui.api.letter import LetterNumber
from ui.api.operation import served_by
from ui.api.reading import Body, Limit, Line, Offset, StrictRoute, Text
from ui.api.shape import Shape

router = APIRouter(tags=["Letters"], route_class=StrictRoute)

_OF_LETTER = "/complaints/{reference}/letters/{number}"
_NAMED = r"^[A-Z]{1,4}-[0-9]{4}-[0-9]{1,9}/[0-9]{1,9}$"
Named = Annotated[str, Field(pattern=_NAMED)]


class OpenPosting(Shape):
    """Where a letter stands that needs a hand."""

    number: int = Field(description="Of the letter within all letters.")
    state: str = Field(description="waiting or failed.")
    since: datetime
    late_at: datetime = Field(description="Until when somebody should have acted.")
    why: str = Field(description="What the mail server said; empty for a letter on paper.")


class OpenLetter(Shape):
    """A letter that needs a hand, with the complaint it belongs to."""

    reference: str = Field(examples=["C-2026-000001"])
    posting: OpenPosting
    kind: str
    written_at: datetime
    name: str
    address: str
    email: str
    withheld: str = Field(
        description="What to do before it is printed, as it goes to a representative "
        "whose authority is not in force; empty for one that is."
    )


class LetterPage(Shape):
    """A page of letters that need a hand."""

    items: list[OpenLetter]
    total: int = Field(description="How many there are; counted to 1,000 at most.")


class Posted(Body):
    """When a letter was posted."""

    posted_on: date
    tracking: Annotated[Line, Field(max_length=100)] = Field(default="", examples=["RR 12 DE"])


class Email(Body):
    """Where a letter is sent as mail."""

    email: Annotated[Line, Field(min_length=3, max_length=254)]


class PostalAddress(Body):
    """Where a letter is posted to."""

    postal_address: Annotated[Text, Field(min_length=5, max_length=500)]


class Closed(Body):
    """Why nobody sends a letter any more."""

    reason: Annotated[Text, Field(min_length=5, max_length=1_000)]
    is_delivered: bool = Field(default=False, description="It arrived in another way.")


@router.get("/letters", **served_by("postings.page"))
def list_letters(
    here: Here,
    who: Who,
    failed: Annotated[bool, Query(description="Those that did not arrive as mail.")] = False,  # noqa: FBT002 - a query
    limit: Limit = 25,
    offset: Offset = 0,
) -> LetterPage:
    """List the letters of all complaints that need a hand, longest waiting first."""
    rows, total = postings.page(here, actor=who, is_failed=failed, limit=limit, offset=offset)
    return LetterPage.model_validate({"items": rows, "total": total})


@router.get(
    "/letters/pdf",
    response_class=Response,
    dependencies=[Depends(require_own_site)],
    **served_by("printing.letters_pdf"),
)
def print_letters(
    here: Here,
    who: Who,
    letter: Annotated[
        list[Named],
        Query(
            description="Reference and number, such as C-2026-000001/12; repeated.",
            max_length=printing.MOST_AT_ONCE,
        ),
    ] = [],  # noqa: B006 - FastAPI's way to say that none is needed
) -> Response:
    """Hand out letters that wait to be posted as one PDF, each beginning on an odd page."""
    chosen = [(name, int(number)) for name, _, number in (each.partition("/") for each in letter)]
    found = printing.letters_pdf(here, actor=who, letters=chosen)
    told = {"content-disposition": attachment(found.name), "etag": f'"{found.mark}"'}
    return Response(found.content, media_type="application/pdf", headers=HEADERS | told)


@router.post(f"{_OF_LETTER}/posted", status_code=204, **served_by("postings.mark_posted"))
def mark_letter_posted(
    here: Here, asked: AskedOfSeenCase, number: LetterNumber, said: Posted
) -> None:
    """Note that a letter was posted; it counts as sent on that day."""
    postings.mark_posted(here, **asked, number=number, answers=said.model_dump())


@router.post(f"{_OF_LETTER}/send-again", status_code=204, **served_by("postings.send_again"))
def send_letter_again(
    here: Here, asked: AskedOfSeenCase, number: LetterNumber, said: Email
) -> None:
    """Send a letter as mail, to an address that may be corrected."""
    postings.send_again(here, **asked, number=number, answers=said.model_dump())


@router.post(f"{_OF_LETTER}/post-instead", status_code=204, **served_by("postings.post_instead"))
def post_letter_instead(
    here: Here, asked: AskedOfSeenCase, number: LetterNumber, said: PostalAddress
) -> None:
    """Let a mail that did not arrive be posted, or correct where a letter is posted to."""
    postings.post_instead(here, **asked, number=number, answers=said.model_dump())


@router.post(f"{_OF_LETTER}/close", status_code=204, **served_by("postings.close_letter"))
def close_letter(here: Here, asked: AskedOfSeenCase, number: LetterNumber, said: Closed) -> None:
    """Say that nobody sends a letter any more, and why."""
    postings.close_letter(here, **asked, number=number, answers=said.model_dump())
