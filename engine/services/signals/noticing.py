"""Looking for signals each night, and showing higher up what nobody answers (8.2, 8.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.chart_rule import findings
from engine.domain.control_chart import Baseline
from engine.domain.invitation import working_days_after
from engine.domain.signal import Noticed, Signal, Watched
from engine.services.journal.jotting import jot_organisation
from engine.services.signals.watching import watched
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at the charts did.

    Attributes:
        charts: How many there are.
        found: How many signals are new.
        climbed: How many are shown higher up from now on.
    """

    charts: int
    found: int
    climbed: int


def notice_signals(platform: Platform, *, actor: Actor = SYSTEM) -> Looked:
    """Read every chart anew, keep what is more than chance, and let climb what nobody answered.

    However often it looks: what was found stays one signal, also while it goes on.

    Args:
        platform: Where the cases are.
        actor: A job.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 8.2 and 8.3.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        charts = watched(platform, tx)

    def work(tx: Transaction) -> Looked:
        tx.organisation.take_end()  # whoever looks at the same time waits, and finds nothing new
        tx.signals.keep_charts(charts)
        baselines, known = _by_chart(tx), tx.signals.of_charts()
        found = sum(
            _keep(platform, tx, actor, chart, each, known)
            for chart in charts
            for each in _recent(platform, chart, baselines.get(chart.id, ()))
        )
        return Looked(len(charts), found, _climb(platform, tx, actor))

    return platform.database.write(work)


def _by_chart(tx: Transaction) -> Mapping[str, Sequence[Baseline]]:
    found: dict[str, list[Baseline]] = {}
    for kept in tx.signals.baselines():
        found.setdefault(kept.chart, []).append(kept.baseline)
    return found


def _recent(
    platform: Platform, chart: Watched, baselines: Sequence[Baseline]
) -> tuple[Noticed, ...]:
    """Return what can be noticed on a chart of late; what is older is history."""
    policy = platform.policy.signals
    today = platform.calendar.day_of(platform.now())
    since = today - timedelta(weeks=policy.looks_back_weeks)
    made = chart.chart(baselines, span=policy.baseline_points)
    found = (Noticed.of(each, chart.points) for each in findings(made))
    return tuple(each for each in found if each.noticed >= since)


def _keep(
    platform: Platform,
    tx: Transaction,
    actor: Actor,
    chart: Watched,
    noticed: Noticed,
    known: Sequence[Signal],
) -> bool:
    """Keep what is noticed, and tell whether it is new."""
    former = next(
        (s for s in known if s.chart == chart.id and noticed.goes_on_from(s.noticed)), None
    )
    if former is not None:
        if noticed.last > former.noticed.last:
            tx.signals.grow(former.number, noticed.last)
        return False
    now, days = platform.now(), platform.policy.signals.answer_days
    climbs_at = working_days_after(now, days, calendar=platform.calendar)
    number = tx.signals.add(chart, noticed, found_at=now, climbs_at=climbs_at)
    told = {"chart": chart.id, "rule": noticed.rule.value, "first": noticed.first.isoformat()}
    jot_organisation(platform, tx, actor=actor, kind="signal.noticed", number=number, **told)
    return True


def _climb(platform: Platform, tx: Transaction, actor: Actor) -> int:
    now = platform.now()
    overdue = tx.signals.overdue(now)
    for signal in overdue:
        tx.signals.climb(signal.number, at=now)
        told = {"number": signal.number, "chart": signal.chart}
        jot_organisation(platform, tx, actor=actor, kind="signal.climbed", **told)
    return len(overdue)
