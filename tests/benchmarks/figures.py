"""Figures of speed: measured in turns, compared with their limits, printed and kept."""

import gc
import json
import statistics
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

REPORT = Path("build/bench.json")
_SECTION = "engine"


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        name: What was measured.
        ours: As measured, in ``unit``.
        plain: The same with the plain library; None where it has nothing like it.
        ratio: What is to be judged: how many times less than plain, or the figure itself.
        wanted: What was promised of the ratio.
        is_least: The ratio must reach what is wanted; otherwise it must stay below.
    """

    name: str
    unit: str
    ours: float
    plain: float | None
    ratio: float
    wanted: float
    is_least: bool = True

    @property
    def is_reached(self) -> bool:
        """Tell whether the promise is kept."""
        return self.ratio >= self.wanted if self.is_least else self.ratio <= self.wanted


def in_turns(
    ours: Callable[[], float], plain: Callable[[], float], *, rounds: int
) -> tuple[float, float, float]:
    """Measure two things in turns; return the median of each and of their ratio.

    A machine is now fast and now slow; what is measured in one round was slowed down alike. What
    one of them leaves behind is not swept up on the other's time.
    """

    def alone(one: Callable[[], float]) -> float:
        gc.collect()
        return one()

    measured = [(alone(ours), alone(plain)) for _ in range(rounds)]
    mine, theirs = zip(*measured, strict=True)
    ratios = [b / a for a, b in measured]
    return statistics.median(mine), statistics.median(theirs), statistics.median(ratios)


def keep(figures: Iterable[Figure]) -> None:
    """Add figures to those that other benchmarks have left."""
    REPORT.parent.mkdir(exist_ok=True)
    known = json.loads(REPORT.read_text("utf-8")) if REPORT.exists() else {}
    mine = known.setdefault(_SECTION, {})
    for figure in figures:
        mine[figure.name] = {**asdict(figure), "is_reached": figure.is_reached}
    REPORT.write_text(json.dumps(known, indent=2) + "\n", "utf-8")


def forget() -> None:
    """Begin a new report."""
    REPORT.unlink(missing_ok=True)


def lines() -> list[str]:
    """Return the table of all figures that are kept."""
    known = json.loads(REPORT.read_text("utf-8")) if REPORT.exists() else {}
    head = f"{'figure':58} {'ours':>11} {'plain':>11} {'ratio':>8}  wanted"
    told = [_line(entry) for entry in known.get(_SECTION, {}).values()]
    return [head, "-" * len(head), *told] if told else []


def _line(entry: dict[str, object]) -> str:
    plain = f"{entry['plain']:.3f}" if entry["plain"] is not None else ""
    sign = "at least" if entry["is_least"] else "at most"
    verdict = "reached" if entry["is_reached"] else "MISSED"
    name = f"{entry['name']}, {entry['unit']}"
    return (
        f"{name:58} {entry['ours']:>11.3f} {plain:>11} {entry['ratio']:>8.2f}  "
        f"{sign} {entry['wanted']:g}: {verdict}"
    )
