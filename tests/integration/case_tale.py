"""What became of one complaint, as its journal tells it, event by event; see ``case_oracle``."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.allowance import parse_allowance
from engine.domain.journal import Event

ALLOWED = {"acknowledgement": "3 working days", "final_response": "8 weeks"}
"""What the regime of most complaints here promises: what the journal tells is held to it."""
OWED = {"offered", "accepted", "carried_out"}
FIRST = 1


@dataclass
class Owed:
    """A remedy."""

    amount: Decimal
    due_on: date
    state: str = "proposed"
    done_at: datetime | None = None

    def until(self, zone: str) -> datetime:
        """Return the first moment after its last day."""
        return datetime.combine(self.due_on + timedelta(days=1), time(), ZoneInfo(zone))


@dataclass
class Outside:
    """A way to a body outside."""

    at: datetime
    decision: str = ""
    ended_at: datetime | None = None


@dataclass
class Tale:
    """One complaint, as its journal tells of it."""

    own_received_at: datetime
    complainant: str
    category: str
    due: dict[str, datetime]
    received_at: datetime
    """Of all that were merged into it the earliest."""
    severity: int = 3
    severities: list[int] = field(default_factory=list)
    assessed_at: datetime | None = None
    extended: dict[str, timedelta] = field(default_factory=dict)
    met: dict[str, datetime] = field(default_factory=dict)
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    decisions: list[tuple[datetime, str]] = field(default_factory=list)
    reopened: int = 0
    escalated: list[datetime] = field(default_factory=list)
    found: dict[int, datetime] = field(default_factory=dict)
    """By issue: a finding that is made anew takes the place of the one before."""
    causes: dict[int, tuple[str, bool]] = field(default_factory=dict)
    """By issue: area, and whether it is systemic."""
    categories: dict[int, str] = field(default_factory=dict)
    remedies: dict[int, Owed] = field(default_factory=dict)
    referrals: dict[int, Outside] = field(default_factory=dict)
    invited_at: datetime | None = None
    answered_at: datetime | None = None
    scores: Mapping[str, int] = field(default_factory=dict)
    reviews: list[tuple[datetime, str]] = field(default_factory=list)
    merged: int | None = None
    """Number of the merge by which it rests."""
    took_in: set[int] = field(default_factory=set)
    links: dict[int, tuple[str, bool]] = field(default_factory=dict)
    """What the case is to another, and whether the other is it to this one."""
    is_restricted: bool = False
    steps: list[tuple[str, str]] = field(default_factory=list)
    """Element and person of each that was completed."""

    @property
    def handoffs(self) -> int:
        """Return how often somebody else did the next step."""
        people = [by for _element, by in self.steps]
        return sum(one != other for one, other in pairwise(people))

    def open_at(self, at: datetime, until: datetime) -> timedelta | None:
        """Return how old it is where it is open; its age counts up to what can be known."""
        if self.received_at >= at or (self.closed_at is not None and self.closed_at < at):
            return None
        return until - self.received_at

    @property
    def named(self) -> Iterable[tuple[datetime, str, bool, str]]:
        """Return its causes: when found, where they lie, whether systemic, of which category."""
        for issue, (area, is_systemic) in self.causes.items():
            if issue in self.found:
                yield self.found[issue], area, is_systemic, self.categories[issue]

    @property
    def decided_again(self) -> Iterable[tuple[datetime, bool]]:
        """Return when it was decided at a second stage, and whether otherwise than before."""
        for (_at, before), (at, outcome) in pairwise(self.decisions):
            if before:
                yield at, outcome != before


def tale_of(platform: Platform, events: Sequence[Event]) -> Tale:
    """Return what the journal of one complaint tells."""
    first = _facts(events[0])
    # A complaint that came earlier than it was recorded says so; its clocks run from when it came.
    begun = datetime.fromisoformat(first["received_at"]) if "received_at" in first else events[0].at
    due = {code: datetime.fromisoformat(at) for code, at in first.get("promised", {}).items()}
    if first["regimes"] and first["regimes"][0].startswith("iso ") and due:
        for code, allowed in ALLOWED.items():
            assert due[code] == platform.calendar.due(begun, parse_allowance(allowed))
    tale = Tale(begun, first["complainant"], first["category"], due, begun)
    tale.categories[FIRST] = tale.category
    for event in events[1:]:
        told = _facts(event)
        for hear in (_promises, _course, _findings, _remedies, _opinions, _kin):
            hear(tale, event, told)
    return tale


def _facts(event: Event) -> dict:
    told = json.loads(event.detail)
    return told | (json.loads(event.personal.text) if event.personal else {})


def _promises(tale: Tale, event: Event, told: dict) -> None:
    code = told.get("clock", "")
    match event.type:
        case "clock.started" | "clock.recounted":
            tale.due[code] = datetime.fromisoformat(told["due_at"])
        case "due.moved" if code:
            tale.due[code] = datetime.fromisoformat(told["due_at"])
        case "clock.extended":
            before, due = (datetime.fromisoformat(told[name]) for name in ("before", "due_at"))
            tale.due[code] = due
            tale.extended[code] = tale.extended.get(code, timedelta()) + (due - before)
        case "case.resumed":
            moved = {name: datetime.fromisoformat(at) for name, at in told["promises"].items()}
            tale.due |= moved
        case "calendar.applied":
            for each in told["moved"]:
                tale.due[each["clock"]] = datetime.fromisoformat(each["due_at"])
        case "clock.met":
            tale.met[code] = datetime.fromisoformat(told["met_at"])
        case "clock.cancelled" | "clock.lapsed":
            tale.due.pop(code, None)


def _course(tale: Tale, event: Event, told: dict) -> None:
    match event.type:
        case "step.completed":
            tale.steps.append((told["element"], event.actor))
            _stated(tale, event, told)
        case "milestone.reached":
            _reached(tale, event, told)
        case "case.closed":
            tale.closed_at, tale.outcome = event.at, told["outcome"]
            if tale.merged is not None:  # whatever is open is kept by the complaint it rests in
                tale.due = {code: at for code, at in tale.due.items() if code in tale.met}
        case "case.concluded_elsewhere":
            tale.outcome = told["outcome"]
            tale.decided_at = tale.closed_at = datetime.fromisoformat(told["at"])
            tale.decisions.append((tale.decided_at, tale.outcome))
        case "decision.taken" if told["table"] == "triage":
            tale.assessed_at = tale.assessed_at or event.at
            tale.severities.append(tale.severity)
        case "assessment.renewed":
            tale.severity = told["severity"]
            tale.severities.append(tale.severity)
        case "escalation.raised":
            tale.escalated.append(event.at)
        case "case.restricted" | "case.unrestricted":
            tale.is_restricted = event.type == "case.restricted"


def _stated(tale: Tale, event: Event, told: dict) -> None:
    tale.outcome = told.get("outcome", tale.outcome)
    tale.severity = told.get("severity", tale.severity)
    if "category" in told:
        tale.category = tale.categories[FIRST] = told["category"]
    if told.get("review") == "reopen":
        tale.reopened += 1
    elif told.get("review") == "final":
        tale.decisions.append((event.at, tale.outcome))


def _reached(tale: Tale, event: Event, told: dict) -> None:
    if told["milestone"] in {"decided", "refused", "acknowledged"}:
        tale.acknowledged_at = tale.acknowledged_at or event.at
    if told["milestone"] in {"decided", "refused"}:
        tale.decided_at = tale.decided_at or event.at
        tale.decisions.append((event.at, told["outcome"] or ""))


def _findings(tale: Tale, event: Event, told: dict) -> None:
    match event.type:
        case "issue.added" | "issue.restated":
            tale.categories[told["issue"]] = told["category"]
        case "finding.recorded":
            tale.found[told["issue"]] = event.at
        case "cause.named":
            assert told["category"] == tale.categories[told["issue"]]
            tale.causes[told["issue"]] = told["area"], told["is_systemic"]


def _remedies(tale: Tale, event: Event, told: dict) -> None:
    kind, _, act = event.type.partition(".")
    if kind != "remedy":
        return
    number = told.get("remedy", 0)
    if "due_on" in told and act != "overdue":
        former = tale.remedies.get(number)
        tale.remedies[number] = Owed(Decimal(told["amount"]), date.fromisoformat(told["due_on"]))
        tale.remedies[number].state = former.state if former else "proposed"
    if act == "awarded":
        tale.remedies[number].state = "accepted"
        tale.referrals[max(tale.referrals)].ended_at = None  # it is over once this is done
    elif act in {"dropped", "carried_out"}:
        tale.remedies[number].state = act
        tale.remedies[number].done_at = event.at if act == "carried_out" else None
    elif act in {"offered", "accepted", "declined"}:
        for each in told["remedies"]:
            tale.remedies[each].state = act


def _opinions(tale: Tale, event: Event, told: dict) -> None:
    """Hear what bodies, reviewers and the complainant say."""
    match event.type:
        case "referral.recorded":
            tale.referrals[told["referral"]] = Outside(event.at)
        case "referral.decided":
            ended = Outside(tale.referrals[told["referral"]].at, told["decision"], event.at)
            tale.referrals[told["referral"]] = ended
        case "referral.complied":
            tale.referrals[told["referral"]].ended_at = event.at
        case "survey.invited":
            tale.invited_at = event.at
        case "survey.answered":
            tale.answered_at, tale.scores = event.at, told["scores"]
        case "sample.reviewed":
            tale.reviews.append((event.at, told["found"]))


def _kin(tale: Tale, event: Event, told: dict) -> None:
    """Hear what is told of other complaints."""
    match event.type:
        case "case.merged" | "case.unmerged":
            tale.merged = told["merge"] if event.type == "case.merged" else None
        case "case.took_in":
            tale.took_in.add(told["merge"])
        case "case.gave_back":
            tale.took_in.discard(told["merge"])
        case "case.linked":
            tale.links[told["link"]] = told["relation"], told.get("is_turned", False)
        case "case.unlinked":
            tale.links.pop(told["link"])
