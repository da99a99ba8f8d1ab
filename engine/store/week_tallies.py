"""Counts facts of many weeks in one look, from the tallies of their days.

A week of a zone begins some hours beside the midnight by which days are counted. The days from
one midnight to another are added up for the week that they lie in but for these hours; the facts
of these hours are then moved to the week that they belong to.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, literal, select, union_all

from engine.domain.kpi import Period
from engine.domain.sight import Sight
from engine.domain.tally import begin_of, day_of
from engine.store.session import Session
from engine.store.sight import Frame, in_circles, of_circles, of_hidden, values_of
from engine.store.tallies import CHANGE, TALLY, Series, is_any, names_of

_DAYS = 7
_HALF_A_DAY = timedelta(hours=12)


class WeekCount(NamedTuple):
    """How many facts of a series there are in a week, with a value of what is told apart."""

    series: str
    process: str
    detail: str


class _Move(NamedTuple):
    """Facts of some hours, the week that they were counted in and the week that they are of."""

    hours: tuple[datetime, datetime]
    out_of: int
    into: int


def by_week(
    session: Session,
    series: Series,
    weeks: Sequence[Period],
    sight: Sight,
    *,
    process: str = "",
) -> tuple[Counter[WeekCount], ...]:
    """Return for each week how many facts there are that somebody sees.

    Args:
        session: Reads.
        series: Of facts.
        weeks: Each begins where the one before ends, oldest first.
        sight: What the person sees.
        process: Only facts with this; empty for all.
    """
    if not weeks:
        return ()
    first = day_of(weeks[0].begin + _HALF_A_DAY)
    frame, known = Frame.of(sight), values_of(sight) | {"process": process}
    is_some = bool(process)
    days = {"first_day": first, "end_day": first + _DAYS * len(weeks)}
    moves = tuple(_moves([*(week.begin for week in weeks), weeks[-1].end], first))
    hours = _of_hours(series, frame, is_some=is_some)
    asked = [
        (hours, known | {"hours_begin": move.hours[0], "hours_end": move.hours[1]})
        for move in moves
    ]
    whole, *moved = session.together(
        (_of_days(series, frame, is_some=is_some), known | days), *asked
    )
    found: dict[int, Counter[WeekCount]] = defaultdict(Counter)
    for week, *key, n in whole:
        found[week][WeekCount(*key)] += int(n)
    for move, rows in zip(moves, moved, strict=True):
        for *key, n in rows:
            found[move.out_of][WeekCount(*key)] -= int(n)
            found[move.into][WeekCount(*key)] += int(n)
    return tuple(found[week] for week in range(len(weeks)))


def _moves(limits: Sequence[datetime], first: int) -> Iterator[_Move]:
    """Yield the hours between the limits of weeks and the midnights that days are counted by."""
    for week, limit in enumerate(limits):
        midnight = begin_of(first + _DAYS * week)
        if limit < midnight:
            yield _Move((limit, midnight), week - 1, week)
        elif midnight < limit:
            yield _Move((midnight, limit), week, week - 1)


@cache
def _of_days(series: Series, frame: Frame, *, is_some: bool) -> Select[Any]:
    """Return the statement that counts facts by the week that their days are taken for."""
    first: BindParameter[int] = bindparam("first_day")
    end: BindParameter[int] = bindparam("end_day")
    names = names_of((series,))
    tallied = [TALLY.c[name] for name in ("series", "process", "detail", "n")]
    posted = [CHANGE.c[name] for name in ("series", "process", "detail", "n")]
    parts = [
        select(TALLY.c.unit.label("day"), *tallied).where(
            *(is_any(TALLY.c.series, names), TALLY.c.level == 0),
            *(TALLY.c.unit >= first, TALLY.c.unit < end),
            *in_circles(TALLY, frame),
        ),
        select(CHANGE.c.day, *posted).where(
            *(is_any(CHANGE.c.series, names), CHANGE.c.day >= first, CHANGE.c.day < end),
            *in_circles(CHANGE, frame),
        ),
    ]
    if frame.hidden:
        # A hidden fact is taken off on the day that it was counted.
        hidden = series.rows(
            *(of_hidden(series.facts.c.case_id, frame), series.day >= first, series.day < end),
            *in_circles(series.facts, frame),
            n=-1,
            first=(series.day.label("day"),),
        ).subquery()
        taken_off = [hidden.c[name] for name in ("day", "series", "process", "detail", "n")]
        parts.append(select(*taken_off))
    every = union_all(*parts).subquery()
    week = ((every.c.day - first) // literal(_DAYS)).label("week")
    keys = (every.c.series, every.c.process, every.c.detail)
    meant = [every.c.process == bindparam("process")] if is_some else []
    return select(week, *keys, func.sum(every.c.n)).where(*meant).group_by(week, *keys)


@cache
def _of_hours(series: Series, frame: Frame, *, is_some: bool) -> Select[Any]:
    """Return the statement that counts facts of some hours."""
    facts = series.rows(
        *(series.at >= bindparam("hours_begin"), series.at < bindparam("hours_end")),
        *of_circles(series.facts, frame),
    ).subquery()
    keys = (facts.c.series, facts.c.process, facts.c.detail)
    meant = [facts.c.process == bindparam("process")] if is_some else []
    return select(*keys, func.sum(facts.c.n)).where(*meant).group_by(*keys)
