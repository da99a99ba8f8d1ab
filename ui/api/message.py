"""Messages and signals from other systems."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from engine.services.running import messages
from ui.api import shape
from ui.api.context import Here, Who
from ui.api.operation import served_by
from ui.api.reading import Body, Line, StrictRoute, Values

router = APIRouter(tags=["Messages"], route_class=StrictRoute)

_Needed = Annotated[Line, Field(min_length=1)]
_Hours = Annotated[float, Field(gt=0, le=24 * 365)]


class Message(Body):
    """Something that happened elsewhere, for one complaint."""

    message_id: _Needed = Field(
        description="Chosen by the sender; the same id is delivered once.", examples=["crm-4711"]
    )
    name: _Needed = Field(description="As the diagram has it.", examples=["payment_made"])
    key: _Needed = Field(
        description="Reference of a complaint, or a key that it has declared.",
        examples=["C-2026-000001"],
    )
    payload: Values = Field(default_factory=dict, examples=[{"amount": 250}])
    keep_hours: _Hours | None = Field(
        default=None, description="How long it is kept while nobody awaits it; 7 days usually."
    )


class Signal(Body):
    """Something that happened elsewhere, for whoever listens."""

    message_id: _Needed = Field(examples=["erp-0815"])
    name: _Needed = Field(examples=["recall_announced"])
    key: Line = Field(default="", description="Empty for every complaint that waits for it.")
    payload: Values = Field(default_factory=dict)
    keep_hours: _Hours | None = None


@router.post("/messages", **served_by("messages.deliver_message"))
def send_message(here: Here, who: Who, message: Message) -> shape.Delivered:
    """Deliver a message to the complaint its key leads to, or keep it until it is awaited."""
    delivery = messages.deliver_message(
        here,
        actor=who,
        message_id=message.message_id,
        name=message.name,
        key=message.key,
        payload=dict(message.payload),
        time_to_live=_kept(message.keep_hours),
    )
    return shape.Delivered(delivery=delivery)


@router.post("/signals", **served_by("messages.send_signal"))
def send_signal(here: Here, who: Who, signal: Signal) -> shape.Heard:
    """Send a signal to one complaint, or to every one that waits for it."""
    cases = messages.send_signal(
        here,
        actor=who,
        message_id=signal.message_id,
        name=signal.name,
        key=signal.key,
        payload=dict(signal.payload),
        time_to_live=_kept(signal.keep_hours),
    )
    return shape.Heard(cases=cases)


def _kept(hours: float | None) -> timedelta | None:
    return None if hours is None else timedelta(hours=hours)
