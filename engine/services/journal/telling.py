"""What happened to a case, in words (ISO 10002:2018, 7.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.authority import EVENTS as OF_AUTHORITIES
from engine.domain.document import EVENTS as OF_DOCUMENTS
from engine.domain.evidence import EVENTS as OF_EVIDENCE
from engine.domain.extension import EVENTS as OF_EXTENSIONS
from engine.domain.incoming import EVENTS as OF_MAILS
from engine.domain.inquiry import EVENTS as OF_INQUIRIES
from engine.domain.interview import EVENTS as OF_INTERVIEWS
from engine.domain.invitation import EVENTS as OF_INVITATIONS
from engine.domain.journal import Event
from engine.domain.posting import EVENTS as OF_LETTERS
from engine.domain.regime import Occasion
from engine.domain.tracking import EVENTS as OF_DOOR


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, in words."""

    at: datetime
    who: str
    what: str
    kind: str


_WORDS = {
    "complaint.received": "Complaint received by {channel}",
    "step.completed": "{title}: done",
    "step.assigned": "{title}: given to {to}",
    "step.cancelled": "{title}: no longer needed",
    "decision.taken": "Decision table “{table}” gave {outputs}",
    "decision.approved": "Decision approved",
    "decision.returned": "Decision returned",
    "letter.sent": "Letter to the complainant: {letter}",
    "clock.warning": "Time is running short: {clock}",
    "clock.breach": "Time limit missed: {clock}",
    "clock.met": "Promise kept: {clock}",
    "clock.cancelled": "Clock stopped: {clock}",
    "clock.started": "Time limit begins: {clock}, due {due_at}",
    "clock.lapsed": "No longer possible: {clock}",
    "clock.extended": "Time limit extended: {clock}, due {due_at}. {reason}",
    "occasion.noted": "It was recorded that {occasion}",
    "escalation.raised": "Escalated: {reason}",
    "escalation.climbed": "Not acknowledged by {from}; {to} is called as well: {title}",
    "escalation.stays": "Not acknowledged by {from}; nobody higher up can be called: {title}",
    "step.handed_on": "{title}: given to {to}, since {person} {reason}",
    "owner.changed": "The complaint is given to {to}, since {person} {reason}",
    "owner.given": "The complaint is given to {to}",
    "case.inactive": "Nobody has acted on it for {days} working days",
    "timer.fired": "A waiting time ended",
    "note.added": "Note added",
    "parties.restated": "Put right: {which}",
    "address.corrected": "Where the complainant is reached was corrected: {which}",
    "issue.added": "Issue {issue} added: {category}",
    "issue.restated": "Issue {issue} restated",
    "finding.recorded": "Finding on issue {issue}: {result}",
    "cause.named": "Cause of issue {issue}: {area}",
    "separation.waived": "{person}, who {part}, did it by a waiver",
    "assessment.overridden": "Route {route}, priority {priority} chosen, not {suggested}: {reason}",
    "assessment.renewed": "Assessed anew, priority {priority}: {reason}",
    "respondent.named": "Person {respondent} is named of whom somebody complains",
    "respondent.removed": "Person {respondent} is not meant after all: {reason}",
    "respondent.told": "Person {respondent} was told, and can reply until {reply_by}",
    "respondent.replied": "Person {respondent} replied",
    "respondent.silent": "Person {respondent} did not reply in time",
    "conflict.declared": "Conflict of interest declared: {reason}",
    "conflict.lifted": "The conflict of interest of {person} is no more: {reason}",
    "remedy.proposed": "Remedy {remedy} proposed: {kind}, {amount}",
    "remedy.restated": "Remedy {remedy} changed: {kind}, {amount}",
    "remedy.dropped": "Remedy {remedy} dropped: {reason}",
    "remedy.offered": "Remedies offered: {remedies}",
    "remedy.accepted": "Remedies accepted: {remedies}",
    "remedy.declined": "Remedies declined: {remedies}",
    "remedy.carried_out": "Remedy {remedy} carried out: {amount}",
    "remedy.verified": "Remedy {remedy} verified",
    "remedy.overdue": "Remedy {remedy} was to be carried out by {due_on}",
    "case.linked": "Linked to another complaint: {relation}",
    "case.unlinked": "No longer linked to another complaint: {relation}",
    "referral.recorded": "Went to a body outside: {body}",
    "referral.file_sent": "The file was sent to the body outside",
    "referral.decided": "The body outside decided: {decision}",
    "referral.complied": "What the body outside awarded is done",
    "remedy.awarded": "Remedy {remedy} awarded by the body outside: {kind}, {amount}",
    "file.exported": "The file of the complaint was handed out",
    "case.split": "Issues {issues} go on in a complaint of their own",
    "case.split_off": "Split off from another complaint",
    "case.merged": "Merged into another complaint; work goes on there",
    "case.unmerged": "No longer merged into another complaint; work goes on here",
    "case.took_in": "Another complaint was merged into this one",
    "case.gave_back": "A complaint is no longer merged into this one",
    "clock.recounted": "{clock}: counted from another receipt, due {due_at}",
    **OF_AUTHORITIES,
    **OF_DOCUMENTS,
    **OF_EVIDENCE,
    **OF_EXTENSIONS,
    **OF_MAILS,
    **OF_LETTERS,
    **OF_INQUIRIES,
    **OF_INTERVIEWS,
    "token.moved": "Led from “{from}” to “{to}”: {reason}",
    "step.skipped": "{title}: skipped. {reason}",
    "due.moved": "{title}: due date moved to {due_at}. {reason}",
    "case.suspended": "Case suspended: {reason}",
    "case.resumed": "Case resumed: {reason}",
    "incident.resolved": "{title}, resolved: {reason}",
    "message.kept": "A message came early and is kept: {message}",
    "team.moved": "Given from {from} to {to}: {reason}",
    "case.restricted": "Restricted to named people: {reason}",
    "case.unrestricted": "Restriction lifted: {reason}",
    "glass.broken": "Glass broken, open until {until}: {reason}",
    "glass.read": "Read through broken glass",
    "sample.reviewed": "Reviewed in a sample",
    **OF_DOOR,
    **OF_INVITATIONS,
    "key.declared": "Messages with the key {key} belong to this case",
    "case.migrated": "Moved from version {was} of the process to version {version}",
    "case.moved_back": "Moved back from version {was} of the process to version {version}",
    "case.closed": "Case closed: {outcome}",
    "calendar.applied": "Counted by the calendar in force from now on",
    "case.concluded_elsewhere": "Taken over as concluded: {outcome}",
    "hold.placed": "Personal data kept on legal hold: {reason}",
    "hold.lifted": "Legal hold lifted: {reason}",
    "erasure.proposed": "To erase the personal data was proposed: {reason}",
    "erasure.refused": "To erase the personal data was refused",
    "personal.erased": "Personal data erased",
    "personal.exported": "All that is held on the person was handed out",
}
"""Events that a person wants to read; ``step.opened`` and ``case.moved`` are for figures."""

