"""Control charts: which changes of a figure are more than chance, exactly and without a database.

Every chart has a centre line and, three standard deviations to each side, its limits. The standard
deviation is never that of the points themselves, which a change would widen, but what chance alone
would do: from one point to the next (XmR), or by the law of counts and shares (c, u, p, g).

Values are fractions and every comparison is one of squares, so that no point is outside a limit by
rounding. Only times between events are rounded, at 30 digits, when their root is taken.

Source: W. A. Shewhart's charts as in D. J. Wheeler, Understanding Variation (XmR); D. C.
Montgomery, Introduction to Statistical Quality Control, chapters 6 and 7 (XmR, p, c, u, times
between events by L. S. Nelson's root, 1994); J. C. Benneyan, 2001 (g); NHS England, Making Data
Count (which rules, and how many points). ISO 10002:2018, 8.2 and 8.3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from types import MappingProxyType

LEAST = 12
"""With fewer points, limits would themselves be chance."""
SPAN = 24
"""So many points limits are computed from, unless somebody says otherwise."""
_OF_RANGES = Fraction(266, 300)
"""From the mean moving range to one standard deviation; three of them are the usual 2.66."""
_ROOT = Decimal("3.6")
"""Times between events are like a normal distribution when this root of them is taken."""
_DIGITS = 30


class ChartKind(StrEnum):
    """Which law chance follows in a figure."""

    XMR = "xmr"
    P = "p"
    U = "u"
    C = "c"
    G = "g"
    T = "t"

    @property
    def formula(self) -> str:
        """Return in words how centre line and limits come about."""
        return _FORMULAS[self]


_FORMULAS: Mapping[ChartKind, str] = MappingProxyType(
    {
        ChartKind.XMR: "The centre line is the mean. The limits lie 2.66 times the mean difference "
        "between neighbouring points to each side of it (XmR chart).",
        ChartKind.P: "The centre line is the share of all points together, p. The limits lie three "
        "times the square root of p(1-p)/n to each side of it, n being the number behind "
        "the point: a point of few has wide limits (p chart).",
        ChartKind.U: "The centre line is the rate of all points together, u. The limits lie three "
        "times the square root of u/n to each side of it, n being the days behind the point "
        "(u chart).",
        ChartKind.C: "The centre line is the mean count. The limits lie three times its square "
        "root to each side of it (c chart).",
        ChartKind.G: "The centre line is the mean g. The limits lie three times the square root "
        "of g(g+1) to each side of it (g chart).",
        ChartKind.T: "The 3.6th root of each time between two events is taken, which makes the "
        "usual long and short times alike. The centre line is the mean of the roots, and the "
        "limits lie 2.66 times the mean difference between neighbouring roots to each side of it; "
        "they are drawn as times again (T chart).",
    }
)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a chart: a count, a part of a whole, or a length.

    Attributes:
        day: First day of the week that it measures, or the day of the event that ended a time.
        number: What was counted; seconds for a length.
        of: Of how many; the days of a rate, the seconds of a day for a length in days.
        n: How many complaints stand behind the value.

    Raises:
        ValueError: Nothing stands behind the value, or it is negative.
    """

    day: date
    number: int
    of: int
    n: int

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ValueError: Nothing stands behind the value, or it is negative.
        """
        if self.of <= 0 or self.number < 0:
            raise ValueError("a point is a number, none below 0, of at least one")

    @property
    def value(self) -> Fraction:
        """Return what is drawn."""
        return Fraction(self.number, self.of)


@dataclass(frozen=True, slots=True)
class Spread:
    """Where chance alone would put a point.

    Attributes:
        centre: On the scale of the chart, which is that of the roots for times between events.
        variance: The square of one standard deviation.
    """

    centre: Fraction
    variance: Fraction

    def side(self, value: Fraction) -> int:
        """Return 1 for a value above the centre line, -1 for one below, 0 for one on it."""
        return (value > self.centre) - (value < self.centre)

    def is_beyond(self, value: Fraction, deviations: int) -> bool:
        """Tell whether a value lies farther out than so many standard deviations."""
        return (value - self.centre) ** 2 > deviations**2 * self.variance

    def line(self, deviations: int) -> float:
        """Return where the line of so many standard deviations above the centre lies."""
        return float(self.centre) + deviations * sqrt(self.variance)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A moment from which limits are computed anew, since something was changed.

    Attributes:
        since: First day to which they apply.
        reason: What was changed.
    """

    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a chart with limits of its own.

    Attributes:
        begin: Position of its first point.
        end: Position after its last point.
        computed_from: Days of the first and last point that the limits come from; None where
            there are none.
        why: Why there are no limits; empty where there are.
        is_rare: Whether what is counted is so rare, or so usual, that runs and trends say nothing:
            only points outside the limits are looked at.
        baseline: What it began with; None for the begin of the chart.
    """

    begin: int
    end: int
    computed_from: tuple[date, date] | None
    why: str = ""
    is_rare: bool = False
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Plotted:
    """A point on the scale of its chart.

    Attributes:
        value: What is compared with the limits.
        spread: None where its phase has no limits.
    """

    point: Point
    value: Fraction
    spread: Spread | None


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A figure over time with its limits, oldest point first."""

    kind: ChartKind
    points: tuple[Plotted, ...]
    phases: tuple[Phase, ...]

    def lines(self, position: int) -> tuple[float | None, float, float | None] | None:
        """Return lower limit, centre line and upper limit at a point, as they are drawn.

        Returns:
            None where there are no limits. A limit that no value can reach is None: one below 0,
            or above 1 for a share.
        """
        spread = self.points[position].spread
        if spread is None:
            return None
        low, high = spread.line(-3), spread.line(3)
        return (
            _as_drawn(self.kind, low) if low > 0 else None,
            _as_drawn(self.kind, float(spread.centre)),
            None if self.kind is ChartKind.P and high > 1 else _as_drawn(self.kind, high),
        )


