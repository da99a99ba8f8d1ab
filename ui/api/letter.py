"""Letters that were sent, as PDF; read as attachments only."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from engine.domain.letter import LetterKind
from engine.services.post import letters, printing
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.document import HEADERS, attachment, require_own_site
from ui.api.operation import served_by
from ui.api.reading import Body, Reference, StrictRoute, Text

router = APIRouter(
    prefix="/complaints/{reference}/letters", tags=["Letters"], route_class=StrictRoute
)

LetterNumber = Annotated[int, Path(ge=1, le=2**31 - 1, description="Of the letter.")]


@router.get(
    "/{number}/pdf",
    response_class=Response,
    dependencies=[Depends(require_own_site)],
    **served_by("printing.letter_pdf"),
)
def read_letter(here: Here, who: Who, reference: Reference, number: LetterNumber) -> Response:
    """Hand out a letter as PDF (PDF/A-2b); the same letter gives the same bytes."""
    found = printing.letter_pdf(here, actor=who, reference=reference, number=number)
    told = {"content-disposition": attachment(found.name), "etag": f'"{found.mark}"'}
    return Response(found.content, media_type="application/pdf", headers=HEADERS | told)


class LetterWords(Body):
    """A letter word for word as it leaves."""

    kind: LetterKind = Field(description="holding, stage_two_acknowledgement or closing.")
    text: Annotated[Text, Field(min_length=1, max_length=10_000)]


@router.post("", status_code=204, **served_by("letters.send"))
def send_letter(here: Here, asked: AskedOfSeenCase, said: LetterWords) -> None:
    """Send a letter that no step sends: by mail, or on paper where there is no address."""
    letters.send(here, **asked, kind=said.kind, text=said.text)
