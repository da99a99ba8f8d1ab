"""What changes the time limits of a case: an extension, and what happened elsewhere."""

from datetime import datetime, time, timedelta

import streamlit as st

from engine.domain.deadline import Clock, ClockState
from engine.domain.regime import Ground, Occasion
from engine.services import timing
from ui.parts.dialog import ask_reason, confirm, known
from ui.parts.look import Look
from ui.parts.words import plain


def can_extend(look: Look) -> bool:
    """Tell whether a time limit of the case runs that its rule allows to extend."""
    return bool(_extendable(look))


@st.dialog("Extend a time limit", icon=":material/more_time:")
def extend(look: Look) -> None:
    """Ask which time limit is to be longer, until when and why, and extend it."""
    clocks = _extendable(look)
    code = st.selectbox(
        "Time limit", list(clocks), format_func=lambda each: clocks[each].title, key="time:clock"
    )
    clock, reason = clocks[str(code)], look.file.reasons[str(code)]
    st.markdown(
        f":small[Due {look.moment(clock.due_at)} at present. Its rule allows "
        f"{plain(reason.extension)}.]"
    )
    ground = st.selectbox(
        "Because of", list(Ground), format_func=lambda each: Ground(each).words, key="time:ground"
    )
    day = st.date_input(
        "Until the end of",
        value=None,
        min_value=clock.due_at.astimezone(look.zone).date() + timedelta(days=1),
        format="DD/MM/YYYY",
        key="time:until",
        help="Empty for as long as the rule allows.",
    )
    said = ask_reason("time:reason", label="Reason, as the complainant reads it")
    st.markdown(
        ":small[A letter tells the complainant at once. Whoever owns the case does not "
        "extend its limits.]"
    )
    confirm(
        "Extend it",
        key="time:extend",
        command=f"extend:{look.reference}:{code}",
        act=lambda command_id: timing.extend(
            **known(look),
            code=str(code),
            ground=Ground(str(ground)),
            reason=said,
            until=day,
            command_id=command_id,
        ),
        done="The time limit is extended, and the complainant is told.",
    )


@st.dialog("Record what happened", icon=":material/event_available:")
def note_occasion(look: Look) -> None:
    """Ask what happened outside of this system, and when, and record it."""
    st.markdown("Some time limits begin or end with what happens elsewhere.")
    occasion = st.selectbox(
        "What happened",
        list(look.file.occasions),
        format_func=lambda each: _capital(Occasion(each).words),
        key="time:occasion",
    )
    today = look.now.astimezone(look.zone)
    received = look.case.complaint.received_at
    day = st.date_input(
        "On", value=today.date(), max_value=today.date(), format="DD/MM/YYYY", key="time:on"
    )
    hour = st.time_input("At", value=time(today.hour, today.minute), key="time:at")
    at = datetime.combine(day, hour, look.zone)
    # Minutes are chosen, and a complaint is received within one.
    moment = max(at, received) if received - at < timedelta(minutes=1) else at
    confirm(
        "Record it",
        key="time:note",
        command=f"occasion:{look.reference}:{occasion}",
        act=lambda command_id: timing.note_occasion(
            **known(look), occasion=Occasion(occasion), at=moment, command_id=command_id
        ),
        done="It is recorded.",
    )


def _extendable(look: Look) -> dict[str, Clock]:
    return {
        clock.code: clock
        for clock in look.file.clocks
        if clock.state is ClockState.RUNNING
        and clock.due_at >= look.now
        and look.file.reasons[clock.code].extension
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
