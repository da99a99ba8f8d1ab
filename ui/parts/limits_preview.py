"""Whose time limits hold here, and what a changed calendar or profile would move."""

from dataclasses import replace
from datetime import date

import streamlit as st

from engine.domain.actor import Actor
from engine.errors import InvalidInputError
from engine.services.clocks import regimes
from engine.services.running import foresight
from engine.services.running.foresight import Foresight, Proposal
from ui.parts import calendar_change, words
from ui.parts.words import plain
from ui.session import platform, zone
from ui.way import link

_LINES = 25


def draw(person: Actor) -> None:
    """Draw the part of the page about time limits."""
    _draw_regimes()
    calendar_change.draw(person)
    st.header("What a change would move")
    st.markdown(
        ":small[Running cases keep the calendar and the rules under which they began. See what "
        "another day off, another calendar or another edition would mean for them. Nothing is "
        "changed by looking.]"
    )
    proposal = _ask()
    if proposal is not None:
        told = foresight.preview(platform(), actor=person, proposal=proposal, limit=_LINES)
        _draw_told(told)


def _draw_regimes() -> None:
    st.markdown(":small[Whose time limits hold for complaints that are received today.]")
    found = regimes.in_policy(platform())
    st.table(
        {
            "Regime": [plain(each.title) for each, _ in found],
            "Edition": [plain(each.version) for each, _ in found],
            "For": [plain(meant) for _, meant in found],
        },
        border="horizontal",
        hide_index=True,
    )


def _ask() -> Proposal | None:
    """Ask what is to be changed; None while nothing is asked for."""
    with st.form("limits:preview", border=True):
        day = st.date_input("A day on which nobody works", value=None, format="DD/MM/YYYY")
        file = st.file_uploader(
            "A calendar or a profile", type="toml", help="As in the policy, or in config/regimes."
        )
        asked = st.form_submit_button("Show what would move", type="primary")
    if not asked:
        return None
    if day is None and file is None:
        st.info("Choose a day or a file.", icon=":material/info:")
        return None
    proposal = foresight.read_proposal(_text(file.getvalue())) if file else Proposal()
    return replace(proposal, closed=_days(day))


def _days(day: date | None) -> tuple[date, ...]:
    return () if day is None else (day,)


def _text(content: bytes) -> str:
    """Return what a file says.

    Raises:
        InvalidInputError: It is no text, or too long.
    """
    if len(content) > foresight.LONGEST:
        raise InvalidInputError({"": "The file is too long to be a calendar or a profile."})
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInputError({"": "The file is no text in UTF-8."}) from error


def _draw_told(told: Foresight) -> None:
    figures = {
        "Would fall due later": told.later,
        "Would fall due earlier": told.earlier,
        "Overdue at once": told.overdue,
    }
    with st.container(horizontal=True, key="limits:figures"):
        for title, number in figures.items():
            st.metric(title, f"{number:,}", border=True)
    among = plain(words.counted(told.looked_at, "running time limit"))
    alone = plain(f"{told.left_alone:,}")
    st.markdown(
        f":small[Of {among}. Moved by hand, rested or of an earlier release, and so left alone: "
        f"{alone}.]"
    )
    if not told.lines:
        st.markdown("No time limit would move.")
    for line in told.lines:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            link("case", plain(line.reference), ref=line.reference)
            st.markdown(plain(line.title), width="content")
            st.space("stretch")
            before, after = (words.moment(at, zone()) for at in (line.before, line.after))
            st.markdown(f":small[{plain(before)} → **{plain(after)}**]", width="content")
    if told.moved > len(told.lines):
        st.markdown(f":small[The first {len(told.lines)} of {told.moved:,}.]")
