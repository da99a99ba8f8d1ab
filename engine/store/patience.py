"""How long a writer whom the database refuses tries again, and when that may help."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.errors import UnavailableError

T = TypeVar("T")

PATIENCE = 15.0
"""Seconds for which a writer tries again before it gives up: as long as a person waits."""

MIGRATION_PATIENCE = 1_800.0
"""Seconds for which a program waits while another one migrates: no person looks at it."""

_COLLISIONS = 3
"""Tries after somebody added the same key at the same moment; more is a defect of ours."""

_DISK_FULL = "53100"
_IS_TAKEN = "23505"
_IS_MISSING = "23502"
_RETRY_STATES = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03"})
"""PostgreSQL: serialisation, deadlock, lock, and a server that shuts down or starts."""


class Patience:
    """How long, and how often, a writer that is refused tries again."""

    def __init__(self, seconds: float) -> None:
        """Begin to wait.

        Args:
            seconds: For how long at most.
        """
        self._give_up = time.monotonic() + seconds
        self._collisions = 0
        self._pause = 0.002

    def bear(self, error: DBAPIError) -> None:
        """Return if another try may succeed.

        Raises:
            DBAPIError: The database refuses what no second try would change.
            UnavailableError: The database was busy all the time.
        """
        self._collisions += is_collision(error)
        if not may_pass(error) and not 0 < self._collisions <= _COLLISIONS:
            raise error
        if time.monotonic() > self._give_up:
            raise UnavailableError("The database is too busy; try again.") from error

    def pause(self) -> None:
        """Wait, a little longer each time; jitter keeps writers from meeting again at once."""
        time.sleep(random.uniform(self._pause / 2, self._pause))  # noqa: S311 - no secret
        self._pause = min(self._pause * 1.5, 0.05)


def patiently(attempt: Callable[[], T], patience: Patience) -> T:
    """Try again and again until it succeeds or patience is at its end.

    Raises:
        DBAPIError: The database refuses what no second try would change.
        UnavailableError: The database was busy all the time.
    """
    while True:
        patience.pause()
        try:
            return attempt()
        except DBAPIError as error:
            patience.bear(error)


def is_collision(error: DBAPIError) -> bool:
    """Tell whether somebody added the same key meanwhile; a second try then finds it there."""
    if not isinstance(error, IntegrityError):
        return False
    return _state(error) == _IS_TAKEN or "UNIQUE constraint failed" in str(error.orig)


def is_full(error: DBAPIError) -> bool:
    """Tell whether there is no room left where the database keeps its files."""
    return _state(error) == _DISK_FULL or "disk is full" in str(error.orig)


def is_lost_race(error: DBAPIError) -> bool:
    """Tell whether somebody stored a later revision of a case between reading and writing it."""
    if _state(error) == _IS_MISSING:
        return bool(error.orig.diag.column_name == "rev")  # type: ignore[union-attr] # psycopg has it
    return "NOT NULL constraint failed: complaint_case.rev" in str(error.orig)


def may_pass(error: DBAPIError) -> bool:
    """Tell whether the same work may succeed when it is tried again."""
    said = str(error.orig).lower()
    return (
        _state(error) in _RETRY_STATES
        or "database is locked" in said
        or "database table is locked" in said
        or error.connection_invalidated
        or is_lost_race(error)
    )


def _state(error: DBAPIError) -> str | None:
    """Return how PostgreSQL calls an error, in whatever language its server speaks."""
    return getattr(error.orig, "sqlstate", None)
