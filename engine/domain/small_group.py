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


PEOPLE = 3
"""So many others stand behind what is told of a team."""
_LARGEST = 0.8
"""No single one of them may have more than this share of what they have."""


def is_of_single(others: Mapping[str, int], few: int) -> bool:
    """Tell whether a figure of a team, beside one's own, would tell of a single other person.

    Of two others each could work out the other's; where one has nearly everything, the figure is
    theirs.

    Args:
        others: How much of each other person stands behind the figure.
        few: From so much on, of all others together, it is told.

    >>> is_of_single({"ivo": 8, "jo": 8, "kim": 8}, 10)
    False
    >>> is_of_single({"ivo": 12, "jo": 12}, 10), is_of_single({"ivo": 98, "jo": 1, "kim": 1}, 10)
    (True, True)

    Source: ISO 10002:2018, 4.7.
    """
    behind = [number for number in others.values() if number]
    whole = sum(behind)
    return len(behind) < PEOPLE or whole < few or max(behind) > _LARGEST * whole
