"""How likely chance alone does what was seen: of lengths, and of shares, without any library.

Both tests ask nothing of how lengths are spread, and are strict where there are few.

Source: H. B. Mann and D. R. Whitney, On a test of whether one of two random variables is
stochastically larger than the other, 1947; R. A. Fisher, Statistical Methods for Research Workers,
1925 (the exact test of four numbers). ISO 10002:2018, 8.3.
"""

from collections.abc import Mapping
from math import erfc, exp, lgamma, sqrt


def longer_by_chance(now: Mapping[int, int], before: Mapping[int, int]) -> float:
    """Return how likely lengths lie so far above others when nothing but chance differs.

    It is the one-sided test of Mann and Whitney with middle ranks for what is alike, and with the
    normal curve for its tail: below about ten lengths on a side that would be too rough.

    Args:
        now: How many lengths are in each class; a longer one is in no lower class.
        before: The same of those that they are compared with.

    Returns:
        From 0 to 1; 1 where one side has none, or all are alike.

    >>> longer_by_chance({5: 12}, {5: 12}), round(longer_by_chance({6: 12}, {5: 12}), 6)
    (1.0, 1e-06)
    """
    few, many = sum(now.values()), sum(before.values())
    whole = few + many
    seen, ranks, alike = 0, 0.0, 0
    for each in sorted({*now, *before}):
        size = now.get(each, 0) + before.get(each, 0)
        ranks += now.get(each, 0) * (seen + (size + 1) / 2)
        seen, alike = seen + size, alike + size**3 - size
    if not few or not many or alike == whole**3 - whole:
        return 1.0
    above = ranks - few * (few + 1) / 2 - few * many / 2
    variance = few * many / 12 * (whole + 1 - alike / (whole * (whole - 1)))
    return erfc((above - 0.5) / sqrt(2 * variance)) / 2


def more_by_chance(now: tuple[int, int], before: tuple[int, int]) -> float:
    """Return how likely a share lies so far above another when nothing but chance differs.

    It is Fisher's exact one-sided test: right also for the smallest numbers.

    Args:
        now: How many, and of how many.
        before: The same of what it is compared with.

    Returns:
        From 0 to 1; 1 where there is nothing to compare.

    >>> round(more_by_chance((4, 4), (0, 4)), 4), more_by_chance((0, 9), (3, 9))
    (0.0143, 1.0)
    """
    part, size = now
    parts, whole = part + before[0], size + before[1]
    least, most = max(0, parts - (whole - size)), min(parts, size)
    if part <= least:
        return 1.0
    of_all = _ways(whole, size)
    likely = (_ways(parts, n) + _ways(whole - parts, size - n) for n in range(part, most + 1))
    return min(1.0, sum(exp(each - of_all) for each in likely))


def _ways(whole: int, part: int) -> float:
    """Return the logarithm of in how many ways a part can be chosen."""
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
