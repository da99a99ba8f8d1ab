"""The coming weeks as a chart: how many complaints will be open, between which bounds."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import altair as alt
import streamlit as st

from engine.domain.what_if import Outlook, Range
from engine.services.figures.looking_ahead import Ahead
from ui.parts.axis import named_axis
from ui.parts.words import counted

_HEIGHT = 280
_ASKED, _USUAL, _CAME = "With what you change", "As things are", "What came"
_COLOURS = {_ASKED: "#2f6fde", _USUAL: "#8a8f98", _CAME: "#c2571a"}
_TABLE_ROWS = 14
_TALL = 480


def draw_outlook(told: Ahead, zone: ZoneInfo, *, is_changed: bool) -> None:
    """Draw the open complaints of the coming weeks, and the numbers as a table."""
    if told.usual is None or told.asked is None:
        return
    chart = _chart(told, zone, is_changed=is_changed)
    text = _in_words(told, zone, is_changed=is_changed)
    st.altair_chart(chart, alt=text, width="stretch", key="ahead.chart")
    st.caption("The bands hold eight of ten rounds; in one of ten it was more, in one of ten less.")
    numbers = st.expander("The numbers as a table", key="ahead.table", on_change="rerun")
    if numbers.open:
        numbers.table(
            _table(told, zone),
            border="horizontal",
            height="content" if len(told.weeks) <= _TABLE_ROWS else _TALL,
            hide_index=True,
        )


def _chart(told: Ahead, zone: ZoneInfo, *, is_changed: bool) -> alt.LayerChart:
    values = list(_values(told, zone, is_changed=is_changed))
    kinds = [kind for kind in _COLOURS if any(value["kind"] == kind for value in values)]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        # An axis of texts in their order: an axis of times would be read in the browser's zone.
        x=alt.X(
            "week:O",
            sort=None,
            title=None,
            axis=named_axis([_named(told, n, zone) for n in range(-1, len(told.weeks))]),
        ),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=kinds, range=[_COLOURS[kind] for kind in kinds]),
            legend=alt.Legend(
                orient="top", title=None, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1
            ),
        ),
        tooltip=[
            alt.Tooltip("kind:N", title="Which"),
            alt.Tooltip("week:O", title="End of the week to"),
            alt.Tooltip("open:Q", title="Open", format=",.0f"),
            alt.Tooltip("low:Q", title="Nine of ten more than", format=",.0f"),
            alt.Tooltip("high:Q", title="Nine of ten less than", format=",.0f"),
        ],
    )
    y = alt.Axis(tickMinStep=1, tickCount=5)
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", title="Open complaints", axis=y, stack=None), y2="high:Q"
    )
    line = base.mark_line(strokeWidth=2.5, point=True).encode(
        y=alt.Y("open:Q"),
        strokeDash=alt.StrokeDash(
            "kind:N",
            scale=alt.Scale(domain=kinds, range=[_dash(kind) for kind in kinds]),
            legend=None,
        ),
    )
    chart: alt.LayerChart = (band + line).properties(height=_HEIGHT)
    return chart


def _dash(kind: str) -> list[int]:
    return [5, 4] if kind == _USUAL else [1, 0]


def _values(told: Ahead, zone: ZoneInfo, *, is_changed: bool) -> Iterator[dict[str, object]]:
    """Yield the points of all lines, each beginning with what is open now."""
    lines = [(_USUAL, told.usual)] + ([(_ASKED, told.asked)] if is_changed else [])
    now, begin = float(told.known.under_way), _named(told, -1, zone)
    for kind, outlook in lines:
        yield _point(kind, begin, Range(now, now, now))
        for number, week in enumerate(outlook.weeks if outlook else ()):
            yield _point(kind, _named(told, number, zone), week.backlog)
    if told.happened[:1] != (None,):
        yield _point(_CAME, begin, Range(now, now, now))
    for number, count in enumerate(told.happened):
        if count is not None:
            yield _point(_CAME, _named(told, number, zone), Range(count, count, count))


def _point(kind: str, week: str, at: Range) -> dict[str, object]:
    return {"kind": kind, "week": week, "low": at.low, "open": at.middle, "high": at.high}


def _named(told: Ahead, number: int, zone: ZoneInfo) -> str:
    """Return the day on which a week ends; the one before the first is where it begins."""
    at = told.weeks[number].end if number >= 0 else told.weeks[0].begin
    local = at.astimezone(zone)
    return f"{local.day} {local:%b}"


def _in_words(told: Ahead, zone: ZoneInfo, *, is_changed: bool) -> str:
    last = _named(told, len(told.weeks) - 1, zone)
    now = counted(told.known.under_way, "complaint")
    parts = [f"Lines of open complaints with bands: {now} at first"]
    for outlook, said in ((told.usual, "as things are"), (told.asked, "with what you change")):
        if outlook is not None and (outlook is told.usual or is_changed):
            parts.append(f"on {last} {said} {between(outlook)}")
    if (came := told.happened[-1]) is not None:
        parts.append(f"{came:,} really")
    return "; ".join(parts) + "."


def between(outlook: Outlook) -> str:
    """Return how many are open at the end, with the bounds of eight rounds of ten."""
    low, middle, high = outlook.weeks[-1].backlog
    return f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"


def _table(told: Ahead, zone: ZoneInfo) -> dict[str, list[str]]:
    usual, asked = told.usual, told.asked
    if usual is None or asked is None:
        return {}
    found = {
        "Week to": [_named(told, number, zone) for number in range(len(told.weeks))],
        "Received": [_span(week.received) for week in asked.weeks],
        "Closed": [_span(week.closed) for week in asked.weeks],
        "Open": [_span(week.backlog) for week in asked.weeks],
        "Open as things are": [_span(week.backlog) for week in usual.weeks],
        "Answered late": [_share(week.late) for week in asked.weeks],
    }
    if told.happened[0] is not None:
        found["What came"] = ["" if n is None else f"{n:,}" for n in told.happened]
    return found


def _span(at: Range) -> str:
    return f"{at.middle:,.0f} ({at.low:,.0f} to {at.high:,.0f})"


def _share(late: Range | None) -> str:
    if late is None:
        return "hardly any due"
    return f"{late.middle:.0%} ({late.low:.0%} to {late.high:.0%})"
