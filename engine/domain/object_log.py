"""What happened to complaints, told of every thing that took part in it.

An event is about a complaint, and often about an issue, a remedy, a document or a letter of it;
things stand to each other too. Programs that look at work so need no case to be chosen first.

Source: OCEL 2.0 specification (2023).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from engine.domain.actor import COMPLAINANT, SYSTEM
from engine.domain.event_log import LoggedCase, LoggedEvent, Pseudonyms, Transition

_RECEIVED = "complaint.received"

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""When a value begins to hold that never changes; OCEL says it so."""

_TEXT, _WHOLE, _REAL, _YES = "string", "integer", "float", "boolean"

OBJECTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Complaint": {
            **dict.fromkeys(("category", "product", "channel", "route", "team"), _TEXT),
            **dict.fromkeys(("severity", "priority", "reopened"), _WHOLE),
            **dict.fromkeys(("process", "status", "outcome"), _TEXT),
        },
        "Issue": {"category": _TEXT, "result": _TEXT, "cause": _TEXT, "systemic": _YES},
        "Remedy": {"kind": _TEXT, "amount": _REAL, "state": _TEXT},
        "Document": {"purpose": _TEXT, "origin": _TEXT, "state": _TEXT},
        "Letter": {"kind": _TEXT, "channel": _TEXT, "direction": _TEXT, "language": _TEXT},
        "Person": {"name": _TEXT},
        "Complainant": {},
    }
)
"""Kinds of things with their attributes; a person's name only where names were asked for."""

EVENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("issue", "remedy", "document", "number", "priority"), _WHOLE),
        "late": _YES,
        "amount": _REAL,
    }
)
"""Types of the attributes of events that are no text."""

Value = str | int | bool | float


