"""What somebody wants to see of the waiting steps, and what the inbox shows of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.domain.case import Step
from engine.domain.complaint import EscalationReason
from engine.domain.ladder import Level
from engine.domain.sight import Sight

View = Literal["mine", "unclaimed", "late", "at_risk", "all"]
"""``at_risk`` are steps to be begun by now, or their complaint is likely to be decided late."""

COUNTED_TO = 1_000
"""Lists are counted up to here: beyond it, a count costs more than it tells."""


def written(roles: Collection[str], competences: Collection[str] = ()) -> str:
    """Return the one spelling of who may take a step, by which the inbox finds it.

    >>> written(["intake", "handler"]), written(["handler"], ["tax law", "fees"])
    ('handler,intake', 'handler|fees,tax law')
    """
    return "|".join(",".join(sorted(names)) for names in (roles, competences) if names)


def read(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the roles and the competences that are spelled so.

    >>> read("handler|fees,tax law")
    (('handler',), ('fees', 'tax law'))
    """
    roles, _sign, competences = text.partition("|")
    return tuple(roles.split(",")), tuple(competences.split(",")) if competences else ()


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """Which waiting steps somebody wants to see.

    Attributes:
        role_sets: Values of ``open_step.roles`` that the person may claim, see ``written``.
        sight: What of all complaints the person sees.
        search: Beginnings of words that must all occur in reference, summary or name.
        gates_only: Only steps in which something is approved or returned.
        element: Only steps of this element of the diagram; empty for all.
    """

    view: View
    role_sets: tuple[str, ...]
    now: datetime
    sight: Sight
    search: str = ""
    severities: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    gates_only: bool = False
    element: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """On which rung of the ladder a call upwards stands, and when the next one is called.

    Attributes:
        climb_at: None where nobody higher up is called.
    """

    reason: EscalationReason
    level: Level
    climb_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One waiting step with what a person needs to choose it.

    Attributes:
        called: Of a step that calls upwards; None for any other.
    """

    reference: str
    summary: str
    complainant: str
    category: str
    severity: int
    received_at: datetime
    step: Step
    called: Called | None = None


@dataclass(frozen=True, slots=True)
class RestQuery:
    """Which suspended cases somebody wants to see; the filters as in ``InboxQuery``."""

    sight: Sight
    search: str = ""
    severities: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestingCase:
    """One suspended case: nobody works on it until it is resumed.

    Attributes:
        since: When it was suspended.
        by: User name of whoever suspended it.
        limit_at: The first statutory time limit that runs on; None where none does.
    """

    reference: str
    summary: str
    complainant: str
    severity: int
    since: datetime
    by: str
    reason: str
    limit_at: datetime | None
