"""How commands on the health of the process are given and asked for; see ``commands``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from engine.domain.process_health import Change, Finding, Look
from engine.domain.step_fact import Ending, short
from engine.domain.tally import class_of, day_of
from engine.services.figures import process_health
from engine.services.process.processes import COMPLAINT, bundle_of, latest
from engine.store.prepared import table_of
from engine.store.tables.fact_tables import StepFactRow
from tests.integration.reach_ways import hire
from tests.integration.upkeep_ways import OTTO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_FACT = table_of(StepFactRow)
_numbers = count(1)
WEEKS = 13
"""The one that ended, and those before it."""
MANY = 40
SLOW = "assess"
USUAL = ("register", "acknowledge", "assess", "investigate")
WHY = "Two people were ill."


def monday(now: datetime, back: int = 0) -> date:
    """Return the first day of the week that ended last, or of one before."""
    return now.date() - timedelta(days=now.weekday(), weeks=1 + back)


def planted(
    office: Any,
    reference: str,
    element: str,
    *hours: float,
    back: int = 0,
    again: int = 0,
    circle: str = "",
    held: float | None = None,
) -> None:
    """Plant steps that were done in a week, as facts alone.

    Args:
        office: Where.
        reference: Of a complaint, of which all of them are said to be.
        element: Which step.
        hours: How long each took.
        back: How many weeks before the last one.
        again: So many of them were done for the second time.
        circle: Of their complaint.
        held: Hours for which somebody had each.
    """
    platform = office.platform
    at = datetime.combine(monday(platform.now(), back), datetime.min.time(), UTC)
    at += timedelta(days=1, hours=12)
    with platform.database.read() as tx:
        version = short(tx.releases.valid(COMPLAINT, platform.now())[0])
        case_id = tx.cases.get(reference).id
    rows = [
        {
            "case_id": case_id,
            "seq": 1_000 + next(_numbers),
            "element": element,
            "process": version,
            "ended": Ending.DONE,
            "opened_at": at,
            "ended_at": at,
            "ended_day": day_of(at),
            "worked": int(each * 3_600),
            "circle": circle,
            "took_class": class_of(int(each * 3_600)),
            "turn": 1 + (place < again),
            "after": "investigate" if place < again else "",
            "held": None if held is None else int(held * 3_600),
        }
        for place, each in enumerate(hours)
    ]
    with platform.database.engine.begin() as connection:
        connection.execute(insert(_FACT), rows)


def counted(office: Any) -> None:
    """Make the tallies of what was planted."""
    office.platform.database.write(lambda tx: tx.steps.facts.count_again())


def usual(
    office: Any, reference: str, *, back: Sequence[int] = range(WEEKS), slow: int = 1
) -> None:
    """Plant weeks in which nothing changes, but that one step may take so many times as long."""
    for week in back:
        for element in USUAL:
            longer = slow if element == SLOW else 1
            hours = [longer * (2 + 10 * place / MANY) for place in range(MANY)]
            planted(office, reference, element, *hours, back=week, again=MANY // 10, held=1)


def all_reached(office: Any, reference: str) -> None:
    """Plant of each step of the diagram that one was done, some weeks ago."""
    platform = office.platform
    with platform.database.read() as tx:
        bundle = bundle_of(platform, tx, latest(tx, at=platform.now())[0])
    for each in bundle.elements.values():
        if each.roles:
            planted(office, reference, each.id, 5.0, back=5)


def slowed(office: Any, *, weeks: int = 1) -> None:
    """Plant a quarter of usual weeks, and then some in which a step takes twice the time."""
    reference = office.lodge()
    all_reached(office, reference)
    usual(office, reference, back=range(weeks, WEEKS + weeks))
    usual(office, reference, back=range(weeks), slow=2)
    counted(office)


def found(platform: Any, *changes: Finding, back: int = 0) -> date:
    """Keep findings of the week that ended, or another, as the job does; return its first day."""
    week, at = monday(platform.now(), back), platform.now()
    look = Look(week, COMPLAINT, 1, 160, 4, 360)
    platform.database.write(lambda tx: tx.process_health.keep(look, changes, at=at))
    return week


def _look(desk: Any) -> Callable[[Any], object]:
    desk.office.reach("acknowledge")
    desk.clock.advance(weeks=1)
    return process_health.look_for_changes


def _note(desk: Any) -> Callable[[Any], object]:
    hire(desk.office.platform, OTTO)
    desk.office.lodge()
    week = found(desk.office.platform, Finding(Change.NOT_DRAWN, "gone", 0, 12, 12))
    return partial(process_health.note_changes, actor=OTTO, week=week, note=WHY)


ALL: Mapping[str, Any] = {
    "process_health.look_for_changes": _look,
    "process_health.note_changes": _note,
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "process_health.look_for_changes": lambda a: process_health.look_for_changes(
        a.platform, actor=a.actor
    ),
    "process_health.note_changes": lambda a: process_health.note_changes(
        a.platform, actor=a.actor, week=monday(a.platform.now())
    ),
    "process_health.process_health": lambda a: process_health.process_health(
        a.platform, actor=a.actor
    ),
    "process_health.unseen_changes": lambda a: process_health.unseen_changes(
        a.platform, actor=a.actor
    ),
}
"""How each service is asked for by anybody, whatever becomes of it."""
