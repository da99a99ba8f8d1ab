"""Complaints that belong together: linking and merging them, and undoing it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from engine.domain.issue import MOST
from engine.domain.kinship import LinkKind
from engine.services.links import linking, merging, splitting
from ui.api.complaint import Reason
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.operation import served_by
from ui.api.reading import Line, Reference, StrictRoute, Text
from ui.api.shape import Shape

router = APIRouter(prefix="/complaints/{reference}", tags=["Complaints"], route_class=StrictRoute)

Number = Annotated[int, Path(ge=1, le=2_000_000_000, description="Of the link.")]


class NewLink(Reason):
    """To which complaint one is linked, as what and why."""

    other: Annotated[Line, Field(min_length=3, max_length=30)] = Field(examples=["C-2026-000002"])
    kind: LinkKind = LinkKind.RELATED


class Kin(Shape):
    """A complaint that belongs to another one."""

    number: int = Field(description="Of the link.")
    said: str = Field(examples=["Duplicate of"])
    linked_at: datetime
    reference: str = Field(description="Empty for a complaint that the caller does not see.")
    summary: str
    received_at: datetime | None
    is_open: bool
    linked_by: str
    reason: str


class KinList(Shape):
    """The complaints that belong to one."""

    items: list[Kin]


class IntoAnother(Reason):
    """Into which complaint one is merged, and why."""

    into: Annotated[Line, Field(min_length=3, max_length=30)] = Field(examples=["C-2026-000002"])
    though: Annotated[Text, Field(max_length=2_000)] = Field(
        default="", description="Why all the same, where they are not from the same person."
    )
    issues: list[Annotated[int, Field(ge=1, le=MOST)]] = Field(
        default=[],
        max_length=MOST,
        description="Issues of this one that the other does not name, and answers too.",
    )


class Merged(Shape):
    """What was merged into a complaint, and into what it was merged itself."""

    into: Kin | None
    taken_in: list[Kin]


@router.get("/merges", **served_by("merging.of_case"))
def show_merges(here: Here, who: Who, reference: Reference) -> Merged:
    """Tell into what a complaint was merged, and what was merged into it."""
    return Merged.model_validate(merging.of_case(here, actor=who, reference=reference))


@router.post("/merge", status_code=204, **served_by("merging.merge"))
def merge_complaint(here: Here, asked: AskedOfSeenCase, said: IntoAnother) -> None:
    """Merge a complaint into another, which keeps the earliest receipt; it can be undone."""
    merging.merge(here, **asked, answers=said.model_dump())


@router.post("/unmerge", status_code=204, **served_by("merging.unmerge"))
def unmerge_complaint(here: Here, asked: AskedOfSeenCase, why: Reason) -> None:
    """Undo a merge: the complaint goes on from where it stood."""
    merging.unmerge(here, **asked, reason=why.reason)


class SomeIssues(Reason):
    """Which issues go on in a complaint of their own, and why."""

    issues: list[Annotated[int, Field(ge=2, le=MOST)]] = Field(min_length=1, max_length=MOST)


@router.post("/split", status_code=204, **served_by("splitting.split"))
def split_complaint(here: Here, asked: AskedOfSeenCase, said: SomeIssues) -> None:
    """Let issues go on in a new complaint, received when this one was; see its links."""
    splitting.split(here, **asked, issues=said.issues, reason=said.reason)


@router.get("/links", **served_by("linking.of_case"))
def list_links(here: Here, who: Who, reference: Reference) -> KinList:
    """List the complaints that belong to one; of those not seen nothing but that there is one."""
    found = linking.of_case(here, actor=who, reference=reference)
    return KinList.model_validate({"items": found})


@router.post("/links", status_code=204, **served_by("linking.link"))
def link_complaint(here: Here, asked: AskedOfSeenCase, said: NewLink) -> None:
    """Link a complaint to another; both keep everything of their own."""
    linking.link(here, **asked, other=said.other, kind=said.kind, reason=said.reason)


@router.post("/links/{number}/undo", status_code=204, **served_by("linking.unlink"))
def unlink_complaint(here: Here, asked: AskedOfSeenCase, number: Number, why: Reason) -> None:
    """Undo a link; that it was there stays in the journal."""
    linking.unlink(here, **asked, number=number, reason=why.reason)
