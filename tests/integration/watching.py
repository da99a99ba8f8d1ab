"""What a command that is killed would leave behind, looked at while it runs.

Killing a process at every statement of every command takes minutes. What a kill leaves is what is
committed at that moment: on PostgreSQL what another connection sees, on SQLite what the files hold.
So the command runs once and is looked at before and after each statement and commit. That this is
the same as being killed is shown with real kills in ``test_crash``.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import event, inspect, text

from engine.bootstrap import Platform
from engine.store.database import Database
from tests.compiled import take

MOMENTS = ("before_cursor_execute", "after_cursor_execute", "commit")

Judge = Callable[[Platform], object]


@dataclass
class Watched:
    """What was seen.

    Attributes:
        points: How many moments there were at which the command could have been killed.
        states: How many different contents the database had at these, the first one included.
        found: What a judge found at those states, by point; empty findings are left out.
    """

    points: int = 0
    states: int = 0
    found: dict[int, object] = field(default_factory=dict)


def watch(platform: Platform, act: Callable[[Platform], object], judge: Judge) -> Watched:
    """Run a command, and judge every different state that a kill would leave.

    Args:
        platform: Where the command is given.
        act: The command.
        judge: Looks at a platform on what would be left; returns what is wrong with it.
    """
    seen = Watched()
    eyes = _SqliteEyes(platform) if platform.database.is_sqlite else _PostgresEyes(platform)
    last: list[str] = []

    def look(*_: object) -> None:
        content = eyes.content()
        if [content] != last:
            last[:] = [content]
            seen.states += 1
            with eyes.left_behind() as left:
                if wrong := judge(left):
                    seen.found[seen.points] = wrong
        seen.points += 1

    with eyes.open(), _at_every_moment(platform.database, look):
        act(platform)
        look()
    return seen


@contextmanager
def _at_every_moment(database: Database, look: Callable[..., None]) -> Generator[None]:
    for moment in MOMENTS:
        event.listen(database.engine, moment, look)
    try:
        yield
    finally:
        for moment in MOMENTS:
            event.remove(database.engine, moment, look)


class _PostgresEyes:
    """Another connection, which sees what is committed."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._connection: Any = None
        self._query = ""
        self._committed, self._told = "", ""

    @contextmanager
    def open(self) -> Generator[None]:
        url = self._platform.database.engine.url.render_as_string(hide_password=False)
        with closing(take(Database(url, self._platform.keyring))) as other:
            with other.engine.connect() as connection:
                self._query = _digest_of(sorted(inspect(connection).get_table_names()))
            with other.engine.connect() as connection:
                self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                yield

    def content(self) -> str:
        """Return what the tables say; they are read again when another transaction has ended."""
        committed = self._ask("SELECT pg_current_snapshot()")
        if committed != self._committed:
            self._committed, self._told = committed, self._ask(self._query)
        return self._told

    def _ask(self, query: str) -> str:
        return str(self._connection.execute(text(query)).scalar_one())

    @contextmanager
    def left_behind(self) -> Generator[Platform]:
        url = self._platform.database.engine.url.render_as_string(hide_password=False)
        with closing(take(Database(url, self._platform.keyring))) as database:
            yield replace(self._platform, database=database)


def _digest_of(tables: list[str]) -> str:
    """Return a query that gives one text for everything that is committed."""
    each = (
        f"coalesce((SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {name} r), '')"  # noqa: S608
        for name in tables
    )
    return "SELECT md5(" + " || '/' || ".join(each) + ")"


class _SqliteEyes:
    """Copies of the files, as they would lie on the disk."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._path = Path(platform.database.engine.url.database or "")
        self._copy = self._path.with_name("left-behind.db")
        self._parts: list[bytes] = []
        self._told = ""
        self._known: dict[bytes, str] = {}

    @contextmanager
    def open(self) -> Generator[None]:
        yield

    def content(self) -> str:
        """Return what the files say; equal files are understood once."""
        files = [Path(f"{self._path}{suffix}") for suffix in ("", "-wal")]
        parts = [file.read_bytes() if file.exists() else b"" for file in files]
        if parts != self._parts:
            self._parts, self._told = parts, self._told_by(parts)
        return self._told

    def _told_by(self, parts: list[bytes]) -> str:
        key = hashlib.sha256(b"".join(parts)).digest()
        if key not in self._known:
            self._take_copy()
            with closing(sqlite3.connect(self._copy)) as connection:
                told = "\n".join(connection.iterdump())
            self._known[key] = hashlib.sha256(told.encode()).hexdigest()
        return self._known[key]

    @contextmanager
    def left_behind(self) -> Generator[Platform]:
        self._take_copy()
        left = take(Database(f"sqlite:///{self._copy}", self._platform.keyring))
        with closing(left) as database:
            yield replace(self._platform, database=database)

    def _take_copy(self) -> None:
        for suffix in ("-shm", "-wal", ""):
            Path(f"{self._copy}{suffix}").unlink(missing_ok=True)
        for suffix in ("", "-wal"):
            part = Path(f"{self._path}{suffix}")
            if part.exists():
                shutil.copyfile(part, f"{self._copy}{suffix}")
