"""More time for a time limit: asked for by one person, granted or declined by another.

Source: ISO 10002:2018, 4.15 and 5.4.
"""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from engine.domain.complaint import Wording
from engine.domain.form import Form
from engine.domain.regime import Ground

MOST = 50
"""Requests of one complaint."""

EVENTS = {
    "extension.asked": "More time asked for: {clock}",
    "extension.declined": "More time declined: {clock}",
    "extension.withdrawn": "More time is no longer asked for: {clock}",
}
"""What the timeline says of each event."""


class RequestState(Wording):
    """What became of a request for more time."""

    OPEN = "open"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """A request for more time.

    Attributes:
        number: From 1 in its case.
        code: Of the clock.
        reason: In words that the complainant reads if it is granted.
        until: The last day that is asked for; None for the farthest that the rule allows.
        due_at: When the clock fell due when it was asked; a request ends with that moment.
        owner: Of the case when it was asked; empty for nobody. They do not grant it, though
            somebody else owns the case by then.
        decided_by: Who granted or declined it, or took it back; empty while it is open.
        answer: Why it was declined or taken back; empty otherwise.
    """

    number: int
    code: str
    ground: Ground
    reason: str
    until: date | None
    due_at: datetime
    asked_by: str
    asked_at: datetime
    owner: str = ""
    state: RequestState = RequestState.OPEN
    decided_by: str = ""
    decided_at: datetime | None = None
    answer: str = ""

    def waits(self, now: datetime) -> bool:
        """Tell whether somebody can still grant it: it has lapsed once the limit has passed."""
        return self.state is RequestState.OPEN and now <= self.due_at


@dataclass(frozen=True, slots=True)
class WaitingExtension:
    """A request for more time in the list of all complaints.

    Attributes:
        reference: Of the case.
        summary: Of the case.
        title: Of the time limit.
        is_own: Whoever looks has asked for it, or owns the case; somebody else decides it.
    """

    reference: str
    summary: str
    title: str
    request: ExtensionRequest
    is_own: bool = False


class ExtensionForm(Form):
    """Ask for more time. Somebody who does not own the complaint grants it or declines."""

    ground: Ground = Field(title="Because of")
    until: date | None = Field(
        default=None,
        title="Until the end of",
        description="Empty for as long as the rule allows.",
    )
    reason: str = Field(
        min_length=1,
        max_length=4_000,
        title="Reason, as the complainant reads it",
        json_schema_extra={"multiline": True},
    )
