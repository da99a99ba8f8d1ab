"""Your figures: what somebody's own complaints say, beside the whole team, and who else sees it."""

import streamlit as st

from engine.domain.actor import ALLOWED, Deed, Role
from engine.domain.kpi import Period, Unit, Way
from engine.domain.small_group import PEOPLE
from engine.services.figures import facts, own_figures
from engine.services.figures.own_figures import OwnFigure, OwnFigures
from engine.services.figures.reporting import Shown
from ui.parts.address_part import draw_refused
from ui.parts.figure import missing, value_of
from ui.parts.fresh import fresh
from ui.parts.period import choose_period
from ui.parts.tally import lines_of, tally
from ui.parts.words import counted, plain
from ui.session import actor, platform

_FRESH = 30.0
"""Seconds."""


def show() -> None:
    """Draw the page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Your figures", width="content")
        st.space("stretch")
        zone = platform().policy.calendar.zone
        period = choose_period(key="own", now=platform().now(), zone=zone)
    draw_refused()
    told = _told(period)
    st.markdown(":small[Of the complaints that you own now, and beside them of the whole team.]")
    if told.waiting:
        changed = counted(told.waiting, "complaint")
        st.markdown(plain(f"Changed and not counted yet: {changed}."))
    with st.grid(3, min_column_width=210):
        for each in told.figures:
            with st.container(border=True, height="stretch"):
                _draw(each)
    with st.container(border=True):
        st.header("Your open complaints, by age")
        lines = lines_of([(title, title, n) for title, n in told.ages.items()])
        tally(lines, key="own.ages", caption="Open, by age", noun="complaints", can_open=False)
    _draw_who_sees()


def _told(period: Period) -> OwnFigures:
    """Return the figures, at most half a minute old."""
    person = actor()

    def read() -> OwnFigures:
        facts.refresh(platform())
        return own_figures.own_figures(platform(), actor=person, period=period)

    return fresh("own", seconds=_FRESH, of=(person, period), read=read)


def _draw(each: OwnFigure) -> None:
    measure = each.own.measure
    about = f"{measure.sentence} {measure.code}, version {measure.version}."
    st.metric(plain(each.own.title), value_of(each.own), help=plain(about))
    lines = filter(None, (missing(each.own), _of(each.own), _team(each)))
    st.markdown("  \n".join(f":small[{plain(line)}]" for line in lines))


def _of(shown: Shown) -> str:
    """Say of how many complaints a figure is that is not itself their number."""
    measure, n = shown.measure, shown.figure.n
    return "" if measure.unit is Unit.COMPLAINTS or not n else f"Of {counted(n, 'complaint')}."


def _team(each: OwnFigure) -> str:
    if each.team is None:
        return "The whole team: not told."
    n = each.team.figure.n
    of = "" if each.team.measure.way in {Way.COUNT, Way.STOCK} else f", of {n:,}"
    return f"The whole team: {value_of(each.team)}{of}."


def _draw_who_sees() -> None:
    """Say what is measured, and who sees it."""
    who = ", ".join(sorted(role.title for role in ALLOWED[Deed.MEASURE] - {Role.SYSTEM}))
    few = platform().policy.figures.small_number
    with st.container(border=True):
        st.header("What is measured, and who sees it")
        st.markdown(
            "The figures are made of what is on record of complaints: when they came, fell due, "
            "were answered and were closed. How long you work on something is not among them, nor "
            "what you write."
        )
        st.markdown(
            "A complaint counts for whoever owns it now, whoever did its steps. When it is given "
            "to somebody else, it counts for them."
        )
        seen = f"Who may see the performance figures can see them by handler: {who}."
        st.markdown(plain(f"{seen} Your colleagues cannot."))
        told = (
            f"The team's figure is told where at least {PEOPLE} others and {few} of their "
            "complaints stand behind it, and no single person has nearly all of these."
        )
        st.markdown(plain(told))
