"""Every table as rows of plain data, and back: the same on SQLite and PostgreSQL.

The copies that each database makes of itself can be restored only by a program of its own, which
need not be installed. Rows of plain data need nothing, can be checked line by line, and also move
an organisation from SQLite to PostgreSQL. Values are written down as they are stored: what is
sealed in the database stays sealed.
"""

import base64
import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    Select,
    String,
    column,
    func,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy import Column as SqlColumn
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

from engine.domain.backup import Column, Kind
from engine.store.apart import APART
from engine.store.column import UtcDateTime, json_type
from engine.store.database import Database

Row = dict[str, Any]
Columns = Mapping[str, tuple[Column, ...]]
"""Tables with their columns, in an order in which a row comes after those it refers to."""

_BATCH = 1_000
_VERSION = "alembic_version"
_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, "flag"),
    (Date, "day"),
    (LargeBinary, "bytes"),
    (String, "plain"),
    (Integer, "plain"),
    (Float, "plain"),
)
_WAYS_BACK: Mapping[str, Callable[[Any], Any]] = {
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
    "bytes": base64.b64decode,
}
_TRIGGER_STATES = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}


class Snapshot:
    """One moment of a database; whoever writes meanwhile is neither seen nor held up."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def revision(self) -> str:
        """Return the revision of the schema."""
        return str(self._connection.execute(text(f"SELECT version_num FROM {_VERSION}")).scalar())  # noqa: S608 - a name of ours

    def columns(self) -> Columns:
        """Return every table there is with its columns.

        Raises:
            LookupError: The database has a table that this release does not know.
        """
        known = {each.name: each for each in SQLModel.metadata.sorted_tables}
        stored = set(inspect(self._connection).get_table_names()) - {_VERSION}
        if strangers := stored - known.keys():
            raise LookupError(f"nobody knows the tables {', '.join(sorted(strangers))}")
        return {
            name: tuple(Column(name=each.name, kind=_kind(each)) for each in known[name].columns)
            for name in known
            if name in stored
        }

    def ends(self) -> tuple[int, int, str]:
        """Return how many cases and events there are, and a hash over the end of every chain."""
        digest, cases, events = hashlib.sha256(), 0, 0
        chains = (
            "SELECT seq, head FROM organisation_chain",
            "SELECT journal_seq, journal_head FROM complaint_case ORDER BY id",
        )
        for number, chain in enumerate(chains):
            for seq, head in self._connection.execute(text(chain)):
                digest.update(f"{seq} {head}\n".encode())
                cases, events = cases + number, events + seq
        return cases, events, digest.hexdigest()

    def apart(self) -> Mapping[str, Mapping[str, bytes]]:
        """Return what is left out of a backup, by table and key of the row."""
        found: dict[str, dict[str, bytes]] = {}
        for name, (key, left_out) in APART.items():
            if name not in SQLModel.metadata.tables:
                continue
            image = table(name, column(key), column(left_out, LargeBinary()))
            query = select(image).where(image.c[left_out].is_not(None))
            rows = self._connection.execute(query.execution_options(yield_per=_BATCH))
            found[name] = {str(of): bytes(value) for of, value in rows}
        return found

    def files(self) -> Iterator[str]:
        """Yield under which names the files are stored of which rows speak."""
        query = text("SELECT storage FROM document_file WHERE storage <> '' ORDER BY id")
        yield from self._connection.execute(query).scalars()

    def lines(self, name: str, columns: tuple[Column, ...]) -> Iterator[bytes]:
        """Yield the rows of a table, each as a line of JSON."""
        image = _image(name, columns)
        key = [image.c[each.name] for each in SQLModel.metadata.tables[name].primary_key]
        query = select(image).order_by(*key).execution_options(yield_per=_BATCH)
        left_out = APART.get(name, ("", ""))[1]
        keep = [each.name != left_out for each in columns]
        for row in self._connection.execute(query):
            values = [value if kept else None for value, kept in zip(row, keep, strict=True)]
            yield orjson.dumps(values, default=_written) + b"\n"


@contextmanager
def snapshot(database: Database) -> Generator[Snapshot]:
    """Open a view on a database as it is at this moment."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.execution_options(redress_writes=False)
        else:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield Snapshot(connection)


def is_empty(database: Database) -> bool:
    """Tell whether a database holds nothing but, perhaps, what a new one begins with."""
    with database.engine.connect() as connection:
        connection.execution_options(redress_writes=False)
        stored = inspect(connection).get_table_names()
        telling = [name for name in ("complaint_case", "account", "process_version", "journal")
                   if name in stored]  # fmt: skip
        unknown = set(stored) - {_VERSION} - SQLModel.metadata.tables.keys()
        return not unknown and not any(
            connection.execute(select(text("1")).select_from(table(name)).limit(1)).first()
            for name in telling
        )


def read_line(line: bytes, columns: tuple[Column, ...]) -> Row:
    """Return a row that was written as a line.

    Raises:
        ValueError: It is no row of this table.
    """
    values = orjson.loads(line)
    if not isinstance(values, list) or len(values) != len(columns):
        raise ValueError("a row has not as many values as its table has columns")
    return {
        each.name: value if value is None else _WAYS_BACK.get(each.kind, _same)(value)
        for each, value in zip(columns, values, strict=True)
    }


