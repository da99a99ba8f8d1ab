"""Where mails are fetched: a mailbox by IMAP, or a folder of files.

A mail is marked as done only after the platform has kept it. Whoever is killed in between finds it
again, and the platform knows it then: it is neither lost nor kept twice.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from engine.domain.incoming import LARGEST_MAIL
from engine.errors import InvalidInputError, UnavailableError

_PATIENCE = 20
"""Seconds to wait for the mail server."""
_PORT, _SECURE_PORT = 143, 993
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_UIDS = re.compile(rb"\d{1,10}")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]{10,40})"')
_DONE = "done"


@dataclass(frozen=True, slots=True)
class Found:
    """A mail at its source.

    Attributes:
        name: By which the source knows it.
        raw: As it lies there; of one that is too large, no more than shows it.
        arrived_at: When it came there; None where the source does not tell.
    """

    name: str
    raw: bytes
    arrived_at: datetime | None


class Source(Protocol):
    """Where mails lie."""

    def waiting(self) -> tuple[str, ...]:
        """Return the names of mails that were not done, the oldest first."""

    def read(self, name: str) -> Found | None:
        """Return a mail; None where it is not there any more."""

    def done(self, name: str) -> None:
        """Mark a mail, so that it does not wait any more."""


class FolderSource:
    """Files that end in ``.eml``; those that are done are moved into the folder ``done``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waiting(self) -> tuple[str, ...]:
        """Return the names of the files; links and folders are left alone."""
        found = (each for each in self._folder.iterdir() if each.suffix.lower() == ".eml")
        files = (each for each in found if each.is_file() and not each.is_symlink())
        return tuple(sorted(each.name for each in files))

    def read(self, name: str) -> Found | None:
        """Return a file; None where somebody else has moved it."""
        path = self._folder / name
        try:
            with path.open("rb") as file:
                raw = file.read(LARGEST_MAIL + 1)
            arrived_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None
        return Found(name, raw, arrived_at)

    def done(self, name: str) -> None:
        """Move a file; one of the same name that lies there stays beside it."""
        folder = self._folder / _DONE
        folder.mkdir(exist_ok=True)
        target, number = folder / name, 1
        while target.exists():
            number += 1
            target = folder / f"{Path(name).stem}-{number}.eml"
        with suppress(FileNotFoundError):
            (self._folder / name).rename(target)


class ImapSource:
    """A mailbox; mails that are done are marked as seen."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    def waiting(self) -> tuple[str, ...]:
        """Return the numbers of unseen mails, the oldest first."""
        found = _answer(self._server.uid("SEARCH", "UNSEEN"))
        numbers = [int(each) for line in found for each in _UIDS.findall(line)]
        return tuple(str(number) for number in sorted(numbers))

    def read(self, name: str) -> Found | None:
        """Return a mail without marking it; None where somebody has removed it."""
        wanted = f"(INTERNALDATE BODY.PEEK[]<0.{LARGEST_MAIL + 1}>)"
        _, answered = self._server.uid("FETCH", name, wanted)
        told, raw = b"", None
        for part in answered or ():
            head = part[0] if isinstance(part, tuple) else part
            told += head or b""
            if isinstance(part, tuple):
                raw = bytes(part[1])
        return None if raw is None else Found(name, raw, _arrival(told))

    def done(self, name: str) -> None:
        """Mark a mail as seen."""
        _answer(self._server.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)"))


@contextmanager
def opened(url: str) -> Iterator[Source]:
    """Open the source at an address until the block ends.

    Args:
        url: ``imaps://user:password@host[:port][/mailbox]``, ``imap://…`` for encryption that
            begins later, or ``file:///folder``.

    Raises:
        InvalidInputError: The address cannot be read, or would send the password in plain.
        UnavailableError: Nobody answers there, or refuses us.
    """
    parts = _parts(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        if not folder.is_dir():
            raise UnavailableError(f"There is no folder {folder}.")
        yield FolderSource(folder)
        return
    try:
        server = _server(parts)
    except (OSError, imaplib.IMAP4.error) as error:
        raise UnavailableError(_said(error)) from error
    try:
        yield ImapSource(server)
    except (OSError, imaplib.IMAP4.error) as error:
        raise UnavailableError(_said(error)) from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _said(error: Exception) -> str:
    return f"The mailbox does not answer ({type(error).__name__})."


def _parts(url: str) -> SplitResult:
    """Read an address.

    Raises:
        InvalidInputError: It is none.
    """
    problem = InvalidInputError(
        {"REDRESS_MAIL_IN_URL": "must look like imaps://name:password@host or file:///folder."}
    )
    try:
        parts = urlsplit(url)
        is_mailbox = parts.scheme in {"imap", "imaps"} and bool(parts.hostname and parts.username)
        is_good = (is_mailbox and parts.port != 0) or (parts.scheme == "file" and bool(parts.path))
    except ValueError as error:
        raise problem from error
    if not is_good:
        raise problem
    return parts


def _server(parts: SplitResult) -> imaplib.IMAP4:
    """Sign in at a mail server and open the mailbox.

    Raises:
        InvalidInputError: The password would be sent in plain.
        UnavailableError: It has no such mailbox.
    """
    host, secure = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "imaps":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, parts.port or _SECURE_PORT, ssl_context=secure, timeout=_PATIENCE
        )
    else:
        server = imaplib.IMAP4(host, parts.port or _PORT, timeout=_PATIENCE)
        if "STARTTLS" in server.capabilities:
            server.starttls(ssl_context=secure)
        elif host not in _LOOPBACK:
            server.shutdown()
            raise InvalidInputError(
                {"REDRESS_MAIL_IN_URL": f"{host} offers no encryption: the password stays here."}
            )
    server.login(unquote(parts.username or ""), unquote(parts.password or ""))
    mailbox = unquote(parts.path.strip("/")) or "INBOX"
    _answer(server.select(f'"{mailbox}"'))
    return server


def _answer(answered: tuple[str, list[bytes | None] | list[bytes]]) -> list[bytes]:
    """Return what a server answered.

    Raises:
        UnavailableError: It refused.
    """
    state, lines = answered
    if state != "OK":
        raise UnavailableError("The mailbox refuses what was asked of it.")
    return [line for line in lines if line]


def _arrival(told: bytes) -> datetime | None:
    found = _ARRIVED.search(told)
    if found is None:
        return None
    # 17-Jul-1996 02:44:25 -0700: the hyphens are all that differs from the date of a mail.
    text = found[1].decode("ascii", errors="replace").strip().replace("-", " ", 2)
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError):
        return None
