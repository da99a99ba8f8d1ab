"""Of which groups nothing but their number is told, so that nobody in them can be recognised."""

from collections.abc import Mapping


def too_small(sizes: Mapping[str, int], few: int) -> frozenset[str]:
    """Return the groups that are not told of: those of a few, and what would tell of them.

    Where the groups of a few have fewer together, the smallest of the others is not told either:
    nobody can take it away from the whole. A group of nobody takes no other along.

    Args:
        sizes: How many there are in each group.
        few: From so many on a group is told.

    >>> sorted(too_small({"a": 3, "b": 12, "c": 40}, 10))
    ['a', 'b']

    Source: ISO 10002:2018, 4.7.
    """
    found: set[str] = set()
    together = 0
    for group in sorted(sizes, key=lambda each: (sizes[each], each)):
        if sizes[group] < few or 0 < together < few:
            found.add(group)
            together += sizes[group]
    return frozenset(found)
