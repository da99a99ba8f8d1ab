"""Bringing running cases to the calendar in force: what would move, and who says so."""

from collections.abc import Mapping

import streamlit as st

from engine.domain.actor import NAMES, Actor, Deed
from engine.domain.calendar_change import CalendarChange
from engine.services.running import foresight, holiday_refresh, recounting
from engine.services.running.foresight import Proposal
from ui.once import attempt, say
from ui.parts import organisation_action, words
from ui.parts.dialog import ask_reason, confirm
from ui.parts.statement import draw_words
from ui.parts.words import plain
from ui.session import platform, zone

_SHOWN = 5
"""Changes that are listed; the journal has all."""


def draw(person: Actor) -> None:
    """Draw what the calendar in force would move, and every change so far."""
    if not person.may(Deed.SEE_LIMITS):
        return
    st.header("The calendar in force")
    told = foresight.preview(platform(), actor=person, proposal=Proposal(), limit=0)
    every = recounting.all_changes(platform(), actor=person)
    is_open = any(each.waits or each.is_under_way for each in every)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_behind(told.later, told.earlier, told.overdue), width="content")
        st.space("stretch")
        may_propose = told.moved and not is_open and person.may(Deed.PROPOSE_CALENDAR)
        if may_propose and st.button("Propose to apply it", key="calendar:new"):
            _propose(person)
    names = organisation_action.people(person)
    for change in every[:_SHOWN]:
        with st.container(border=True, key=f"calendar:{change.id}"):
            _draw_change(person, change, names)
    _draw_days_off(person)


def _draw_days_off(person: Actor) -> None:
    """Draw the public holidays that take something off this year and the next."""
    this_year = platform().calendar.day_of(platform().now()).year
    for year in (this_year, this_year + 1):
        found = holiday_refresh.days_off(platform(), actor=person, year=year)
        if not found:
            continue
        with st.expander(plain(f"Public holidays of {year} on working days: {len(found)}")):
            columns = {
                "Day": [f"{each.day:%a %-d %B}" for each in found],
                "Holiday": [plain(each.name) for each in found],
                "Here": ["Closed" if each.is_closed else "Worked on" for each in found],
            }
            st.table(columns, border="horizontal", hide_index=True)


def _behind(later: int, earlier: int, overdue: int) -> str:
    if not later + earlier:
        return ":small[Every running time limit is counted by it.]"
    late = f", {overdue:,} overdue at once" if overdue else ""
    return (
        f"Applied to running cases, it would move **{words.counted(later + earlier, 'limit')}**: "
        f"{later:,} later, {earlier:,} earlier{late}."
    )


def _draw_change(person: Actor, change: CalendarChange, names: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(*_state(change))
        by = plain({**NAMES, **names}.get(change.proposed_by, change.proposed_by))
        at = plain(words.moment(change.proposed_at, zone()))
        st.markdown(f":small[Proposed by {by}, {at}]", width="content")
        st.space("stretch")
        if change.waits and change.proposed_by != person.username:
            _draw_buttons(person, change)
    draw_words("Why", change.reason)
    moved = (
        f"{change.later:,} later, {change.earlier:,} earlier, {change.overdue:,} overdue at once"
    )
    done = f"; {words.counted(change.cases, 'case')} changed" if change.is_confirmed else ""
    st.markdown(f":small[{plain(moved + done)}]")


def _state(change: CalendarChange) -> tuple[str]:
    if change.waits:
        return ("Waits for a second person",)
    if not change.is_confirmed:
        return ("Turned down",)
    return ("Being applied",) if change.is_under_way else ("Applied",)


def _draw_buttons(person: Actor, change: CalendarChange) -> None:
    for label, is_yes in (("Confirm", True), ("Turn down", False)):
        if person.may(Deed.CONFIRM_LIMIT) and st.button(label, key=f"calendar:{change.id}:{label}"):
            _decide(person, change, is_yes=is_yes)


def _decide(person: Actor, change: CalendarChange, *, is_yes: bool) -> None:
    if attempt(
        f"calendar:{change.id}:{is_yes}",
        lambda _id: recounting.decide(
            platform(), actor=person, change_id=change.id, confirm=is_yes
        ),
    ):
        say("Running cases are changed within minutes." if is_yes else "It is turned down.")
        st.rerun()


@st.dialog("Apply the calendar to running cases", icon=":material/calendar_month:")
def _propose(person: Actor) -> None:
    st.markdown(
        "What was moved by hand, or rests, stays as it is. Another person confirms this; every "
        "case that changes says which limits moved."
    )
    reason = ask_reason("calendar:reason", label="Why running cases are counted again")
    confirm(
        "Propose it",
        key="calendar:do",
        command="calendar",
        act=lambda _id: recounting.propose(platform(), actor=person, reason=reason),
        done="The change waits for a second person.",
    )
