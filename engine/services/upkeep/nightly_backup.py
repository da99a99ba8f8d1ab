"""A backup each night into a folder that the policy names, read again, and the oldest removed."""

import re
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.errors import InvalidInputError
from engine.services.upkeep import backup

_OURS = re.compile(r"redress-\d{4}-\d{2}-\d{2}\.zip")
"""What the job itself has made; nothing else in the folder is ever removed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one run did.

    Attributes:
        made: 1 where a backup was made; 0 where there is one of this day, or no folder is named.
        rows: How many rows were read again in it.
        removed: Older backups that were removed.
    """

    made: int = 0
    rows: int = 0
    removed: int = 0


def back_up(platform: Platform, *, actor: Actor = SYSTEM) -> Kept:
    """Make the backup of this day, unless there is one, and remove those that are too old.

    Raises:
        NotAllowedError: The actor may not administer.
        InvalidInputError: The folder is not there, or the file cannot be written.
        BackupError: What was written cannot be read again.
        UnavailableError: The database does not answer.
    """
    actor.require(Deed.ADMINISTER)
    policy = platform.policy.backup
    if not policy.folder:
        return Kept()
    folder = _folder(platform)
    today = platform.now().astimezone(ZoneInfo(platform.policy.calendar.zone)).date()
    path = folder / f"redress-{today:%Y-%m-%d}.zip"
    made = rows = 0
    if not path.exists():
        backup.make(platform, actor=actor, path=path)
        made, rows = 1, backup.check(path).rows
    return Kept(made, rows, _remove_old(platform, keep=policy.keep))


def backups_in(platform: Platform) -> list[Path]:
    """Return the backups that the job has made, the latest last.

    Raises:
        InvalidInputError: The folder is not there.
    """
    return sorted(path for path in _folder(platform).iterdir() if _OURS.fullmatch(path.name))


def _folder(platform: Platform) -> Path:
    """Return the folder for backups.

    Raises:
        InvalidInputError: It is not there. Made by us, it would hide that its disk is gone.
    """
    folder = platform.home / platform.policy.backup.folder
    if not folder.is_dir():
        raise InvalidInputError({"Folder for backups": f"{folder} is not there."})
    return folder


def _remove_old(platform: Platform, *, keep: int) -> int:
    """Remove all but the latest backups that the job has made; return how many."""
    old = backups_in(platform)[:-keep]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