@dataclass(frozen=True, slots=True)
class LogObject:
    """One thing.

    Attributes:
        values: Name, value, and since when it holds.
        relations: Ids of other things, each with what it is to this one.
    """

    id: str
    kind: str
    values: Sequence[tuple[str, Any, datetime]] = ()
    relations: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class ObjectEvent:
    """One event with everything that it is about."""

    id: str
    kind: str
    at: datetime
    values: Sequence[tuple[str, Any]]
    relations: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a complaint, or another complaint to which it leads.

    Attributes:
        number: Within the complaint; of a letter, among all letters; of a link, the other one.
        facts: By name, as they are kept.
    """

    number: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to one complaint; nothing of it was written by a person."""

    issues: Sequence[PartRow] = ()
    remedies: Sequence[PartRow] = ()
    documents: Sequence[PartRow] = ()
    letters: Sequence[PartRow] = ()
    links: Sequence[PartRow] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What people and complaints are called in one log.

    Attributes:
        staff: People who work here.
        complainants: Whoever complained, by the id of the person.
        known: Names of people who work here by user name; empty where they are hidden.
        references: Of the complaints in the log, by number; others are not told of.
    """

    staff: Pseudonyms = field(default_factory=lambda: Pseudonyms("Person"))
    complainants: Pseudonyms = field(default_factory=lambda: Pseudonyms("Complainant"))
    known: Mapping[str, str] = field(default_factory=dict)
    references: dict[int, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    def person(self, username: str) -> str:
        """Return what somebody who works here is called, and note that they take part."""
        return self.people.setdefault(username, self.staff.of(username))


def kind_of(event: LoggedEvent) -> str:
    """Return the kind of an event: OCEL knows no lifecycle, so that a start is another kind."""
    if event.transition is Transition.COMPLETE:
        return event.activity
    return f"{event.activity} ({event.transition.value})"


def event_of(case: LoggedCase, event: LoggedEvent, parts: Parts, names: Names) -> ObjectEvent:
    """Return an event of a complaint with everything that it is about."""
    facts = {"event": event.kind, "transition": event.transition.value, **event.facts}
    facts.pop("remedies", None)
    return ObjectEvent(
        id=f"{case.reference}/{event.number}",
        kind=kind_of(event),
        at=event.at,
        values=tuple(facts.items()),
        relations=tuple(dict.fromkeys(_about(case, event, parts, names))),
    )


def _about(
    case: LoggedCase, event: LoggedEvent, parts: Parts, names: Names
) -> Iterator[tuple[str, str]]:
    """Yield the things that an event is about; what is not kept any more is not named."""
    facts, of = event.facts, case.reference
    yield of, "complaint"
    if event.kind == _RECEIVED:
        yield from ((_part(of, "issue", row.number), "issue") for row in parts.issues[:1])
        yield from ((names.complainants.of(each), "made by") for each in (case.subject,) if each)
    numbers = facts.get("remedies") or ([facts["remedy"]] if "remedy" in facts else [])
    for kind, rows, wanted in (
        ("issue", parts.issues, [facts.get("issue")]),
        ("document", parts.documents, [facts.get("document")]),
        ("remedy", parts.remedies, numbers),
    ):
        there = {row.number for row in rows}
        yield from ((_part(of, kind, n), kind) for n in wanted if n in there)
    if (letter := _letter(event, parts.letters)) is not None:
        yield _part(of, "letter", letter), "letter"
    if event.actor == COMPLAINANT.username and case.subject:
        yield names.complainants.of(case.subject), "done by"
    elif event.actor not in {"", COMPLAINANT.username, SYSTEM.username}:
        yield names.person(event.actor), "done by"


def _letter(event: LoggedEvent, letters: Sequence[PartRow]) -> int | None:
    """Return the letter that an event is about: by its number, or the one of that moment."""
    group = event.kind.partition(".")[0]
    if group not in {"letter", "message"}:
        return None
    number, direction = event.facts.get("number"), "out" if group == "letter" else "in"
    if number is not None:
        return next((row.number for row in letters if row.number == number), None)
    kind = event.facts.get("letter")
    known = (
        row.number
        for row in letters
        if (row.facts["direction"], row.facts["at"]) == (direction, event.at)
        and kind in {None, row.facts["kind"]}
    )
    return next(known, None)


def objects_of(case: LoggedCase, parts: Parts, names: Names) -> Iterator[LogObject]:
    """Yield a complaint and its parts, with how they stand to each other."""
    yield _complaint(case, parts, names)
    of, belongs = case.reference, ((case.reference, "part of"),)
    for row in parts.issues:
        facts = row.facts
        found = facts["found_at"] or facts["raised_at"]
        values = [("category", facts["category"], ALWAYS), ("result", facts["result"], found)]
        values += [("cause", facts["cause_area"], found), ("systemic", facts["is_systemic"], found)]
        yield LogObject(_part(of, "issue", row.number), "Issue", _kept(values), belongs)
    issues = {row.number for row in parts.issues}
    for row in parts.remedies:
        answers = row.facts["issue"]
        more = ((_part(of, "issue", answers), "answers"),) if answers in issues else ()
        values = [("kind", row.facts["kind"], ALWAYS), ("amount", row.facts["amount"], ALWAYS)]
        values += [("state", *state) for state in _states(row.facts)]
        name = _part(of, "remedy", row.number)
        yield LogObject(name, "Remedy", _kept(values), (*belongs, *more))
    for row in parts.documents:
        facts = row.facts
        values = [(name, facts[name], ALWAYS) for name in ("purpose", "origin")]
        values += [("state", "kept", facts["at"])]
        values += [("state", "withdrawn", at) for at in (facts["withdrawn_at"],) if at]
        yield LogObject(_part(of, "document", row.number), "Document", _kept(values), belongs)
    for row in parts.letters:
        values = [(n, row.facts[n], ALWAYS) for n in ("kind", "channel", "direction", "language")]
        yield LogObject(_part(of, "letter", row.number), "Letter", _kept(values), belongs)


def people_of(names: Names, subjects: Iterable[str]) -> Iterator[LogObject]:
    """Yield everybody who takes part."""
    for username, called in names.people.items():
        name = names.known.get(username)
        yield LogObject(called, "Person", _kept([("name", name, ALWAYS)]))
    for subject in subjects:
        yield LogObject(names.complainants.of(subject), "Complainant")


def _complaint(case: LoggedCase, parts: Parts, names: Names) -> LogObject:
    plain = ("category", "product", "channel", "route", "team", "severity", "priority", "reopened")
    values = [(name, getattr(case, name), ALWAYS) for name in plain]
    values.append(("process", case.process[:12], ALWAYS))
    steps = (
        *(("received", case.received_at), ("acknowledged", case.acknowledged_at)),
        *(("decided", case.decided_at), ("closed", case.closed_at)),
    )
    values += [("status", word, at) for word, at in steps if at is not None]
    values.append(("outcome", case.outcome, case.decided_at or case.closed_at or ALWAYS))
    relations = [(names.complainants.of(case.subject), "made by")] if case.subject else []
    relations += [(names.person(case.owner), "owned by")] if case.owner else []
    relations += [
        (names.references[row.number], str(row.facts["kind"]).replace("_", " "))
        for row in parts.links
        if row.number in names.references
    ]
    return LogObject(case.reference, "Complaint", _kept(values), tuple(relations))


def _states(facts: Mapping[str, Any]) -> Iterator[tuple[str, datetime]]:
    """Yield what a remedy was, from when on, as far as it is kept."""
    yield "proposed", facts["proposed_at"]
    moments = {
        "offered": facts["offered_at"],
        "carried_out": facts["carried_out_at"],
        "verified": facts["verified_at"],
    }
    answer = "declined" if facts["state"] == "declined" else "accepted"
    moments[answer] = facts["answered_at"]
    known = [(state, at) for state, at in moments.items() if at is not None]
    yield from sorted(known, key=lambda each: each[1])
    if facts["state"] == "dropped":
        yield "dropped", max([at for _, at in known], default=facts["proposed_at"])


def _kept(values: Iterable[tuple[str, Any, datetime]]) -> tuple[tuple[str, Any, datetime], ...]:
    return tuple(each for each in values if each[1] is not None and each[1] != "")


def _part(reference: str, kind: str, number: object) -> str:
    return f"{reference}/{kind}/{number}"
