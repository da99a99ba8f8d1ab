"""Letters that were sent, as PDF; read as attachments only."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from engine.services import printing
from ui.api.context import Here, Who
from ui.api.document import HEADERS, attachment, require_own_site
from ui.api.operation import served_by
from ui.api.reading import Reference, StrictRoute

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
