"""Merkle trees as RFC 6962 has them, compared with its own recursive definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.merkle import EMPTY, leaf_hash, path_to, root_by, root_of

contents = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def _by_definition(things):
    """RFC 6962, 2.1: split at the largest power of two smaller than the size."""
    if not things:
        return hashlib.sha256(b"").digest()
    if len(things) == 1:
        return hashlib.sha256(b"\x00" + things[0]).digest()
    split = 1
    while split * 2 < len(things):
        split *= 2
    left, right = _by_definition(things[:split]), _by_definition(things[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(contents)
def test_the_root_is_the_one_of_the_standard(things):
    assert root_of([leaf_hash(thing) for thing in things]) == _by_definition(things)


def test_nothing_at_all_has_the_root_of_the_standard():
    assert root_of([]) == EMPTY == _by_definition([])


def test_the_known_example_of_certificate_transparency_holds():
    things = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]

    root = root_of([leaf_hash(thing) for thing in things])

    assert root.hex() == "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"


@given(contents, st.data())
def test_a_path_leads_from_every_leaf_to_the_root(things, data):
    leaves = [leaf_hash(thing) for thing in things]
    index = data.draw(st.integers(0, len(leaves) - 1))

    path = path_to(leaves, index)

    found = root_by(leaves[index], index=index, size=len(leaves), path=path)
    assert found == root_of(leaves)
    assert len(path) <= (len(leaves) - 1).bit_length()


@given(contents, st.data())
def test_no_other_leaf_place_or_path_leads_to_the_root(things, data):
    leaves = [leaf_hash(thing) for thing in things]
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = path_to(leaves, index), root_of(leaves)
    known = {"index": index, "size": len(leaves), "path": path}

    wrong = [
        root_by(leaf_hash(b"another"), **known),
        root_by(leaves[index], **known | {"path": [*path, b"x" * 32]}),
        root_by(leaves[index], **known | {"path": path[:-1]}) if path else None,
        root_by(leaves[index], **known | {"index": len(leaves)}),
    ]
    for place in range(len(path)):
        bent = [*path[:place], b"x" * 32, *path[place + 1 :]]
        wrong.append(root_by(leaves[index], **known | {"path": bent}))

    assert root not in wrong


def test_a_leaf_that_is_not_there_has_no_path():
    with pytest.raises(IndexError):
        path_to([b"x"], 1)
