"""What became of a human step: told by the journal when it ends, and counted over many cases.

The event that ends a step tells when it began, when it was due and how much working time went by.
So the facts follow from the journal alone, and can be made from it again.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from engine.domain.case import Case, Step
from engine.domain.journal import Event

OPENED = "step.opened"


class Ending(StrEnum):
    """How a step ended."""

    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    """Something else happened: an event of the diagram, a withdrawal, a merge."""
    MOVED = "moved"
    """Somebody let the case go on at another element."""


ENDINGS = {
    "step.completed": Ending.DONE,
    "step.skipped": Ending.SKIPPED,
    "step.cancelled": Ending.CANCELLED,
}
"""By the event that tells of it."""


@dataclass(frozen=True, slots=True)
class StepFact:
    """One human step that has ended.

    Attributes:
        seq: Number of the event in the journal of the case that ended it.
        process: How the digest of the process version begins; empty where nobody kept it.
        worked: Working time from its beginning to its end, in whole seconds.
        held: Working time since somebody took it, in whole seconds; None where it lay with one
            person from its beginning, or with nobody until its end.
    """

    case_id: int
    seq: int
    element: str
    process: str
    ending: Ending
    opened_at: datetime
    due_at: datetime
    ended_at: datetime
    worked: int
    held: int | None = None


def told_of(
    step: Step, case: Case, worked: timedelta, held: timedelta | None = None
) -> dict[str, Any]:
    """Return what the event that ends a step tells beside what it is.

    Args:
        step: Which.
        case: Whose.
        worked: Working time from its beginning to its end.
        held: Working time since somebody took it; None where nobody did.
    """
    told: dict[str, Any] = {
        "opened_at": step.opened_at.isoformat(),
        "due_at": step.due_at.isoformat(),
        "worked": int(worked.total_seconds()),
        "process": short(case.process),
    }
    return told if held is None else told | {"held": int(held.total_seconds())}


def short(digest: str) -> str:
    """Return how a digest begins: enough to tell the versions of an organisation apart."""
    return digest[:12]


def facts_of(
    events: Iterable[Event], elapsed: Callable[[datetime, datetime], timedelta]
) -> tuple[StepFact, ...]:
    """Return the facts that the journal of one case tells, in the order of the ends.

    Events of releases that told less are understood too: the step that began first at an element
    is the one that ended, due when it was said to be due at first.

    Args:
        events: Of one case, by ``seq``; those that are about no step may be left out.
        elapsed: The working time between two moments, for those events.
    """
    begun: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    found = []
    for event in events:
        if event.type == OPENED:
            told = json.loads(event.detail)
            due_at = datetime.fromisoformat(told["due_at"])
            begun[told["element"]].append((event.at, due_at))
        elif event.type in ENDINGS:
            told = json.loads(event.detail)
            _complete(told, begun[told["element"]], event.at, elapsed)
            if "worked" in told:
                found.append(_fact(event, told))
    return tuple(found)


def _complete(
    told: dict[str, Any],
    begun: list[tuple[datetime, datetime]],
    at: datetime,
    elapsed: Callable[[datetime, datetime], timedelta],
) -> None:
    """Take the beginning of a step off those that are open; add it to an end that lacks it."""
    if "worked" in told:
        opened_at = datetime.fromisoformat(told["opened_at"])
        place = next((n for n, each in enumerate(begun) if each[0] == opened_at), None)
        if place is not None:
            begun.pop(place)
    elif begun:
        opened_at, due_at = begun.pop(0)
        worked = int(elapsed(opened_at, at).total_seconds())
        told |= {"opened_at": opened_at.isoformat(), "due_at": due_at.isoformat()}
        told |= {"worked": worked, "process": ""}


def _fact(event: Event, told: dict[str, Any]) -> StepFact:
    return StepFact(
        case_id=event.case_id,
        seq=event.seq,
        element=told["element"],
        process=told["process"],
        ending=Ending(told.get("ending", ENDINGS[event.type])),
        opened_at=datetime.fromisoformat(told["opened_at"]),
        due_at=datetime.fromisoformat(told["due_at"]),
        ended_at=event.at,
        worked=told["worked"],
        held=told.get("held"),
    )
