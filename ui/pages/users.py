"""Who may sign in, as what, and who is to become an administrator."""

import streamlit as st

from engine.domain.account import Member, RoleRequest
from engine.domain.actor import Actor
from engine.services.accounts import accounts, roles
from ui.once import attempt, say, tell
from ui.parts import user_action, words
from ui.parts.words import plain
from ui.session import actor, platform

_LINES = 20


def show() -> None:
    """Draw the page."""
    tell()
    person = actor()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Users", width="content")
        st.space("stretch")
        if st.button("Add from a table", icon=":material/upload:", key="users:import"):
            user_action.import_people(person)
        if st.button("Add somebody", icon=":material/person_add:", type="primary", key="users:add"):
            user_action.add(person)
    for request in roles.waiting(platform(), actor=person):
        _draw_request(person, request)
    search = st.text_input(
        "Search",
        key="users:search",
        placeholder="Name or user name",
        label_visibility="collapsed",
        icon=":material/search:",
        on_change=_to_first_page,
    )
    _draw_list(person, search)


def _draw_request(person: Actor, request: RoleRequest) -> None:
    with st.container(border=True, key=f"request:{request.id}"):
        who, by = plain(request.name), plain(request.asked_by)
        st.markdown(f":material/how_to_reg: **{who}** is to become an administrator, says {by}.")
        st.text(request.reason)
        with st.container(horizontal=True):
            if request.asked_by != person.username and st.button("Yes", key=f"yes:{request.id}"):
                _decide(person, request, grants=True)
            if st.button("No", key=f"no:{request.id}"):
                _decide(person, request, grants=False)
            if request.asked_by == person.username:
                st.markdown(":small[A second administrator has to say yes.]")


def _decide(person: Actor, request: RoleRequest, *, grants: bool) -> None:
    if attempt(
        f"decide:{request.id}",
        lambda _id: roles.decide(platform(), actor=person, request_id=request.id, grants=grants),
    ):
        say(f"{request.name} {'is an administrator now.' if grants else 'stays as before.'}")
        st.rerun()


def _draw_list(person: Actor, search: str) -> None:
    number = st.session_state.get("users:page", 1)
    found, total = accounts.page(
        platform(), actor=person, search=search, limit=_LINES, offset=(number - 1) * _LINES
    )
    if not found:
        st.markdown("Nobody has such a name.")
    for member in found:
        _draw(person, member)
    if total > _LINES:
        st.pagination(-(-total // _LINES), key="users:page", persist_state="session")


def _draw(person: Actor, member: Member) -> None:
    username = member.actor.username
    with (
        st.container(border=True, key=f"user:{username}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        held = ", ".join(sorted(role.title for role in member.actor.roles)) or "no role"
        seen = words.ago(member.seen_at, platform().now()) if member.seen_at else "never here"
        st.markdown(
            f"**{plain(member.actor.name)}** {plain(username)}  \n"
            f":small[{plain(held.capitalize())}; {plain(seen)}]"
        )
        st.space("stretch")
        if not member.is_active:
            st.badge("Closed", color="red")
        elif not member.has_password:
            st.badge("Invited", color="gray")
        if member.has_second_factor:
            st.badge("Second factor", color="gray")
        if username == person.username:
            st.badge("You", color="gray")
        elif st.button("Manage", key=f"manage:{username}"):
            user_action.manage(person, member)


def _to_first_page() -> None:
    st.session_state["users:page"] = 1
