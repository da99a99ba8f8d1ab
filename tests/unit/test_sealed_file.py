"""Sealed files are read by their key as they were written, or not at all."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import sealed_file
from engine.errors import SealBrokenError
from engine.sealed_file import PIECE, SealedWriter, new_key, sealed_size, unsealed

KEY = new_key()
SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE]
_MARK = len(b"redress-file-1\n")
_SEALED_PIECE = PIECE + 16


def _sealed(*pieces, key=KEY):
    out = io.BytesIO()
    writer = SealedWriter(out, key)
    for piece in pieces:
        writer.write(piece)
    writer.close()
    return out.getvalue()


def _opened(data, key=KEY):
    return b"".join(unsealed(io.BytesIO(data), key))


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_comes_back(size):
    content = bytes(n % 251 for n in range(size))

    sealed = _sealed(content)

    assert _opened(sealed) == content
    assert len(sealed) == sealed_size(size)


@given(st.lists(st.binary(max_size=3 * PIECE // 2), max_size=4))
def test_it_does_not_matter_in_which_pieces_it_came(pieces):
    assert _opened(_sealed(*pieces)) == b"".join(pieces)


def _altered(sealed):
    """Yield what somebody could make of a sealed file of four pieces without its key."""
    for place in (0, _MARK, _MARK + 100, len(sealed) // 2, len(sealed) - 1):
        yield sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    for size in (0, 5, _MARK, _MARK + 20, _MARK + _SEALED_PIECE, len(sealed) - 1):
        yield sealed[:size]
    cut = [sealed[_MARK + n * _SEALED_PIECE :][:_SEALED_PIECE] for n in range(4)]
    for order in ([1, 0, 2, 3], [0, 2, 3], [0, 0, 1, 2, 3], [0, 1, 2], [0, 1, 2, 3, 3]):
        yield sealed[:_MARK] + b"".join(cut[n] for n in order)
    yield sealed + b"x"


def _unnoticed(sealed):
    """Return how many changes of a file nobody notices."""
    count = 0
    for altered in _altered(sealed):
        try:
            _opened(altered)
            count += 1
        except SealBrokenError:
            continue
    return count


def test_no_change_of_a_sealed_file_goes_unnoticed():
    assert _unnoticed(_sealed(b"x" * (4 * PIECE))) == 0


def test_a_file_whose_end_is_not_marked_is_noticed_to_be_cut_off(monkeypatch):
    """Plant the bug: the last piece is sealed like any other."""
    monkeypatch.setattr(sealed_file, "_nonce", lambda number, **_: number.to_bytes(12, "big"))

    assert _unnoticed(_sealed(b"x" * (4 * PIECE))) > 0


def test_the_key_of_another_file_opens_nothing():
    with pytest.raises(SealBrokenError):
        _opened(_sealed(b"content"), key=new_key())


def test_nothing_of_the_content_stands_in_the_file():
    assert b"canary" not in _sealed(b"canary" * 1000)
