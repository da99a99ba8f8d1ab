"""A file that is there whole, readable by its owner alone, or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import InvalidInputError


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Hand out a file to be written, which takes its name when the block ends well.

    Raises:
        InvalidInputError: There is such a file already, or none can be made there.
    """
    if path.exists():
        raise InvalidInputError({"": f"{path} is there already; nothing is written over it."})
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise InvalidInputError({"": f"{path} cannot be written: {error.strerror}."}) from error
    try:
        yield beside
        _keep(beside)
        os.link(beside, path)  # unlike a rename, a link never replaces what came meanwhile
    except FileExistsError as error:
        raise InvalidInputError({"": f"{path} is there already."}) from error
    finally:
        beside.unlink(missing_ok=True)


def _keep(file: Path) -> None:
    """Wait until the disk has the file."""
    with file.open("rb") as written:
        os.fsync(written.fileno())
