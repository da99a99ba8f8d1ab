"""What became of complaints, reckoned slowly and from the journal alone; figures are held to it."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from engine.bootstrap import Platform
from engine.domain.allowance import parse_allowance
from engine.domain.journal import Event
from engine.domain.kpi import AGE_BANDS, Period, percentile, share
from tests.integration.office import rows

DAY = timedelta(days=1)
ANSWERS = {"decided", "refused"}
ALLOWED = {"acknowledgement": "3 working days", "final_response": "8 weeks"}


@dataclass
class Tale:
    """One complaint, as its journal tells of it."""

    received_at: datetime
    due: dict[str, datetime]
    met: dict[str, datetime] = field(default_factory=dict)
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    escalated: list[datetime] = field(default_factory=list)
    causes: dict[int, tuple[datetime, str, bool]] = field(default_factory=dict)
    """By issue: a finding that is made anew takes the place of the one before."""
    paid: dict[int, tuple[datetime, Decimal]] = field(default_factory=dict)
    """By remedy: when it was carried out, and how much it was; nothing for what is not money."""
    is_restricted: bool = False

    def open_at(self, at: datetime, until: datetime) -> timedelta | None:
        """Return how old it is where it is open; its age counts up to what can be known."""
        if self.received_at >= at or (self.closed_at is not None and self.closed_at < at):
            return None
        return until - self.received_at


def tale_of(platform: Platform, events: Sequence[Event]) -> Tale:
    """Return what the journal of one complaint tells."""
    first = json.loads(events[0].detail)
    first |= json.loads(events[0].personal.text) if events[0].personal else {}
    # A complaint that came earlier than it was recorded says so; its clocks run from when it came.
    begun = datetime.fromisoformat(first["received_at"]) if "received_at" in first else events[0].at
    calendar = platform.calendar
    due = {code: calendar.due(begun, parse_allowance(time)) for code, time in ALLOWED.items()}
    tale = Tale(begun, due)
    resting: tuple[datetime, Sequence[str]] | None = None
    for event in events:
        told = json.loads(event.detail)
        told |= json.loads(event.personal.text) if event.personal else {}
        if event.type == "case.suspended":
            codes = [title.lower().replace(" ", "_") for title in told["resting"]]
            resting = (event.at, codes)
        elif event.type == "case.resumed" and resting:
            since, codes = resting
            for code in set(codes) & tale.due.keys():
                left = calendar.elapsed(since, tale.due[code])
                tale.due[code] = calendar.after(event.at, left)
        elif event.type == "remedy.carried_out":
            tale.paid[told["remedy"]] = (event.at, Decimal(told.get("amount") or 0))
        elif event.type in {"case.restricted", "case.unrestricted"}:
            tale.is_restricted = event.type == "case.restricted"
        elif event.type == "case.concluded_elsewhere":
            tale.outcome = told["outcome"]
            tale.decided_at = tale.closed_at = datetime.fromisoformat(told["at"])
            tale.due.clear()
        else:
            _hear(tale, event, told)
    return tale


def _hear(tale: Tale, event: Event, told: dict) -> None:
    match event.type:
        case "milestone.reached":
            if told["milestone"] in {*ANSWERS, "acknowledged"}:
                tale.acknowledged_at = tale.acknowledged_at or event.at
            if told["milestone"] in ANSWERS:
                tale.decided_at = tale.decided_at or event.at
        case "case.closed":
            tale.closed_at, tale.outcome = event.at, told["outcome"]
        case "decision.taken" if "Outcome" in told.get("inputs", {}):
            tale.outcome = told["inputs"]["Outcome"]
        case "clock.met":
            tale.met[told["clock"]] = event.at
        case "clock.cancelled":
            tale.due.pop(told["clock"], None)
        case "escalation.raised":
            tale.escalated.append(event.at)
        case "cause.named":
            tale.causes[told["issue"]] = (event.at, told["area"], told["is_systemic"])


class CaseOracle:
    """Reckons figures of a period from every event of every complaint."""

    def __init__(self, platform: Platform) -> None:
        """Read all of the journal."""
        with platform.database.read() as tx:
            journals = [
                tx.journal.of(case_id)
                for (case_id,) in rows(platform.database, "SELECT id FROM complaint_case")
            ]
        self.tales = [tale_of(platform, events) for events in journals]

    def figures(self, period: Period, now: datetime, *, knows_restricted: bool) -> dict:
        """Return value and number by the id of each figure."""
        seen = [t for t in self.tales if knows_restricted or not t.is_restricted]
        until = min(period.end, now)
        received = [t for t in seen if t.received_at in period]
        closed = [t for t in seen if t.closed_at and t.closed_at in period]
        decided = [t for t in seen if t.decided_at and t.decided_at in period]
        kept = {code: list(_kept(seen, code, period.begin, until)) for code in ALLOWED}
        ages = [a for t in seen if (a := t.open_at(period.end, until)) is not None]
        causes = [each for t in seen for each in t.causes.values() if each[0] in period]
        escalated = [at for t in seen for at in t.escalated if at in period]
        pace = [t for t in seen if t.closed_at and until - 28 * DAY <= t.closed_at < period.end]
        found = {
            "received": _count(received),
            "closed": _count(closed),
            "escalated": _count(escalated),
            "acknowledged_on_time": _share(kept["acknowledgement"]),
            "answered_on_time": _share(kept["final_response"]),
            "answered_on_time_first": _share(kept["final_response"]),
            "late_answers": _count([is_kept for is_kept in kept["final_response"] if not is_kept]),
            "first_contact": _share([t.outcome == "resolved_first_contact" for t in closed]),
            "upheld": _share([t.outcome in {"upheld", "partly_upheld"} for t in decided]),
            "systemic": _share([is_systemic for _at, _area, is_systemic in causes]),
            "flow": (len(closed) / len(received) if received else None, len(closed)),
            "backlog": _count(ages),
            "backlog_weeks": (4 * len(ages) / len(pace) if pace else None, len(ages)),
        }
        for name, end in (("acknowledge", "acknowledged_at"), ("decide", "decided_at")):
            found |= _times(
                name, [t for t in seen if (at := getattr(t, end)) and at in period], end
            )
        found |= _times("close", closed, "closed_at")
        found |= _remedies(seen, period)
        found |= {f"age: {b.title}": _count([a for a in ages if a in b]) for b in AGE_BANDS}
        areas = Counter(area for _at, area, _systemic in causes)
        return found | {f"by_cause: {area}": (n, n) for area, n in areas.items()}


def _kept(tales: Sequence[Tale], code: str, begin: datetime, until: datetime):
    for tale in tales:
        if code in tale.due and begin <= tale.due[code] < until:
            yield code in tale.met and tale.met[code] <= tale.due[code]


def _count(some: Sequence) -> tuple[float, int]:
    return float(len(some)), len(some)


def _share(good: Sequence[bool]) -> tuple[float | None, int]:
    return share(sum(good), len(good)), len(good)


def _whole(took: timedelta) -> timedelta:
    """Return it in whole seconds, as figures are counted."""
    return timedelta(seconds=int(took.total_seconds()))


def _remedies(tales: Sequence[Tale], period: Period) -> dict:
    done = [(t, at, paid) for t in tales for at, paid in t.paid.values() if at in period]
    money = [paid for _tale, _at, paid in done if paid]
    took = [_whole(at - tale.decided_at) for tale, at, _paid in done if tale.decided_at]
    middle, waited = percentile(money, 50), percentile(took, 50)
    return {
        "remedy_paid": (float(sum(money)), len(money)),
        "median_remedy": (None if middle is None else float(middle), len(money)),
        "median_days_to_remedy": (None if waited is None else waited / DAY, len(took)),
    }


def _times(name: str, tales: Sequence[Tale], end: str) -> dict:
    took = [_whole(getattr(tale, end) - tale.received_at) for tale in tales]
    return {
        f"{word}_days_to_{name}": (
            None if (value := percentile(took, percent)) is None else value / DAY,
            len(took),
        )
        for word, percent in (("median", 50), ("p90", 90))
    }
