"""What happened to complaints as other programs read it: cases, events and who did them.

Source: IEEE 1849-2023 (XES); OCEL 2.0; ISO 10002:2018, 8.2.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from engine.domain.actor import NAMES
from engine.domain.journal import Event
from engine.domain.kpi import Period
from engine.domain.step_fact import ENDINGS, OPENED, Ending

SILENT = frozenset(
    {
        *("case.moved", "case.exported", "case.restricted", "case.unrestricted"),
        *("file.exported", "separation.waived"),
    }
)
"""Events that no other program learns: how the engine went on, who looked, who is kept out."""
SILENT_GROUPS = frozenset(
    {"conflict", "erasure", "glass", "hold", "personal", "respondent", "sample"}
)
"""The same, by the word before the dot."""

FACTS = (
    *("element", "form", "letter", "clock", "message", "milestone", "occasion", "table"),
    *("channel", "issue", "remedy", "remedies", "document", "number", "result", "area"),
    *("kind", "amount", "category", "late", "outcome", "route", "priority", "process"),
)
"""What an event hands on: words of fixed lists, of the diagram and of the taxonomy, and numbers.

What people wrote is not in the journal itself, and names of accounts are not among these.
"""


SUBJECTS = ("milestone", "letter", "clock", "message", "table", "occasion")
"""Facts that tell one event of a kind from another, as steps do by their titles."""


class Transition(StrEnum):
    """What of an activity an event tells, in the words of the lifecycle extension of XES."""

    START = "start"
    COMPLETE = "complete"
    SKIPPED = "manualskip"
    WITHDRAWN = "withdraw"


_TRANSITIONS = {
    Ending.DONE: Transition.COMPLETE,
    Ending.SKIPPED: Transition.SKIPPED,
    Ending.CANCELLED: Transition.WITHDRAWN,
    Ending.MOVED: Transition.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which complaints are handed out, each with everything that happened to it.

    Attributes:
        period: In which they were received, closed, or open at some time; None for those that are
            named.
        by: Which of the three.
        references: Those that are named; none with a period.
    """

    period: Period | None = None
    by: Literal["received", "closed", "open"] = "received"
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """What of a complaint itself other programs learn; nothing of it was written by a person.

    Attributes:
        subject: Id of the person who complained; it leaves as a pseudonym only.
        owner: User name; the same.
        regimes: Digests of the editions of the rules that it is under.
    """

    id: int
    reference: str
    received_at: datetime
    acknowledged_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    category: str
    product: str
    channel: str
    severity: int
    priority: int
    route: str
    outcome: str | None
    team: str | None
    owner: str | None
    reopened: int
    process: str
    subject: str | None
    regimes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event of a log.

    Attributes:
        number: Of the event in the journal of its complaint.
        activity: The step as people call it, or what happened.
        kind: As the journal has it, such as ``step.completed``.
        instance: Number of the event that began the step; of the event itself for all else.
        actor: User name; it leaves as a pseudonym unless names were asked for. Empty for the
            beginning of a step, since nobody has taken it yet.
        facts: What else is told.
    """

    number: int
    activity: str
    kind: str
    transition: Transition
    instance: int
    at: datetime
    actor: str
    facts: Mapping[str, Any]


def is_told(kind: str) -> bool:
    """Tell whether events of a kind are handed on.

    >>> is_told("letter.sent"), is_told("glass.broken"), is_told("case.moved")
    (True, False, False)
    """
    return kind not in SILENT and kind.partition(".")[0] not in SILENT_GROUPS


def logged(events: Iterable[Event]) -> Iterator[LoggedEvent]:
    """Yield the events of one complaint that are handed on, in their order.

    Args:
        events: Of one complaint, by ``seq``.
    """
    begun: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for event in events:
        if not is_told(event.type):
            continue
        told: dict[str, Any] = json.loads(event.detail)
        instance = event.seq
        if event.type == OPENED:
            begun[told["element"]].append((event.seq, event.at))
        elif event.type in ENDINGS:
            instance = _taken(begun[told["element"]], told) or event.seq
        yield LoggedEvent(
            number=event.seq,
            activity=_activity(event.type, told),
            kind=event.type,
            transition=_transition(event.type, told),
            instance=instance,
            at=event.at,
            actor="" if event.type == OPENED else event.actor,
            facts={name: told[name] for name in FACTS if told.get(name) not in (None, "")},
        )


def words_of(kind: str) -> str:
    """Return a kind of event as words.

    >>> words_of("remedy.carried_out")
    'Remedy carried out'
    """
    return kind.replace(".", " ").replace("_", " ").capitalize()


def _activity(kind: str, told: Mapping[str, Any]) -> str:
    if told.get("title"):
        return str(told["title"])
    about = next((str(told[name]) for name in SUBJECTS if told.get(name)), "")
    return f"{words_of(kind)}: {about.replace('_', ' ')}" if about else words_of(kind)


def _transition(kind: str, told: Mapping[str, Any]) -> Transition:
    if kind == OPENED:
        return Transition.START
    if kind in ENDINGS:
        return _TRANSITIONS[Ending(told.get("ending", ENDINGS[kind]))]
    return Transition.COMPLETE


def _taken(begun: list[tuple[int, datetime]], told: Mapping[str, Any]) -> int | None:
    """Take the beginning of a step off those that are open, and return its number.

    Releases that told less said not when it began; then it is the one that began first.
    """
    said = told.get("opened_at")
    at = datetime.fromisoformat(said) if said else None
    place = next((n for n, each in enumerate(begun) if at is None or each[1] == at), None)
    return None if place is None else begun.pop(place)[0]


class Pseudonyms:
    """Gives people another name, the same throughout one export and no other.

    Names are given in the order in which people appear, so nothing of a name is left in them, and
    an export made a second time is the same.
    """

    def __init__(self, kind: str, names: Mapping[str, str] | None = None) -> None:
        """Begin with nobody.

        Args:
            kind: What people are called, before their number.
            names: Names by user name, where they are not hidden; None to hide them.
        """
        self._kind = kind
        self._names = names
        self._given: dict[str, str] = dict(NAMES)

    def of(self, person: str) -> str:
        """Return what somebody is called."""
        if person not in self._given:
            number = len(self._given) - len(NAMES) + 1
            hidden = f"{self._kind} {number}"
            self._given[person] = hidden if self._names is None else self._named(person)
        return self._given[person]

    def _named(self, person: str) -> str:
        """Return the name of somebody, with the user name where another has the same name."""
        name = (self._names or {}).get(person, person)
        return f"{name} ({person})" if name in self._given.values() else name
