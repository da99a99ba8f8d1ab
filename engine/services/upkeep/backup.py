"""Backups: everything that is stored, in one file that can be checked and restored anywhere.

A backup is a ZIP archive of tables, one row a line, the sealed files of documents, and a manifest
with the hash of each table. It is made while people work and holds one moment. The keys that
personal data are sealed with are never in it; see ``engine.services.upkeep.keeping``.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.backup import Column, Manifest, Table
from engine.errors import BackupError, InvalidInputError
from engine.services.audit import auditing
from engine.services.bulk.new_file import new_file
from engine.services.journal.jotting import jot_organisation
from engine.services.upkeep import backup_files, keeping
from engine.store import archive
from engine.store.archive import Row, Snapshot
from engine.store.database import revisions
from engine.store.transaction import Transaction

_OVER = {"session": "ended_at", "one_time_link": "used_at"}
"""What lets somebody in and may have ended since the backup: table, and column that ends it."""

_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 1 << 20
_DAMAGE = (
    *(KeyError, ValueError, TypeError, OSError, EOFError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What reading a damaged archive ends with."""
_LONGEST_LINE = 1 << 26
"""Bytes of one row; a diagram may have a million."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made or checked.

    Attributes:
        sha256: Of the whole file, hex; kept elsewhere, it tells later that nothing was altered.
    """

    path: Path
    sha256: str
    manifest: Manifest

    @property
    def rows(self) -> int:
        """Return how many rows it holds."""
        return sum(table.rows for table in self.manifest.tables)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Attributes:
        held: Mails that had not left when the backup was made, and may have since; they wait
            until somebody releases them.
    """

    backup: Backup
    held: int


def make(platform: Platform, *, actor: Actor = SYSTEM, path: Path) -> Backup:
    """Write everything that is stored into a new file that only its owner may read.

    Raises:
        NotAllowedError: The actor may not administer.
        InvalidInputError: The file is there already, or cannot be written.
        UnavailableError: The database does not answer.
    """
    actor.require(Deed.ADMINISTER)
    with new_file(path) as beside:
        manifest = _write(platform, beside)
        made = Backup(path, _hash_of(beside), manifest)

    def work(tx: Transaction) -> None:
        told = {"sha256": made.sha256, "cases": manifest.cases, "events": manifest.events}
        told |= {"files": manifest.files, "lost": manifest.lost}
        jot_organisation(platform, tx, actor=actor, kind="backup.made", **told)

    platform.database.write(work)
    return made


def check(path: Path) -> Backup:
    """Read a backup from end to end and say what it holds; nothing is changed.

    Raises:
        BackupError: It is damaged, or no backup.
        InvalidInputError: The file cannot be read.
    """
    with _opened(path) as (file, manifest):
        files = 0
        for table in manifest.tables:
            of_files = table.name == backup_files.TABLE
            files += sum(
                of_files and backup_files.is_there(file, row) for row in _rows(file, table)
            )
        if files != manifest.files:
            raise BackupError("The backup is damaged: it lacks files that it should hold.")
        return Backup(path, _hash_of(path), manifest)


def restore(
    platform: Platform,
    *,
    actor: Actor = SYSTEM,
    path: Path,
    keys: Path | None = None,
    passphrase: str = "",
) -> Restored:
    """Put a backup into an empty database, bring it up to this release, and verify the journal.

    Nobody stays signed in, and no mail leaves by itself that may have left since the backup.

    Args:
        platform: Its database is empty.
        actor: Whoever restores.
        path: The backup.
        keys: The keys that belong to it, or later ones; without them nobody can read names.
        passphrase: Of the keys.

    Raises:
        NotAllowedError: The actor may not administer.
        BackupError: It is damaged, of a later release, or the database holds something already.
        InvalidInputError: The file cannot be read.
        UnavailableError: The database does not answer.
    """
    actor.require(Deed.ADMINISTER)
    backup = check(path)
    manifest, database = backup.manifest, platform.database
    if not archive.is_empty(database):
        raise BackupError("The database holds something already; a backup needs an empty one.")
    if keys:
        keeping.put_in_place(platform, path=keys, passphrase=passphrase)
    _prepare(platform, manifest)
    held: list[str] = []
    settle = partial(_settled, held=held, now=platform.now())
    columns = {table.name: table.columns for table in manifest.tables}
    tables = {table.name: table for table in manifest.tables}
    with _opened(path) as (file, _):
        if backup_files.TABLE in tables:
            for row in _rows(file, tables[backup_files.TABLE]):
                backup_files.put_back(platform, file=file, row=row)
        try:
            archive.fill(
                database,
                columns,
                lambda name: (settle(name, row) for row in _rows(file, tables[name])),
            )
        except LookupError as error:
            raise BackupError(f"The backup cannot be restored: {error}.") from error
    database.migrate()
    if keys:
        keeping.bring_back(platform, actor=actor, path=keys, passphrase=passphrase)
    _finish(platform, backup, actor, held)
    _verify(platform, manifest)
    return Restored(backup, len(held))


def _prepare(platform: Platform, manifest: Manifest) -> None:
    """Make the schema that the backup was made of.

    Raises:
        BackupError: This release does not know it, or the database is past it.
    """
    present = platform.database.revision()
    if present == manifest.revision:
        return
    if present:
        raise BackupError(
            "The database was set up by another release than the backup was made by; restore it "
            "into one that was never set up."
        )
    if manifest.revision not in revisions():
        raise BackupError(
            f"The backup was made by a later release, {manifest.release}; restore it with that."
        )
    platform.database.migrate(to=manifest.revision)


def _settled(name: str, row: Row, *, held: list[str], now: datetime) -> Row:
    """Return a row as it may be in a database that went back in time."""
    if name == "outbox" and row["next_try_at"] is not None:
        held.append(row["message_id"])
        return row | {"next_try_at": None} | ({"held_at": now} if "held_at" in row else {})
    over = _OVER.get(name, "")
    return row | {over: now} if over in row and row[over] is None else row


def _finish(platform: Platform, backup: Backup, actor: Actor, held: list[str]) -> None:
    def work(tx: Transaction) -> None:
        tx.outbox.hold(held, platform.now())
        jot_organisation(
            platform,
            tx,
            actor=actor,
            kind="backup.restored",
            sha256=backup.sha256,
            made_at=backup.manifest.made_at.isoformat(),
            held=len(held),
        )

    platform.database.write(work)


def _verify(platform: Platform, manifest: Manifest) -> None:
    """Refuse a database whose journal does not hold.

    Raises:
        BackupError: It does not; the backup was altered, or the journal before it.
    """
    told = auditing.verify_journal(platform, actor=SYSTEM)
    # The file of checkpoints knows what came after the backup: whoever is responsible accepts it.
    if broken := [found for found in told.broken if found[0] != "(file)"]:
        reference, problem = broken[0]
        raise BackupError(
            f"The backup is restored, but its journal does not hold: {reference}: {problem}."
        )
    if told.cases != manifest.cases or told.events < manifest.events:
        raise BackupError("The backup is restored, but it holds not as many events as it says.")


def _write(platform: Platform, beside: Path) -> Manifest:
    with (
        archive.snapshot(platform.database) as moment,
        zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
    ):
        tables = tuple(
            _write_table(file, moment, name, columns) for name, columns in moment.columns().items()
        )
        files, lost = backup_files.write_files(platform.depot, file, moment.files())
        cases, events, heads = moment.ends()
        manifest = Manifest(
            release=version("redress"),
            made_at=platform.now(),
            revision=moment.revision,
            tables=tables,
            cases=cases,
            events=events,
            files=files,
            lost=lost,
            heads=heads,
        )
        file.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def _write_table(
    file: zipfile.ZipFile, moment: Snapshot, name: str, columns: tuple[Column, ...]
) -> Table:
    rows, digest = 0, hashlib.sha256()
    empty = Table(name=name, columns=columns, rows=0, sha256=digest.hexdigest())
    with file.open(empty.file, "w", force_zip64=True) as out:
        for line in moment.lines(name, columns):
            out.write(line)
            digest.update(line)
            rows += 1
    return empty.model_copy(update={"rows": rows, "sha256": digest.hexdigest()})


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup and read what it says of itself.

    Raises:
        BackupError: It is damaged, or no backup.
        InvalidInputError: The file cannot be read.
    """
    try:
        stored = path.open("rb")
    except OSError as error:
        raise InvalidInputError({"": f"{path} cannot be read: {error.strerror}."}) from error
    # Closed here by itself, for an archive stays open while something in it is still being read.
    with stored:
        try:
            file = zipfile.ZipFile(stored)
            with file.open(_MANIFEST) as told:
                manifest = Manifest.model_validate_json(told.read(_LARGEST_MANIFEST))
        except (*_DAMAGE, ValidationError) as error:
            raise BackupError(f"{path} is no backup that this release can read.") from error
        yield file, manifest


def _rows(file: zipfile.ZipFile, table: Table) -> Iterator[Row]:
    """Yield the rows of a table.

    Raises:
        BackupError: They are not those of which the manifest speaks.
    """
    damaged = BackupError(f"The backup is damaged: its table {table.name} is not what it was.")
    rows, digest = 0, hashlib.sha256()
    try:
        with file.open(table.file) as lines:
            for line in _lines(lines):
                digest.update(line)
                rows += 1
                yield archive.read_line(line, table.columns)
    except _DAMAGE as error:
        raise damaged from error
    if (rows, digest.hexdigest()) != (table.rows, table.sha256):
        raise damaged


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield line by line, none of them longer than memory allows.

    Raises:
        ValueError: One is.
    """
    while line := file.readline(_LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise ValueError("a row does not end")
        yield line


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
