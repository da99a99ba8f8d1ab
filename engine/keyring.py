"""The keys of this installation: a file outside the database, readable by its owner alone.

A copy of the database without this file tells nobody's name. What is sealed names the key it was
sealed with, so that keys can be changed while everything stays readable.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import KeyLostError, SealBrokenError, UnavailableError

KEY_SIZE = 32
"""Bytes: AES-256."""
_NONCE = 12
_SIGNATURE = 12
"""Bytes of a signature behind the name of its key: nobody guesses one of 2**96."""
_NAME = 4
_FORMAT = 1
_OTHERS = 0o077
"""Any right of anybody but the owner."""


@dataclass(frozen=True)
class _Content:
    """What the file holds.

    Attributes:
        keys: By name, oldest first; the last seals, all unseal.
        index: For blind indexes; it stays when keys are changed, since it is in every index.
    """

    keys: dict[bytes, bytes]
    index: bytes

    @cached_property
    def ciphers(self) -> dict[bytes, AESGCM]:
        """The keys, ready for use."""
        return {name: AESGCM(key) for name, key in self.keys.items()}


class Keyring:
    """Seals what only this installation may read, and names what it must find without reading."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is read when it is needed first.

        Args:
            path: Of the key file.
        """
        self.path = path
        self._lock = threading.Lock()
        self._known: _Content | None = None
        self._written_at = 0

    def exists(self) -> bool:
        """Tell whether there is a key file."""
        return self.path.exists()

    def make(self) -> None:
        """Make the key file if there is none; of several programs that try, one does."""
        if not self.exists():
            fresh = _Content({secrets.token_bytes(_NAME): _new_key()}, _new_key())
            _write(self.path, fresh, replaces=False)

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """Return data that only this keyring can read, and only for the same purpose.

        Args:
            purpose: What it is and where it stands, such as ``subject:42:key``; it is
                authenticated, so that sealed data cannot be moved somewhere else.
            plain: The data.
        """
        if self._known is None:
            self.make()
        content = self._latest()
        name = next(reversed(content.keys))
        nonce = os.urandom(_NONCE)
        return name + nonce + content.ciphers[name].encrypt(nonce, plain, purpose.encode())

    def unseal(self, purpose: str, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            KeyLostError: The key it was sealed with is not in the file, or there is no file.
            SealBrokenError: It was altered, or sealed for another purpose.
        """
        cipher = self._cipher(sealed[:_NAME])
        nonce, rest = sealed[_NAME : _NAME + _NONCE], sealed[_NAME + _NONCE :]
        try:
            return cipher.decrypt(nonce, rest, purpose.encode())
        except InvalidTag as error:
            raise SealBrokenError(purpose) from error

    @property
    def newest(self) -> bytes:
        """Name of the newest key: what is sealed with it begins so."""
        return next(reversed(self._content().keys))

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether something is sealed with the newest key."""
        return sealed.startswith(self.newest)

    def blind(self, purpose: str, text: str) -> bytes:
        """Return 32 bytes by which a text is found and from which nobody can tell it.

        Args:
            purpose: Equal texts with different purposes have nothing in common.
            text: In one spelling for one meaning.
        """
        if self._known is None:
            self.make()
        body = f"{purpose}\0{text}".encode(errors="surrogatepass")
        return hmac.digest(self._content().index, body, hashlib.sha256)

    def sign(self, purpose: str, text: str) -> bytes:
        """Return 16 bytes that only this keyring can make: the name of its newest key, and more.

        Args:
            purpose: What the text is; a signature for one purpose is none for another.
            text: What is signed; it stays readable beside its signature.
        """
        if self._known is None:
            self.make()
        content = self._latest()
        name = next(reversed(content.keys))
        return name + _signature(content.keys[name], purpose, text)

    def is_signed(self, purpose: str, text: str, signature: bytes) -> bool:
        """Tell whether a signature was made here, by a key that is still in the file."""
        name, rest = signature[:_NAME], signature[_NAME:]
        try:
            self._cipher(name)
        except KeyLostError:
            return False
        expected = _signature(self._content().keys[name], purpose, text)
        return hmac.compare_digest(expected, rest)

    def forget(self) -> None:
        """Read the file again at the next use: another one may have been put in its place."""
        with self._lock:
            self._known = None

    def renew(self) -> None:
        """Add a new key; from now on it seals, and those before it still unseal."""
        with self._lock:
            content = _read(self.path)
            keys = content.keys | {secrets.token_bytes(_NAME): _new_key()}
            _write(self.path, _Content(keys, content.index), replaces=True)
            self._load()

    def forget_old(self) -> int:
        """Destroy every key but the newest, when nothing is sealed with them; return how many."""
        with self._lock:
            content = _read(self.path)
            name, key = next(reversed(content.keys.items()))
            _write(self.path, _Content({name: key}, content.index), replaces=True)
            self._load()
            return len(content.keys) - 1

    def _latest(self) -> _Content:
        """Return what the file holds now; another program may have changed it."""
        with self._lock:
            if self._known is None or _written_at(self.path) != self._written_at:
                return self._load()
            return self._known

    def _load(self) -> _Content:
        self._written_at = _written_at(self.path)
        self._known = _read(self.path)
        return self._known

    def _cipher(self, name: bytes) -> AESGCM:
        """Return a key by its name; another process may have added it.

        Raises:
            KeyLostError: The file has no such key.
        """
        if name not in self._content().ciphers:
            with self._lock:
                self._load()
        found = self._content().ciphers.get(name)
        if found is None:
            raise KeyLostError(str(self.path))
        return found

    def _content(self) -> _Content:
        if self._known is None:
            return self._latest()
        return self._known


def _signature(key: bytes, purpose: str, text: str) -> bytes:
    """Return a signature by a key that is made of the one in the file, which only seals."""
    signing = hmac.digest(key, b"redress: signing", hashlib.sha256)
    body = f"{purpose}\0{text}".encode(errors="surrogatepass")
    return hmac.digest(signing, body, hashlib.sha256)[:_SIGNATURE]


def _written_at(path: Path) -> int:
    """Return when a file was written, in nanoseconds; 0 for one that is not there."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _new_key() -> bytes:
    return secrets.token_bytes(KEY_SIZE)


def _read(path: Path) -> _Content:
    """Read a key file.

    Raises:
        KeyLostError: There is none.
        UnavailableError: Others may read it, or it is no key file.
    """
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise KeyLostError(str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UnavailableError(f"The key file {path} cannot be read.") from error
    if mode & _OTHERS:
        raise UnavailableError(
            f"The key file {path} can be read by others. Let its owner alone read it: chmod 600."
        )
    try:
        found = json.loads(text)
        keys = {bytes.fromhex(name): base64.b64decode(key) for name, key in found["keys"].items()}
        content = _Content(keys, base64.b64decode(found["index"]))
        is_good = found["format"] == _FORMAT and bool(content.ciphers)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnavailableError(f"The file {path} is no key file.") from error
    if not is_good:
        raise UnavailableError(f"The file {path} is no key file of this release.")
    return content


def _write(path: Path, content: _Content, *, replaces: bool) -> None:
    """Write a key file whole or not at all."""
    told = {
        "format": _FORMAT,
        "keys": {name.hex(): base64.b64encode(key).decode() for name, key in content.keys.items()},
        "index": base64.b64encode(content.index).decode(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as out:
        json.dump(told, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    try:
        if replaces:
            beside.replace(path)
        else:
            # Whoever is first wins; a link, unlike a rename, replaces nothing.
            with suppress(FileExistsError):
                os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
