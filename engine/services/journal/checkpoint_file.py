"""The file of checkpoints: lines are added, never changed, outside the database.

A database that was set back to an old backup does not know the last lines any more; that is how
it is found. Copies of the file kept elsewhere show it even where both were set back.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from engine.domain.checkpoint import Checkpoint, from_line
from engine.errors import UnavailableError

_TAIL = 65_536
"""Bytes in which the last line certainly lies; a line has about a thousand."""


class CheckpointFile:
    """One file, one checkpoint a line."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is made with its first line.

        Args:
            path: Of the file.
        """
        self.path = path

    def exists(self) -> bool:
        """Tell whether there is a file."""
        return self.path.exists()

    def last(self) -> Checkpoint | None:
        """Return the checkpoint of the last line; None without one.

        Raises:
            UnavailableError: The file cannot be read, or its last line is no checkpoint.
        """
        try:
            with self.path.open("rb") as file:
                return self._last_of(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnavailableError(f"The file {self.path} cannot be read.") from error

    def lines(self) -> Iterator[str]:
        """Yield every line without its end.

        Raises:
            UnavailableError: The file cannot be read.
        """
        try:
            with self.path.open(encoding="utf-8", newline="\n") as file:
                yield from (line.removesuffix("\n") for line in file)
        except (OSError, UnicodeDecodeError) as error:
            raise UnavailableError(f"The file {self.path} cannot be read.") from error

    def add(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Add lines behind the last one and wait until the disk has them.

        Raises:
            UnavailableError: The file cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                known = self._last_of(file)
                self._write(file, [each for each in checkpoints if each != known])
        except OSError as error:
            raise UnavailableError(f"The file {self.path} cannot be written.") from error

    def _write(self, file: IO[bytes], checkpoints: list[Checkpoint]) -> None:
        file.seek(0, os.SEEK_END)
        file.write("".join(f"{each.line}\n" for each in checkpoints).encode())
        file.flush()
        os.fsync(file.fileno())

    def _last_of(self, file: IO[bytes]) -> Checkpoint | None:
        """Return the last whole line of an open file.

        Raises:
            UnavailableError: It is no checkpoint.
        """
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        lines = file.read().decode(errors="replace").split("\n")
        whole = [line for line in lines[:-1] if line]
        if not whole:
            return None
        try:
            return from_line(whole[-1])
        except ValueError as error:
            raise UnavailableError(f"The last line of {self.path} is no checkpoint.") from error
