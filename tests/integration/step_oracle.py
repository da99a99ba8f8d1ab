"""What became of steps, reckoned slowly and from the journal alone; figures are held against it."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from engine.bootstrap import Platform
from engine.domain.journal import Event
from engine.domain.kpi import Period, kept_on_time, percentile, share
from engine.domain.kpi import Promise as Due
from tests.integration.office import rows

ENDS = {"step.completed": "done", "step.skipped": "skipped", "step.cancelled": "cancelled"}
FACTS = """
SELECT case_id, seq, element, ended, worked, held, turn, after, circle FROM step_fact
WHERE case_id = :of ORDER BY seq
"""


@dataclass(frozen=True)
class Told:
    """One step, as the journal of its case tells of it; ``ended_at`` is None while it waits."""

    case_id: int
    element: str
    opened_at: datetime
    due_at: datetime
    seq: int = 0
    ending: str = ""
    ended_at: datetime | None = None
    worked: int = 0
    held: int | None = None
    turn: int = 0
    after: str = ""


def journal(platform: Platform, case_id: int) -> tuple[Event, ...]:
    with platform.database.read() as tx:
        return tx.journal.of(case_id)


def steps_told(platform: Platform, events: Sequence[Event]) -> list[Told]:
    """Return every step of a case: those that ended in their order, then those that wait."""
    waiting: dict[str, list[Event]] = defaultdict(list)
    due: dict[str, str] = {}
    taken: dict[str, datetime | None] = {}
    ended: list[Told] = []
    rests: list[list[datetime]] = []
    for event in events:
        told = json.loads(event.detail)
        if event.type in {"case.suspended", "case.merged"}:
            rests.append([event.at])
        elif event.type in {"case.resumed", "case.unmerged"}:
            rests[-1].append(event.at)
        if event.type == "step.opened":
            waiting[told["element"]].append(event)
            taken[told["element"]] = None
            due[told["element"]] = told["due_at"]
        elif event.type in {"step.assigned", "step.handed_on"}:
            taken[told["element"]] = event.at if told["to"] else None
        elif event.type == "case.resumed":
            due |= {each["element"]: each["due_at"] for each in told["steps"]}
        elif event.type in ENDS:
            # A case that moved to another version may have begun the step under another id.
            places = (waiting[told["element"]], *waiting.values())
            begun, opened = next(
                (begun, e)
                for begun in places
                for e in begun
                if e.at.isoformat() == told["opened_at"]
            )
            begun.remove(opened)
            step = _ended(platform, opened, event, ended, rests)
            since = taken.get(told["element"])
            if since and since > opened.at:
                step = replace(step, held=_worked(platform, since, event.at, rests))
            ended.append(step)
    still = [
        Told(e.case_id, element, e.at, datetime.fromisoformat(due[element]))
        for element, begun in waiting.items()
        for e in begun
    ]
    return [*ended, *still]


def _worked(platform: Platform, begin: datetime, end: datetime, rests: list[list[datetime]]) -> int:
    """Return the seconds in which somebody could work: of the pieces between rests."""
    cuts = [begin, end]
    for since, *until in rests:
        cuts += [min(max(at, begin), end) for at in (since, *(until or [end]))]
    moments = sorted(cuts)
    pieces = [
        platform.calendar.elapsed(a, b)
        for a, b in pairwise(moments)
        if not any(since <= a and b <= (until or [end])[0] for since, *until in rests)
    ]
    return int(sum(pieces, timedelta()).total_seconds())


def _ended(
    platform: Platform,
    opened: Event,
    end: Event,
    former: list[Told],
    rests: list[list[datetime]],
) -> Told:
    told = json.loads(end.detail)
    done = [each for each in former if each.ending == "done"]
    before = [each for each in done if each.ended_at <= opened.at]
    return Told(
        case_id=end.case_id,
        element=told["element"],
        opened_at=opened.at,
        due_at=datetime.fromisoformat(told["due_at"]),
        seq=end.seq,
        ending=told.get("ending", ENDS[end.type]),
        ended_at=end.at,
        worked=_worked(platform, opened.at, end.at, rests),
        turn=1 + sum(each.element == told["element"] for each in done),
        after=before[-1].element if before else "",
    )


def _circle(platform: Platform, events: Sequence[Event]) -> str:
    """Return who a case is there for, by what was told of teams and restrictions last."""
    is_restricted, of = False, events[0].case_id
    for event in events:
        if event.type in {"case.restricted", "case.unrestricted"}:
            is_restricted = event.type == "case.restricted"
    asked = "SELECT coalesce(team, '') FROM complaint_case WHERE id = :of"
    ((team,),) = rows(platform.database, asked, of=of)
    return f"#{of}" if is_restricted else team


def facts_told(platform: Platform, case_id: int) -> list[tuple[object, ...]]:
    """Return the facts of a case, as the journal has them."""
    events = journal(platform, case_id)
    circle = _circle(platform, events)
    return [
        (case_id, t.seq, t.element, t.ending, t.worked, t.held, t.turn, t.after, circle)
        for t in steps_told(platform, events)
        if t.ended_at
    ]


def facts_kept(platform: Platform, case_id: int) -> list[tuple[object, ...]]:
    """Return the facts of a case, as they were kept."""
    return rows(platform.database, FACTS, of=case_id)


class Oracle:
    """What the journals of all cases say, read once."""

    def __init__(self, platform: Platform) -> None:
        cases = [number for (number,) in rows(platform.database, "SELECT id FROM complaint_case")]
        told = {number: journal(platform, number) for number in cases}
        self.restricted = {n for n, e in told.items() if _circle(platform, e).startswith("#")}
        self.steps = [step for events in told.values() for step in steps_told(platform, events)]

    def figures(
        self, period: Period, now: datetime, *, knows_restricted: bool
    ) -> dict[str, tuple[object, ...]]:
        """Return by element what the heat map says, but for what there is nothing to say.

        Args:
            period: Of which time.
            now: The present.
            knows_restricted: Whether somebody looks who is named on every restricted complaint,
                or somebody who is named on none.
        """
        hidden = set() if knows_restricted else self.restricted
        seen = [step for step in self.steps if step.case_id not in hidden]
        found = {
            element: _of_element([s for s in seen if s.element == element], period, now)
            for element in {step.element for step in seen}
        }
        return {element: told for element, told in found.items() if told[0] or told[2] or told[5]}

    def minutes(self, period: Period, *, knows_restricted: bool) -> dict[str, tuple[int, int, int]]:
        """Return by element the minutes held, those until taken, and those of untaken steps."""
        hidden = set() if knows_restricted else self.restricted
        found: dict[str, tuple[int, int, int]] = {}
        for each in self.steps:
            if each.ending != "done" or each.case_id in hidden or each.ended_at not in period:
                continue
            held, waiting, untaken = found.get(each.element, (0, 0, 0))
            if each.held is None:
                untaken += each.worked // 60
            else:
                held, waiting = (
                    held + each.held // 60,
                    waiting + each.worked // 60 - each.held // 60,
                )
            found[each.element] = (held, waiting, untaken)
        return {element: told for element, told in found.items() if any(told)}


def _of_element(here: list[Told], period: Period, now: datetime) -> tuple[object, ...]:
    waiting = [step for step in here if step.ended_at is None]
    done = [step for step in here if step.ending == "done" and step.ended_at in period]
    spans = [step.worked for step in done]
    counted = [s for s in here if s.ending in {"done", ""} or s.ended_at > s.due_at]
    promises = [Due(s.due_at, s.ended_at if s.ending == "done" else None) for s in counted]
    kept, due = kept_on_time(promises, period, now)
    again = [step for step in done if step.turn > 1]
    loops = defaultdict(int)
    for step in again:
        loops[step.after] += 1
    return (
        len(waiting),
        sum(step.due_at < now for step in waiting),
        len(done),
        percentile(spans, 50),
        percentile(spans, 90) if len(spans) >= 10 else None,
        due,
        due - kept,
        share(len(again), len(done)),
        sorted(loops.items()),
    )
