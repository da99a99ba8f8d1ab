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
_ALL = "signals.everything"
_FEW = 5
"""So many signals are shown before somebody asks for the others."""
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
    if not told.charts and not told.open and not told.settled:
        _draw_nothing(told)
        return
    waiting, chart = st.columns([1, 1.7], gap="small")
    with waiting:
        if not told.open:
            _draw_nothing(told)
        _draw_waiting(person, told)
    with chart:
        if told.charts:
            _draw_charts(person, told)
        if told.settled:
            _draw_settled(person, told)


def _draw_nothing(told: SignalsView) -> None:
    with st.container(border=True):
        st.markdown("**No signal waits for an answer.**")
        st.markdown(f":small[{plain(_watched(told))}]")


def _draw_waiting(person: Actor, told: SignalsView) -> None:
    """Draw the signals that wait: first what nobody answered in time, the others on demand."""
    shown = sorted(told.open, key=lambda signal: signal.climbed_at is None)
    if len(shown) > _FEW and not st.session_state.get(_ALL):
        shown = shown[:_FEW]
    for signal in shown:
        _draw_open(person, signal, told.names)
    if len(shown) < len(told.open):
        st.button(
            f"Show all {len(told.open)}",
            key="signals:more",
            on_click=lambda: st.session_state.update({_ALL: True}),
        )


def _watched(told: SignalsView) -> str:
    if not told.charts:
        return "The charts are drawn the night after the first whole week."
    at = words.moment(told.charts[0].watched.told_at, zone())
    return f"{counted(len(told.charts), 'chart')} looked at last on {at}."


def _draw_open(person: Actor, signal: Signal, names: Mapping[str, str]) -> None:
    """Draw a signal with what can be done about it."""
    number = signal.number
    with st.container(border=True, key=f"signal:{number}", gap="xsmall"):
        for label, color in _badges(signal):
            st.badge(label, color=color)
        since = calendar_day(signal.noticed.first)
        told = [f"**{plain(signal.title)}**", plain(f"{signal.words}, since {since}")]
        told += [f":small[{plain(line)}]" for line in _whose(signal, names)]
        st.markdown("  \n".join(told))
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Chart",
                key=f"signal:chart:{number}",
                type="tertiary",
                icon=":material/show_chart:",
                on_click=partial(st.session_state.__setitem__, _CHART, signal.chart),
            )
            if not person.may(Deed.ANSWER_SIGNAL):
                return
            if signal.owner != person.username and st.button(
                "Take it", key=f"signal:take:{number}", type="tertiary", icon=":material/pan_tool:"
            ):
                signal_action.take(person, signal)
            st.space("stretch")
            if st.button("Answer", key=f"signal:answer:{number}"):
                signal_action.answer(person, signal)


def _badges(signal: Signal) -> list[tuple[str, _Color]]:
    found: list[tuple[str, _Color]] = []
    if signal.answers:
        found.append((plain(signal.answers[-1].disposition.title), "gray"))
    if signal.climbed_at is not None:
        found.append(("Nobody answered in time", "red"))
    return found


def _whose(signal: Signal, names: Mapping[str, str]) -> list[str]:
    """Return the lines that say whose it is, until when, and what was said of it so far."""
    owner = names.get(signal.owner, signal.owner)
    who = f"{owner} has it" if owner else f"Any {OWNER.title} can take it"
    told = [f"{who}, answer by {words.day(signal.climbs_at, zone())}"]
    return [*told, _said(signal, names)] if signal.answers else told


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
        for line in (_legend(view), _limits(view)):
            if line:
                st.markdown(f":small[{plain(line)}]")
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
    if all(phase.computed_from is None for phase in view.chart.phases):
        return ""
    told = "Solid line: centre. Dashed lines: limits."
    if any(phase.baseline for phase in view.chart.phases):
        told += " Upright line: limits begin anew."
    if view.done or any(signal.answers for signal in view.signals):
        told += " Triangle: somebody answered a signal, or an action was carried out."
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
    if answered.open:
        for signal in told.settled:
            with answered.container(horizontal=True, vertical_alignment="center"):
                _draw_answered(person, signal, told.names)


def _draw_answered(person: Actor, signal: Signal, names: Mapping[str, str]) -> None:
    since = calendar_day(signal.noticed.first)
    st.markdown(
        f"**{plain(signal.title)}**  \n{plain(f'{signal.words}, since {since}')}  \n"
        f":small[{plain(_said(signal, names))}]"
    )
    if person.may(Deed.ANSWER_SIGNAL) and st.button(
        "Correct", key=f"signal:correct:{signal.number}", type="tertiary"
    ):
        signal_action.answer(person, signal)