def fill(
    database: Database, columns: Columns, rows: Callable[[str], Iterable[Row]]
) -> Mapping[str, int]:
    """Put rows into a database in one transaction, in place of whatever a new one begins with.

    What forbids change, such as the guards of the journal, stands aside meanwhile.

    Args:
        database: An empty one, at the revision from which the rows are.
        columns: The tables.
        rows: Hands out the rows of a table.

    Returns:
        How many rows each table holds now.

    Raises:
        LookupError: There is no place for some of the rows.
    """
    try:
        return _filled(database, columns, rows)
    except (DataError, IntegrityError) as error:
        raise LookupError("its rows do not fit together") from error


def _filled(
    database: Database, columns: Columns, rows: Callable[[str], Iterable[Row]]
) -> Mapping[str, int]:
    with database.engine.begin() as connection, _without_guards(connection):
        _check(connection, columns)
        for name in reversed(list(columns)):
            connection.execute(table(name).delete())
        for name, known in columns.items():
            image = _image(name, known)
            for batch in _batches(rows(name)):
                connection.execute(image.insert(), batch)
            if not database.is_sqlite:
                _count_on(connection, name)
        counted = select(func.count())
        return {
            name: connection.execute(counted.select_from(table(name))).scalar_one()
            for name in columns
        }


def _kind(of: SqlColumn[Any]) -> Kind:
    """Return how the values of a column are written down, as they are stored.

    Raises:
        LookupError: Nobody has said how.
    """
    found: TypeEngine[Any] = of.type
    if isinstance(found, UtcDateTime):
        return "instant"
    while isinstance(found, TypeDecorator):
        found = found.impl_instance
    if isinstance(found, JSON):
        return "data_or_none" if of.nullable else "data"
    for known, kind in _KINDS:
        if isinstance(found, known):
            return kind
    raise LookupError(f"nobody has said how a {found!r} is written down")


def _image(name: str, columns: Iterable[Column]) -> Any:  # noqa: ANN401 - a table of SQLAlchemy
    """Return a table by its columns alone, so that old backups need no old program."""
    return table(name, *(column(each.name, _type_of(each.kind)) for each in columns))


def _type_of(kind: Kind) -> TypeEngine[Any] | None:
    types: dict[Kind, TypeEngine[Any]] = {
        "instant": UtcDateTime(),
        "flag": Boolean(),
        "day": Date(),
        "bytes": LargeBinary(),
        "data": json_type(),
        "data_or_none": JSON(none_as_null=True).with_variant(
            JSONB(none_as_null=True), "postgresql"
        ),
    }
    return types.get(kind)


def _written(value: object) -> object:
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def _same(value: Any) -> Any:  # noqa: ANN401 - whatever stands in a backup
    return value


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def _without_guards(connection: Connection) -> Generator[None]:
    """Take the triggers away, and put them back as they were."""
    if connection.dialect.name == "sqlite":
        yield from _without_triggers_of_sqlite(connection)
    else:
        yield from _without_triggers_of_postgresql(connection)


def _without_triggers_of_sqlite(connection: Connection) -> Iterator[None]:
    quote = connection.dialect.identifier_preparer.quote
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = connection.execute(query).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP TRIGGER {quote(name)}")
    yield
    for _, made_by in found:
        connection.exec_driver_sql(made_by)


def _without_triggers_of_postgresql(connection: Connection) -> Iterator[None]:
    quote = connection.dialect.identifier_preparer.quote
    query = text(
        "SELECT c.relname, t.tgname, t.tgenabled FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal "
        "AND c.relnamespace = current_schema()::regnamespace AND t.tgenabled <> 'D'"
    )
    found = connection.execute(query).all()
    for of, name, _ in found:
        connection.exec_driver_sql(f"ALTER TABLE {quote(of)} DISABLE TRIGGER {quote(name)}")
    yield
    for of, name, state in found:
        again = _TRIGGER_STATES[state if isinstance(state, str) else state.decode()]
        connection.exec_driver_sql(f"ALTER TABLE {quote(of)} {again} TRIGGER {quote(name)}")


def _count_on(connection: Connection, name: str) -> None:
    """Let PostgreSQL number the next row behind the last one."""
    owned = text(
        "SELECT a.attname, pg_get_serial_sequence(:of, a.attname) FROM pg_attribute a "
        "WHERE a.attrelid = CAST(:of AS regclass) AND a.attnum > 0 AND NOT a.attisdropped"
    )
    quoted = connection.dialect.identifier_preparer.quote(name)
    for of, sequence in connection.execute(owned, {"of": quoted}).all():
        if sequence is None:
            continue
        highest = connection.execute(_highest(name, of)).scalar()
        if highest is not None:
            connection.execute(select(func.setval(sequence, highest)))


def _highest(name: str, of: str) -> Select[Any]:
    return select(func.max(column(of))).select_from(table(name))


def _check(connection: Connection, columns: Columns) -> None:
    """Refuse rows for which there is no place.

    Raises:
        LookupError: A table or a column is not there.
    """
    stored = inspect(connection)
    for name, known in columns.items():
        if not stored.has_table(name):
            raise LookupError(f"there is no table {name} at its revision")
        there = {each["name"] for each in stored.get_columns(name)}
        if missing := {each.name for each in known} - there:
            raise LookupError(f"the table {name} has no column {', '.join(sorted(missing))}")
