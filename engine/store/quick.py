"""Runs statements that were built once without SQLAlchemy's work for each execution.

For every execution SQLAlchemy finds the compiled text by comparing the whole statement, and makes
objects that describe its result. On SQLite that is ten times what the statement itself costs, and
a command runs a dozen. A statement that comes a second time, as those that repositories build when
they are loaded do, is therefore compiled once for all and handed to the driver as it is. What needs
more than that, such as mapped classes or lists inside a statement, goes the ordinary way.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session

Processor = Callable[[Any], Any]
Given = Mapping[str, Any]


class Found:
    """What a statement found, with the methods of SQLAlchemy's result that repositories use."""

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
        text: In the words of the database.
        fixed: Parameters that the statement brings along.
        slots: Each parameter in its order, with its processor where it needs one.
        by_name: Whether the driver takes parameters by name, and not by position.
        row: Makes a row from its columns; None when the statement returns none.
        types: Of the columns.
        gives: Places of the columns that need a processor, with it; known from the first result.
    """

    text: str
    fixed: Given
    slots: Sequence[tuple[str, Processor | None]]
    by_name: bool
    row: Callable[..., Any] | None
    types: Sequence[Any]
    gives: list[list[tuple[int, Processor]]] = field(default_factory=list)

    def values(self, given: Given) -> Any:  # noqa: ANN401 - as the driver takes them
        """Return the parameters as the driver takes them."""
        if self.fixed:
            given = {**self.fixed, **given}
        values = [process(given[name]) if process else given[name] for name, process in self.slots]
        if self.by_name:
            return dict(zip([name for name, _ in self.slots], values, strict=True))
        return values

    def fetch(self, cursor: Any, dialect: Dialect) -> list[Any]:  # noqa: ANN401 - a cursor
        """Return the rows as repositories read them."""
        if self.row is None:
            return []
        if not self.gives:
            self.gives.append(self._processors(cursor.description, dialect))
        (needed,) = self.gives
        rows = []
        for raw in cursor.fetchall():
            cells = list(raw)
            for place, process in needed:
                cells[place] = process(cells[place])
            rows.append(self.row(cells))
        return rows

    def _processors(
        self, description: Sequence[Any], dialect: Dialect
    ) -> list[tuple[int, Processor]]:
        """Return the places of the columns that need one; a database never changes its types."""
        columns = (
            type_._cached_result_processor(dialect, told[1])  # noqa: SLF001 - kept by SQLAlchemy
            for type_, told in zip(self.types, description, strict=True)
        )
        return [(place, process) for place, process in enumerate(columns) if process]


class Plans:
    """The plans of one database, made when a statement comes for the second time."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._known: WeakKeyDictionary[Any, dict[Any, Plan | None]] = WeakKeyDictionary()

    def of(self, statement: Any, given: Any) -> Plan | None:  # noqa: ANN401 - any statement
        """Return how to run a statement with such parameters; None for the ordinary way."""
        known = self._known.get(statement)
        if known is None:
            self._known[statement] = {}
            return None
        is_many = isinstance(given, list)
        names = tuple(given[0] if is_many else given)
        if (names, is_many) not in known:
            known[names, is_many] = self._plan(statement, names, is_many=is_many)
        return known[names, is_many]

    def _plan(self, statement: Any, names: tuple[str, ...], *, is_many: bool) -> Plan | None:  # noqa: ANN401 - as above
        if statement._propagate_attrs:  # noqa: SLF001 - mapped classes want their session
            return None
        compiled = statement.compile(
            dialect=self.dialect, column_keys=list(names), for_executemany=is_many
        )
        if not _is_plain(compiled) or not set(names) <= compiled.binds.keys():
            return None
        columns = compiled._result_columns  # noqa: SLF001 - what a result is made of
        takes = compiled._bind_processors  # noqa: SLF001 - how values go in
        order = compiled.positiontup or list(compiled.binds)
        return Plan(
            text=str(compiled),
            fixed={name: b.value for name, b in compiled.binds.items() if name not in names},
            slots=[(name, takes.get(name)) for name in order],
            by_name=not compiled.positional,
            row=_row_of([column.keyname for column in columns]) if columns else None,
            types=[column.type for column in columns],
        )


class QuickSession(Session):
    """A session that runs known statements on its connection, without going through itself."""

    def __init__(self, connection: Connection, plans: Plans) -> None:
        super().__init__(connection)
        connection.begin()
        self._connection = connection
        self._plans = plans
        told = connection.dispatch
        self._is_watched = bool(told.before_cursor_execute or told.after_cursor_execute)

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:  # noqa: ANN401 - as the session has it
        """Run a statement; see the module."""
        given = {} if params is None else params
        if isinstance(given, list) and len(given) == 1:
            given = given[0]  # PostgreSQL takes one row in half the messages that a list needs
        plan = None if options else self._plans.of(statement, given)
        if plan is None:
            return super().execute(statement, params=params, **options)
        return self._run(plan, given)

    def _run(self, plan: Plan, given: Any) -> Found:  # noqa: ANN401 - the parameters of one or many
        """Hand a statement to the driver; what it refuses is raised as SQLAlchemy does."""
        connection, is_many = self._connection, isinstance(given, list)
        values = [plan.values(each) for each in given] if is_many else plan.values(given)
        cursor = connection.connection.cursor()
        told = (connection, cursor, plan.text, values, None, is_many)
        try:
            if self._is_watched:
                connection.dispatch.before_cursor_execute(*told)
            (cursor.executemany if is_many else cursor.execute)(plan.text, values)
            if self._is_watched:
                connection.dispatch.after_cursor_execute(*told)
            return Found(plan.fetch(cursor, self._plans.dialect), cursor.rowcount)
        except self._plans.dialect.loaded_dbapi.Error as error:
            connection._handle_dbapi_exception(error, plan.text, values, cursor, None)  # noqa: SLF001 - it always raises
        finally:
            cursor.close()


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
