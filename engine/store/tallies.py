"""Tallies: how many facts there are by day, kept so that a figure need not read them.

A series says which rows of a table of facts count, on which day, and by what they are told apart.
All else follows from that one statement, the same for every figure:

- Who writes or removes a fact posts what that changes. It is appended, so that nobody waits.
- A job adds what was appended to the tallies, of a day and of the longer stretches it lies in.
- A figure adds up tallies, what is not added yet, and the facts of the first and last hours that
  fill no day; it takes off those of cases that are hidden from whoever looks. That is one
  statement, and the same to the last digit as counting every fact.
- What is kept can be made again from the facts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Insert,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)

from engine.domain.kpi import Period
from engine.domain.sight import Sight
from engine.domain.tally import WIDTHS, cover
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, in_circles, of_hidden, values_of
from engine.store.tables.fact_tables import TallyChangeRow, TallyRow

TALLY, CHANGE = table_of(TallyRow), table_of(TallyChangeRow)
_KEY = ("series", "element", "process", "circle", "detail")
_UNITS = 2 * len(WIDTHS) - 1
"""Stretches of tallies that a period is made of."""
_OLDEST = CHANGE.alias("oldest")
_TAKE = (
    CHANGE.delete()
    .where(
        CHANGE.c.id.in_(select(_OLDEST.c.id).order_by(_OLDEST.c.id).limit(bindparam("most"))),
    )
    .returning(CHANGE.c.day, *(CHANGE.c[name] for name in _KEY), CHANGE.c.n)
)
_BRING_IN = text(
    "INSERT INTO tally (series, level, unit, element, process, circle, detail, n)"
    " VALUES (:series, :level, :unit, :element, :process, :circle, :detail, :n)"
    " ON CONFLICT (series, level, unit, element, process, circle, detail)"
    " DO UPDATE SET n = tally.n + excluded.n"
)
_PLACE = ("series", "level", "unit", "element", "process", "circle", "detail")
_FORGET = TALLY.delete().where(
    *(TALLY.c[name] == bindparam(name) for name in _PLACE), TALLY.c.n == 0
)
_PENDING = select(func.count()).select_from(CHANGE)
_ALONE = text("LOCK TABLE tally IN EXCLUSIVE MODE")
"""On PostgreSQL: who reads is not stopped, nor is a command; it appends to another table."""


@dataclass(frozen=True, eq=False)
class Series:
    """Which facts count, and how.

    Attributes:
        name: Unique among all.
        facts: Their table; it has ``case_id``, ``element``, ``process`` and ``circle``.
        at: The moment by which a fact belongs to a period.
        day: The number of its day, see ``engine.domain.tally``.
        detail: What else tells facts of the series apart.
        limit: Which rows count.
        names: All that ``called`` says, where a column tells several series apart.
        called: That column.
        element: What is counted instead of the facts' own ``element``, as is ``process``.
        weight: What each fact counts, a whole number from 0 on; None for one.
    """

    name: str
    facts: FromClause
    at: ColumnElement[Any]
    day: ColumnElement[Any]
    detail: ColumnElement[str]
    limit: tuple[ColumnElement[bool], ...]
    names: tuple[str, ...] = ()
    called: ColumnElement[str] | None = None
    element: ColumnElement[str] | None = None
    process: ColumnElement[str] | None = None
    weight: ColumnElement[int] | None = None

    def column(self, name: str) -> ColumnElement[Any]:
        """Return what is counted as ``element`` or as ``process``."""
        own: ColumnElement[Any] | None = getattr(self, name)
        return self.facts.c[name] if own is None else own

    def rows(
        self, *conditions: ColumnElement[bool], n: int = 1, first: tuple[Any, ...] = ()
    ) -> Select[Any]:
        """Return the facts that count, each as a row of a tally."""
        own = (self.column(name).label(name) for name in ("element", "process"))
        called = literal(self.name) if self.called is None else self.called
        told = (called.label("series"), *own, self.facts.c.circle)
        columns = (*first, *told, self.detail.label("detail"))
        each = literal(n) if self.weight is None else self.weight * literal(n)
        return select(*columns, each.label("n")).where(*self.limit, *conditions)


class Counted(NamedTuple):
    """How many facts of a series there are at an element, and with a detail.

    ``process`` is empty where those of all processes are counted together.
    """

    series: str
    element: str
    detail: str
    n: int
    process: str = ""


@dataclass(frozen=True)
class Asked:
    """Which facts are counted.

    Attributes:
        process: How the digest of the version begins; empty for every version.
        element: Empty for every element.
    """

    period: Period
    process: str = ""
    element: str = ""


def changes(series: Iterable[Series], *conditions: ColumnElement[bool], n: int = 1) -> Insert:
    """Return the statement that appends what facts change.

    Args:
        series: All that count facts of a table.
        conditions: Which facts.
        n: 1 for facts that were added; -1 for those that are removed after it.
    """
    rows = union_all(*(s.rows(*conditions, n=n, first=(s.day.label("day"),)) for s in series))
    return CHANGE.insert().from_select(["day", *_KEY, "n"], rows)


class Tallies:
    """Adds tallies up, brings changes in, and makes all of them again."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(
        self, series: tuple[Series, ...], asked: Asked, sight: Sight, *, is_apart: bool = False
    ) -> tuple[Counted, ...]:
        """Return how many facts there are that somebody sees, by series, element and detail.

        Args:
            series: Of one table of facts.
            asked: Which facts.
            sight: What the person sees.
            is_apart: By process, too.
        """
        limits = {"has_process": bool(asked.process), "has_element": bool(asked.element)}
        statement = _counted(series, Frame.of(sight), **limits, is_apart=is_apart)
        found = self._session.execute(statement, values_of(sight) | _values(asked))
        return tuple(Counted(row[0], row[1], row[2], int(row[3]), *row[4:]) for row in found)

    def pending(self) -> int:
        """Return how many changes are not brought in yet."""
        n: int = self._session.execute(_PENDING).scalar_one()
        return n

    def bring_in(self, most: int) -> int:
        """Bring the oldest changes in; return how many there were."""
        self.keep_others_out()
        sums: Counter[tuple[Any, ...]] = Counter()
        taken = 0
        for day, *key, n in self._session.execute(_TAKE, {"most": most}):
            taken += 1
            sums[(day, *key)] += n
        self.post(sums)
        return taken

    def post(self, changes: Mapping[tuple[Any, ...], int]) -> None:
        """Add numbers to the tallies, or take them off; nobody else does so until the commit.

        Args:
            changes: By day, series, element, process, circle and detail.
        """
        sums: Counter[tuple[Any, ...]] = Counter()
        for (day, *key), n in changes.items():
            for level, width in enumerate(WIDTHS):
                sums[(level, day // width, *key)] += n
        for (level, unit, *key), n in sorted(sums.items()):
            if n:
                given = dict(zip(_KEY, key, strict=True)) | {"level": level, "unit": unit, "n": n}
                self._session.post(_BRING_IN, given)
                if n < 0:
                    self._session.post(_FORGET, given)

    def make_again(self, series: Iterable[Series]) -> None:
        """Make all tallies of some series again from facts; what is not brought in yet stays so.

        They are written in the order in which they are read: what is added up together then lies
        together in the files of the database.
        """
        self.keep_others_out()
        some = tuple(series)
        names = names_of(some)
        self._session.execute(TALLY.delete().where(TALLY.c.series.in_(names)))
        self._session.execute(_of_days(some, names))
        for level in range(1, len(WIDTHS)):
            self._session.execute(_of_level(level, names))

    def keep_others_out(self) -> None:
        """Let nobody else bring in or make again until the transaction ends."""
        if self._session.connection.dialect.name == "postgresql":
            self._session.connection.execute(_ALONE)


def is_any(column: ColumnElement[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column says one of some words, which are always the same.

    Other than a list inside a statement, it lets the statement be compiled and planned once.
    """
    return or_(*(column == value for value in values))


def names_of(series: Iterable[Series]) -> list[str]:
    """Return the names under which facts of some series are counted."""
    return sorted({name for each in series for name in each.names or (each.name,)})


def _of_days(series: tuple[Series, ...], names: list[str]) -> Insert:
    """Return the statement that counts every fact but those whose changes are still to come."""
    still = select(CHANGE.c.day, *(CHANGE.c[name] for name in _KEY), (-CHANGE.c.n).label("n"))
    facts = (each.rows(first=(each.day.label("day"),)) for each in series)
    all_of = union_all(*facts, still.where(CHANGE.c.series.in_(names))).subquery()
    keys = [all_of.c[name] for name in _KEY]
    days = (
        select(literal(0), all_of.c.day, *keys, func.sum(all_of.c.n))
        .group_by(all_of.c.day, *keys)
        .having(func.sum(all_of.c.n) != 0)
        .order_by(keys[0], all_of.c.day, *keys[1:])
    )
    return TALLY.insert().from_select(["level", "unit", *_KEY, "n"], days)


def _of_level(level: int, names: list[str]) -> Insert:
    """Return the statement that adds up the tallies of days to those of a longer stretch."""
    keys = [TALLY.c[name] for name in _KEY]
    unit = TALLY.c.unit // literal(WIDTHS[level])
    longer = (
        select(literal(level), unit, *keys, func.sum(TALLY.c.n))
        .where(TALLY.c.level == 0, TALLY.c.series.in_(names))
        .group_by(unit, *keys)
        .order_by(keys[0], unit, *keys[1:])
    )
    return TALLY.insert().from_select(["level", "unit", *_KEY, "n"], longer)


@cache
def _counted(
    series: tuple[Series, ...],
    frame: Frame,
    *,
    has_process: bool,
    has_element: bool,
    is_apart: bool = False,
) -> Select[Any]:
    def limits(table: FromClause, columns: Any = None) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401 - a function
        column = columns or table.c.__getitem__
        yield from in_circles(table, frame)
        if has_process:
            yield column("process") == bindparam("process")
        if has_element:
            yield column("element") == bindparam("element")

    parts = [*_of_tallies(names_of(series), limits), *_of_facts(series, frame, limits)]
    all_of = union_all(*parts).subquery()
    keys = [all_of.c[name] for name in ("series", "element", "detail")]
    apart = [all_of.c.process] if is_apart else []
    total = func.sum(all_of.c.n)
    return select(*keys, total, *apart).group_by(*keys, *apart).having(total != 0)


def _of_tallies(names: list[str], limits: Any) -> Iterator[Select[Any]]:  # noqa: ANN401 - a function
    """Yield what is kept of a period, and what is still to be brought in."""
    columns = (*_KEY, "n")
    for place in range(_UNITS):
        yield select(*(TALLY.c[name] for name in columns)).where(
            is_any(TALLY.c.series, names),
            TALLY.c.level == bindparam(f"level_{place}"),
            TALLY.c.unit >= bindparam(f"first_{place}"),
            TALLY.c.unit < bindparam(f"end_{place}"),
            *limits(TALLY),
        )
    yield select(*(CHANGE.c[name] for name in columns)).where(
        is_any(CHANGE.c.series, names),
        CHANGE.c.day >= bindparam("first_day"),
        CHANGE.c.day < bindparam("end_day"),
        *limits(CHANGE),
    )


def _of_facts(series: tuple[Series, ...], frame: Frame, limits: Any) -> Iterator[Select[Any]]:  # noqa: ANN401 - a function
    """Yield the facts of the hours beside whole days, and take off those that are hidden."""
    for each in series:
        for edge in ("edge_first", "edge_last"):
            yield each.rows(_between(each.at, edge), *limits(each.facts, each.column))
        if frame.hidden:
            hidden = of_hidden(each.facts.c.case_id, frame)
            limited = limits(each.facts, each.column)
            yield each.rows(hidden, _between(each.at, "whole"), *limited, n=-1)


def _between(at: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    begin: BindParameter[Any] = bindparam(f"{name}_begin")
    end: BindParameter[Any] = bindparam(f"{name}_end")
    return (at >= begin) & (at < end)


def _values(asked: Asked) -> dict[str, Any]:
    period = asked.period
    made = cover(period.begin, period.end)
    found: dict[str, Any] = {"first_day": made.days[0], "end_day": made.days[1]}
    for place, units in enumerate(made.units):
        found |= {f"level_{place}": units.level, f"first_{place}": units.first}
        found[f"end_{place}"] = units.end
    spans = {"whole": (period.begin, period.end)}
    spans |= dict(zip(("edge_first", "edge_last"), made.edges, strict=True))
    for name, (begin, end) in spans.items():
        found |= {f"{name}_begin": begin, f"{name}_end": end}
    return found | {"process": asked.process, "element": asked.element}
