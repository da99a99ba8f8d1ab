"""A control chart: points, limits, what is more than chance, and where something was done."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import streamlit as st

from engine.domain.signal import Measured
from engine.services.signals.charts import ChartView
from ui.parts.axis import named_axis
from ui.parts.words import calendar_day, counted

_HEIGHT = 260
_TRIANGLE = {"shape": "triangle-up", "filled": True, "size": 90, "opacity": 1, "yOffset": -7}
_TALL = 420
_YEAR = 53
"""So many points are drawn unless somebody asks for all."""
_FEW = 13
_GREY = "#7a8794"
"""Is read on a light and on a dark ground."""
_BLUE, _RED = "#3a86c8", "#d1495b"
_USUAL, _UNUSUAL = "Chance", "More than chance"
_AXES = {Measured.SHARE: ".0%", Measured.COMPLAINTS: ",.0f"}
_TOLD = {Measured.SHARE: ".1%"}
_USUALLY = ",.1~f"


def draw_chart(view: ChartView, names: dict[str, str], zone: ZoneInfo) -> None:
    """Draw a chart, and its numbers as a table; a sentence where there is no point yet.

    Args:
        view: The chart.
        names: Of people, by user name.
        zone: In which the reader reads times.
    """
    if not view.watched.points:
        st.markdown("Nothing was measured yet.")
        return
    labels = labels_of(view)
    begin = max(0, len(labels) - _YEAR)
    if begin and st.toggle(f"All {len(labels)} points", key="signals.all"):
        begin = 0
    st.altair_chart(
        _chart(view, labels, begin, names, zone),
        alt=told(view),
        width="stretch",
        key=f"signals.chart.{view.watched.id}",
    )
    numbers = st.expander("The numbers as a table", key="signals.table", on_change="rerun")
    if numbers.open:
        numbers.table(
            _columns(view, labels),
            border="horizontal",
            height="content" if len(labels) <= _FEW else _TALL,
            hide_index=True,
        )


def labels_of(view: ChartView) -> list[str]:
    """Return the name of each point on the axis; two of one day are told apart."""
    seen: Counter[date] = Counter()
    found = []
    for point in view.watched.points:
        seen[point.day] += 1
        again = f" ({seen[point.day]})" if seen[point.day] > 1 else ""
        found.append(f"{point.day.day} {point.day:%b %y}{again}")
    return found


def value_of(view: ChartView, value: float | None) -> str:
    """Return a value as a person reads it; a dash for a limit that cannot be reached."""
    if value is None:
        return "–"  # noqa: RUF001 - as tables say nothing
    if view.watched.measured is Measured.SHARE:
        return f"{value:.1%}"
    return f"{value:,.1f}".removesuffix(".0")


def told(view: ChartView) -> str:
    """Return in words what the chart shows, for whoever does not see it."""
    points, labels = view.watched.points, labels_of(view)
    last = value_of(view, float(points[-1].value))
    said = (
        f"Control chart, {view.watched.title}: {counted(len(points), 'point')} from {labels[0]} to "
        f"{labels[-1]}, the last one {last}."
    )
    lines = view.chart.lines(len(points) - 1)
    if lines is None:
        return f"{said} No limits."
    low, centre, high = (value_of(view, line) for line in lines)
    limits = f"Centre {centre}, lower limit {low}, upper limit {high}."
    found = [f"{f.rule.words(f.side)} from {labels[f.first]}" for f in view.findings]
    return f"{said} {limits} " + ("; ".join(found) + "." if found else "Nothing more than chance.")


def _columns(view: ChartView, labels: list[str]) -> dict[str, list[str]]:
    lines = [view.chart.lines(at) or (None, None, None) for at in range(len(labels))]
    what = _found_at(view)
    return {
        "From": labels,
        "Value": [value_of(view, float(point.value)) for point in view.watched.points],
        "Complaints": [f"{point.n:,}" for point in view.watched.points],
        "Lower limit": [value_of(view, low) for low, _, _ in lines],
        "Centre": [value_of(view, centre) for _, centre, _ in lines],
        "Upper limit": [value_of(view, high) for _, _, high in lines],
        "More than chance": [what.get(at, "") for at in range(len(labels))],
    }


def _found_at(view: ChartView) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for each in view.findings:
        for at in range(each.first, each.last + 1):
            found.setdefault(at, []).append(each.rule.words(each.side))
    return {at: "; ".join(words) for at, words in found.items()}


def _chart(
    view: ChartView, labels: list[str], begin: int, names: dict[str, str], zone: ZoneInfo
) -> alt.LayerChart:
    base = alt.Chart(alt.InlineData(values=list(_values(view, labels))[begin:]))
    x = alt.X("at:O", sort=None, title=None, axis=named_axis(labels[begin:]))
    measured = view.watched.measured
    ticks = alt.Axis(tickCount=5, format=_AXES.get(measured, _USUALLY), title=None)
    steps = base.mark_line(interpolate="step", color=_GREY, clip=True)
    limits = [
        steps.encode(x=x, y=alt.Y(f"{name}:Q", axis=ticks), detail="phase:N", strokeDash=dash)
        for name, dash in (
            ("low", alt.value([4, 4])),
            ("centre", alt.value([1, 0])),
            ("high", alt.value([4, 4])),
        )
    ]
    from_zero = measured is not Measured.SHARE
    y = alt.Y("value:Q", axis=ticks, scale=alt.Scale(zero=from_zero))
    line = base.mark_line(strokeWidth=1.5, opacity=0.6, color=_BLUE).encode(x=x, y=y)
    marks = base.mark_point(filled=True, opacity=1).encode(
        x=x,
        y=y,
        color=alt.Color("what:N", legend=_legend(), scale=_scale([_BLUE, _RED])),
        shape=alt.Shape("what:N", legend=_legend(), scale=_scale(["circle", "diamond"])),
        size=alt.Size("what:N", legend=None, scale=_scale([28, 110])),
        tooltip=_tips(_TOLD.get(measured, _USUALLY)),
    )
    layers = [*limits, line, marks]
    shown = set(labels[begin:])
    for done, mark in (
        (_changes(view, labels), {"type": "rule", "strokeDash": [2, 2]}),
        (_answers(view, labels, names, zone), {"type": "point", **_TRIANGLE}),
    ):
        kept = [each for each in done if each["at"] in shown]
        if kept:
            layers.append(_done(kept, mark, x))
    return alt.LayerChart(layer=layers).properties(height=_HEIGHT)


def _values(view: ChartView, labels: list[str]) -> Iterator[dict[str, object]]:
    found = _found_at(view)
    for number, phase in enumerate(view.chart.phases):
        for at in range(phase.begin, phase.end):
            low, centre, high = view.chart.lines(at) or (None, None, None)
            point = view.watched.points[at]
            yield {
                "at": labels[at],
                "value": float(point.value),
                "n": point.n,
                "low": low,
                "centre": centre,
                "high": high,
                "phase": number,
                "what": _UNUSUAL if at in found else _USUAL,
                "rule": found.get(at, "-"),
            }


def _done(kept: list[dict[str, str]], mark: dict[str, Any], x: alt.X) -> alt.Chart:
    """Return the marks of what was done: a line for new limits, a triangle for an answer."""
    tips = [alt.Tooltip(f"{name}:N", title=name.capitalize()) for name in kept[0] if name != "at"]
    base = alt.Chart(alt.InlineData(values=kept))
    y = {"y": alt.value("height")} if mark["type"] == "point" else {}
    made: alt.Chart = base.mark_point().encode(x=x, tooltip=tips, **y)
    made.mark = alt.MarkDef(color=_GREY, **mark)
    return made


def _changes(view: ChartView, labels: list[str]) -> Iterator[dict[str, str]]:
    for phase in view.chart.phases:
        if phase.baseline:
            when = calendar_day(phase.baseline.since)
            yield {"at": labels[phase.begin], "what": "Limits begin anew", "when": when}


def _answers(
    view: ChartView, labels: list[str], names: dict[str, str], zone: ZoneInfo
) -> Iterator[dict[str, str]]:
    for signal in view.signals:
        for answer in signal.answers:
            day = answer.at.astimezone(zone).date()
            yield {
                "at": labels[_place(view, day)],
                "what": answer.disposition.title,
                "who": names.get(answer.by, answer.by),
                "when": calendar_day(day),
            }
    for done in view.done:
        day = done.at.astimezone(zone).date()
        yield {
            "at": labels[_place(view, day)],
            "what": f"Action: {done.title}",
            "who": names.get(done.by, done.by),
            "when": calendar_day(day),
        }


def _place(view: ChartView, day: date) -> int:
    """Return the last point that is not after a day."""
    before = [at for at, point in enumerate(view.watched.points) if point.day <= day]
    return before[-1] if before else 0


def _scale(values: Sequence[str | float]) -> alt.Scale:
    return alt.Scale(domain=[_USUAL, _UNUSUAL], range=values)


def _legend() -> alt.Legend:
    return alt.Legend(orient="top", title=None)


def _tips(form: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("at:O", title="From"),
        alt.Tooltip("value:Q", title="Value", format=form),
        alt.Tooltip("n:Q", title="Complaints", format=","),
        alt.Tooltip("low:Q", title="Lower limit", format=form),
        alt.Tooltip("centre:Q", title="Centre", format=form),
        alt.Tooltip("high:Q", title="Upper limit", format=form),
        alt.Tooltip("rule:N", title="More than chance"),
    ]
