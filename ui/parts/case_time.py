"""What changes the time limits of a case: more time, and what happened elsewhere."""

from datetime import datetime, time, timedelta

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.deadline import Clock, ClockState
from engine.domain.extension import ExtensionRequest
from engine.domain.regime import Ground, Occasion
from engine.services.handling import extensions
from engine.services.running import timing
from ui.parts.dialog import ask_reason, confirm, known
from ui.parts.look import Look
from ui.parts.words import calendar_day, capital, plain


def can_ask(look: Look) -> bool:
    """Tell whether a time limit runs that its rule allows to extend, and nobody asks for it."""
    return bool(_extendable(look))


@st.dialog("Ask for more time", icon=":material/more_time:")
def ask(look: Look) -> None:
    """Ask which time limit is to be longer, until when and why."""
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
        ":small[Somebody who neither owns the complaint nor asks grants it; then a letter tells "
        "the complainant.]"
    )
    confirm(
        "Ask for it",
        key="time:ask",
        command=f"ask_extension:{look.reference}:{code}",
        act=lambda command_id: extensions.ask_extension(
            **known(look),
            code=str(code),
            answers={"ground": ground, "reason": said, "until": day},
            command_id=command_id,
        ),
        done="More time is asked for; somebody else grants it.",
    )


def draw_request(look: Look, clock: Clock) -> None:
    """Draw what more time is asked for a time limit, and what the reader can do about it."""
    for request in look.file.extensions:
        if request.code == clock.code and request.waits(look.now):
            with st.container(border=True, gap="xsmall", key=f"time:request:{request.number}"):
                _draw_request(look, request)


def _draw_request(look: Look, request: ExtensionRequest) -> None:
    until = f"until {calendar_day(request.until)}" if request.until else "as its rule allows"
    st.markdown(f"**More time asked for**, {plain(until)}: {plain(request.ground.words.lower())}")
    st.text(request.reason)
    st.markdown(f":small[{look.name(request.asked_by)}, {look.moment(request.asked_at)}]")
    us = {look.case.owner, request.asked_by, request.owner}
    if look.person.may(Deed.EXTEND) and look.person.username not in us:
        _offer(look, request, "Grant", "Decline")
    elif look.person.may(Deed.ASK_EXTENSION):
        _offer(look, request, "Take back")


def _offer(look: Look, request: ExtensionRequest, *labels: str) -> None:
    """Draw the buttons of a request, and the dialog of the one that was pressed."""
    chosen = f"time:{look.reference}:{request.number}:chosen"
    with st.container(horizontal=True):
        for label in labels:
            st.button(
                label,
                type="primary" if label == "Grant" else "secondary",
                key=f"time:{label}:{request.number}",
                on_click=_choose,
                args=(chosen, label),
            )
    label = st.session_state.pop(chosen, None)
    if label == "Grant":
        _grant(look, request)
    elif label is not None:
        _end(look, request, label)


def _choose(chosen: str, label: str) -> None:
    st.session_state[chosen] = label


@st.dialog("Grant more time", icon=":material/more_time:")
def _grant(look: Look, request: ExtensionRequest) -> None:
    """Show once more what is granted, and grant it."""
    reason = look.file.reasons[request.code]
    st.text(request.reason)
    allowed = plain(reason.extension)
    st.markdown(f":small[Its rule allows {allowed}. A letter tells the complainant.]")
    confirm(
        "Grant it",
        key="time:grant:do",
        command=f"grant_extension:{look.reference}:{request.number}",
        act=lambda command_id: extensions.grant_extension(
            **known(look), number=request.number, command_id=command_id
        ),
        done="The time limit is longer, and the complainant is told.",
    )


@st.dialog("End the request for more time", icon=":material/more_time:")
def _end(look: Look, request: ExtensionRequest, label: str) -> None:
    """Ask why a time limit stays as it is, and end the request."""
    end = extensions.decline_extension if label == "Decline" else extensions.withdraw_extension
    reason = ask_reason(f"time:end:reason:{look.reference}:{request.number}:{label}")
    confirm(
        label,
        key="time:end:do",
        command=f"end_extension:{look.reference}:{request.number}",
        act=lambda command_id: end(
            **known(look), number=request.number, reason=reason, command_id=command_id
        ),
        done="The time limit stays as it is.",
    )


@st.dialog("Record what happened", icon=":material/event_available:")
def note_occasion(look: Look) -> None:
    """Ask what happened outside of this system, and when, and record it."""
    st.markdown("Some time limits begin or end with what happens elsewhere.")
    occasion = st.selectbox(
        "What happened",
        list(look.file.occasions),
        format_func=lambda each: capital(Occasion(each).words),
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
    asked = {each.code for each in look.file.extensions if each.waits(look.now)}
    return {
        clock.code: clock
        for clock in look.file.clocks
        if clock.state is ClockState.RUNNING
        and clock.due_at >= look.now
        and look.file.reasons[clock.code].extension
        and clock.code not in asked
    }
