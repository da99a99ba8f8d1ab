"""A file while it is being sent: sealed on the disk at once, and never whole in memory."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.errors import FileRefusedError, UnavailableError
from engine.sealed_file import SealedWriter, new_key


class Arrival:
    """A file that arrives piece by piece under a random name and a key of its own.

    Attributes:
        path: Of the sealed file; it is gone when the block ends.
        key: That it is sealed with; a secret.
        size: Bytes of content so far.
    """

    def __init__(self, folder: Path, *, largest: int) -> None:
        """Begin.

        Args:
            folder: For files that arrive; is made where it is not there.
            largest: Bytes of content; more is refused as soon as it comes.

        Raises:
            UnavailableError: Nothing can be written there.
        """
        self.key = new_key()
        self.size = 0
        self.path = folder / secrets.token_hex(16)
        self._largest = largest
        self._digest = hashlib.sha256()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(opened, "wb")
            self._sealing = SealedWriter(self._file, self.key)
        except OSError as error:
            raise UnavailableError(f"Files cannot be taken: {error.strerror}.") from error

    def __enter__(self) -> Self:
        """Return the arrival."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what is left of it here, whatever became of it."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            FileRefusedError: The file is larger than is taken.
            UnavailableError: The disk is full.
        """
        self.size += len(data)
        if self.size > self._largest:
            raise FileRefusedError(f"It is larger than {self._largest // 2**20} MB.")
        self._digest.update(data)
        try:
            self._sealing.write(data)
        except OSError as error:
            raise UnavailableError(f"A file cannot be taken: {error.strerror}.") from error

    def close(self) -> None:
        """End the file; it can be looked into from now on.

        Raises:
            UnavailableError: The disk is full.
        """
        if self._file.closed:
            return
        try:
            self._sealing.close()
            self._file.close()
        except OSError as error:
            raise UnavailableError(f"A file cannot be taken: {error.strerror}.") from error

    @property
    def sha256(self) -> str:
        """Return the hash of the content, hex."""
        return self._digest.hexdigest()

    @property
    def stored_sha256(self) -> str:
        """Return the hash of the sealed file, hex."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """Hand out a name for a file that is sealed already, until the block ends.

    Raises:
        UnavailableError: Nothing can be written there.
    """
    path = folder / secrets.token_hex(16)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield path
    except OSError as error:
        raise UnavailableError(f"Files cannot be taken: {error.strerror}.") from error
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def arrived(folder: Path, pieces: Iterable[bytes], *, largest: int) -> Iterator[Arrival]:
    """Take a file that is at hand already, until the block ends.

    Raises:
        FileRefusedError: It is larger than is taken.
        UnavailableError: Nothing can be written there.
    """
    with Arrival(folder, largest=largest) as arrival:
        for piece in pieces:
            arrival.write(piece)
        arrival.close()
        yield arrival
