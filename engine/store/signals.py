"""Control charts as they were read last, the signals they gave, and what was said of them."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, select

from engine.domain.control_chart import Baseline, Point
from engine.domain.signal import Answer, KeptBaseline, Noticed, Signal, Watched
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.signal_tables import (
    ChartBaselineRow,
    SignalAnswerRow,
    SignalRow,
    WatchedChartRow,
)

_CHART, _BASELINE = table_of(WatchedChartRow), table_of(ChartBaselineRow)
_SIGNAL, _ANSWER = table_of(SignalRow), table_of(SignalAnswerRow)
_OPEN = _SIGNAL.c.settled_at.is_(None)
_CHARTS = select(_CHART).order_by(_CHART.c.place)
_BASELINES = select(_BASELINE).order_by(_BASELINE.c.chart, _BASELINE.c.since)
_ONE = select(_SIGNAL).where(_SIGNAL.c.id == bindparam("of"))
_TAKE = _ONE.with_for_update()


class Signals:
    """Keeps charts, baselines and signals; of signals and answers none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep_charts(self, charts: Sequence[Watched]) -> None:
        """Keep what is watched now, in this order, in place of what was."""
        self._session.execute(_CHART.delete())
        for place, chart in enumerate(charts):
            row = {name: getattr(chart, name) for name in ("id", "title", "kind", "measured")}
            points = [[p.day.isoformat(), p.number, p.of, p.n] for p in chart.points]
            kept = row | {"place": place, "points": points, "told_at": chart.told_at}
            self._session.execute(_CHART.insert().values(**kept))

    def charts(self) -> tuple[Watched, ...]:
        """Return what is watched."""
        return tuple(_to_chart(row) for row in self._session.execute(_CHARTS))

    def chart(self, name: str) -> Watched | None:
        """Return one chart."""
        row = self._session.execute(select(_CHART).where(_CHART.c.id == name)).first()
        return _to_chart(row) if row else None

    def take_chart(self, name: str) -> bool:
        """Keep others from changing a chart meanwhile; tell whether it is there."""
        query = select(_CHART.c.id).where(_CHART.c.id == name).with_for_update()
        return self._session.execute(query).first() is not None

    def baselines(self) -> tuple[KeptBaseline, ...]:
        """Return the baselines of all charts, by chart and day."""
        return tuple(
            KeptBaseline(row.chart, Baseline(row.since, row.reason), row.set_by, row.set_at)
            for row in self._session.execute(_BASELINES)
        )

    def add_baseline(self, chart: str, baseline: Baseline, *, by: str, at: datetime) -> None:
        """Keep a change after which limits are computed anew."""
        told = {"chart": chart, "since": baseline.since, "reason": baseline.reason}
        self._session.execute(_BASELINE.insert().values(**told, set_by=by, set_at=at))

    def add(
        self, chart: Watched, noticed: Noticed, *, found_at: datetime, climbs_at: datetime
    ) -> int:
        """Keep a new signal and return its number."""
        values = dict(zip(Noticed.__slots__, astuple(noticed), strict=True))
        kept = {"chart": chart.id, "title": chart.title, "owner": "", "found_at": found_at}
        adding = _SIGNAL.insert().values(**values, **kept, climbs_at=climbs_at)
        number: int = self._session.execute(adding.returning(_SIGNAL.c.id)).scalar_one()
        return number

    def grow(self, number: int, last: date) -> None:
        """Note until when a signal goes on."""
        self._change(number, last=last)

    def take(self, number: int) -> Signal | None:
        """Return a signal, and keep others from changing it meanwhile."""
        row = self._session.execute(_TAKE, {"of": number}).first()
        return self._signals([row])[0] if row else None

    def get(self, number: int) -> Signal | None:
        """Return a signal."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return self._signals([row])[0] if row else None

    def of_charts(self) -> tuple[Signal, ...]:
        """Return every signal of what is watched now, the latest first."""
        return self._found(_SIGNAL.c.chart.in_(select(_CHART.c.id)))

    def open(self) -> tuple[Signal, ...]:
        """Return every signal that is not answered, the latest first."""
        return self._found(_OPEN)

    def found_before(self, at: datetime) -> tuple[Signal, ...]:
        """Return every signal that was found before a moment, the latest first."""
        return self._found(_SIGNAL.c.found_at < at)

    def settled(self, *, limit: int) -> tuple[Signal, ...]:
        """Return signals that are answered, the latest first."""
        return self._found(~_OPEN, limit=limit)

    def waiting(self, *, climbed_only: bool) -> int:
        """Return how many signals are not answered."""
        query = select(func.count()).select_from(_SIGNAL).where(_OPEN)
        if climbed_only:
            query = query.where(_SIGNAL.c.climbed_at.is_not(None))
        return int(self._session.execute(query).scalar_one())

    def overdue(self, now: datetime) -> tuple[Signal, ...]:
        """Return the signals whose time is over, and that nobody higher up was shown."""
        return self._found(_OPEN, _SIGNAL.c.climbs_at <= now, _SIGNAL.c.climbed_at.is_(None))

    def climb(self, number: int, *, at: datetime) -> None:
        """Note that a signal is shown higher up."""
        self._change(number, climbed_at=at)

    def give(self, number: int, owner: str) -> None:
        """Note whose a signal is."""
        self._change(number, owner=owner)

    def answer(self, number: int, nth: int, answer: Answer, *, climbs_at: datetime) -> None:
        """Keep what somebody made of a signal; unless it settles it, its time begins anew."""
        told: dict[str, Any] = {"disposition": answer.disposition, "reason": answer.reason}
        told |= {"answered_by": answer.by, "answered_at": answer.at}
        self._session.execute(_ANSWER.insert().values(signal_id=number, number=nth, **told))
        settled = answer.at if answer.disposition.settles else None
        self._change(number, settled_at=settled, climbs_at=climbs_at, climbed_at=None)

    def _change(self, number: int, **values: Any) -> None:  # noqa: ANN401 - of its columns
        self._session.execute(_SIGNAL.update().where(_SIGNAL.c.id == number).values(**values))

    def _found(self, *wanted: ColumnElement[bool], limit: int | None = None) -> tuple[Signal, ...]:
        order = (_SIGNAL.c.noticed.desc(), _SIGNAL.c.id.desc())
        query = select(_SIGNAL).where(*wanted).order_by(*order).limit(limit)
        return self._signals(self._session.execute(query).all())

    def _signals(self, rows: Sequence[Row[Any]]) -> tuple[Signal, ...]:
        numbers = [row.id for row in rows]
        order = (_ANSWER.c.signal_id, _ANSWER.c.number)
        query = select(_ANSWER).where(_ANSWER.c.signal_id.in_(numbers)).order_by(*order)
        answers: dict[int, list[Answer]] = {}
        for row in self._session.execute(query):
            told = Answer(row.disposition, row.reason, row.answered_by, row.answered_at)
            answers.setdefault(row.signal_id, []).append(told)
        return tuple(_to_signal(row, answers.get(row.id, ())) for row in rows)


def _to_chart(row: Row[Any]) -> Watched:
    points = tuple(Point(date.fromisoformat(day), *numbers) for day, *numbers in row.points)
    return Watched(row.id, row.title, row.kind, row.measured, points, row.told_at)


def _to_signal(row: Row[Any], answers: Sequence[Answer]) -> Signal:
    return Signal(
        number=row.id,
        chart=row.chart,
        title=row.title,
        noticed=Noticed(row.rule, row.side, row.first, row.last, row.noticed),
        found_at=row.found_at,
        owner=row.owner,
        climbs_at=row.climbs_at,
        climbed_at=row.climbed_at,
        answers=tuple(answers),
    )
