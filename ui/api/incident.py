"""Incidents: what no program could set right."""

from typing import Annotated

from fastapi import APIRouter, Query

from engine.domain.incident import IncidentKind
from engine.services.upkeep import incidents
from ui.api import shape
from ui.api.complaint import Reason
from ui.api.context import CommandId, Here, Who
from ui.api.operation import served_by
from ui.api.reading import IncidentId, Limit, Offset, StrictRoute

router = APIRouter(prefix="/incidents", tags=["Incidents"], route_class=StrictRoute)


@router.get("", **served_by("incidents.page"))
def list_incidents(
    here: Here,
    who: Who,
    kind: Annotated[list[IncidentKind], Query(description="All when left out.")] = [],  # noqa: B006 - never changed
    is_open: Annotated[bool, Query(description="Open or resolved ones.")] = True,  # noqa: FBT002 - a query
    limit: Limit = 25,
    offset: Offset = 0,
) -> shape.IncidentPage:
    """List incidents: open ones oldest first, resolved ones latest first."""
    found = incidents.page(here, actor=who, kinds=kind, is_open=is_open, limit=limit, offset=offset)
    return shape.IncidentPage.model_validate({"items": found})


@router.get("/{incident_id}", **served_by("incidents.one"))
def show_incident(here: Here, who: Who, incident_id: IncidentId) -> shape.Incident:
    """Show one incident, open or resolved."""
    found = incidents.one(here, actor=who, incident_id=incident_id)
    return shape.Incident.model_validate(found)


@router.post("/{incident_id}/retry", **served_by("incidents.retry"))
def retry_incident(
    here: Here, who: Who, command_id: CommandId, incident_id: IncidentId, why: Reason
) -> shape.Tried:
    """Try again what came to a halt, and tell whether it goes on."""
    goes_on = incidents.retry(
        here, actor=who, incident_id=incident_id, reason=why.reason, command_id=command_id
    )
    return shape.Tried(goes_on=goes_on)


@router.post("/{incident_id}/resolution", status_code=204, **served_by("incidents.resolve"))
def resolve_incident(
    here: Here, who: Who, command_id: CommandId, incident_id: IncidentId, why: Reason
) -> None:
    """Put an incident away because it was dealt with otherwise."""
    incidents.resolve(
        here, actor=who, incident_id=incident_id, reason=why.reason, command_id=command_id
    )
