"""Opens the database and runs transactions, the same on SQLite and PostgreSQL."""

import random
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from engine.errors import InvalidInputError, UnavailableError
from engine.store.cases import LostRaceError
from engine.store.quick import Plans, QuickSession
from engine.store.transaction import Transaction
from engine.store.turns import Turns

T = TypeVar("T")

_PATIENCE = 15.0
"""Seconds for which a writer tries again before it gives up."""

_LONGEST_WAY = 0.5
"""Seconds for which a job lets others go first, before each of its transactions."""

_COLLISIONS = 3
"""Tries after somebody added the same key at the same moment; more is a defect of ours."""

_MIGRATION_LOCK = 7_237_737
"""Any number that nothing else locks in this database."""

_DISK_FULL = "53100"
"""As PostgreSQL says it."""

_RETRY_STATES = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03"})
"""PostgreSQL: serialisation, deadlock, lock, and a server that shuts down or starts."""


class Database:
    """One database, shared by all threads of a process."""

    def __init__(self, url: str) -> None:
        """Open a pool; nothing is connected until it is needed.

        Args:
            url: ``sqlite:///path`` or ``postgresql://user@host/name``.

        Raises:
            UnavailableError: The address cannot be understood.
        """
        try:
            parsed = make_url(url)
        except Exception as error:  # SQLAlchemy raises several classes for a malformed address
            raise UnavailableError(
                "The database address is not one such as postgresql://user@host/name."
            ) from error
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.is_sqlite = parsed.drivername.startswith("sqlite")
        options: dict[str, Any] = (
            {"connect_args": {"timeout": 0, "check_same_thread": False}}
            if self.is_sqlite
            else {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
        )
        self.engine = create_engine(
            parsed, hide_parameters=True, pool_size=10, max_overflow=20, **options
        )
        if self.is_sqlite:
            _speak_sqlite(self.engine)
        self._plans = Plans(self.engine.dialect)
        self._turns = Turns(_beside(parsed.database) if self.is_sqlite else None)

    def migrate(self) -> None:
        """Bring the schema to this release; all or nothing.

        Raises:
            UnavailableError: The database does not answer.
        """
        if not self._patiently(self._is_current):
            self._patiently(self._migrate)

    def write(self, work: Callable[[Transaction], T], *, gives_way: bool = False) -> T:
        """Run ``work`` in one transaction: all of it is stored, or nothing.

        A lost race, a busy database or a cut connection *before* the commit runs ``work``
        again on fresh data; so ``work`` must not touch anything but its transaction.

        Args:
            work: Reads and writes.
            gives_way: Whoever waits goes first: for a job that has one transaction after another
                to run, beside people.

        Raises:
            InvalidInputError: A text holds characters that no text has, or a number is too large.
            UnavailableError: The database did not answer in time, or the connection was cut
                during the commit, when nobody can know whether it was stored.
        """

        def attempt() -> T:
            with self._connection(writes=True) as connection, self._session(connection) as session:
                result = work(Transaction(session))
                session.flush()
                _commit(connection)
                return result

        if gives_way:
            self._turns.give_way(_LONGEST_WAY)
        with _understood():
            return self._patiently(attempt, gives_way=gives_way)

    @contextmanager
    def read(self) -> Generator[Transaction]:
        """Open a transaction that sees one consistent state and stores nothing.

        Raises:
            InvalidInputError: What is looked for holds characters that no text has.
            UnavailableError: The database does not answer.
        """
        with (
            _understood(),
            self._connection(writes=False) as connection,
            self._session(connection) as session,
        ):
            yield Transaction(session)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _session(self, connection: Connection) -> QuickSession:
        return QuickSession(connection, self._plans)

    def _is_current(self) -> bool:
        """Tell whether nothing is to be migrated, without Alembic: importing it takes a second."""
        steps = files("engine.store") / "migrations" / "versions"
        newest = max(step.name.partition("_")[0] for step in steps.iterdir() if _is_step(step.name))
        with self._connection(writes=False) as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            query = text("SELECT version_num FROM alembic_version")
            return connection.execute(query).scalar_one_or_none() == newest

    def _migrate(self) -> None:
        from alembic import command  # noqa: PLC0415 - see ``_is_current``
        from alembic.config import Config  # noqa: PLC0415 - as above

        config = Config()
        config.set_main_option("script_location", str(files("engine.store") / "migrations"))
        with self._connection(writes=True) as connection:
            if not self.is_sqlite:
                # Two programs that start at once must not both create the schema.
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _commit(connection)

    def _patiently(self, attempt: Callable[[], T], *, gives_way: bool = False) -> T:
        """Try again while another try may succeed, for as long as a person waits.

        Raises:
            DBAPIError: The database refuses what no second try would change.
            LostRaceError: Never; it is answered by another try.
            UnavailableError: The database was busy all the time.
        """
        patience = _Patience()
        try:
            return attempt()
        except (LostRaceError, DBAPIError) as error:
            patience.bear(error)
        with nullcontext() if gives_way else self._turns.waiting():
            return _again(attempt, patience)

    @contextmanager
    def _connection(self, *, writes: bool) -> Generator[Connection]:
        try:
            raw = self.engine.connect()
        except OperationalError as error:
            if _may_pass(error):
                raise
            raise UnavailableError("The database does not answer.") from error
        options: dict[str, Any] = {"redress_writes": writes}
        if not writes and not self.is_sqlite:
            # Several queries of one page must tell of one moment; SQLite does so by itself.
            options["isolation_level"] = "REPEATABLE READ"
        with raw, raw.execution_options(**options) as connection:
            yield connection


def _speak_sqlite(engine: Any) -> None:  # noqa: ANN401 - SQLAlchemy's engine, used by its events
    """Make SQLite durable and let us decide when a transaction begins.

    Python's own driver begins transactions late, which makes migrations half-done at a crash
    and lets two writers fail at the end instead of waiting at the beginning.
    """
    lock = threading.Lock()

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - a raw connection
        connection.isolation_level = None
        with lock:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                _insist(connection, f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("redress_writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _insist(connection: Any, statement: str) -> None:  # noqa: ANN401 - a raw connection
    """Run a statement on a new connection while another process may hold the file."""
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute(statement)
    connection.execute("PRAGMA busy_timeout=0")


@contextmanager
def _understood() -> Generator[None]:
    """Say in a sentence what no database can store, such as the character NUL, or that it is gone.

    Raises:
        InvalidInputError: The database, or its driver, refused a value.
        OperationalError: The database is there and cannot do what it is asked; a defect.
        UnavailableError: The connection was cut meanwhile, or the disk is full.
    """
    try:
        yield
    except (DataError, UnicodeEncodeError) as error:
        raise InvalidInputError(
            {"": "A text holds characters that cannot be stored, or a number is too large."}
        ) from error
    except OperationalError as error:
        if _is_full(error):
            raise UnavailableError("The disk is full; nothing was stored.") from error
        if not _may_pass(error):
            raise
        raise UnavailableError("The database does not answer; try again.") from error


class _Patience:
    """How long, and how often, a writer that is refused tries again."""

    def __init__(self) -> None:
        self._give_up = time.monotonic() + _PATIENCE
        self._collisions = 0
        self._pause = 0.002

    def bear(self, error: LostRaceError | DBAPIError) -> None:
        """Return if another try may succeed.

        Raises:
            DBAPIError: The database refuses what no second try would change.
            LostRaceError: Never; it is answered by another try.
            UnavailableError: The database was busy all the time.
        """
        self._collisions += _is_collision(error)
        if not _may_pass(error) and not 0 < self._collisions <= _COLLISIONS:
            raise error
        if time.monotonic() > self._give_up:
            raise UnavailableError("The database is too busy; try again.") from error

    def pause(self) -> None:
        """Wait, a little longer each time; jitter keeps writers from meeting again at once."""
        time.sleep(random.uniform(self._pause / 2, self._pause))  # noqa: S311 - no secret
        self._pause = min(self._pause * 1.5, 0.05)


def _again(attempt: Callable[[], T], patience: _Patience) -> T:
    """Try again and again until it succeeds or patience is at its end."""
    while True:
        patience.pause()
        try:
            return attempt()
        except (LostRaceError, DBAPIError) as error:
            patience.bear(error)


def _commit(connection: Connection) -> None:
    """Commit, and never let a commit with an unknown end be run again.

    Raises:
        DBAPIError: The database refused to commit; nothing is stored.
        UnavailableError: The connection was cut before the answer came.
    """
    try:
        connection.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise UnavailableError(
                "The connection to the database was cut. Look whether it was stored before you "
                "try again."
            ) from error
        raise


def _is_collision(error: Exception) -> bool:
    """Tell whether somebody added the same key meanwhile; a second try then finds it there."""
    said = str(error)
    return isinstance(error, IntegrityError) and ("UNIQUE" in said or "duplicate key" in said)


def _is_full(error: DBAPIError) -> bool:
    """Tell whether there is no room left where the database keeps its files."""
    return getattr(error.orig, "sqlstate", None) == _DISK_FULL or "disk is full" in str(error.orig)


def _may_pass(error: Exception) -> bool:
    """Tell whether the same work may succeed when it is tried again."""
    if isinstance(error, LostRaceError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    text = str(error.orig).lower()
    state = getattr(error.orig, "sqlstate", None)
    return (
        state in _RETRY_STATES
        or "database is locked" in text
        or "database table is locked" in text
        or error.connection_invalidated
    )


def _beside(file: str | None) -> Path | None:
    """Return the file beside a database at which its writers wait; none in memory."""
    return Path(f"{file}-turns") if file and file != ":memory:" else None


def _is_step(name: str) -> bool:
    """Tell whether a file holds a migration: their names begin with their number."""
    return name.endswith(".py") and name[0].isdigit()
