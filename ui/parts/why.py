"""Why a promise falls due when it does: what was counted, what was not, and for which reason."""

import streamlit as st

from engine.domain.deadline import Clock
from engine.domain.why import Passage, when
from ui.parts.look import Look
from ui.parts.words import plain


def draw_why(look: Look, clock: Clock) -> None:
    """Draw the small button beside a due date that opens its reason."""
    told = look.file.reasons.get(clock.code)
    if told is None:
        return
    with st.popover("Why this date?", type="tertiary", key=f"why:{clock.code}"):
        st.markdown(f"**{plain(clock.title)}**: due {look.moment(clock.due_at)}")
        for passage in told.passages:
            _draw_passage(look, passage)
        if told.source:
            st.markdown(f":small[{plain(told.source)}]")
        if told.extension:
            st.markdown(f":small[It may be extended: {plain(told.extension)}.]")


def _draw_passage(look: Look, passage: Passage) -> None:
    st.markdown(plain(passage.title))
    if passage.intervals:
        measure = passage.measure
        days = [plain(when(each, measure, look.zone)) for each in passage.intervals]
        said = [_said(each.amount, each.reason) for each in passage.intervals]
        st.table({"When": days, "What": said}, border="horizontal", hide_index=True)
    st.markdown(f":small[That leads to {look.moment(passage.due_at)}.]")


def _said(amount: int, reason: str) -> str:
    text = plain(reason[:1].upper() + reason[1:])
    return f"**{text}**" if amount else text
