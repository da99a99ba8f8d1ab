"""Who goes first at a SQLite file, which has one writer at a time.

A writer that finds the file taken tries again now and then. Beside a job that begins its next
transaction at once it would find it taken nearly always, for seconds. So whoever waits says so by
holding a lock on a small file, and a job that has much to do looks there between its transactions.
PostgreSQL has no need of it: its writers only wait for rows, in turn.
"""

import fcntl
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOOK_EVERY = 0.002


class Turns:
    """Lets those who wait for a file go before a job; without a file nobody waits."""

    def __init__(self, path: Path | None) -> None:
        """Name the file that is locked; it is made when somebody waits for the first time.

        Args:
            path: None where writers do not wait for one another.
        """
        self._path = path

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Say that somebody waits until the block ends, or their process does."""
        if self._path is None:
            yield
            return
        with self._path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_SH)  # a job that looks holds it for a moment only
            yield

    def give_way(self, at_most: float) -> None:
        """Return when nobody waits any more, after some seconds at the latest."""
        if self._path is None or not self._path.exists():
            return
        until = time.monotonic() + at_most
        with self._path.open("ab") as file:
            while time.monotonic() < until:
                with suppress(BlockingIOError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                time.sleep(_LOOK_EVERY)
