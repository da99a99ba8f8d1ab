"""Signals: changes that are more than chance, their charts, and what was said of each."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Literal

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.signal import OWNER, Signal
from engine.services.signals import charts
from engine.services.signals.charts import ChartView, SignalsView
from ui.once import tell
from ui.parts import signal_action, words
from ui.parts.control_chart import draw_chart
from ui.parts.words import calendar_day, counted, plain
from ui.session import actor, platform, zone

_CHART = "signals.of"
_ICON = ":material/show_chart:"
_Color = Literal["red", "orange", "gray"]


def show() -> None:
    """Draw the page."""
    tell()
    person = actor()
    told = charts.signals_view(platform(), actor=person)
    st.title("Signals")
    st.markdown(
        ":small[Each night control charts tell which changes are more than chance. Each of these "
        "is looked into by somebody, who says what it is.]"
    )
    for signal in told.open:
        _draw_open(person, signal, told.names)
    if not told.open:
        with st.container(border=True):
            st.markdown("**No signal waits for an answer.**")
            st.markdown(f":small[{plain(_watched(told))}]")
    if told.charts:
        _draw_charts(person, told)
    if told.settled:
        _draw_settled(person, told)


def _watched(told: SignalsView) -> str:
    if not told.charts:
        return "The charts are drawn the night after the first whole week."
    at = words.moment(told.charts[0].watched.told_at, zone())
    return f"{counted(len(told.charts), 'chart')} looked at last on {at}."


def _draw_open(person: Actor, signal: Signal, names: Mapping[str, str]) -> None:
    """Draw a signal with what can be done about it."""
    number = signal.number
    with st.container(border=True, key=f"signal:{number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(signal.words)}**", width="content")
            for label, color in _badges(signal):
                st.badge(label, color=color)
        since = calendar_day(signal.noticed.first)
        st.markdown(f"{plain(signal.title)}, since {plain(since)}")
        st.markdown(f":small[{plain(_whose(signal, names))}]")
        if signal.answers:
            st.markdown(f":small[{plain(_said(signal, names))}]")
        with st.container(horizontal=True):
            if st.button("Show the chart", key=f"signal:chart:{number}", icon=_ICON):
                st.session_state[_CHART] = signal.chart
            if person.may(Deed.ANSWER_SIGNAL):
                if signal.owner != person.username and st.button(
                    "Take it", key=f"signal:take:{number}"
                ):
                    signal_action.take(person, signal)
                if st.button("Answer", key=f"signal:answer:{number}", type="primary"):
                    signal_action.answer(person, signal)


def _badges(signal: Signal) -> list[tuple[str, _Color]]:
    found: list[tuple[str, _Color]] = []
    if signal.answers:
        found.append((plain(signal.answers[-1].disposition.title), "gray"))
    if signal.climbed_at is not None:
        found.append(("Nobody answered in time", "red"))
    return found


def _whose(signal: Signal, names: Mapping[str, str]) -> str:
    found = words.day(signal.found_at, zone())
    until = words.day(signal.climbs_at, zone())
    owner = names.get(signal.owner, signal.owner)
    who = f"{owner} has it" if owner else f"Any {OWNER.title} can take it"
    return f"Found {found}. {who}. To be answered by {until}."


def _said(signal: Signal, names: Mapping[str, str]) -> str:
    last = signal.answers[-1]
    who, when = names.get(last.by, last.by), words.day(last.at, zone())
    return f"{last.disposition.title}, {who}, {when}: {last.reason}"


def _draw_charts(person: Actor, told: SignalsView) -> None:
    """Draw the chart that was chosen: the one of the latest signal where nobody chose."""
    by_id = {view.watched.id: view for view in told.charts}
    waiting = Counter(signal.chart for signal in told.open)
    if st.session_state.get(_CHART) not in by_id:
        asked = st.query_params.get("chart", "")
        usual = next((each.chart for each in told.open if each.chart in by_id), next(iter(by_id)))
        st.session_state[_CHART] = asked if asked in by_id else usual
    with st.container(border=True):
        chosen = st.selectbox(
            "Chart",
            list(by_id),
            key=_CHART,
            format_func=lambda name: _titled(by_id[name], waiting[name]),
            persist_state="session",
        )
        view = by_id[chosen]
        draw_chart(view, told.names, zone())
        st.markdown(f":small[{plain(_limits(view))}]")
        st.markdown(f":small[{plain(_legend(view))}]")
        _draw_changes(view, told.names)
        with st.container(horizontal=True):
            st.download_button(
                "Download as CSV",
                data=partial(charts.chart_csv, platform(), actor=person, chart=chosen),
                file_name=f"chart-{_named(chosen)}.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key="signals.csv",
            )
            may = person.may(Deed.ANSWER_SIGNAL) and len(view.watched.points) > 0
            if may and st.button(
                "Something was changed", key="signals:anew", icon=":material/restart_alt:"
            ):
                signal_action.begin_anew(person, view)


def _titled(view: ChartView, waiting: int) -> str:
    return f"{view.watched.title} ({waiting})" if waiting else view.watched.title


def _named(chart: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in chart)


def _limits(view: ChartView) -> str:
    """Return how the limits of the last stretch come about, or why there are none."""
    if not view.chart.phases:
        return ""
    last = view.chart.phases[-1]
    if last.computed_from is None:
        return last.why
    first, until = (calendar_day(each) for each in last.computed_from)
    number = sum(
        last.computed_from[0] <= each.day <= last.computed_from[1] for each in view.watched.points
    )
    told = f"{view.chart.kind.formula} They come from {number} points, {first} to {until}."
    if last.is_rare:
        return f"{told} Only points outside the limits count: what is rarer is too rare for runs."
    return told


def _legend(view: ChartView) -> str:
    told = "Solid grey line: centre. Dashed: limits."
    if any(phase.baseline for phase in view.chart.phases):
        told += " Upright line: limits begin anew."
    if any(signal.answers for signal in view.signals):
        told += " Triangle: somebody answered a signal."
    return told


def _draw_changes(view: ChartView, names: Mapping[str, str]) -> None:
    """Say what was changed, so that the lines on the chart can be read."""
    for kept in view.baselines:
        who = names.get(kept.by, kept.by)
        since = calendar_day(kept.baseline.since)
        told = f"Limits begin anew on {since} ({who}): {kept.baseline.reason}"
        st.markdown(f":small[:material/restart_alt: {plain(told)}]")


def _draw_settled(person: Actor, told: SignalsView) -> None:
    """Draw the signals that were answered, on demand."""
    answered = st.expander(
        f"Answered ({len(told.settled)})", key="signals.settled", on_change="rerun"
    )
    if not answered.open:
        return
    with answered:
        for signal in told.settled:
            since = calendar_day(signal.noticed.first)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"**{plain(signal.title)}**  \n{plain(f'{signal.words}, since {since}')}  \n"
                    f":small[{plain(_said(signal, told.names))}]"
                )
                if person.may(Deed.ANSWER_SIGNAL) and st.button(
                    "Correct", key=f"signal:correct:{signal.number}", type="tertiary"
                ):
                    signal_action.answer(person, signal)
