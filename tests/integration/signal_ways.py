"""How commands on signals are given and asked for; see ``commands``."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.domain.chart_rule import Rule
from engine.domain.control_chart import ChartKind, Point
from engine.domain.signal import Disposition, Measured, Noticed, Watched
from engine.services.signals import answering, charts, noticing
from tests.integration.planted import plant, weekly

FIRST = datetime(2025, 6, 3, 9, tzinfo=UTC)
"""A Tuesday; the first week that counts begins on the Monday after."""
CALM = [8, 12] * 13
"""Twenty-six weeks; the first of them is not counted."""
NOW = datetime(2025, 12, 10, 10, tzinfo=UTC)
"""In the week after one week more."""
WHY = "A new tariff was sent to everybody."


def unusual(office: Any, clock: Any, *last: int) -> None:
    """Let calm weeks go by, then one week or more of another kind."""
    plant(office, weekly(FIRST, [*CALM, *(last or (30,))]))
    clock.now = NOW + timedelta(weeks=max(0, len(last) - 1))


def shown(platform: Any) -> int:
    """Keep a chart as the job does, and its signal whose time is over; return its number."""
    days = [date(2025, 6, 9) + timedelta(weeks=week) for week in range(len(CALM) + 1)]
    numbers = zip(days, [*CALM, 30], strict=True)
    points = tuple(Point(day, number, 1, number) for day, number in numbers)
    at = platform.now() - timedelta(days=30)
    chart = Watched(
        "received", "Received per week", ChartKind.C, Measured.COMPLAINTS, points, told_at=at
    )
    noticed = Noticed(Rule.OUTSIDE, 1, days[-1], days[-1], days[-1])

    def keep(tx: Any) -> int:
        tx.signals.keep_charts([chart])
        number: int = tx.signals.add(chart, noticed, found_at=at, climbs_at=at)
        return number

    kept: int = platform.database.write(keep)
    return kept


def _overdue(desk: Any) -> Callable[[Any], object]:
    desk.office.lodge()
    shown(desk.office.platform)
    return noticing.notice_signals


def _noticed(desk: Any) -> dict[str, Any]:
    shown(desk.office.platform)
    return {"actor": desk.office.staff["mara"]}


def _take(desk: Any) -> Callable[[Any], object]:
    known = _noticed(desk)
    return lambda p: answering.take_signal(p, number=1, **known)


def _answer(desk: Any) -> Callable[[Any], object]:
    known = _noticed(desk) | {"disposition": Disposition.CHANCE, "reason": WHY}
    return lambda p: answering.answer_signal(p, number=1, **known)


def _set_baseline(desk: Any) -> Callable[[Any], object]:
    known = _noticed(desk) | {"since": date(2025, 9, 1), "reason": WHY}
    return lambda p: answering.set_baseline(p, chart="received", **known)


ALL: Mapping[str, Any] = {
    "answering.answer_signal": _answer,
    "answering.set_baseline": _set_baseline,
    "answering.take_signal": _take,
    "noticing.notice_signals": _overdue,
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "answering.answer_signal": lambda a: answering.answer_signal(
        a.platform, actor=a.actor, number=1, disposition=Disposition.CHANCE, reason=WHY
    ),
    "answering.set_baseline": lambda a: answering.set_baseline(
        a.platform, actor=a.actor, chart="received", since=date(2025, 9, 1), reason=WHY
    ),
    "answering.take_signal": lambda a: answering.take_signal(a.platform, actor=a.actor, number=1),
    "charts.chart_csv": lambda a: charts.chart_csv(a.platform, actor=a.actor, chart="received"),
    "charts.signals_view": lambda a: charts.signals_view(a.platform, actor=a.actor),
    "charts.waiting_signals": lambda a: charts.waiting_signals(a.platform, actor=a.actor),
    "noticing.notice_signals": lambda a: noticing.notice_signals(a.platform, actor=a.actor),
}
"""How each service is asked for by anybody, whatever becomes of it."""
