"""The files of documents in a backup: sealed as they are stored, and checked against their rows."""

import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from engine.bootstrap import Platform
from engine.depot import NAME, Depot
from engine.errors import BackupError, FileLostError
from engine.services.documents.arrival import beside

TABLE = "document_file"
"""The table whose rows speak of files."""
_PIECE = 2**20


def write_files(depot: Depot, file: zipfile.ZipFile, names: Iterable[str]) -> tuple[int, int]:
    """Write every file of which a row speaks; return how many, and how many were not there.

    A file is never changed once a row speaks of it, so it may be read after the rows; one that was
    erased meanwhile is gone.
    """
    done = [_is_written(depot, file, storage) for storage in names]
    return sum(done), len(done) - sum(done)


def is_there(file: zipfile.ZipFile, row: Mapping[str, Any]) -> bool:
    """Tell whether the file of a row is in a backup.

    Raises:
        BackupError: It is not the one of which the row speaks.
    """
    storage = row["storage"]
    if not storage or _name_of(storage) not in file.NameToInfo:
        return False
    for _ in _pieces(file, row):
        pass
    return True


def put_back(platform: Platform, *, file: zipfile.ZipFile, row: Mapping[str, Any]) -> None:
    """Store the file of a row again, if the backup has it.

    Raises:
        BackupError: It is not the one of which the row speaks.
        UnavailableError: It cannot be stored.
    """
    storage = row["storage"]
    if not storage or _name_of(storage) not in file.NameToInfo:
        return
    with beside(platform.arriving) as path:
        with path.open("wb") as out:
            for piece in _pieces(file, row):
                out.write(piece)
        platform.depot.keep(storage, path)


def _is_written(depot: Depot, file: zipfile.ZipFile, storage: str) -> bool:
    """Write a file; tell whether it was where it is stored."""
    try:
        with depot.open(storage) as stored, _entry(file, storage) as out:
            shutil.copyfileobj(stored, out, _PIECE)
    except FileLostError:
        return False
    return True


def _pieces(file: zipfile.ZipFile, row: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the content of a file.

    Raises:
        BackupError: It is not the one of which the row speaks.
    """
    storage, digest = row["storage"], hashlib.sha256()
    damaged = BackupError("The backup is damaged: the file of a document is not what it was.")
    if not NAME.fullmatch(storage):
        raise damaged
    try:
        with file.open(_name_of(storage)) as stored:
            while piece := stored.read(_PIECE):
                digest.update(piece)
                yield piece
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise damaged from error
    if digest.hexdigest() != row["stored_sha256"]:
        raise damaged


def _name_of(storage: str) -> str:
    return f"files/{storage}"


@contextmanager
def _entry(file: zipfile.ZipFile, storage: str) -> Iterator[IO[bytes]]:
    # What is sealed cannot be packed any smaller.
    entry = zipfile.ZipInfo(_name_of(storage))
    with file.open(entry, "w", force_zip64=True) as out:
        yield out
