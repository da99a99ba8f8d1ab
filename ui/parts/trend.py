"""Weeks as charts: what came, what went, and what was left."""

from collections.abc import Sequence

import altair as alt
import streamlit as st

from engine.services.figures.reporting import Week
from ui.parts.axis import named_axis
from ui.parts.words import counted

_HEIGHT = 190
_LOW = 110
_FEW = 13
_TALL = 420


def trend(weeks: Sequence[Week]) -> None:
    """Draw received and closed per week, open at the end of each, and the numbers as a table."""
    if len(weeks) < 2:
        st.markdown("The course is told from two whole weeks on.")
        return
    st.altair_chart(_flow(weeks), alt=_told(weeks), width="stretch", key="trend.flow")
    st.markdown("**Open at the end of the week**")
    st.altair_chart(_stock(weeks), alt=_told_open(weeks), width="stretch", key="trend.stock")
    numbers = st.expander("The numbers as a table", key="trend.table", on_change="rerun")
    if numbers.open:
        numbers.table(
            {
                "Week from": [_name(week) for week in weeks],
                "Received": [str(week.received) for week in weeks],
                "Closed": [str(week.closed) for week in weeks],
                "Open": [str(week.backlog) for week in weeks],
            },
            border="horizontal",
            height="content" if len(weeks) <= _FEW else _TALL,
            hide_index=True,
        )


def _flow(weeks: Sequence[Week]) -> alt.Chart:
    values = [
        {"week": _name(week), "kind": kind, "complaints": number}
        for week in weeks
        for kind, number in (("Received", week.received), ("Closed", week.closed))
    ]
    chart: alt.Chart = (
        _chart(values, _HEIGHT)
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=_weeks(weeks),
            xOffset=alt.XOffset("kind:N", sort=None),
            y=_complaints(),
            color=alt.Color("kind:N", sort=None, legend=alt.Legend(orient="top", title=None)),
            tooltip=_tips("kind"),
        )
    )
    return chart


def _stock(weeks: Sequence[Week]) -> alt.Chart:
    values = [{"week": _name(week), "complaints": week.backlog} for week in weeks]
    marked = _chart(values, _LOW).mark_line(point=True, strokeWidth=2)
    chart: alt.Chart = marked.encode(x=_weeks(weeks), y=_complaints(), tooltip=_tips())
    return chart


def _chart(values: list[dict[str, object]], height: int) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=values)).properties(height=height)


def _weeks(weeks: Sequence[Week]) -> alt.X:
    # An axis of texts in their order: an axis of times would be read in the browser's zone.
    axis = named_axis([_name(week) for week in weeks])
    return alt.X("week:O", sort=None, title=None, axis=axis)


def _complaints() -> alt.Y:
    return alt.Y("complaints:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4))


def _tips(*more: str) -> list[alt.Tooltip]:
    named = [alt.Tooltip(f"{name}:N", title=name.capitalize()) for name in more]
    week = alt.Tooltip("week:O", title="Week from")
    return [week, *named, alt.Tooltip("complaints:Q", title="Complaints", format=",")]


def _name(week: Week) -> str:
    return f"{week.begin.day} {week.begin:%b}"


def _told(weeks: Sequence[Week]) -> str:
    received, closed = sum(w.received for w in weeks), sum(w.closed for w in weeks)
    return (
        f"Bars of complaints received and closed per week, {_name(weeks[0])} to "
        f"{_name(weeks[-1])}: {received:,} received and {closed:,} closed in all."
    )


def _told_open(weeks: Sequence[Week]) -> str:
    first, last = counted(weeks[0].backlog, "complaint"), counted(weeks[-1].backlog, "complaint")
    return f"Line of open complaints: {first} after the first week, {last} after the last."
