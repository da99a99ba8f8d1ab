"""Files that only their key reads: written and read in pieces, so that none is held in memory.

Each file has a key of its own, used for nothing else. Its content is cut into pieces of 64 KB, each
sealed with AES-256-GCM under its number and whether it is the last one: pieces that are left out,
moved, repeated or cut off at the end are found.
"""

import secrets
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import SealBrokenError

KEY_SIZE = 32
"""Bytes: AES-256."""
PIECE = 64 * 2**10
"""Bytes of plain content in each piece but the last."""
_MARK = b"redress-file-1\n"
_TAG = 16


def new_key() -> bytes:
    """Return a key for one file."""
    return secrets.token_bytes(KEY_SIZE)


def sealed_size(size: int) -> int:
    """Return the bytes of a sealed file whose content has ``size`` bytes."""
    pieces = max(1, -(-size // PIECE))
    return len(_MARK) + size + pieces * _TAG


class SealedWriter:
    """Writes one file; whole only once it was closed."""

    def __init__(self, out: IO[bytes], key: bytes) -> None:
        """Begin a file.

        Args:
            out: Where the sealed bytes go; stays open.
            key: Of this file and no other.
        """
        self._out = out
        self._cipher = AESGCM(key)
        self._left = bytearray()
        self._number = 0
        out.write(_MARK)

    def write(self, data: bytes) -> None:
        """Add to the content."""
        self._left += data
        # The last piece is written at the end, since only then is it known to be the last.
        while len(self._left) > PIECE:
            self._seal(bytes(self._left[:PIECE]), is_last=False)
            del self._left[:PIECE]

    def close(self) -> None:
        """Write what is left."""
        self._seal(bytes(self._left), is_last=True)
        self._left.clear()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._out.write(self._cipher.encrypt(nonce, piece, _MARK))
        self._number += 1


def unsealed(file: IO[bytes], key: bytes) -> Iterator[bytes]:
    """Yield the content of a sealed file, piece by piece.

    Raises:
        SealBrokenError: The file was altered or cut off, or the key is another file's.
    """
    if file.read(len(_MARK)) != _MARK:
        raise SealBrokenError("a file")
    cipher, number = AESGCM(key), 0
    sealed = _read(file)
    while True:
        following = _read(file)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), sealed, _MARK)
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("a file") from error
        if not following:
            return
        sealed, number = following, number + 1


def _read(file: IO[bytes]) -> bytes:
    """Return the next sealed piece; a store may hand out less than was asked for."""
    found = bytearray()
    while len(found) < PIECE + _TAG:
        more = file.read(PIECE + _TAG - len(found))
        if not more:
            break
        found += more
    return bytes(found)


def _nonce(number: int, *, is_last: bool) -> bytes:
    # A key seals one file, so a number is as good as a random value, and tells the order.
    return number.to_bytes(11, "big") + bytes([is_last])
