"""Who speaks for the complainant, and by what authority."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.authority import Authority, AuthorityState, standing
from engine.domain.authority_form import AuthorityForm, CheckedForm, RefusedForm, TakenBackForm
from engine.domain.permission import judge
from engine.services.people import authorities
from ui.parts.field import Choices
from ui.parts.look import Look
from ui.parts.statement import draw_words
from ui.parts.task import Task, draw_tasks
from ui.parts.words import calendar_day, day, plain
from ui.session import platform

Colour = Literal["green", "orange", "gray", "red"]

_COLOURS: dict[AuthorityState, Colour] = {
    AuthorityState.IN_FORCE: "green",
    AuthorityState.UNCHECKED: "orange",
    AuthorityState.EXPIRED: "red",
    AuthorityState.REFUSED: "red",
    AuthorityState.WITHDRAWN: "red",
    AuthorityState.MISSING: "orange",
}
_SAID = {
    AuthorityState.IN_FORCE: "Authority checked",
    AuthorityState.UNCHECKED: "Authority not checked",
    AuthorityState.EXPIRED: "Authority expired",
    AuthorityState.REFUSED: "Authority refused",
    AuthorityState.WITHDRAWN: "Authority taken back",
    AuthorityState.MISSING: "No authority recorded",
}


def draw_standing(look: Look) -> None:
    """Draw where the authority of the representative stands, with what to do; or nothing."""
    state = _standing(look)
    if state is None:
        return
    with st.container(gap="xxsmall", key="case:authority"):
        st.badge(_SAID[state], color=_COLOURS[state])
        if state.todo and look.case.is_open:
            st.markdown(f":small[{plain(state.todo)}]")


def draw_authorities(look: Look, choices: Choices) -> None:
    """Draw by what authority somebody speaks for the complainant, and what can be said of it.

    Args:
        look: The case.
        choices: With the documents of the case, under ``documents``.
    """
    name = look.case.complaint.representative_name
    st.header("Representative")
    nobody = "The complaint names nobody who speaks for the complainant."
    st.markdown(f"{plain(name)} speaks for the complainant." if name else nobody)
    _draw_todo(look)
    for each in look.file.authorities:
        with st.container(border=True, key=f"authority:{each.number}"):
            _draw_authority(look, each, choices)
            of = f"authority:{look.reference}:{each.number}"
            draw_tasks(look, [*_tasks(look, each)], of=of, choices={})
    if _may(look, Deed.REPRESENT):
        known = {"name": name, "received_on": _today(look).isoformat()}
        done = "The authority is recorded."
        new = Task("Record an authority", authorities.record_authority, done, AuthorityForm, known)
        draw_tasks(look, [new], of=f"authority:{look.reference}:0", choices=choices)


def _standing(look: Look) -> AuthorityState | None:
    name = look.case.complaint.representative_name
    return standing(look.file.authorities, name, _today(look))


def _draw_todo(look: Look) -> None:
    state = _standing(look)
    if state is not None and state.todo and look.case.is_open:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(_SAID[state], color=_COLOURS[state])
            st.markdown(plain(state.todo), width="content")


def _draw_authority(look: Look, authority: Authority, choices: Choices) -> None:
    state = authority.state(_today(look))
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f"{authority.number}. {authority.kind.title}"
        st.subheader(plain(title), width="content")
        st.badge(plain(state.title), color=_COLOURS[state])
    facts = {title: plain(said) for title, said in _facts(look, authority, choices)}
    st.table(facts, border="horizontal")
    if authority.scope:
        draw_words("What it covers", authority.scope)
    for title, said in _said(look, authority):
        draw_words(title, said)
    if state is AuthorityState.UNCHECKED and _may(look, Deed.CHECK_AUTHORITY):
        st.markdown(f":small[{plain(f'To look at: {authority.kind.look_at}')}]")


def _facts(look: Look, authority: Authority, choices: Choices) -> Iterator[tuple[str, str]]:
    yield "Representative", authority.name or "(erased)"
    by = look.file.names.get(authority.recorded_by, authority.recorded_by)
    yield "Received", f"{calendar_day(authority.received_on)}, recorded by {by}"
    if authority.valid_until is not None:
        yield "Valid until", calendar_day(authority.valid_until)
    if authority.document is not None:
        papers = dict(choices["documents"])
        yield "Shown by", papers.get(authority.document, f"Document {authority.document}")


def _said(look: Look, authority: Authority) -> Iterator[tuple[str, str]]:
    """Yield what was said of it later, each with a title that says by whom."""
    names = look.file.names
    if authority.checked_at is not None:
        who = names.get(authority.checked_by, authority.checked_by)
        yield f"Checked by {who}, {day(authority.checked_at, look.zone)}", authority.finding
    if authority.refused_at is not None:
        who = names.get(authority.refused_by, authority.refused_by)
        yield f"Refused by {who}, {day(authority.refused_at, look.zone)}", authority.reason
    if authority.withdrawn_at is not None:
        at = day(authority.withdrawn_at, look.zone)
        yield f"Taken back by the complainant, {at}", authority.reason


def _tasks(look: Look, authority: Authority) -> Iterator[Task]:
    """Yield what can be said of an authority now, by whoever looks."""
    if authority.is_ended:
        return
    of = {"number": authority.number}
    if _may(look, Deed.CHECK_AUTHORITY):
        if authority.state(_today(look)) is AuthorityState.UNCHECKED:
            done = "The authority is checked."
            yield Task("It holds", authorities.check_authority, done, CheckedForm, more=of)
        done = "The authority is refused."
        yield Task("Refuse it", authorities.refuse_authority, done, RefusedForm, more=of)
    if _may(look, Deed.REPRESENT):
        done = "It is kept that the authority was taken back."
        label = "Taken back by the complainant"
        yield Task(label, authorities.withdraw_authority, done, TakenBackForm, more=of)


def _may(look: Look, deed: Deed) -> bool:
    is_at_work = look.case.is_open and not look.case.is_suspended
    return is_at_work and judge(deed, look.person.roles, look.file.relation).allowed


def _today(look: Look) -> date:
    return platform().calendar.day_of(look.now)
