"""Signals and the charts they come from, for whoever looks (ISO 10002:2018, 8.2 and 8.3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain import sheet
from engine.domain.actor import Actor, Deed
from engine.domain.chart_rule import Finding, findings
from engine.domain.control_chart import ControlChart
from engine.domain.improvement import CarriedOut
from engine.domain.sheet import Cell
from engine.domain.signal import KeptBaseline, Signal, Watched
from engine.errors import NotFoundError
from engine.store.transaction import Transaction

LISTED = 50
"""Answered signals that are returned at once where nobody asks for another number."""
_HEAD = ("Day", "Value", "Complaints", "Lower limit", "Centre", "Upper limit", "More than chance")


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart, with everything that is marked on it.

    Attributes:
        findings: Everything on it that is more than chance, however old.
        baselines: Where its limits begin anew, oldest first.
        signals: Those of it that are or were to be answered, the latest first.
        done: Actions that were carried out to move it, oldest first.
    """

    watched: Watched
    chart: ControlChart
    findings: tuple[Finding, ...]
    baselines: tuple[KeptBaseline, ...]
    signals: tuple[Signal, ...]
    done: tuple[CarriedOut, ...] = ()


@dataclass(frozen=True, slots=True)
class SignalsView:
    """Everything on the page of signals.

    Attributes:
        open: Signals to be answered, the latest first.
        settled: Signals that were answered, the latest first.
        charts: In the order of the policy.
        names: Of everybody who is told of, by user name.
    """

    open: tuple[Signal, ...]
    settled: tuple[Signal, ...]
    charts: tuple[ChartView, ...]
    names: dict[str, str]


def signals_view(platform: Platform, *, actor: Actor, settled: int = LISTED) -> SignalsView:
    """Return all charts, and what is or was to be answered.

    Args:
        platform: Where the signals are.
        actor: Who looks.
        settled: So many answered ones are returned at most.

    Raises:
        NotAllowedError: The actor may not see signals.
    """
    actor.require(Deed.SEE_SIGNALS)
    with platform.database.read() as tx:
        people = {account.actor.username: account.actor.name for account in tx.accounts.all()}
        return SignalsView(
            tx.signals.open(),
            tx.signals.settled(limit=settled),
            tuple(chart_views(platform, tx)),
            people,
        )


def waiting_signals(platform: Platform, *, actor: Actor) -> int:
    """Return how many signals wait to be answered; for others than managers, those that climbed.

    Raises:
        NotAllowedError: The actor may not see signals.
    """
    actor.require(Deed.SEE_SIGNALS)
    with platform.database.read() as tx:
        return tx.signals.waiting(climbed_only=not actor.may(Deed.ANSWER_SIGNAL))


def chart_csv(platform: Platform, *, actor: Actor, chart: str) -> bytes:
    """Return the points of a chart with their limits as CSV in UTF-8, oldest first.

    Raises:
        NotAllowedError: The actor may not see signals.
        NotFoundError: There is no such chart.
    """
    actor.require(Deed.SEE_SIGNALS)
    with platform.database.read() as tx:
        found = next((each for each in chart_views(platform, tx) if each.watched.id == chart), None)
    if found is None:
        raise NotFoundError("chart", chart)
    return sheet.as_csv(_HEAD, lines_of(found))


def lines_of(view: ChartView) -> Iterator[tuple[Cell, ...]]:
    """Yield a line for each point of a chart: day, value, number behind, limits, findings."""
    for at, point in enumerate(view.watched.points):
        low, centre, high = view.chart.lines(at) or (None, None, None)
        words = (f.rule.words(f.side) for f in view.findings if f.first <= at <= f.last)
        yield (
            point.day.isoformat(),
            float(point.value),
            point.n,
            low,
            centre,
            high,
            "; ".join(words),
        )


def chart_views(platform: Platform, tx: Transaction) -> Iterator[ChartView]:
    """Yield everything that is watched, in the order of the policy."""
    kept, signals = tx.signals.baselines(), tx.signals.of_charts()
    done = tx.improvements.carried_out()
    for watched in tx.signals.charts():
        own = tuple(each for each in kept if each.chart == watched.id)
        span = platform.policy.signals.baseline_points
        made = watched.chart([each.baseline for each in own], span=span)
        of_chart = tuple(each for each in signals if each.chart == watched.id)
        moved = tuple(each for each in done if each.chart == watched.id)
        yield ChartView(watched, made, findings(made), own, of_chart, moved)
