"""The live process: where time goes on the diagram, and the same as a table."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.heat import FORMULAS, TITLES, HeatMeasure, StepHeat
from engine.domain.kpi import FEW, Period
from engine.services.figures import heat
from engine.services.figures.heat import ProcessOverview
from ui.once import tell
from ui.parts.address_part import draw_refused
from ui.parts.caselist import CaseRow, caselist
from ui.parts.diagram import show_heat
from ui.parts.fresh import fresh
from ui.parts.health_view import draw_health
from ui.parts.heat_choice import Chosen, address_of, choose_measure, choose_version, named_step
from ui.parts.heat_words import HEAD, cells, loops_of, warmth, ways_back
from ui.parts.period import choose_period
from ui.parts.step_list import open_list
from ui.parts.studio_way import wished_element
from ui.parts.words import counted, day, plain
from ui.session import actor, platform

_FRESH = 15.0
"""Seconds."""
_WAITING_CELL = 0
_DIAGRAM, _PERIOD = "process.diagram", "process"


def show() -> None:
    """Draw the page."""
    tell()
    zone = platform().policy.calendar.zone
    title = st.container(horizontal=True, vertical_alignment="center")
    title.title("Process", width="content")
    with title:
        versions = _versions()
        chosen = choose_version(versions)
        st.space("stretch")
        period = choose_period(key=_PERIOD, now=platform().now(), zone=zone)
    draw_refused()
    told = _told(period, chosen)
    st.markdown(plain(_summary(told)))
    if told.is_catching_up:
        st.info("Steps of before the last upgrade are still being counted.")
    measure = choose_measure()
    st.markdown(f":small[{plain(_meaning(measure, period, ZoneInfo(zone)))}]")
    clicked = _draw_diagram(told, measure)
    draw_health(actor(), diagram=_DIAGRAM, period=_PERIOD)
    with st.container(border=True):
        st.header("Every step in figures")
        picked = _draw_table(told, measure)
    element = picked or clicked or named_step()
    if element:
        _open(told, element, measure, period, chosen)


def _versions() -> tuple[heat.PublishedVersion, ...]:
    person = actor()
    return fresh(
        "process.versions",
        seconds=_FRESH,
        of=person,
        read=lambda: heat.versions(platform(), actor=person),
    )


def _told(period: Period, chosen: Chosen) -> ProcessOverview:
    """Return the figures, a few seconds old at most: opening a list must not count anew."""
    person = actor()
    return fresh(
        "process",
        seconds=_FRESH,
        of=(person, period, chosen),
        read=lambda: heat.overview(
            platform(),
            actor=person,
            period=period,
            version=chosen.version,
            is_alone=chosen.is_alone,
        ),
    )


def _summary(told: ProcessOverview) -> str:
    waiting = sum(step.waiting for step in told.steps)
    late = sum(step.waiting_late for step in told.steps)
    if not waiting:
        return "No case waits anywhere."
    verb = "waits" if waiting == 1 else "wait"
    ending = f"{late:,} of them late." if late else "none of them late."
    return f"{counted(waiting, 'step')} {verb} for somebody, {ending}"


def _meaning(measure: HeatMeasure, period: Period, zone: ZoneInfo) -> str:
    """Say what is shown, and of which days."""
    if measure is HeatMeasure.WAITING:
        return FORMULAS[measure]
    last = day(period.end - timedelta(seconds=1), zone)
    said = f"{day(period.begin, zone)} to {last}. {FORMULAS[measure]}"
    if measure in {HeatMeasure.MEDIAN, HeatMeasure.MOST}:
        hours = platform().calendar.usual_day / timedelta(hours=1)
        said += f" A day (d) is a working day of {hours:g} hours."
    return said


def _draw_diagram(told: ProcessOverview, measure: HeatMeasure) -> str | None:
    warm = warmth(told.steps, measure, platform().calendar.usual_day)
    return show_heat(
        told.xml,
        key=_DIAGRAM,
        alt=f"{told.title}, version {told.version}, coloured by: {TITLES[measure]}. "
        f"{_summary(told)} The table below names every step.",
        heat=warm,
        scale=TITLES[measure],
        loops=ways_back(told.steps) if measure is HeatMeasure.AGAIN else (),
        focus=wished_element(_DIAGRAM),
        height=500,
    )


def _draw_table(told: ProcessOverview, measure: HeatMeasure) -> str | None:
    rows = rows_of(told, measure, platform().calendar.usual_day)
    if not rows:
        st.markdown("Nothing waits, and nothing was done or due. Choose a longer period.")
        return None
    if not actor().may(Deed.READ):
        st.markdown(f"Times and shares are told from {FEW} complaints on.")
    caption = f"Steps, those with the most first: {TITLES[measure]}"
    return caselist(rows, key="process.steps", caption=caption, head=HEAD)


def rows_of(told: ProcessOverview, measure: HeatMeasure, day: timedelta) -> list[CaseRow]:
    """Return the steps on which anything was measured as lines, warmest first.

    Args:
        told: What was measured.
        measure: What they are sorted by.
        day: How long a working day is.
    """
    some = [step for step in told.steps if step.waiting or step.done or step.due]
    some.sort(key=lambda step: (-(step.value(measure) or -1.0), -step.done, step.title))
    return [
        CaseRow(
            id=step.element,
            href=address_of(step.element),
            title=step.title,
            about="",
            cells=cells(step, day),
            alarming=(_WAITING_CELL,) if step.waiting_late else (),
            note=loops_of(step),
        )
        for step in some
    ]


def _open(
    told: ProcessOverview, element: str, measure: HeatMeasure, period: Period, chosen: Chosen
) -> None:
    """Open a drawer with the complaints behind what is shown of an element."""
    if not actor().may(Deed.READ):
        st.toast("The complaints are shown to those who work on them.")
        return
    found: StepHeat | None = next((s for s in told.steps if s.element == element), None)
    if found is None:
        st.toast("No step is done there.")
        return
    open_list(found, measure, period, chosen)
