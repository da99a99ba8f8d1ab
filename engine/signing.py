"""The key that signs checkpoints of the journal: a file outside the database, for its owner alone.

Whoever can change the database, and not this file, cannot sign what they made of it.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.errors import KeyLostError, UnavailableError

Verify = Callable[[str, bytes, str], bool]
"""Tells whether a signature is good: public key in hex, what was signed, signature in hex."""

_OTHERS = 0o077
"""Any right of anybody but the owner."""
_PEM = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
_RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)


class SigningKey:
    """An Ed25519 key in a file."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is read each time, since another process may renew it.

        Args:
            path: Of the key file.
        """
        self.path = path

    def exists(self) -> bool:
        """Tell whether there is a key file."""
        return self.path.exists()

    def make(self) -> None:
        """Make the key file if there is none; of several programs that try, one does."""
        if not self.exists():
            _write(self.path, Ed25519PrivateKey.generate(), replaces=False)

    @property
    def public(self) -> str:
        """The public key, 64 hex digits: what everybody may know.

        Raises:
            KeyLostError: There is no key file.
            UnavailableError: Others may read it, or it holds no such key.
        """
        return _public(_read(self.path))

    def sign(self, content: bytes) -> str:
        """Return a signature, 128 hex digits.

        Raises:
            KeyLostError: There is no key file.
            UnavailableError: Others may read it, or it holds no such key.
        """
        return _read(self.path).sign(content).hex()

    def prepare_next(self) -> str:
        """Lay a new key beside this one and return its public key; it is used once it is due."""
        fresh = Ed25519PrivateKey.generate()
        _write(self._beside, fresh, replaces=True)
        return _public(fresh)

    def become(self, public: str) -> None:
        """See to it that this is the key with a public key: the one at hand, or the one beside it.

        Raises:
            KeyLostError: It is neither.
            UnavailableError: A key file cannot be read.
        """
        if self.exists() and self.public == public:
            return
        if not self._beside.exists() or _public(_read(self._beside)) != public:
            raise KeyLostError(str(self.path))
        self._beside.replace(self.path)

    def knows(self, public: str) -> bool:
        """Tell whether a public key is that of the key at hand, or of the one beside it.

        Raises:
            UnavailableError: A key file cannot be read.
        """
        return any(
            _public(_read(path)) == public for path in (self.path, self._beside) if path.exists()
        )

    @property
    def _beside(self) -> Path:
        return self.path.with_name(f"{self.path.name}.next")


def is_signed(public: str, content: bytes, signature: str) -> bool:
    """Tell whether a signature is good, see ``Verify``; what is no key or signature is not."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(*_RAW).hex()


def _read(path: Path) -> Ed25519PrivateKey:
    """Read a key file.

    Raises:
        KeyLostError: There is none.
        UnavailableError: Others may read it, or it holds no such key.
    """
    try:
        mode, text = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError as error:
        raise KeyLostError(str(path)) from error
    except OSError as error:
        raise UnavailableError(f"The key file {path} cannot be read.") from error
    if mode & _OTHERS:
        raise UnavailableError(
            f"The key file {path} can be read by others. Let its owner alone read it: chmod 600."
        )
    with suppress(ValueError, TypeError):
        key = serialization.load_pem_private_key(text, password=None)
        if isinstance(key, Ed25519PrivateKey):
            return key
    raise UnavailableError(f"The file {path} holds no key that signs the journal.")


def _write(path: Path, key: Ed25519PrivateKey, *, replaces: bool) -> None:
    """Write a key file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(key.private_bytes(*_PEM))
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
