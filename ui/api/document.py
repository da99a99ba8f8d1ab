"""Documents of a complaint: sent as they are, read as attachments only."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.message import Message
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import HTTPException
from pydantic import Field
from starlette.responses import StreamingResponse

from engine.bootstrap import Platform
from engine.domain.document import Description, NewDocument, Origin, Purpose
from engine.services.documents import document_reading, documents
from engine.services.documents.arrival import Arrival
from ui.api import filed
from ui.api.complaint import Reason
from ui.api.context import AskedOfCase, Here, Who
from ui.api.operation import Said, served_by
from ui.api.reading import Body, DocumentNumber, Reference, StrictRoute, Text, Version

router = APIRouter(
    prefix="/complaints/{reference}/documents", tags=["Documents"], route_class=StrictRoute
)

_ONE = "/{number}"
_PIECE = 256 * 2**10
"""Bytes that are written at a time."""
_LONGEST_NAME = 1_000
_OWN = frozenset({"", "none", "same-origin"})
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
"""Whatever a file is, a browser that shows it does nothing of what it says."""


class About(Body):
    """What is said of a document."""

    purpose: Purpose = Purpose.EVIDENCE
    origin: Origin = Origin.COMPLAINANT
    description: Annotated[Text, Field(max_length=documents.LONGEST)] = ""
    is_closed: bool = Field(
        default=False, description="The original is only for those who work on the complaint."
    )


class Release(Reason):
    """Which file is released, and why."""

    version: Annotated[int, Field(ge=1, le=10**6)]
    is_redacted: bool = False


def takes_file(service: str) -> Said:
    """Return what is said of an operation that takes a file."""
    said = served_by(service)
    said["openapi_extra"] |= {
        "requestBody": {
            "required": True,
            "description": "The file as it is. Its name stands in the header `Content-Disposition`,"
            " as in `attachment; filename*=UTF-8''invoice.pdf`.",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    }
    return said


def require_own_site(request: Request) -> None:
    """Refuse a reading that a page elsewhere makes a browser do, and the journal would tell of.

    Raises:
        HTTPException: It was asked for by another site.
    """
    if request.headers.get("sec-fetch-site", "") not in _OWN:
        raise HTTPException(403, "This was asked for by another site.")


@router.get("", **served_by("document_reading.of_case"))
def list_documents(here: Here, who: Who, reference: Reference) -> filed.Documents:
    """List the documents of a complaint, as far as the caller may see them."""
    found = document_reading.of_case(here, actor=who, reference=reference)
    return filed.Documents.model_validate({"items": found.documents})


@router.post("", status_code=201, **takes_file("documents.add"))
async def add_document(
    here: Here,
    asked: AskedOfCase,
    request: Request,
    purpose: Purpose = Purpose.EVIDENCE,
    origin: Origin = Origin.COMPLAINANT,
    is_closed: Annotated[bool, Query(description="See `is_closed` of a document.")] = False,  # noqa: FBT002 - a query
) -> filed.Filed:
    """Keep a file as a new document."""
    about = NewDocument(name_in(request), purpose, origin, is_closed=is_closed)
    async with _taken(here, asked, request) as arrival:
        number = await anyio.to_thread.run_sync(
            lambda: documents.add(here, **asked, arrival=arrival, about=about)
        )
    return filed.Filed(number=number)


@router.post(f"{_ONE}/versions", status_code=204, **takes_file("documents.add_version"))
async def add_version(
    here: Here, asked: AskedOfCase, number: DocumentNumber, request: Request
) -> None:
    """Keep a file as a newer version of a document."""
    name = name_in(request)
    async with _taken(here, asked, request) as arrival:
        given: dict[str, Any] = {**asked, "number": number, "arrival": arrival, "name": name}
        await anyio.to_thread.run_sync(lambda: documents.add_version(here, **given))


@router.post(f"{_ONE}/redacted-copy", status_code=204, **takes_file("documents.add_redacted"))
async def add_redacted_copy(
    here: Here, asked: AskedOfCase, number: DocumentNumber, request: Request
) -> None:
    """Keep a redacted copy of the newest version; others see it instead of every original."""
    name = name_in(request)
    async with _taken(here, asked, request) as arrival:
        given: dict[str, Any] = {**asked, "number": number, "arrival": arrival, "name": name}
        await anyio.to_thread.run_sync(lambda: documents.add_redacted(here, **given))


@router.put(_ONE, status_code=204, **served_by("documents.describe"))
def describe_document(here: Here, asked: AskedOfCase, number: DocumentNumber, about: About) -> None:
    """Say anew what a document is, and for whom its original is."""
    said = Description(about.purpose, about.origin, about.description, about.is_closed)
    documents.describe(here, **asked, number=number, about=said)


@router.post(f"{_ONE}/withdrawal", status_code=204, **served_by("documents.withdraw"))
def withdraw_document(here: Here, asked: AskedOfCase, number: DocumentNumber, why: Reason) -> None:
    """Let a document not count any more; it stays, with its reason."""
    documents.withdraw(here, **asked, number=number, reason=why.reason)


@router.post(f"{_ONE}/release", status_code=204, **served_by("documents.release"))
def release_file(here: Here, asked: AskedOfCase, number: DocumentNumber, which: Release) -> None:
    """Let a file be read that is held back."""
    documents.release(
        here,
        **asked,
        number=number,
        version=which.version,
        is_redacted=which.is_redacted,
        reason=which.reason,
    )


@router.get(
    f"{_ONE}/content",
    response_class=Response,
    dependencies=[Depends(require_own_site)],
    **served_by("document_reading.open_file"),
)
def read_document(
    here: Here,
    who: Who,
    reference: Reference,
    number: DocumentNumber,
    version: Version | None = None,
    is_redacted: Annotated[bool, Query(description="Its redacted copy.")] = False,  # noqa: FBT002 - a query
) -> Response:
    """Hand out a file, always as an attachment; that it was read is kept."""
    found = document_reading.open_file(
        here,
        actor=who,
        reference=reference,
        number=number,
        version=version,
        is_redacted=is_redacted,
    )
    told = {"content-disposition": attachment(found.name), "content-length": str(found.size)}
    return StreamingResponse(found.content, media_type=found.media_type, headers=HEADERS | told)


def attachment(name: str) -> str:
    r"""Return a ``Content-Disposition`` that names a file and can say nothing else (RFC 6266).

    >>> attachment('Rechnung "März".pdf')
    "attachment; filename=\"Rechnung _M_rz_.pdf\"; filename*=UTF-8''Rechnung%20%22M%C3%A4rz%22.pdf"
    """
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def name_in(request: Request) -> str:
    """Return the name of a file that is sent; it is not part of the address, which is logged.

    Raises:
        HTTPException: The header is longer than any name.
    """
    header = request.headers.get("content-disposition", "")
    if len(header) > _LONGEST_NAME:
        raise HTTPException(422, "The name of the file is too long.")
    told = Message()
    # What would end a header is no part of a name; the server has refused it before.
    told["content-disposition"] = header.replace("\r", "").replace("\n", "")
    return told.get_filename("") or ""


@asynccontextmanager
async def _taken(here: Platform, asked: AskedOfCase, request: Request) -> AsyncIterator[Arrival]:
    """Take a file as it arrives, sealed and on the disk, once it is known that it may be added."""
    actor, reference = asked["actor"], asked["reference"]
    check = partial(documents.check_room, here, actor=actor, reference=reference)
    async with taken(here, request, check) as arrival:
        yield arrival


@asynccontextmanager
async def taken(
    here: Platform, request: Request, check: Callable[[], None]
) -> AsyncIterator[Arrival]:
    """Take a file as it arrives, once ``check`` has not refused it."""
    await anyio.to_thread.run_sync(check)
    largest = here.policy.documents.largest
    with await anyio.to_thread.run_sync(lambda: Arrival(here.arriving, largest=largest)) as arrival:
        held = bytearray()
        async for piece in request.stream():
            held += piece
            if len(held) >= _PIECE:
                await anyio.to_thread.run_sync(arrival.write, bytes(held))
                held.clear()
        await anyio.to_thread.run_sync(arrival.write, bytes(held))
        yield arrival
