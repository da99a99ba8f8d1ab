"""Test mode: mails are written to a folder, as they would leave, and nobody gets them."""

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self


class MailFolder:
    """Takes mails as a mail server does, and keeps each as a file ``….eml``.

    A mail that is handed over twice is the same file, since it is named by its Message-ID.

    Args:
        folder: Made where it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        """Make the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the folder as it is."""

    def sendmail(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes,
        mail_options: Sequence[str] = (),
    ) -> object:
        """Write a mail, whole or not at all."""
        del sender, recipients, mail_options  # they stand in the mail
        path = self._folder / _name(content)
        draft = path.with_suffix(".part")
        draft.write_bytes(content)
        os.replace(draft, path)  # noqa: PTH105 - whole or not at all
        return {}

    def noop(self) -> tuple[int, bytes]:
        """Tell that the folder is there."""
        return (250, b"") if self._folder.is_dir() else (421, b"")


def _name(content: bytes) -> str:
    """Return a name that is the same for the same Message-ID, and no path."""
    found = re.search(rb"^Message-ID:\s*<([\w.+@-]{1,150})>", content, re.MULTILINE)
    kept = found[1].decode() if found else hashlib.sha256(content).hexdigest()
    return f"{kept.replace('..', '_').lstrip('.')}.eml"
