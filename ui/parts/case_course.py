"""What an operator can do with a case that does not go its way by itself, each in a dialog."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import UUID

import streamlit as st

from engine.domain.deadline import Clock
from engine.errors import RedressError
from engine.services.running import operations
from engine.services.running.operations import Place, Whereabouts
from ui.parts import words
from ui.parts.dialog import WHY, ask_reason, confirm, known
from ui.parts.look import Look
from ui.parts.words import plain
from ui.session import platform


@st.dialog("Lead the case to another step", icon=":material/alt_route:")
def lead(look: Look) -> None:
    """Ask where the case is to go on instead, and lead it there."""
    found = _whereabouts(look)
    places = {place.token: place for place in found.places if place.targets} if found else {}
    if not places or found is None:
        st.markdown("The case waits at no place that it can be led away from.")
        return
    place = places[_choose_place(places, of="lead")]
    target = st.selectbox(
        "Go on at",
        list(place.targets),
        format_func=place.targets.__getitem__,
        index=None,
        placeholder="Choose a step",
        key=f"course:to:{place.token}",
    )
    st.markdown(
        ":small[What was typed there is kept out of the record. An approval by a second person "
        "is never left out.]"
    )
    _ask_and_do(
        look,
        "Lead it there",
        f"{place.title}: the case goes on elsewhere.",
        lambda reason, command_id: operations.move_token(
            **known(look),
            token=place.token,
            element=target or "",
            reason=reason,
            seen_rev=found.rev,
            command_id=command_id,
        ),
        problem="" if target else "Choose where the case is to go on.",
    )


@st.dialog("Skip a step", icon=":material/skip_next:")
def skip(look: Look) -> None:
    """Ask which step is left out and why, and leave it out."""
    found = _whereabouts(look)
    places = {place.token: place for place in found.places if place.is_step} if found else {}
    if not places or found is None:
        st.markdown("No step waits for anybody.")
        return
    place = places[_choose_place(places, of="skip")]
    if place.why_not_skipped:
        st.markdown(plain(place.why_not_skipped))
        return
    st.markdown(":small[The case goes on as if the step had been done, without its form.]")
    _ask_and_do(
        look,
        "Skip it",
        f"{place.title}: skipped.",
        lambda reason, command_id: operations.skip_step(
            **known(look),
            token=place.token,
            reason=reason,
            seen_rev=found.rev,
            command_id=command_id,
        ),
    )


@st.dialog("Move a due date", icon=":material/edit_calendar:")
def postpone(look: Look) -> None:
    """Ask what falls due when, and why, and move it."""
    found = _whereabouts(look)
    places = found.places if found else ()
    dues = {p.token: (p.title, p.due_at) for p in places if p.due_at is not None}
    clocks = {f"promise {c.code}": (c.title, c.due_at) for c in look.file.clocks if _can_move(c)}
    choices = dues | clocks
    if not choices:
        st.markdown("Nothing falls due that could be moved.")
        return
    chosen = st.selectbox(
        "What falls due", list(choices), format_func=lambda key: choices[key][0], key="course:due"
    )
    title, before = choices[str(chosen)]
    st.markdown(f":small[Due {look.moment(before)} at present]")
    tomorrow = look.now.astimezone(look.zone).date() + timedelta(days=1)
    day = st.date_input(
        "Due at the end of", value=None, min_value=tomorrow, format="DD/MM/YYYY", key="course:day"
    )
    due_at = datetime.combine(day, time(17), look.zone) if day else None
    _ask_and_do(
        look,
        "Move it",
        f"{title}: due on another day.",
        lambda reason, command_id: _move_due(look, str(chosen), due_at, reason, command_id),
        problem="" if due_at else "Choose a day.",
    )


@st.dialog("Suspend this case", icon=":material/pause:")
def suspend(look: Look) -> None:
    """Ask why the case is to rest, and suspend it."""
    st.markdown(
        "Nobody can work on it until it is resumed; it can be read. Steps, waiting times and "
        "internal promises stand still. **Statutory time limits run on.**"
    )
    _ask_and_do(
        look,
        "Suspend it",
        "The case is suspended.",
        lambda reason, command_id: operations.suspend(
            **known(look),
            reason=reason,
            command_id=command_id,
        ),
    )


@st.dialog("Resume this case", icon=":material/play_arrow:")
def resume(look: Look) -> None:
    """Ask why the case goes on, and resume it."""
    st.markdown("It goes on with as much time left as when it was suspended.")
    _ask_and_do(
        look,
        "Resume it",
        "The case goes on.",
        lambda reason, command_id: operations.resume(
            **known(look),
            reason=reason,
            command_id=command_id,
        ),
    )


def draw_suspension(look: Look) -> None:
    """Say that a case rests, since when and why; nothing for one that does not."""
    rest = look.file.suspension
    if rest is None:
        return
    with st.container(border=True, key="case:suspension"):
        st.header("Suspended")
        ago = plain(words.ago(rest.since, look.now))
        st.markdown(
            f"{look.name(rest.by)} suspended this case {ago}. It can be read; work goes on once "
            "it is resumed. Statutory time limits run on."
        )
        st.text(rest.reason)


def _whereabouts(look: Look) -> Whereabouts | None:
    try:
        return operations.whereabouts(platform(), actor=look.person, reference=look.reference)
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")
        return None


def _choose_place(places: dict[str, Place], *, of: str) -> str:
    titles = {token: place.title for token, place in places.items()}
    chosen = st.selectbox(
        "The case waits at", list(titles), format_func=titles.__getitem__, key=f"course:from:{of}"
    )
    return str(chosen)


def _can_move(clock: Clock) -> bool:
    return clock.kind == "internal" and clock.is_open


def _move_due(
    look: Look, chosen: str, due_at: datetime | None, reason: str, command_id: UUID
) -> None:
    if due_at is None:
        return
    code = chosen.removeprefix("promise ")
    if code != chosen:
        operations.set_promise_date(
            **known(look), code=code, due_at=due_at, reason=reason, command_id=command_id
        )
    else:
        operations.set_due_date(
            **known(look), token=chosen, due_at=due_at, reason=reason, command_id=command_id
        )


def _ask_and_do(
    look: Look,
    label: str,
    done: str,
    act: Callable[[str, UUID], object],
    *,
    problem: str = "",
) -> None:
    """Draw the reason and the button of a dialog, and do what it is for.

    Args:
        look: The case.
        label: Of the button.
        done: What is said when it was done.
        act: Calls one service with the reason and the id of the command.
        problem: What is still missing; empty for nothing.
    """
    reason = ask_reason(f"course:reason:{label}", note=WHY)
    confirm(
        label,
        key="course:do",
        command=f"{label}:{look.reference}",
        act=lambda command_id: act(reason, command_id),
        done=done,
        problem=problem,
    )