def control_chart(
    kind: ChartKind,
    points: Sequence[Point],
    *,
    baselines: Sequence[Baseline] = (),
    span: int = SPAN,
) -> ControlChart:
    """Return a chart with the limits of each of its phases.

    Args:
        kind: By which law.
        points: By their days, oldest first.
        baselines: Where a new phase begins; any order.
        span: The first so many points of a phase give its limits; all of them while there are
            fewer.

    Raises:
        ValueError: A point does not fit the kind, points are in no order, or ``span`` is less than
            ``LEAST``.

    Source: ISO 10002:2018, 8.2.
    """
    if span < LEAST:
        raise ValueError(f"span must be at least {LEAST}")
    if any(after.day < before.day for before, after in pairwise(points)):
        raise ValueError("points must be in the order of their days")
    if kind is ChartKind.P and any(point.number > point.of for point in points):
        raise ValueError("a part is at most the whole")
    values = [_scaled(kind, point.value) for point in points]
    phases = tuple(
        _phase(kind, points, (begin, end), baseline, span=span)
        for begin, end, baseline in _cut(points, baselines)
    )
    plotted: list[Plotted] = []
    for phase in phases:
        spreads = _spreads(kind, points, values, phase, span=span)
        stretch = range(phase.begin, phase.end)
        plotted += [Plotted(points[i], values[i], spreads(points[i])) for i in stretch]
    return ControlChart(kind, tuple(plotted), phases)


def _cut(
    points: Sequence[Point], baselines: Sequence[Baseline]
) -> list[tuple[int, int, Baseline | None]]:
    """Return begin and end of every phase; a baseline without a point after it begins none."""
    begins: dict[int, Baseline | None] = {0: None}
    for baseline in sorted(baselines, key=lambda each: each.since):
        at = next((i for i, point in enumerate(points) if point.day >= baseline.since), None)
        if at is not None:
            begins[at] = baseline
    starts = sorted(begins)
    return [
        (start, end, begins[start])
        for start, end in zip(starts, [*starts[1:], len(points)], strict=True)
    ]


def _phase(
    kind: ChartKind,
    points: Sequence[Point],
    stretch: tuple[int, int],
    baseline: Baseline | None,
    *,
    span: int,
) -> Phase:
    begin, end = stretch
    if end - begin < LEAST:
        since = " since the change" if baseline else ""
        told = f"There are {end - begin} points{since}; limits are computed from {LEAST} on."
        return Phase(begin, end, None, told, baseline=baseline)
    last = min(end, begin + span)
    known, whole = points[begin:last], _pooled(points[begin:last])
    if kind in {ChartKind.C, ChartKind.U} and sum(point.number for point in known) < len(known):
        told = "There is less than one in a week on average: the days between two of them say more."
        return Phase(begin, end, None, told, baseline=baseline)
    mean = Fraction(sum(point.of for point in known), len(known))
    is_rare = kind is ChartKind.P and mean * min(whole, 1 - whole) < 1
    computed = (points[begin].day, points[last - 1].day)
    return Phase(begin, end, computed, is_rare=is_rare, baseline=baseline)


def _spreads(
    kind: ChartKind,
    points: Sequence[Point],
    values: Sequence[Fraction],
    phase: Phase,
    *,
    span: int,
) -> Callable[[Point], Spread | None]:
    """Return what tells the spread of each point of a phase."""
    if phase.computed_from is None:
        return lambda _point: None
    known = slice(phase.begin, min(phase.end, phase.begin + span))
    if kind in {ChartKind.XMR, ChartKind.T}:
        by_ranges = _by_ranges(values[known])
        return lambda _point: by_ranges
    whole = _pooled(points[known])
    if kind is ChartKind.G:
        return lambda _point: Spread(whole, whole * (whole + 1))
    factor = whole * (1 - whole) if kind is ChartKind.P else whole
    return lambda point: Spread(whole, factor / point.of)


def _by_ranges(values: Sequence[Fraction]) -> Spread:
    ranges = [abs(after - before) for before, after in pairwise(values)]
    deviation = _OF_RANGES * sum(ranges, Fraction()) / len(ranges)
    return Spread(sum(values, Fraction()) / len(values), deviation**2)


def _pooled(points: Sequence[Point]) -> Fraction:
    return Fraction(sum(point.number for point in points), sum(point.of for point in points))


def _scaled(kind: ChartKind, value: Fraction) -> Fraction:
    """Return a value on the scale on which limits are computed."""
    if kind is not ChartKind.T or value == 0:
        return value
    with localcontext() as context:
        context.prec = _DIGITS
        time = Decimal(value.numerator) / Decimal(value.denominator)
        return Fraction((time.ln() / _ROOT).exp())


def _as_drawn(kind: ChartKind, line: float) -> float:
    return line ** float(_ROOT) if kind is ChartKind.T else line
