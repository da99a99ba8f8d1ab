"""Who I am here, what I am trusted with, and how I come in."""

import streamlit as st

from engine.domain.account import SignedIn, Tie
from engine.domain.actor import Actor, Deed
from engine.domain.api_key import ApiKey
from engine.services.accounts import daily_mail, keys, passwords, second_factor, sessions, ties
from ui.once import attempt, say, tell
from ui.parts import account_action, words
from ui.parts.words import plain
from ui.session import actor, platform, token, zone


def show() -> None:
    """Draw the page."""
    tell()
    person = actor()
    st.title("Your account")
    roles = ", ".join(sorted(role.title for role in person.roles)).capitalize()
    st.table(
        {"Name": plain(person.name), "User name": plain(person.username), "Roles": plain(roles)},
        border="horizontal",
    )
    if person.may(Deed.KEEP_ACCOUNT):
        _draw_door(person)
        _draw_ties(person)
        _draw_sessions(person)
        _draw_keys(person)
        _draw_daily_mail(person)
    st.header("What you may do")
    st.markdown("\n".join(f"- {plain(deed.capitalize())}" for deed in Deed if person.may(deed)))


def _draw_door(person: Actor) -> None:
    """Draw how the person comes in, and what can be changed about it."""
    state = second_factor.state_of(platform(), person=person)
    st.header("Signing in")
    is_elsewhere = bool(ties.of_person(platform(), actor=person))
    if is_elsewhere and not passwords.OwnPassword(platform(), person).is_set:
        st.markdown("You have no password here; you sign in elsewhere.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if state.is_asked:
            left = plain(words.counted(state.codes_left, "recovery code"))
            st.markdown(f"A password and a code of your device; {left} left.", width="content")
        else:
            st.markdown("A password. A second factor makes it safer.", width="content")
        st.space("stretch")
        if st.button("Change password", key="account:password"):
            account_action.change_password(person)
        if not state.is_asked:
            if st.button("Set up a second factor", key="account:factor"):
                account_action.begin_factor(person)
            return
        if st.button("New recovery codes", key="account:codes"):
            account_action.renew_codes(person)
        if not state.is_needed and st.button("Remove the second factor", key="account:remove"):
            account_action.remove_factor(person)


def _draw_ties(person: Actor) -> None:
    """Draw who the person is at the organisation's own sign-in, where there is one."""
    provider = platform().policy.accounts.provider
    found = ties.of_person(platform(), actor=person)
    if not provider.issuer and not found:
        return
    has_password = passwords.OwnPassword(platform(), person).is_set
    st.subheader(f"Signing in with {plain(provider.name)}")
    for tie in found:
        _draw_tie(person, tie, may_go=has_password)
    if not found:
        st.markdown("Your account is not tied to an identity there.")
    if not has_password:
        st.markdown(
            ":small[You have no password here. An administrator can make a link to set one; until "
            "then this is your only way in.]"
        )
    elif provider.issuer and st.button("Tie an identity", icon=":material/link:", key="tie:begin"):
        account_action.tie(person, provider.name)


def _draw_tie(person: Actor, tie: Tie, *, may_go: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        since = plain(words.day(tie.since, zone()))
        st.markdown(f"**{plain(tie.subject)}**  \n:small[at {plain(tie.issuer)}, tied on {since}]")
        st.space("stretch")
        if may_go and st.button("Untie", key=f"untie:{tie.issuer}:{tie.subject}"):
            account_action.untie(person, tie)


def _draw_sessions(person: Actor) -> None:
    st.header("Where you are signed in")
    found = sessions.of_person(platform(), actor=person, token=token())
    for session in found:
        _draw_session(person, session)
    if len(found) > 1 and st.button("End all others", key="account:others"):
        this = token()
        if attempt(
            "sessions:others",
            lambda _id: sessions.end_all(platform(), actor=person, token=this),
        ):
            say("The other sessions are ended.")
            st.rerun()


def _draw_session(person: Actor, session: SignedIn) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        seen = plain(words.ago(session.last_seen_at, platform().now()))
        since = plain(words.moment(session.since, zone()))
        where = plain(f"{session.device}, {session.address}" if session.address else session.device)
        st.markdown(f"**{where}**  \n:small[by {plain(session.method)} on {since}, used {seen}]")
        st.space("stretch")
        if session.is_this:
            st.badge("This one", color="gray")
        elif st.button("End", key=f"session:{session.id}") and attempt(
            f"session:{session.id}",
            lambda _id: sessions.end(platform(), actor=person, session_id=session.id),
        ):
            say("The session is ended.")
            st.rerun()


def _draw_keys(person: Actor) -> None:
    st.header("API keys")
    st.markdown(":small[A key lets a program act for you, as far as its scopes and your roles go.]")
    now = platform().now()
    for key in keys.mine(platform(), actor=person):
        if key.is_live(now):
            _draw_key(person, key)
    if st.button("Make a key", icon=":material/add:", key="account:key"):
        account_action.make_key(person)


def _draw_key(person: Actor, key: ApiKey) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        used = words.ago(key.last_used_at, platform().now()) if key.last_used_at else "never"
        told = plain(", ".join(key.scopes))
        until = plain(words.day(key.expires_at, zone()))
        st.markdown(
            f"**{plain(key.name)}** {plain(key.hint)}…  \n"
            f":small[{told}; until {until}; used {plain(used)}]"
        )
        st.space("stretch")
        if st.button("End", key=f"key:{key.id}") and attempt(
            f"key:{key.id}",
            lambda _id: keys.revoke(platform(), actor=person, key_id=key.id),
        ):
            say("The key is ended.")
            st.rerun()


def _draw_daily_mail(person: Actor) -> None:
    """Draw whether a mail tells the person each working day what waits."""
    address = daily_mail.daily_mail_of(platform(), actor=person)
    st.header("Daily mail")
    with st.container(horizontal=True, vertical_alignment="center"):
        if address:
            st.markdown(f"What waits for you goes to **{plain(address)}**.", width="content")
        else:
            st.markdown(
                "A mail on the morning of each working day, with what waits for you. It names no "
                "complaint and nobody.",
                width="content",
            )
        st.space("stretch")
        if st.button("Change" if address else "Get it", key="account:daily"):
            account_action.choose_daily_mail(person, address)
