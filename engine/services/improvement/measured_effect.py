"""The figure that an action shall move, before it was carried out and after (8.7)."""

from dataclasses import dataclass, replace

from engine.bootstrap import Platform
from engine.domain.before_after import BeforeAfter, before_after
from engine.domain.chart_rule import findings
from engine.domain.governance import GovernanceRecord
from engine.domain.improvement import Aim, Wants
from engine.domain.working_time import Calendar
from engine.services.signals.charts import ChartView, chart_views
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class MeasuredEffect:
    """A figure before an action and after.

    Attributes:
        view: The chart, with the marks of everything that was done.
        wants: Which way the figure shall move.
    """

    view: ChartView
    compared: BeforeAfter
    wants: Wants

    @property
    def is_more_than_chance(self) -> bool:
        """Tell whether it moved as it was wanted, by more than chance."""
        return self.compared.is_more_than_chance(self.wants.side)


def effect_of(
    platform: Platform, tx: Transaction, record: GovernanceRecord
) -> MeasuredEffect | None:
    """Return what became of the figure that an action shall move.

    Returns:
        None while it was not carried out, and where it has no figure, or one that is not watched
        any more.
    """
    aim = tx.improvements.aims().get(record.number, Aim())
    if not aim.chart:
        return None
    view = next((v for v in chart_views(platform, tx) if v.watched.id == aim.chart), None)
    span = platform.policy.signals.baseline_points
    return measured(record, aim, view, calendar=platform.calendar, span=span)


def measured(
    record: GovernanceRecord, aim: Aim, view: ChartView | None, *, calendar: Calendar, span: int
) -> MeasuredEffect | None:
    """Return a figure before an action and after, as it is read on its chart."""
    if view is None or aim.wants is None or record.done_at is None:
        return None
    compared = before_after(
        view.watched.kind,
        view.watched.points,
        done_on=calendar.day_of(record.done_at),
        what=record.title,
        baselines=[kept.baseline for kept in view.baselines],
        span=span,
    )
    drawn = replace(view, chart=compared.chart, findings=findings(compared.chart))
    return MeasuredEffect(drawn, compared, aim.wants)
