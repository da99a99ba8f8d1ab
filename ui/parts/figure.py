"""How a measured figure reads: its value, its change, and how many complaints are behind it."""

from engine.domain.kpi import FEW, Figure, Unit
from engine.services.figures.reporting import Shown
from ui.parts.words import counted

NOTHING = "–"  # noqa: RUF001 - the dash that stands for an empty cell


def value_of(shown: Shown) -> str:
    """Return the value as it is shown; a dash where there is too little to tell.

    Below ``FEW`` complaints a share is shown as the two numbers it is made of.
    """
    return _worded(shown, shown.figure)


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
    return f"{change}, was {_worded(shown, before)}" if change else 0


def _worded(shown: Shown, figure: Figure) -> str:
    if figure.value is None or not _is_enough(shown, figure.n):
        return NOTHING
    match shown.measure.unit:
        case Unit.SHARE if figure.n < FEW:
            return f"{round(figure.value * figure.n)} of {figure.n}"
        case Unit.SHARE:
            return f"{100 * figure.value:.1f}%"
        case Unit.DAYS:
            return f"{figure.value:.1f}"
        case _:
            return f"{figure.value:,.0f}"


def behind(shown: Shown) -> str:
    """Return what the number is made of, for the button that opens the list."""
    n = shown.figure.n
    match shown.measure.unit:
        case Unit.SHARE:
            return f"{n:,} fell due"
        case Unit.DAYS:
            return f"{n:,} closed"
        case _:
            return counted(n, "complaint")


def missing(shown: Shown) -> str:
    """Return why there is no value; empty when there is one."""
    if value_of(shown) != NOTHING:
        return ""
    if shown.figure.n:
        return f"Told from {FEW} closed complaints on"
    return "Nothing fell due" if shown.measure.unit is Unit.SHARE else "Nothing was closed"


def _is_enough(shown: Shown, n: int) -> bool:
    """Tell whether so few complaints can say it: the ninth decile of three is their worst."""
    return n >= FEW or not shown.measure.id.startswith("p90")


def _signed(unit: Unit, change: float) -> str:
    """Return a change with its sign; empty when it rounds to nothing."""
    match unit:
        case Unit.SHARE:
            text = f"{100 * change:+.1f} points"
        case Unit.DAYS:
            text = f"{change:+.1f}"
        case _:
            text = f"{change:+,.0f}"
    return text if any(digit in text for digit in "123456789") else ""
