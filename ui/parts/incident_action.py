"""What somebody can do about incidents, one or all of a cause, each in a dialog."""

from collections.abc import Callable
from uuid import UUID, uuid5

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.incident import Cause, Incident, IncidentKind
from engine.services.bulk.many import Ends, for_each
from engine.services.upkeep import incidents
from ui.parts import words
from ui.parts.dialog import ask_reason, confirm
from ui.parts.waiting import changed_at
from ui.parts.words import plain
from ui.session import platform

_WHY_AGAIN = "Why it should work now"
_HOW = "What was done about it"
_ENDS = {True: "it goes on.", False: "it did not work this time either."}


def draw_all(person: Actor, cause: Cause) -> None:
    """Draw what can be done with all incidents of a cause at once."""
    with st.container(horizontal=True, vertical_alignment="center", key="incidents:all"):
        alike = plain(words.counted(cause.n, "incident has", "incidents have"))
        st.markdown(f"{alike} this cause.", width="content")
        st.space("stretch")
        with st.container(horizontal=True, width="content"):
            # Whoever works on a step completes it again; nobody else can.
            if cause.kind is not IncidentKind.STEP and st.button(
                "Try all again", icon=":material/replay:", key="retry:all"
            ):
                _retry_all(person, cause)
            if st.button("Resolve all", icon=":material/check:", key="resolve:all"):
                _resolve_all(person, cause)


@st.dialog("Try again", icon=":material/replay:")
def retry(person: Actor, incident: Incident) -> None:
    """Ask why it should work now, and try an incident again."""
    _draw_cause(incident.kind, incident.element, incident.cause)
    reason = ask_reason(f"retry:reason:{incident.id}", label=_WHY_AGAIN)
    ends: list[bool] = []

    def act(command_id: UUID) -> None:
        ends.append(_retry(person, incident.id, reason, command_id))

    confirm(
        "Try again",
        key="retry:do",
        command=f"retry:{incident.id}",
        act=act,
        done=lambda: f"{incident.kind.title}: {_ENDS[ends[-1]]}",
    )


@st.dialog("Resolve this incident", icon=":material/check:")
def resolve(person: Actor, incident: Incident) -> None:
    """Ask how an incident was dealt with otherwise, and put it away."""
    st.markdown("It is put away because it was dealt with otherwise; say how.")
    _draw_cause(incident.kind, incident.element, incident.cause)
    reason = ask_reason(f"resolve:reason:{incident.id}", label=_HOW)
    confirm(
        "Resolve",
        key="resolve:do",
        command=f"resolve:{incident.id}",
        act=lambda command_id: _resolve(person, incident.id, reason, command_id),
        done="The incident is resolved.",
    )


@st.dialog("Try all of them again", icon=":material/replay:")
def _retry_all(person: Actor, cause: Cause) -> None:
    _draw_cause(cause.kind, cause.element, cause.gist)
    st.markdown(f"{plain(words.counted(cause.n, 'incident is', 'incidents are'))} tried again.")
    reason = ask_reason(f"retry:reason:{cause.kind}:{cause.title}", label=_WHY_AGAIN)
    _confirm_all("Try all again", "retry", person, cause, reason, _retry)


@st.dialog("Resolve all of them", icon=":material/check:")
def _resolve_all(person: Actor, cause: Cause) -> None:
    _draw_cause(cause.kind, cause.element, cause.gist)
    alike = plain(words.counted(cause.n, "incident is", "incidents are"))
    st.markdown(f"{alike} put away because they were dealt with otherwise; say how.")
    reason = ask_reason(f"resolve:reason:{cause.kind}:{cause.title}", label=_HOW)
    _confirm_all("Resolve all", "resolve", person, cause, reason, _resolve)


def _draw_cause(kind: IncidentKind, element: str, cause: str) -> None:
    where = f", at “{element}”" if element else ""
    st.markdown(f"**{plain(kind.title + where)}**")
    st.text(cause)


def _confirm_all(
    label: str,
    verb: str,
    person: Actor,
    cause: Cause,
    reason: str,
    act: Callable[[Actor, int, str, UUID], bool | None],
) -> None:
    """Draw the button of a dialog about all incidents of a cause, with a bar while it runs."""
    ends: list[Ends[int]] = []

    def act_on_all(command_id: UUID) -> None:
        numbers = incidents.alike(platform(), actor=person, cause=cause)
        bar = st.progress(0.0)
        ends.append(
            for_each(
                numbers,
                lambda number: act(person, number, reason, uuid5(command_id, str(number))),
                progress=lambda n: bar.progress(n / len(numbers), f"{n:,} of {len(numbers):,}"),
            )
        )

    confirm(
        label,
        key=f"{verb}:do",
        command=f"{verb}:{cause.kind}:{cause.title}",
        act=act_on_all,
        done=lambda: told(ends[-1]),
        problem="" if reason.strip() else "Reason is needed.",
    )


def told(ends: Ends[int]) -> str:
    """Return how it ended for all of them, in one or two sentences."""
    of = len(ends.done) + len(ends.in_vain) + len(ends.refused)
    said = f"{len(ends.done):,} of {of:,} are dealt with."
    if ends.in_vain:
        said += f" {len(ends.in_vain):,} did not work this time either."
    if ends.refused:
        said += f" {len(ends.refused):,} could not be tried: {ends.refused[0][1]}"
    return said


def _retry(person: Actor, number: int, reason: str, command_id: UUID) -> bool:
    changed_at("incidents")
    return incidents.retry(
        platform(), actor=person, incident_id=number, reason=reason, command_id=command_id
    )


def _resolve(person: Actor, number: int, reason: str, command_id: UUID) -> None:
    changed_at("incidents")
    incidents.resolve(
        platform(), actor=person, incident_id=number, reason=reason, command_id=command_id
    )
