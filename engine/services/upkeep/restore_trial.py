"""The latest backup restored for a trial: a backup that was never restored is a hope (8.2)."""

import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.errors import BackupError, InvalidInputError
from engine.services.journal.jotting import jot_organisation
from engine.services.upkeep import backup
from engine.services.upkeep.nightly_backup import backups_in
from engine.store.database import Database
from engine.store.transaction import Transaction

_HOUR = timedelta(hours=1)
_SPACE = 4
"""So many times its size a backup takes at most where it is restored: it lies there packed."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a trial.

    Attributes:
        restored: 1 where a backup was restored; 0 where the policy names no folder.
        rows: How many rows it held.
        events: Of the journals, each verified against the one before it.
        hours: Of what was recorded, so much would be lost: the age of the backup.
        seconds: How long it took to be back.
    """

    restored: int = 0
    rows: int = 0
    events: int = 0
    hours: int = 0
    seconds: int = 0


def try_restore(platform: Platform, *, actor: Actor = SYSTEM) -> Trial:
    """Restore the latest backup into a database of its own, verify its journal, and remove it.

    The database in use is only read for its keys; nothing in it changes, but that its journal
    keeps what came of the trial.

    Raises:
        NotAllowedError: The actor may not administer.
        InvalidInputError: The folder is not there, or its disk is too full for a trial.
        BackupError: There is no backup, or it cannot be restored.
        UnavailableError: The database does not answer.
    """
    actor.require(Deed.ADMINISTER)
    if not platform.policy.backup.folder:
        return Trial()
    found = backups_in(platform)
    if not found:
        raise BackupError("There is no backup that could be restored.")
    begun = time.monotonic()
    done = _restored(platform, actor, found[-1])
    manifest = done.manifest
    age = platform.now() - manifest.made_at
    seconds = max(1, round(time.monotonic() - begun))
    trial = Trial(1, done.rows, manifest.events, age // _HOUR, seconds)

    def keep(tx: Transaction) -> None:
        told = {"sha256": done.sha256, "cases": manifest.cases, "events": manifest.events}
        told |= {"hours": trial.hours, "seconds": trial.seconds}
        jot_organisation(platform, tx, actor=actor, kind="backup.tried", **told)

    platform.database.write(keep)
    return trial


def _restored(platform: Platform, actor: Actor, path: Path) -> backup.Backup:
    """Restore a backup where nobody works, and leave nothing of it."""
    with tempfile.TemporaryDirectory(prefix="restore-trial-", dir=platform.home) as folder:
        home = Path(folder)
        _check_space(path, home)
        database = Database(f"sqlite:///{home / 'redress.db'}", platform.database.keyring)
        there = replace(platform, home=home, database=database, files_url="")
        try:
            return backup.restore(there, actor=actor, path=path).backup
        finally:
            database.close()


def _check_space(path: Path, home: Path) -> None:
    """Refuse a trial that could fill the disk on which people work.

    Raises:
        InvalidInputError: It could.
    """
    free, wanted = shutil.disk_usage(home).free, _SPACE * path.stat().st_size
    if free < wanted:
        told = f"{home.parent} has {free >> 20:,} MB left, and a trial may take {wanted >> 20:,}."
        raise InvalidInputError({"Space": told})
