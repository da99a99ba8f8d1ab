"""Merkle trees: one hash stands for many things, and a short path proves that one is among them.

Source: RFC 6962, section 2.1.
"""

import hashlib
from collections.abc import Sequence

_sha256 = hashlib.sha256
EMPTY = _sha256(b"").digest()
"""Root of a tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of one thing; a first byte keeps it apart from the hash of two others."""
    return _sha256(b"\x00" + content).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over hashes of leaves, in their order.

    Neighbours are joined level by level and an odd one waits for a later level; that gives the
    tree of the standard, which splits at the largest power of two.
    """
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        level = _joined(level)
    return level[0]


def path_to(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that, with one leaf, give the root: nearest first.

    Args:
        leaves: Hashes of all leaves.
        index: Of the leaf, from 0.

    Raises:
        IndexError: There is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path, level = [], list(leaves)
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        level, index = _joined(level), index // 2
    return path


def root_by(leaf: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root to which a path leads from a leaf; None for a path of the wrong length.

    Args:
        leaf: Its hash.
        index: Of the leaf, from 0.
        size: How many leaves there are.
        path: As ``path_to`` returned it.
    """
    if not 0 <= index < size:
        return None
    rest, found, last = list(path), leaf, size - 1
    while last:
        if index % 2 or index < last:
            if not rest:
                return None
            beside = rest.pop(0)
            found = _joined([beside, found] if index % 2 else [found, beside])[0]
        index, last = index // 2, last // 2
    return None if rest else found


def _joined(level: list[bytes]) -> list[bytes]:
    above = [
        _sha256(b"\x01" + level[place] + level[place + 1]).digest()
        for place in range(0, len(level) - 1, 2)
    ]
    return above + level[-1:] if len(level) % 2 else above