_HEARD = {
    "answer": "The complainant answered: {detail}",
    "withdrawn": "The complainant withdraws: {detail}",
}
"""Messages that a person wants to read; the others are told by what they lead to."""


def told(events: Sequence[Event], names: Mapping[str, str]) -> tuple[TimelineEntry, ...]:
    """Return what a person wants to read of what happened, latest first.

    Args:
        events: Of one case, oldest first.
        names: Of people, by user name.
    """
    said = (_entry(event, names) for event in reversed(events))
    return tuple(entry for entry in said if entry is not None)


def timeline_of(events: Iterable[Event], names: Mapping[str, str]) -> tuple[TimelineEntry, ...]:
    """Return every event in words, oldest first; what has no words by its name."""
    return tuple(
        _entry(event, names)
        or TimelineEntry(
            event.at,
            names.get(event.actor, event.actor),
            event.type.replace(".", " ").replace("_", " "),
            event.type,
        )
        for event in events
    )


def _entry(event: Event, names: Mapping[str, str]) -> TimelineEntry | None:
    facts = event.facts()
    is_heard = event.type == "message.received"
    words = _HEARD.get(str(facts["message"])) if is_heard else _WORDS.get(event.type)
    if words is None:
        return None
    if event.type == "clock.met" and facts.get("late"):
        words = "Kept late: {clock}"
    spoken = {key: _spoken(key, value, names) for key, value in facts.items()}
    return TimelineEntry(
        at=event.at,
        who=names.get(event.actor, event.actor),
        what=words.format_map(_Spoken(spoken)),
        kind=event.type,
    )


class _Spoken(dict[str, str]):
    """Facts in words; what was erased is said to be."""

    def __missing__(self, key: str) -> str:
        return "(erased)"


def _spoken(key: str, value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        value = [f"{name} {output}" for name, output in value.items()]
    if isinstance(value, list):
        return ", ".join(map(str, value)).replace("_", " ")
    if value is None:
        return "nobody" if key == "to" else "no outcome"
    if key == "occasion":
        return Occasion(str(value)).words
    if key == "due_at":
        return f"{datetime.fromisoformat(str(value)):%d %b %Y, %H:%M} UTC"
    if key in {"to", "person"}:
        return names.get(str(value), str(value))
    return str(value).replace("_", " ")
