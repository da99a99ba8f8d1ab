"""Returns to regulators that are to be sent: by when, and what is wrong with them."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

import streamlit as st

from engine.domain.return_due import REMINDERS, Look, Preparation
from engine.services.exports.due_returns import DueReturn
from ui.parts.words import calendar_day, counted, moment, plain
from ui.session import platform, zone

_Color = Literal["red", "orange", "blue"]
_SOON = REMINDERS[1]
"""From so many working days on, the day is shown as near."""

Choose = Callable[[Preparation], None]


def draw(due: tuple[DueReturn, ...], choose: Choose) -> None:
    """Draw what is to be sent; a press looks at one of them."""
    if not due:
        return
    st.header("To be sent")
    for each in due:
        with st.container(border=True, gap="xsmall", key=f"due:{each.preparation.number}"):
            _draw_one(each, choose)
    st.header("What a return holds")


def found(look: Look) -> str:
    """Return what a return held, in words: ``12 complaints, 2 problems``."""
    said = [counted(look.cases, "complaint")]
    if look.problems:
        said.append(counted(look.problems, "problem"))
    if look.untied:
        said.append(f"{counted(look.untied, 'sum')} that {_does(look.untied)} not add up")
    return ", ".join(said if look.wrong else [*said, "nothing wrong"])


def _does(number: int) -> str:
    return "does" if number == 1 else "do"


def _draw_one(due: DueReturn, choose: Choose) -> None:
    about = due.preparation
    first, last = (about.period.first_day(_zone()), about.period.last_day(_zone()))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(about.kind.title)}**", width="content")
        said, color = _when(due)
        st.badge(plain(said), icon=":material/schedule:", color=color)
        if about.climbed_at:
            st.badge("Shown higher up", icon=":material/arrow_upward:", color="red")
    days = f"{calendar_day(first)} to {calendar_day(last)}, due on {calendar_day(about.due_on)}"
    lines = [days, *(_told(about) if due.is_told else ())]
    st.markdown("  \n".join(f":small[{plain(line)}]" for line in lines))
    st.button("Look at it", key=f"due:{about.number}:look", on_click=choose, args=(about,))


def _when(due: DueReturn) -> tuple[str, _Color]:
    """Return how far its day is, and how urgent that makes it."""
    days = counted(abs(due.left), "working day")
    if due.is_overdue:
        return (f"Overdue by {days}" if due.left else "Overdue"), "red"
    if not due.left:
        return "Due before the next working day", "orange"
    return f"Due in {days}", "orange" if due.left <= _SOON else "blue"


def _told(about: Preparation) -> list[str]:
    """Return what was found at the last look, and when it was prepared where that differs."""
    lines = [f"Looked at {_at(about.latest.at)}: {found(about.latest)}"]
    if about.latest.sha256 != about.prepared.sha256 or about.latest.wrong != about.prepared.wrong:
        lines.append(f"Prepared {_at(about.prepared.at)}: {found(about.prepared)}")
    return lines


def _at(at: datetime) -> str:
    return moment(at, zone())


def _zone() -> str:
    return platform().policy.calendar.zone
