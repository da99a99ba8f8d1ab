"""The arithmetic of tallies: counts kept by day, by which a figure reads no single fact.

Days are those of UTC, numbered from 1970, so that no time zone is built into what is kept. Beside
the count of each day stand those of 4, 16 and 64 days together, so that a long period is made
of few counts. What a period has beyond whole days is counted from the facts themselves: every
figure is exact, in any zone.

Durations are counted in classes, eight for each doubling. A percentile is found by its rank: the
counts tell its class and its place there, and the fact at that place is the answer.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
WIDTHS = (1, 4, 16, 64)
"""Days that are counted together, by level."""
LEVELS = len(WIDTHS)
_PARTS = 8
"""Classes of durations from one power of two to the next."""


class Units(NamedTuple):
    """Counts to add up: those of one level from one number to another, which is left out."""

    level: int
    first: int
    end: int


class Cover(NamedTuple):
    """What a period is made of.

    Attributes:
        days: The whole days in it, from the number of the first to that of the one behind them.
        units: Their counts; for each level two stretches, which may be empty.
        edges: What is left at its beginning and at its end; may be empty.
    """

    days: tuple[int, int]
    units: tuple[Units, ...]
    edges: tuple[tuple[datetime, datetime], tuple[datetime, datetime]]


def day_of(at: datetime) -> int:
    """Return the number of the day (UTC) in which a moment lies."""
    return (at - _EPOCH) // _DAY


def begin_of(day: int) -> datetime:
    """Return the first moment (UTC) of a day."""
    return _EPOCH + day * _DAY


def cover(begin: datetime, end: datetime) -> Cover:
    """Return what a period is made of; it is empty where it ends before it begins."""
    end = max(begin, end)
    first, last = -((_EPOCH - begin) // _DAY), day_of(end)
    if first > last:
        return Cover((first, first), tuple(_units(first, first)), ((begin, end), (end, end)))
    edges = ((begin, begin_of(first)), (begin_of(last), end))
    return Cover((first, last), tuple(_units(first, last)), edges)


def _units(first: int, end: int) -> Iterator[Units]:
    """Yield the counts of whole days: on each level what does not fill one of the next."""
    for level, width in enumerate(WIDTHS):
        if level + 1 == LEVELS:
            yield Units(level, first // width, end // width)
            return
        wider = WIDTHS[level + 1]
        inner, outer = -(-first // wider) * wider, end // wider * wider
        if inner > outer:
            inner = outer = end
        yield Units(level, first // width, inner // width)
        yield Units(level, outer // width, end // width)
        first, end = inner, outer


def class_of(seconds: int, parts: int = _PARTS) -> int:
    """Return the class of a duration; a longer one is in no lower class.

    A class is at most by one of its parts wider than its shortest duration is long.

    Args:
        seconds: How long it is.
        parts: Classes from one power of two to the next.
    """
    if seconds < 1:
        return 0
    power = seconds.bit_length() - 1
    return 1 + parts * power + ((seconds * parts >> power) - parts)


class Place(NamedTuple):
    """Where a rank lies: in which class, and as which there, counted from 1."""

    of_class: int
    rank: int


def place_of(rank: int, counts: Mapping[int, int]) -> Place:
    """Return where a rank lies.

    Args:
        rank: From 1 to the sum of the counts.
        counts: How many durations are in each class.

    Raises:
        ValueError: There are not so many.
    """
    left = rank
    for each in sorted(counts):
        if left <= counts[each]:
            return Place(each, left)
        left -= counts[each]
    raise ValueError(f"there are no {rank} durations")


def classes_of_longest(number: int, counts: Mapping[int, int]) -> int:
    """Return the lowest class that the longest durations lie in, so many of them."""
    found, seen = 0, 0
    for each in sorted(counts, reverse=True):
        found, seen = each, seen + counts[each]
        if seen >= number:
            break
    return found
