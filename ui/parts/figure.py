"""How a measured figure reads: its value, its change, and how many complaints are behind it."""

from collections.abc import Callable, Mapping

from engine.domain.case_fact import PROMISED, FactKind
from engine.domain.interval import interval_of
from engine.domain.kpi import FEW, Better, Figure, Unit, Way
from engine.services.figures.reporting import Shown
from ui.parts.words import counted

_OF_ALL = frozenset({Way.SHARE, Way.OFFICE})
"""Shares whose whole is what is behind them."""
NOTHING = "–"  # noqa: RUF001 - the dash that stands for an empty cell


def value_of(shown: Shown) -> str:
    """Return the value as it is shown; a dash where there is too little to tell.

    Below ``FEW`` complaints a share is shown as the two numbers it is made of.
    """
    return worded(shown, shown.figure)


def change_of(shown: Shown) -> str | int | None:
    """Return the change since the period before; None where there is nothing to compare.

    Shares are compared from ``FEW`` complaints on, in percentage points.
    """
    now, before = shown.figure, shown.before
    if before is None or now.value is None or before.value is None:
        return None
    few = min(now.n, before.n) < FEW
    if few and (shown.measure.unit is Unit.SHARE or not _is_enough(shown, min(now.n, before.n))):
        return None
    change = _signed(shown.measure.unit, now.value - before.value)
    return change or 0


def former_of(shown: Shown) -> str:
    """Return what a figure was in the period before; empty where no change is told of."""
    before = shown.before
    return f"Was {worded(shown, before)}." if before is not None and change_of(shown) else ""


def worded(shown: Shown, figure: Figure) -> str:
    """Return a figure of the same measure as it is shown; a dash where it is too little."""
    if figure.value is None or not _is_enough(shown, figure.n):
        return NOTHING
    unit = shown.measure.unit
    if unit is Unit.SHARE and shown.measure.way in _OF_ALL and figure.n < FEW:
        return f"{round(figure.value * figure.n)} of {figure.n}"
    return told(figure.value, unit)


def told(value: float, unit: Unit) -> str:
    """Return a value as it reads in its unit."""
    match unit:
        case Unit.SHARE:
            return f"{100 * value:.1f}%"
        case Unit.DAYS | Unit.WEEKS | Unit.SCORE | Unit.OFTEN:
            return f"{value:.1f}"
        case Unit.PER_THOUSAND:
            return f"{value:.2f}"
        case Unit.TIMES:
            return f"{value:.1f} to 1"
        case _:
            return f"{value:,.0f}"


def target_of(shown: Shown) -> str:
    """Return what is aimed at, and whether it is reached; empty where nothing is."""
    target, value, better = shown.target, shown.figure.value, shown.measure.better
    if target is None:
        return ""
    said = f"Target {told(target, shown.measure.unit)}"
    if value is None or better is Better.NEITHER:
        return f"{said}."
    is_met = value >= target if better is Better.MORE else value <= target
    return f"{said}, {'reached' if is_met else 'missed'}."


def behind(shown: Shown) -> str:
    """Return what the number is made of, for the button that opens the list."""
    n, measure = shown.figure.n, shown.measure
    if measure.behind is not None:
        return counted(n, *measure.behind)
    if FactKind(measure.facts) in PROMISED and measure.way is Way.SHARE:
        return f"{n:,} fell due"
    if measure.unit is Unit.DAYS:
        return f"{n:,} {measure.facts}"
    return counted(n, "complaint") if measure.facts not in _NOUNS else _NOUNS[measure.facts](n)


_NOUNS: Mapping[str, Callable[[int], str]] = {
    "paid": lambda n: counted(n, "remedy", "remedies"),
    "caused": lambda n: counted(n, "cause"),
    "recurred": lambda n: counted(n, "cause"),
    "redecided": lambda n: counted(n, "decision"),
    "escalated": lambda n: counted(n, "escalation"),
    "invited": lambda n: f"{n:,} invited",
    "referred": lambda n: counted(n, "referral"),
    "reviewed": lambda n: counted(n, "review"),
    "ruled": lambda n: counted(n, "decision"),
    "scored": lambda n: counted(n, "answer"),
}
"""What facts are called that are not one for each complaint."""


def between(shown: Shown) -> str:
    """Return between what an estimate lies; empty for what is none."""
    limits = interval_of(shown.measure, shown.figure)
    if limits is None:
        return ""
    lower, upper = (told(limit, shown.measure.unit) for limit in limits)
    return f"With 95% confidence from {lower} to {upper}."


def missing(shown: Shown) -> str:
    """Return why there is no value; empty when there is one."""
    if value_of(shown) != NOTHING:
        return ""
    measure = shown.measure
    if measure.nothing:
        return measure.nothing
    if shown.figure.n:
        noun = _NOUNS.get(measure.facts)
        few = noun(measure.few) if noun else f"{measure.few} {measure.facts} complaints"
        return f"Told from {few} on."
    if FactKind(measure.facts) in PROMISED:
        return "Nothing fell due."
    return f"Nothing was {_DONE.get(measure.facts, measure.facts)}."


_DONE = {
    "paid": "paid",
    "ruled": "decided",
    "scored": "answered",
    "caused": "named",
    "recurred": "named",
    "redecided": "decided again",
    "repeated": "received",
}


def _is_enough(shown: Shown, n: int) -> bool:
    """Tell whether so few complaints can say it: the ninth decile of three is their worst."""
    return n >= shown.measure.few or shown.measure.way not in _FROM_FEW


_FROM_FEW = frozenset({Way.PERCENTILE, Way.SPREAD, Way.MEAN})


def _signed(unit: Unit, change: float) -> str:
    """Return a change with its sign; empty when it rounds to nothing."""
    match unit:
        case Unit.SHARE:
            text = f"{100 * change:+.1f} points"
        case Unit.DAYS | Unit.WEEKS | Unit.SCORE | Unit.TIMES | Unit.OFTEN:
            text = f"{change:+.1f}"
        case Unit.PER_THOUSAND:
            text = f"{change:+.2f}"
        case _:
            text = f"{change:+,.0f}"
    return text if any(digit in text for digit in "123456789") else ""
