"""What became of complaints, reckoned slowly and from the journal alone; figures are held to it."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from engine.bootstrap import Platform
from engine.domain.complaint import Severity
from engine.domain.issue import CauseArea
from engine.domain.kpi import AGE_BANDS, Period, percentile, share
from tests.integration.case_tale import OWED, Outside, Tale, tale_of
from tests.integration.office import rows

DAY = timedelta(days=1)
FEW = 10
"""Of fewer facts nothing but their number is told where they could tell who somebody is."""
UPHELD = {"upheld", "partly_upheld"}
AGAINST = "external_decision_upheld"
ONE_WITH = {"duplicate_of", "parent"}
Told = tuple[float | None, int]


class CaseOracle:
    """Reckons figures of a period from every event of every complaint."""

    def __init__(self, platform: Platform) -> None:
        """Read all of the journal."""
        with platform.database.read() as tx:
            journals = [
                tx.journal.of(case_id)
                for (case_id,) in rows(platform.database, "SELECT id FROM complaint_case")
            ]
            events = list(tx.organisation.events())
        self.zone = platform.policy.calendar.zone
        self.tales = [tale_of(platform, journal) for journal in journals]
        self.acts = list(_first_acts(events))
        self._merge()
        self._tell_who_complained_before()

    def figures(self, period: Period, now: datetime, *, knows_restricted: bool) -> dict[str, Told]:
        """Return value and number by the name of each figure that a report tells."""
        seen = [t for t in self.tales if knows_restricted or not t.is_restricted]
        until = min(period.end, now)
        begun = Period(period.begin, until) if until > period.begin else None
        found = _course(seen, period) | _open(seen, period, until)
        found |= _promised(seen, begun) | _paid(seen, period, begun, self.zone)
        found |= self._causes(seen, period) | _outside(seen, period)
        return found | _opinions(seen, period) | self._again(seen, period)

    def _merge(self) -> None:
        """Let each complaint be received when the first of those was that are merged into it."""
        self.into: dict[int, Tale] = {}
        by_merge = {t.merged: t for t in self.tales if t.merged is not None}
        for tale in self.tales:
            for number in tale.took_in & by_merge.keys():
                self.into[id(by_merge[number])] = tale
        for tale in self.tales:
            heir = tale
            while (above := self.into.get(id(heir))) is not None:
                above.received_at = min(above.received_at, tale.own_received_at)
                heir = above

    def _tell_who_complained_before(self) -> None:
        """Find which complaints are one with another of the same person, and of the rest, which
        came within 365 days after another one."""
        ends: dict[int, dict[bool, Tale]] = {}
        for tale in self.tales:
            for number, (relation, is_turned) in tale.links.items():
                if relation in ONE_WITH:
                    ends.setdefault(number, {})[is_turned] = tale
        parts = [(pair[False], pair[True]) for pair in ends.values()]
        parts += [(t, self.into[id(t)]) for t in self.tales if id(t) in self.into]
        one_with = {id(part) for part, whole in parts if part.complainant == whole.complainant}
        whole = [tale for tale in self.tales if id(tale) not in one_with]
        self.again = {
            id(tale): any(
                other.complainant == tale.complainant
                and tale.received_at - 365 * DAY <= other.received_at < tale.received_at
                for other in whole
            )
            for tale in whole
        }

    def _again(self, seen: Sequence[Tale], period: Period) -> dict[str, Told]:
        came = [t for t in seen if t.received_at in period and id(t) in self.again]
        return {"complained_before": _share([self.again[id(t)] for t in came])}

    def _causes(self, seen: Sequence[Tale], period: Period) -> dict[str, Told]:
        causes = [(t, *cause) for t in seen for cause in t.named if cause[0] in period]
        areas = Counter(area for _tale, _at, area, _is_systemic, _category in causes)
        again = [
            any(
                (where, at < tale.received_at) == (area, True) and about in {"", category}
                for where, about, at in self.acts
            )
            for tale, _at, area, _is_systemic, category in causes
        ]
        return {
            "systemic": _share([is_systemic for *_, is_systemic, _category in causes]),
            "cause_came_again": _share(again),
            **{f"by_cause: {CauseArea(area).title}": (n, n) for area, n in areas.items()},
        }


def _first_acts(events: Iterable) -> Iterable[tuple[str, str, datetime]]:
    """Yield cause, category and time of what was done against a cause, for the first time."""
    about: dict[int, tuple[str, str]] = {}
    done = set()
    for event in events:
        told = json.loads(event.detail)
        if event.type == "improvement.aimed":
            about[told["record"]] = told["cause"], told["category"]
        elif event.type == "governance.moved" and told["act"] == "carry_out":
            number = told["record"]
            is_first = told["what"] == "action" and number not in done
            done.add(number)
            if is_first and about.get(number, ("",))[0]:
                yield *about[number], event.at


def _course(seen: Sequence[Tale], period: Period) -> dict[str, Told]:
    received = [t for t in seen if t.received_at in period]
    closed = [t for t in seen if t.closed_at and t.closed_at in period]
    decided = [t for t in seen if t.decided_at and t.decided_at in period]
    assessed = [t for t in seen if t.assessed_at and t.assessed_at in period]
    again = [changed for t in seen for at, changed in t.decided_again if at in period]
    referred = [r for t in seen for r in t.referrals.values() if r.at in period]
    found = {
        "received": _count(received),
        "closed": _count(closed),
        "flow": (len(closed) / len(received) if received else None, len(closed)),
        "first_contact": _share([t.outcome == "resolved_first_contact" for t in closed]),
        "upheld": _share([t.outcome in UPHELD for t in decided]),
        "reopened": _share([t.reopened > 0 for t in decided]),
        "second_stage_changed": _share(again),
        "handoffs": _mean([t.handoffs for t in closed]),
        "rework": _share([len({e for e, _ in t.steps}) < len(t.steps) for t in closed]),
        "changed_assessment": _share([len(set(t.severities)) > 1 for t in assessed]),
        "referred": (len(referred) / len(decided) if decided else None, len(referred)),
        "escalated": _count([at for t in seen for at in t.escalated if at in period]),
    }
    for name, end in (("acknowledge", "acknowledged_at"), ("decide", "decided_at")):
        found |= _times(name, [t for t in seen if (at := getattr(t, end)) and at in period], end)
    found |= _times("close", closed, "closed_at")
    categories = Counter(t.category or "-" for t in received)
    severities = Counter(Severity(t.severity).title for t in received)
    found |= {f"by_category: {each}": (n, n) for each, n in categories.items()}
    return found | {f"by_severity: {each}": (n, n) for each, n in severities.items()}


def _open(seen: Sequence[Tale], period: Period, until: datetime) -> dict[str, Told]:
    ages = [a for t in seen if (a := t.open_at(period.end, until)) is not None]
    pace = [t for t in seen if t.closed_at and until - 28 * DAY <= t.closed_at < period.end]
    return {
        "backlog": _count(ages),
        "backlog_weeks": (4 * len(ages) / len(pace) if pace else None, len(ages)),
        **{f"age: {b.title}": _count([a for a in ages if a in b]) for b in AGE_BANDS},
    }


def _promised(seen: Sequence[Tale], begun: Period | None) -> dict[str, Told]:
    """Return what became of promises that have fallen due so far."""

    def kept(code: str, *, is_first: bool = False) -> list[bool]:
        due = [
            (t, t.due[code] - (t.extended.get(code, timedelta()) if is_first else timedelta()))
            for t in seen
            if code in t.due
        ]
        return [code in t.met and t.met[code] <= at for t, at in due if begun and at in begun]

    answers = kept("final_response")
    longer = [
        bool(t.extended.get("final_response"))
        for t in seen
        if "final_response" in t.due and begun and t.due["final_response"] in begun
    ]
    return {
        "acknowledged_on_time": _share(kept("acknowledgement")),
        "answered_on_time": _share(answers),
        "answered_on_time_first": _share(kept("final_response", is_first=True)),
        "late_answers": _count([is_kept for is_kept in answers if not is_kept]),
        "extended": _share(longer),
        "stage_two_on_time": _share(kept("stage_two_response")),
        "updates_on_time": _share(kept("progress_update")),
    }


def _paid(seen: Sequence[Tale], period: Period, begun: Period | None, zone: str) -> dict[str, Told]:
    owed = [(t, r) for t in seen for r in t.remedies.values() if r.state in OWED]
    done = [(t, r, r.done_at) for t, r in owed if r.done_at and r.done_at in period]
    money = [r.amount for _tale, r, _at in done if r.amount]
    took = [_whole(at - t.decided_at) for t, _remedy, at in done if t.decided_at]
    middle, waited = percentile(money, 50), percentile(took, 50)
    due = [r for _tale, r in owed if begun and r.until(zone) in begun]
    return {
        "remedy_paid": (float(sum(money)), len(money)),
        "median_remedy": (None if middle is None else float(middle), len(money)),
        "remedy_spread": (_spread(money), len(money)),
        "median_days_to_remedy": (None if waited is None else waited / DAY, len(took)),
        "remedies_on_time": _share([bool(r.done_at and r.done_at < r.until(zone)) for r in due]),
    }


def _spread(money: Sequence[Decimal]) -> float | None:
    if len(money) < FEW:
        return None
    return float(Fraction(percentile(money, 75)) / Fraction(percentile(money, 25)))


def _outside(seen: Sequence[Tale], period: Period) -> dict[str, Told]:
    ruled: list[Outside] = [
        r for t in seen for r in t.referrals.values() if r.ended_at and r.ended_at in period
    ]
    return {"overturned": _share([r.decision == AGAINST for r in ruled])}


def _opinions(seen: Sequence[Tale], period: Period) -> dict[str, Told]:
    invited = [t for t in seen if t.invited_at and t.invited_at in period]
    answered = [t for t in seen if t.answered_at and t.answered_at in period]
    reviews = [found for t in seen for at, found in t.reviews if at in period]
    scores, sides = (
        [t.scores[item] for t in answered if item in t.scores] for item in ("overall", "objective")
    )
    has_answered = [t.answered_at is not None for t in invited]
    return {
        "survey_sent": _count(invited),
        "survey_answered": _count([each for each in has_answered if each]),
        "survey_responses": _count(answered),
        "answer_rate": _share(has_answered),
        "satisfied": _privately(_share([score >= 4 for score in scores])),
        "satisfaction": _privately((sum(scores) / len(scores) if scores else None, len(scores))),
        "objective": _privately(_share([score >= 4 for score in sides])),
        "reviews_in_order": _share([found == "in_order" for found in reviews]),
    }


def _privately(told: Told) -> Told:
    value, n = told
    return (value if n >= FEW else None), n


def _count(some: Sequence) -> Told:
    return float(len(some)), len(some)


def _share(good: Sequence[bool]) -> Told:
    return share(sum(good), len(good)), len(good)


def _mean(numbers: Sequence[int]) -> Told:
    return (sum(numbers) / len(numbers) if numbers else None), len(numbers)


def _whole(took: timedelta) -> timedelta:
    """Return it in whole seconds, as figures are counted."""
    return timedelta(seconds=max(0, int(took.total_seconds())))


def _times(name: str, tales: Sequence[Tale], end: str) -> dict[str, Told]:
    took = [_whole(getattr(tale, end) - tale.received_at) for tale in tales]
    return {
        f"{word}_days_to_{name}": (
            None if (value := percentile(took, percent)) is None else value / DAY,
            len(took),
        )
        for word, percent in (("median", 50), ("p90", 90))
    }
