"""Where sealed files lie: in a folder or an object store, and by names of ours only.

A file is there whole or not at all, is never written over, and tells nothing without its key.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Protocol

from engine.clock import utc_now
from engine.errors import FileLostError, UnavailableError

NAME = re.compile(r"[0-9a-f]{32}")
"""How every file is called: at random."""


_LOST = "The file is not where it was stored; a backup may have it."


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is stored.

    Attributes:
        size: Bytes, sealed.
        at: When it was stored.
    """

    name: str
    size: int
    at: datetime


class Depot(Protocol):
    """Keeps sealed files."""

    def keep(self, name: str, source: Path) -> None:
        """Store a file that lies on this machine; once this returns it stays.

        Raises:
            UnavailableError: It cannot be stored.
        """

    def open(self, name: str) -> IO[bytes]:
        """Open a file to read.

        Raises:
            FileLostError: It is not there.
            UnavailableError: The store does not answer.
        """

    def remove(self, name: str) -> bool:
        """Remove a file; tell whether it was there.

        Raises:
            UnavailableError: The store does not answer.
        """

    def stored(self) -> Iterator[Stored]:
        """Yield every file, in no order.

        Raises:
            UnavailableError: The store does not answer.
        """


def depot_at(url: str, folder: Path) -> Depot:
    """Return the depot of an address; that in a folder of this machine without one.

    Raises:
        UnavailableError: What reads such addresses is not installed.
    """
    return _remote(url) if url else FolderDepot(folder)


class FolderDepot:
    """Keeps files in a folder, in one of 256 folders each.

    Args:
        folder: Is made when the first file is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, name: str, source: Path) -> None:
        """Store a file, see ``Depot``.

        Raises:
            UnavailableError: It cannot be stored.
        """
        place = self._place(name)
        try:
            _make_folders(place.parent)
            beside = place.with_name(f"{name}.part")
            with source.open("rb") as given, _new(beside) as made:
                shutil.copyfileobj(given, made, 2**20)
                made.flush()
                os.fsync(made.fileno())
            beside.replace(place)
            _settle(place.parent)
        except OSError as error:
            raise UnavailableError(f"A file cannot be stored: {error.strerror}.") from error

    def open(self, name: str) -> IO[bytes]:
        """Open a file to read, see ``Depot``.

        Raises:
            FileLostError: It is not there.
            UnavailableError: It cannot be read.
        """
        try:
            return self._place(name).open("rb")
        except FileNotFoundError as error:
            raise FileLostError(_LOST) from error
        except OSError as error:
            raise UnavailableError(f"A file cannot be read: {error.strerror}.") from error

    def remove(self, name: str) -> bool:
        """Remove a file, see ``Depot``.

        Raises:
            UnavailableError: It cannot be removed.
        """
        place = self._place(name)
        try:
            place.unlink()
            _settle(place.parent)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise UnavailableError(f"A file cannot be removed: {error.strerror}.") from error
        return True

    def stored(self) -> Iterator[Stored]:
        """Yield every file, see ``Depot``; what a broken-off write has left is among them."""
        for place in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            with suppress(FileNotFoundError):
                told = place.stat()
                at = datetime.fromtimestamp(told.st_mtime, UTC)
                yield Stored(place.name, told.st_size, at)

    def _place(self, name: str) -> Path:
        return self.folder / name[:2] / name


class RemoteDepot:
    """Keeps files in an object store that fsspec knows, such as ``s3://bucket/folder``.

    Credentials and endpoint are those of the environment, as the store's own tools read them.

    Args:
        url: Where.
    """

    def __init__(self, url: str) -> None:
        # It is a quarter of a second to import, and most installations keep files in a folder.
        import fsspec  # type: ignore[import-untyped] # noqa: PLC0415 - see above; it has no stubs

        try:
            # What is listed is never remembered: others write there too.
            self._files, self._root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise UnavailableError(f"Files cannot be kept at {url}: {error}.") from error

    def keep(self, name: str, source: Path) -> None:
        """Store a file, see ``Depot``; an object appears when all of it has arrived."""
        self._ask(self._files.put_file, str(source), self._place(name))

    def open(self, name: str) -> IO[bytes]:
        """Open a file to read, see ``Depot``."""
        opened: IO[bytes] = self._ask(self._files.open, self._place(name), "rb")
        return opened

    def remove(self, name: str) -> bool:
        """Remove a file, see ``Depot``."""
        try:
            # A store removes what is not there without a word, so it is asked for first.
            self._ask(self._files.info, self._place(name))
            self._ask(self._files.rm_file, self._place(name))
        except FileLostError:
            return False
        return True

    def stored(self) -> Iterator[Stored]:
        """Yield every file, see ``Depot``."""
        try:
            found = self._ask(self._files.find, self._root, detail=True)
        except FileLostError:
            return
        for path, told in found.items():
            at = told.get("LastModified") or told.get("created") or utc_now()
            if not isinstance(at, datetime):
                at = datetime.fromtimestamp(float(at), UTC)
            yield Stored(path.rpartition("/")[2], int(told["size"]), at)

    def _place(self, name: str) -> str:
        return f"{self._root}/{name[:2]}/{name}"

    def _ask(self, do: Any, *given: object, **named: object) -> Any:  # noqa: ANN401 - any call of a store
        """Ask the store for something.

        Raises:
            FileLostError: It has no such file.
            UnavailableError: It does not answer.
        """
        try:
            return do(*given, **named)
        except FileNotFoundError as error:
            raise FileLostError(_LOST) from error
        except Exception as error:
            # Every store has refusals of its own, of libraries that need not be installed.
            raise UnavailableError(
                f"The store of files does not answer: {type(error).__name__}."
            ) from error


@lru_cache(8)
def _remote(url: str) -> RemoteDepot:
    return RemoteDepot(url)


def _new(path: Path) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def _make_folders(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _settle(folder.parent)


def _settle(folder: Path) -> None:
    """Wait until the disk knows what a folder holds."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
