"""The journal read from its first row to its last, as fast as the driver can.

SQLAlchemy would make an object of each row and a moment of each time. A verification looks at all
of them and needs only text; so it reads below SQLAlchemy, in the same transaction.
"""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from engine.domain.verification import Head, Row

_AT_ONCE = 2_000
_COLUMNS = "actor, type, detail, prev_hash, hash"
_SQLITE = f"SELECT case_id, seq, at, {_COLUMNS} FROM journal {{where}} ORDER BY case_id, seq"  # noqa: S608 - fixed words
_POSTGRESQL = f"""
    SELECT case_id, seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US AD'), {_COLUMNS}
    FROM journal {{where}} ORDER BY case_id, seq
"""  # noqa: S608 - fixed words
_HEADS = """
    SELECT id, reference, journal_seq, journal_head, erased_at IS NOT NULL
    FROM complaint_case {where} ORDER BY id
"""
_VALUES = """
    SELECT v.case_id, v.seq, v.sealed, s.id, s.sealed_key FROM journal_value v
    LEFT JOIN complaint_case c ON c.id = v.case_id LEFT JOIN subject s ON s.id = c.subject_id
    {where} ORDER BY v.case_id, v.seq
"""
_LENGTH = 26
"""Characters of a moment as we spell it."""
_ERA = " AD"
_NO_FRACTION = "000000"


class Cases(NamedTuple):
    """Some cases, by their numbers.

    Attributes:
        first: The first of them; None for no limit.
        behind: The first that is none of them any more; None for no limit. Without one, what has
            no proper number at all belongs to them too.
    """

    first: int | None = None
    behind: int | None = None

    def condition(self, column: str) -> str:
        """Return the SQL that selects their rows, with ``WHERE``; empty for all."""
        limits = [f"{column} >= {int(self.first)}"] if self.first is not None else []
        limits += [f"{column} < {int(self.behind)}"] if self.behind is not None else []
        return "WHERE " + " AND ".join(limits) if limits else ""


ALL = Cases()


def only(case_id: int) -> Cases:
    """Return one case alone."""
    return Cases(case_id, case_id + 1)


SealedValue = tuple[int, int, str, str, Any]
"""What is personal in one event: case, number, sealed text, subject, and its sealed key."""


@contextmanager
def legible() -> Generator[None]:
    """Say as a ``ValueError`` that what stands in a text column of SQLite is no text.

    Raises:
        ValueError: It is so.
        DBAPIError: Something else went wrong.
        OperationalError: As above, below SQLAlchemy.
    """
    try:
        yield
    except (DBAPIError, sqlite3.OperationalError) as error:
        if "decode" in str(error):
            raise ValueError("what stands there is no text") from error
        raise


class JournalStream:
    """Reads rows of one transaction in their order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._driver: Any = connection.connection.driver_connection

    def rows(self, cases: Cases = ALL) -> Generator[Row]:
        """Yield events by case and number."""
        where = cases.condition("case_id")
        statement = (_SQLITE if self._is_sqlite else _POSTGRESQL).format(where=where)
        cursor = self._cursor("journal_rows")
        cursor.execute(statement)
        try:
            while found := cursor.fetchmany(_AT_ONCE):
                yield from found
        finally:
            cursor.close()

    @property
    def spelled(self) -> Callable[[Any], str]:
        """What spells a moment of a row as it was hashed."""
        return _of_sqlite if self._is_sqlite else _of_postgresql

    def heads(self, cases: Cases = ALL) -> Generator[Head]:
        """Yield what each case says of its chain, by its number."""
        cursor = self._cursor("journal_heads")
        cursor.execute(_HEADS.format(where=cases.condition("id")))
        try:
            while found := cursor.fetchmany(_AT_ONCE):
                for row in found:
                    yield Head(*row)
        finally:
            cursor.close()

    def values(self, cases: Cases = ALL) -> Generator[SealedValue]:
        """Yield what is personal in events, by case and number."""
        cursor = self._cursor("journal_values")
        cursor.execute(_VALUES.format(where=cases.condition("v.case_id")))
        try:
            while found := cursor.fetchmany(_AT_ONCE):
                yield from found
        finally:
            cursor.close()

    def expected(self) -> int:
        """Return how many events there should be."""
        query = text("SELECT coalesce(sum(journal_seq), 0) FROM complaint_case")
        return int(self._connection.execute(query).scalar_one())

    def middle(self) -> int:
        """Return the number of the case that has as many before it as behind; 0 without one."""
        query = text(
            "SELECT id FROM complaint_case ORDER BY id LIMIT 1 "
            "OFFSET (SELECT count(*) / 2 FROM complaint_case)"
        )
        return int(self._connection.execute(query).scalar_one_or_none() or 0)

    def _cursor(self, name: str) -> Any:  # noqa: ANN401 - a cursor of the driver
        if self._is_sqlite:
            return self._driver.cursor()
        return self._driver.cursor(name=name)


def _of_sqlite(stored: Any) -> str:  # noqa: ANN401 - whatever stands there
    """Spell a moment as it was hashed; what was not spelled by us stays as it is."""
    spelled = str(stored)
    if len(spelled) != _LENGTH or spelled[10] != " " or spelled[19] != ".":
        return f"no moment: {spelled}"
    return _spelled(spelled)


def _of_postgresql(stored: Any) -> str:  # noqa: ANN401 - as above
    spelled = str(stored)
    if len(spelled) != _LENGTH + len(_ERA) or not spelled.endswith(_ERA):
        return f"no moment: {spelled}"
    return _spelled(spelled[:_LENGTH])


def _spelled(text: str) -> str:
    fraction = text[20:26]
    if fraction == _NO_FRACTION:
        return f"{text[:10]}T{text[11:19]}+00:00"
    return f"{text[:10]}T{text[11:19]}.{fraction}+00:00"
