"""The keys in a file of their own, under a passphrase: kept apart from backups, and not as long.

A backup without keys tells nobody's name. A person who was erased is erased from every older backup
too, as soon as only the newest file of keys is left, because the key of that person is not in it.
"""

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict, ValidationError

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.errors import BackupError, InvalidInputError
from engine.services.bulk.new_file import new_file
from engine.services.journal.jotting import jot_organisation
from engine.store import archive
from engine.store.transaction import Transaction

SHORTEST = 12
"""Characters of a passphrase."""

_MAGIC = b"redress-keys-1\n"
_SALT, _NONCE = 16, 12
_LARGEST = 1 << 30
_KEYRING = "keyring"
_PLAIN_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}\.(key|pem|json)")


class _Content(BaseModel):
    """What the file holds; everything in base64.

    Attributes:
        files: Key files by name; the one of the keyring by a name of ours.
        rows: By table and key of the row, what was left out of the backup.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    made_at: datetime
    files: dict[str, str]
    rows: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Keys:
    """How many keys were written or brought back."""

    files: int
    rows: int


def keep(platform: Platform, *, actor: Actor = SYSTEM, path: Path, passphrase: str) -> Keys:
    """Write every key of this installation into a new file, under a passphrase.

    Raises:
        NotAllowedError: The actor may not administer.
        InvalidInputError: The passphrase is short, or the file is there already.
        UnavailableError: The database does not answer.
    """
    actor.require(Deed.ADMINISTER)
    if len(passphrase) < SHORTEST:
        raise InvalidInputError({"Passphrase": f"needs at least {SHORTEST} characters."})
    with archive.snapshot(platform.database) as moment:
        rows = {name: _spelled(found) for name, found in moment.apart().items()}
    files = {name: _base64(file.read_bytes()) for name, file in _key_files(platform).items()}
    content = _Content(made_at=platform.now(), files=files, rows=rows)
    with new_file(path) as beside:
        beside.write_bytes(_sealed(content.model_dump_json().encode(), passphrase))
    kept = Keys(len(files), sum(map(len, rows.values())))

    def work(tx: Transaction) -> None:
        told = {"files": kept.files, "rows": kept.rows}
        jot_organisation(platform, tx, actor=actor, kind="keys.kept", **told)

    platform.database.write(work)
    return kept


def bring_back(platform: Platform, *, actor: Actor = SYSTEM, path: Path, passphrase: str) -> Keys:
    """Put the keys of a file beside a backup that was restored.

    Key files that are there stay, if they are the same. A row whose key is not in the file stays
    without one: whom it tells of was erased since.

    Raises:
        NotAllowedError: The actor may not administer.
        BackupError: The passphrase is not the one, the file is damaged, or another key is there.
        InvalidInputError: The file cannot be read.
    """
    actor.require(Deed.ADMINISTER)
    content = _read(path, passphrase)
    files = _place_files(platform, content)
    rows = {
        name: {key: base64.b64decode(text) for key, text in found.items()}
        for name, found in content.rows.items()
    }

    def work(tx: Transaction) -> int:
        brought = tx.apart.bring_back(rows)
        told = {"files": files, "rows": brought}
        jot_organisation(platform, tx, actor=actor, kind="keys.brought-back", **told)
        return brought

    return Keys(files, platform.database.write(work))


def put_in_place(platform: Platform, *, path: Path, passphrase: str) -> int:
    """Put the key files of a file of keys where they belong, and return how many there are.

    A database that was sealed with them cannot be migrated before they are there.

    Raises:
        BackupError: The passphrase is not the one, the file is damaged, or another key is there.
        InvalidInputError: The file cannot be read.
    """
    return _place_files(platform, _read(path, passphrase))


def _place_files(platform: Platform, content: _Content) -> int:
    """Put the key files in place, all or none.

    Raises:
        BackupError: Another key is there.
    """
    files = {_place(platform, name): base64.b64decode(text) for name, text in content.files.items()}
    for file, key in files.items():
        if file.exists() and file.read_bytes() != key:
            raise BackupError(f"There is another key in {file}; move it away first.")
    for file, key in files.items():
        if not file.exists():
            with new_file(file) as beside:
                beside.write_bytes(key)
    platform.keyring.forget()
    return len(files)


def _key_files(platform: Platform) -> Mapping[str, Path]:
    """Return the key files that there are, by the name under which they are kept."""
    ring = platform.keyring.path
    others = [*platform.home.glob("*.key"), *platform.home.glob("*.pem")]
    found = {_KEYRING: ring} | {file.name: file for file in sorted(others) if file != ring}
    return {name: file for name, file in found.items() if file.is_file()}


def _place(platform: Platform, name: str) -> Path:
    """Return where a key file belongs.

    Raises:
        BackupError: Its name is no plain name.
    """
    if name == _KEYRING:
        return platform.keyring.path
    if not _PLAIN_NAME.fullmatch(name):
        raise BackupError("The file of keys is damaged: it names a file that holds no key.")
    return platform.home / name


def _spelled(rows: Mapping[str, bytes]) -> dict[str, str]:
    return {key: _base64(value) for key, value in rows.items()}


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _sealed(content: bytes, passphrase: str) -> bytes:
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    cipher = AESGCM(_key_of(passphrase, salt))
    return _MAGIC + salt + nonce + cipher.encrypt(nonce, content, _MAGIC)


def _read(path: Path, passphrase: str) -> _Content:
    """Return what a file of keys holds.

    Raises:
        BackupError: It is none, is damaged, or has another passphrase.
        InvalidInputError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            sealed = file.read(_LARGEST)
    except OSError as error:
        raise InvalidInputError({"": f"{path} cannot be read: {error.strerror}."}) from error
    if not sealed.startswith(_MAGIC):
        raise BackupError(f"{path} holds no keys.")
    rest = sealed.removeprefix(_MAGIC)
    salt, nonce, secret = rest[:_SALT], rest[_SALT : _SALT + _NONCE], rest[_SALT + _NONCE :]
    try:
        plain = AESGCM(_key_of(passphrase, salt)).decrypt(nonce, secret, _MAGIC)
        return _Content.model_validate_json(plain)
    except (InvalidTag, ValidationError, ValueError) as error:
        raise BackupError("The passphrase is not the one, or the file is damaged.") from error


def _key_of(passphrase: str, salt: bytes) -> bytes:
    """Return the key that a passphrase stands for; a guess costs about 0.1 s and 32 MB."""
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)
