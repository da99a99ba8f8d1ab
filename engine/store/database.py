"""Opens the database and runs transactions, the same on SQLite and PostgreSQL."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from engine.errors import InvalidInputError, KeyLostError, UnavailableError
from engine.keyring import Keyring
from engine.store.patience import (
    MIGRATION_PATIENCE,
    PATIENCE,
    Patience,
    is_full,
    may_pass,
    patiently,
)
from engine.store.plans import Plans
from engine.store.sealing import Vault
from engine.store.session import Proof, Session
from engine.store.transaction import Transaction
from engine.store.turns import Turns

T = TypeVar("T")

_LONGEST_WAY = 0.5
"""Seconds for which a job lets others go first, before each of its transactions."""

_UNKNOWN = (
    "The connection to the database was cut. Look whether it was stored before you try again."
)
_TOO_LARGE = "A text holds characters that cannot be stored, or a number is too large."
_MIGRATION_LOCK = 7_237_737
"""Any number that nothing else locks in this database."""


class Database:
    """One database, shared by all threads of a process."""

    def __init__(self, url: str, keyring: Keyring | None = None) -> None:
        """Open a pool; nothing is connected until it is needed.

        Args:
            url: ``sqlite:///path`` or ``postgresql://user@host/name``.
            keyring: Reads what is sealed; None for the key file beside an SQLite file, or in the
                current folder.

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
            else {"connect_args": _asked_of_postgres(parsed)}
        )
        self.engine = create_engine(
            parsed, hide_parameters=True, pool_size=10, max_overflow=20, **options
        )
        if self.is_sqlite:
            _speak_sqlite(self.engine)
        self.keyring = keyring or Keyring(_key_file_beside(parsed.database))
        self.vault = Vault(self.keyring)
        self._plans = Plans(self.engine.dialect)
        self._turns = Turns(_beside(parsed.database) if self.is_sqlite else None)

    def migrate(self, *, to: str = "") -> None:
        """Bring the schema to this release; all or nothing.

        Args:
            to: An earlier revision, for the rows of a backup from then; empty for the newest.

        Raises:
            KeyLostError: The key file that belongs to this database is not there.
            UnavailableError: The database does not answer.
        """
        target = to or newest_revision()
        if self.revision() != target:
            self._patiently(lambda: self._migrate(target), seconds=MIGRATION_PATIENCE)
        if not self.keyring.exists() and not to:
            self._patiently(self._refuse_without_keys, seconds=MIGRATION_PATIENCE)
            self.keyring.make()

    def revision(self) -> str:
        """Return the revision of the schema; empty where there is none.

        Raises:
            UnavailableError: The database does not answer.
        """
        return self._patiently(self._revision)

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
            with self._connection() as connection:
                session = Session(connection, self._plans, self.vault, writes=True)
                result = work(Transaction(session))
                self._commit(session)
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
        with _understood(), ExitStack() as opened:

            def begin() -> Session:
                connection = opened.enter_context(self._connection())
                return Session(connection, self._plans, self.vault, writes=False)

            # A connection that lay idle may be cut; nothing was read yet, so another one will do.
            yield Transaction(self._patiently(begin))

    def scrub(self) -> None:
        """Overwrite what was erased where the database would keep it for a while."""
        raw = self.engine.raw_connection()
        try:
            driver: Any = raw.driver_connection
            if self.is_sqlite:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                driver.autocommit = True
                driver.execute("VACUUM subject, journal_value, incident, message, correlation")
                driver.autocommit = False
        finally:
            raw.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _revision(self) -> str:
        """Return the revision, without Alembic: importing it takes a second."""
        with self._connection() as connection:
            connection.execution_options(redress_writes=False)
            if not inspect(connection).has_table("alembic_version"):
                return ""
            query = text("SELECT version_num FROM alembic_version")
            return str(connection.execute(query).scalar_one_or_none() or "")

    def _refuse_without_keys(self) -> None:
        """Make no new key file for a database that was sealed with another one.

        Raises:
            KeyLostError: Something is sealed.
        """
        with self._connection() as connection:
            connection.execution_options(redress_writes=False)
            query = text("SELECT 1 FROM subject WHERE sealed_key IS NOT NULL LIMIT 1")
            if connection.execute(query).first() is not None:
                raise KeyLostError(str(self.keyring.path))

    def _migrate(self, target: str) -> None:
        from alembic import command  # noqa: PLC0415 - see ``_revision``
        from alembic.config import Config  # noqa: PLC0415 - as above

        config = Config()
        config.set_main_option("script_location", str(files("engine.store") / "migrations"))
        with self._connection() as connection, _rebuilding(connection):
            if not self.is_sqlite:
                # Two programs that start at once must not both create the schema.
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            config.attributes["vault"] = self.vault
            command.upgrade(config, target)
            connection.commit()

    def _commit(self, session: Session) -> None:
        """Commit; where the connection is cut meanwhile, ask the server whether it was stored.

        Raises:
            DBAPIError: Nothing is stored.
            UnavailableError: Nobody can know.
        """
        try:
            session.commit()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            if session.proof is None:
                raise UnavailableError(_UNKNOWN) from error
            if not self._was_stored(session.backend, session.proof):
                raise

    def _was_stored(self, backend: int, proof: Proof) -> bool:
        """Tell whether a transaction was stored whose connection was cut as it was committed.

        Args:
            backend: The server process that was to commit; while it lives it still may.
            proof: Finds something exactly if it was stored.

        Raises:
            UnavailableError: The server does not answer for as long as a person waits.
        """
        alive = text("SELECT 1 FROM pg_stat_activity WHERE pid = :backend")
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            with suppress(DBAPIError, UnavailableError), self._connection() as connection:
                if connection.execute(alive, {"backend": backend}).first() is None:
                    return connection.execute(proof.statement, proof.given).first() is not None
            time.sleep(0.1)  # it starts again, or has not noticed yet that the connection is cut
        raise UnavailableError(_UNKNOWN)

    def _patiently(
        self, attempt: Callable[[], T], *, gives_way: bool = False, seconds: float | None = None
    ) -> T:
        """Try again while another try may succeed, for as long as a person waits.

        Raises:
            DBAPIError: The database refuses what no second try would change.
            UnavailableError: The database was busy all the time.
        """
        patience = Patience(PATIENCE if seconds is None else seconds)
        try:
            return attempt()
        except DBAPIError as error:
            patience.bear(error)
        with nullcontext() if gives_way else self._turns.waiting():
            return patiently(attempt, patience)

    @contextmanager
    def _connection(self) -> Generator[Connection]:
        try:
            raw = self.engine.connect()
        except OperationalError as error:
            if may_pass(error):
                raise
            raise UnavailableError("The database does not answer.") from error
        with raw as connection:
            yield connection


