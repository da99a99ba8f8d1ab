"""Where the share of a whole lies that only a sample of it was looked at."""

from math import sqrt

from engine.domain.kpi import Figure, Measure

_Z = 1.959963984540054
"""Of the standard normal distribution, 95 % lie within so many deviations."""


def wilson(found: int, of: int) -> tuple[float, float] | None:
    """Return between which shares that of the whole lies, with a confidence of 95 %.

    Args:
        found: How many of a sample drawn by chance.
        of: How large it was.

    Returns:
        Lower and upper limit, from 0 to 1; None for a sample of nothing.

    Raises:
        ValueError: ``found`` is negative or greater than ``of``.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212;
        recommended for small samples by Brown, Cai and DasGupta, Statistical Science 16 (2001).
    """
    if not 0 <= found <= of:
        raise ValueError("found must be from 0 to of")
    if not of:
        return None
    share, square = found / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    # Rounding must not lead past what was found, nor past nothing and everything.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def interval_of(measure: Measure, figure: Figure) -> tuple[float, float] | None:
    """Return between which shares an estimate lies; None for what is none, or of nothing."""
    if not measure.is_estimate or figure.value is None:
        return None
    return wilson(round(figure.value * figure.n), figure.n)
