"""Statements compiled once for all, and what they find.

For every execution SQLAlchemy finds the compiled text by comparing the whole statement, and makes
objects that describe its result. That is ten times what the statement itself costs, and a command
runs a dozen. A statement that comes a second time, as those that repositories build when they are
loaded do, is therefore compiled once and handed to the driver as it is. What needs more than that,
such as lists inside a statement, goes the ordinary way.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler

Processor = Callable[[Any], Any]
Given = Mapping[str, Any]


class Found:
    """What a statement found, with the methods of SQLAlchemy's result that repositories use."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows; each has its columns by position and by name."""
        return iter(self._rows)

    def first(self) -> Any:  # noqa: ANN401 - a row
        """Return the first row, or None."""
        return self._rows[0] if self._rows else None

    def mappings(self) -> "Found":
        """Return the same rows, by name of the column."""
        return Found([row._asdict() for row in self._rows], self.rowcount)

    def scalars(self) -> "Found":
        """Return the first column alone."""
        return Found([row[0] for row in self._rows], self.rowcount)

    def all(self) -> list[Any]:
        """Return every row."""
        return self._rows

    def scalar_one(self) -> Any:  # noqa: ANN401 - of any column
        """Return the first column of the only row.

        Raises:
            NoResultFound: There is no row.
            MultipleResultsFound: There are several.
        """
        if not self._rows:
            raise NoResultFound("No row was found when one was required")
        return self.scalar_one_or_none()

    def scalar_one_or_none(self) -> Any:  # noqa: ANN401 - of any column
        """Return the first column of the only row, or None.

        Raises:
            MultipleResultsFound: There are several.
        """
        if len(self._rows) > 1:
            raise MultipleResultsFound("Multiple rows were found when one or none was required")
        return self._rows[0][0] if self._rows else None


@dataclass(frozen=True)
class Plan:
    """A compiled statement and how values go into it and come out of it.

    Attributes:
        text: In the words of the database, its parameters by position.
        fixed: Parameters that the statement brings along.
        slots: Each parameter in its order, with its processor where it needs one.
        row: Makes a row from its columns; None when the statement returns none.
        types: Of the columns.
        gives: Places of the columns that need a processor, with it; known from the first result.
        is_word: Whether it is one word that no server needs to prepare.
    """

    text: str
    fixed: Given = field(default_factory=dict)
    slots: Sequence[tuple[str, Processor | None]] = ()
    row: Callable[..., Any] | None = None
    types: Sequence[Any] = ()
    gives: list[list[tuple[int, Processor]]] = field(default_factory=list)
    is_word: bool = False

    def values(self, given: Given) -> list[Any]:
        """Return the parameters as the driver takes them."""
        if self.fixed:
            given = {**self.fixed, **given}
        return [process(given[name]) if process else given[name] for name, process in self.slots]

    def rows(self, raw: Sequence[Sequence[Any]], codes: Sequence[Any], dialect: Dialect) -> Any:  # noqa: ANN401 - a list of rows
        """Return rows as repositories read them.

        Args:
            raw: As the driver returns them.
            codes: The driver's word for the type of each column; the same every time.
            dialect: Of the database.
        """
        if not raw or self.row is None:
            return []
        if not self.gives:
            # Two threads may come here at once, and find the same.
            self.gives[:] = [self._processors(codes, dialect)]
        (needed,) = self.gives
        if not needed:
            return [self.row(cells) for cells in raw]
        made = []
        for each in raw:
            cells = list(each)
            for place, process in needed:
                cells[place] = process(cells[place])
            made.append(self.row(cells))
        return made

    def _processors(self, codes: Sequence[Any], dialect: Dialect) -> list[tuple[int, Processor]]:
        columns = (
            type_._cached_result_processor(dialect, code)  # noqa: SLF001 - kept by SQLAlchemy
            for type_, code in zip(self.types, codes, strict=True)
        )
        return [(place, process) for place, process in enumerate(columns) if process]


class Call(NamedTuple):
    """A plan with the values for one execution."""

    plan: Plan
    values: list[Any]


class Plans:
    """The plans of one database, made when a statement comes for the second time."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._spelling = dialect if dialect.name == "sqlite" else _by_number(dialect)
        self._known: WeakKeyDictionary[Any, dict[Any, Plan | None]] = WeakKeyDictionary()

    def of(self, statement: Any, given: Given) -> Plan | None:  # noqa: ANN401 - any statement
        """Return how to run a statement with such parameters; None for the ordinary way."""
        known = self._known.get(statement)
        if known is None:
            self._known[statement] = {}
            return None
        names = tuple(given)
        if names not in known:
            known[names] = self._plan(statement, names)
        return known[names]

    def _plan(self, statement: Any, names: tuple[str, ...]) -> Plan | None:  # noqa: ANN401 - as above
        compiled = statement.compile(dialect=self._spelling, column_keys=list(names))
        if not _is_plain(compiled) or not set(names) <= compiled.binds.keys():
            return None
        columns = compiled._result_columns  # noqa: SLF001 - what a result is made of
        takes = compiled._bind_processors  # noqa: SLF001 - how values go in
        order = compiled.positiontup or ()
        return Plan(
            text=str(compiled),
            fixed={name: b.value for name, b in compiled.binds.items() if name not in names},
            slots=[(name, takes.get(name)) for name in order],
            row=_row_of([column.keyname for column in columns]) if columns else None,
            types=[column.type for column in columns],
        )


def _by_number(dialect: Dialect) -> Dialect:
    """Return a dialect that writes parameters as PostgreSQL itself does, by their numbers."""
    spelling: Any = copy(dialect)
    spelling.paramstyle, spelling.positional = "numeric_dollar", True
    spelling.identifier_preparer = spelling.preparer(spelling)
    made: Dialect = spelling
    return made


def _is_plain(compiled: SQLCompiler) -> bool:
    """Tell whether the text needs nothing but its parameters."""
    return not (
        compiled.post_compile_params
        or compiled.literal_execute_params
        or compiled.escaped_bind_names
        or compiled.insert_prefetch
        or compiled.update_prefetch
    )


def _row_of(names: Sequence[str]) -> Callable[..., Any]:
    make_class: Any = namedtuple  # noqa: PYI024 - its fields are not known before
    makes: Callable[..., Any] = make_class("Row", names, rename=True)._make
    return makes