def _asked_of_postgres(url: URL) -> dict[str, Any]:
    """Return how a connection is made; what the address says of a session is kept.

    Statements here take milliseconds: compiling them would take longer than they do.
    """
    given = url.query.get("options", "")
    options = " ".join((*((given,) if isinstance(given, str) else given), "-c jit=off")).strip()
    return {"connect_timeout": 5, "prepare_threshold": None, "options": options}


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
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
                "secure_delete=FAST",
            ):
                _insist(connection, f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr] # it is connected
            return  # a session has begun it
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
        OverflowError: Something else than the database could not hold a number; a defect.
        UnavailableError: The connection was cut meanwhile, or the disk is full.
    """
    try:
        yield
    except (DataError, UnicodeEncodeError) as error:
        raise InvalidInputError({"": _TOO_LARGE}) from error
    except OverflowError as error:
        if "SQLite" not in str(error):
            raise
        raise InvalidInputError({"": _TOO_LARGE}) from error
    except OperationalError as error:
        if is_full(error):
            raise UnavailableError("The disk is full; nothing was stored.") from error
        if not may_pass(error):
            raise
        raise UnavailableError("The database does not answer; try again.") from error


def _beside(file: str | None) -> Path | None:
    """Return the file beside a database at which its writers wait; none in memory."""
    return Path(f"{file}-turns") if file and file != ":memory:" else None


@contextmanager
def _rebuilding(connection: Connection) -> Generator[None]:
    """Let SQLite put a table with rows that others refer to in the place of the one before.

    It changes a table only by making it anew, and while it looks after references it would not
    drop the old one. Nothing is lost by that: both hold the same rows.
    """
    raw: Any = connection.connection.driver_connection
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        if is_sqlite:
            raw.rollback()
            raw.execute("PRAGMA foreign_keys=ON")


def revisions() -> tuple[str, ...]:
    """Return every revision of the schema that this release knows, oldest first."""
    steps = (files("engine.store") / "migrations" / "versions").iterdir()
    # The name of a migration begins with its number.
    return tuple(
        sorted(s.name[:4] for s in steps if s.name.endswith(".py") and s.name[0].isdigit())
    )


def newest_revision() -> str:
    """Return the revision of this release."""
    return revisions()[-1]


def _key_file_beside(file: str | None) -> Path:
    return (Path(file).parent if file else Path()) / "keys.json"
