"""The ladder of a call upwards: who is called, since when, and who is called next."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain import ladder
from engine.domain.case import Escalation
from engine.domain.ladder import Level
from ui.parts import words
from ui.parts.look import Look
from ui.parts.words import plain


def draw_ladder(look: Look, call: Escalation) -> None:
    """Draw where a call stands that nobody has acknowledged, the highest rung first."""
    with st.container(gap=None, key=f"ladder:{call.token}"):
        for rung in reversed(ladder.rungs(call.reason, call.level)):
            st.markdown(_rung(rung, call.level))
    st.markdown(f":small[{plain(where(look, call))}]")


def where(look: Look, call: Escalation) -> str:
    """Return with whom a call is that nobody has acknowledged, and who is called next."""
    said = standing(call.level, call.level_at or call.raised_at, look.now, look.zone)
    if look.case.is_suspended:
        return f"{said}; its time stands still."
    return f"{said}{goes_on(call.level, call.climb_at, look.now, look.zone)}."


def standing(level: Level, since: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return with whom a call is, and since when: ``With the manager since 14:10``."""
    return f"With {level.words} since {_when(since, now, zone)}"


def goes_on(level: Level, climb_at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Return who is called next, and when, to follow with whom a call is; empty at the top."""
    higher = ladder.above(level)
    if not higher:
        return ""
    if climb_at is None:
        return "; nobody higher up can be called"
    return f"; goes to {higher[0].words} at {_when(climb_at, now, zone)}"


def called_words(level: Level, climb_at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Return in one line where a call stands, for a list of many."""
    return f"With {level.words}{goes_on(level, climb_at, now, zone)}"


def _rung(rung: Level, present: Level) -> str:
    name = plain(rung.title)
    if rung is present:
        return f":orange[:material/radio_button_checked:] **{name}**"
    is_passed = rung not in ladder.above(present)
    icon = "arrow_upward" if is_passed else "radio_button_unchecked"
    return f":gray[:material/{icon}:] :small[{name}{', passed' if is_passed else ''}]"


def _when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return the time of day where it is today, else the day with it."""
    is_today = at.astimezone(zone).date() == now.astimezone(zone).date()
    return words.clock_time(at, zone) if is_today else words.moment(at, zone)
