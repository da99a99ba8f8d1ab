"""Whether the process runs as it did, and as it is drawn: what was found of a week."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.heat import HeatMeasure
from engine.domain.process_health import FORMULAS, Change, KeptFinding
from engine.services.figures import process_health
from engine.services.figures.process_health import HealthView
from ui.once import attempt, say
from ui.parts.fresh import forget, fresh
from ui.parts.health_words import (
    MEASURES,
    TOGETHER,
    looked_at,
    remark,
    seen,
    sentence,
    unseen_before,
)
from ui.parts.health_words import together as said_together
from ui.parts.heat_choice import wish_measure
from ui.parts.period import wish_dates
from ui.parts.studio_way import wish_element
from ui.parts.waiting import changed_at
from ui.parts.words import calendar_day, label, plain
from ui.session import platform, zone

_FRESH = 15.0
"""Seconds."""
_WEEK, _NOTE, _READ = "process.health.week", "process.health.note", "process.health"
_SHOW = ":material/center_focus_strong:"


class _Links(NamedTuple):
    """Keys of the diagram and of the choice of a period, by which a finding shows its step."""

    diagram: str
    period: str


def draw_health(person: Actor, *, diagram: str, period: str) -> None:
    """Draw what was found of a week; nothing for somebody who may not see it.

    Args:
        person: Who looks.
        diagram: Key of the diagram on which a finding shows its step.
        period: Key of the choice of a period, which a finding sets to its week.
    """
    if not person.may(Deed.SEE_HEALTH):
        return
    told = _told(person, st.session_state.get(_WEEK))
    with st.container(border=True, key="health"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header("Health", width="content")
            st.space("stretch")
            if told.weeks:
                _choose_week(told)
        if told.look is None:
            st.markdown("The first week is looked at on the Monday after it.")
            return
        _draw_small(looked_at(told.look))
        if told.findings:
            _draw_findings(told, told.look.version, _Links(diagram, period))
        else:
            st.markdown("**Nothing out of the ordinary.**")
        _draw_small(unseen_before(told.weeks, told.look.week))
        _draw_end(person, told)


def _told(person: Actor, week: date | None) -> HealthView:
    return fresh(
        _READ,
        seconds=_FRESH,
        of=(person, week),
        read=lambda: process_health.process_health(platform(), actor=person, week=week),
    )


def _choose_week(told: HealthView) -> None:
    st.selectbox(
        "Week",
        list(told.weeks),
        format_func=lambda week: f"Week of {calendar_day(week)}",
        key=_WEEK,
        label_visibility="collapsed",
        width=260,
        persist_state="session",
    )


def _draw_findings(told: HealthView, version: int, links: _Links) -> None:
    """Draw what was found, and who has seen it: once where it is the same for all."""
    ends = [seen(each, told.names, zone()) for each in told.findings]
    is_same = len(set(ends)) == 1
    for kept, end in zip(told.findings, ends, strict=True):
        if kept.finding.change not in TOGETHER:
            _draw_one(kept, version, links, end="" if is_same else end)
    for change in TOGETHER:
        some = [each for each in told.findings if each.finding.change is change]
        if some:
            _draw_together(change, some, links)
    if is_same:
        _draw_small(ends[0])


def _draw_one(kept: KeptFinding, version: int, links: _Links, *, end: str) -> None:
    """Draw a finding as a sentence, with a button that shows its step where that is drawn."""
    found = kept.finding
    with st.container(gap=None, key=f"health:of:{found.change}:{found.element}"):
        said = sentence(found, version, platform().calendar.usual_day)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{plain(said)}.", width="content")
            if found.change in MEASURES:
                st.button(
                    "Show",
                    key=f"health:{found.change}:{found.element}",
                    type="tertiary",
                    icon=_SHOW,
                    on_click=partial(_show, kept, links),
                )
        _draw_small(" ".join(filter(None, (remark(kept), end))))


def _draw_together(change: Change, some: Sequence[KeptFinding], links: _Links) -> None:
    """Draw all elements of a kind under one sentence; each shows where it is."""
    with st.container(gap=None):
        st.markdown(f"{plain(said_together(change, some[0].finding.n))}:")
        with st.container(horizontal=True, gap="small"):
            for kept in some:
                found = kept.finding
                st.button(
                    label(found.title),
                    key=f"health:{change}:{found.element}",
                    type="tertiary",
                    icon=_SHOW,
                    on_click=partial(wish_element, links.diagram, found.element),
                )
        for more in dict.fromkeys(map(remark, some)):
            _draw_small(more)


def _draw_small(text: str) -> None:
    if text:
        st.markdown(f":small[{plain(text)}]")


def _show(kept: KeptFinding, links: _Links) -> None:
    """Bring a step into sight, coloured by what changed, in the week in which it did."""
    wish_element(links.diagram, kept.finding.element)
    wish_measure(MEASURES.get(kept.finding.change, HeatMeasure.MEDIAN))
    wish_dates(links.period, kept.week, kept.week + timedelta(days=6))


def _draw_end(person: Actor, told: HealthView) -> None:
    """Draw what is looked for, and the button for whoever has seen what was found."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("What is looked for", type="tertiary", icon=":material/help:"):
            for change, told_of in FORMULAS.items():
                st.markdown(f"**{plain(change.title)}**: {plain(told_of)}")
        st.space("stretch")
        is_unseen = any(not each.seen_by for each in told.findings)
        if is_unseen and person.may(Deed.NOTE_HEALTH):
            with st.popover("I have seen it"):
                _ask(person, told)


def _ask(person: Actor, told: HealthView) -> None:
    """Ask what somebody makes of what was found, and keep that they have seen it."""
    if told.look is None:
        return
    week = told.look.week
    note = st.text_area("Note (optional)", key=f"{_NOTE}:{week}")
    st.markdown(":small[It is kept with your name, and the journal tells of it.]")
    if not st.button("Mark as seen", type="primary", key=f"health:seen:{week}"):
        return
    if attempt(
        f"health:seen:{week}",
        lambda _id: process_health.note_changes(platform(), actor=person, week=week, note=note),
    ):
        forget(_READ)
        changed_at("process")
        say("It is kept that you have seen it.")
        st.rerun()
