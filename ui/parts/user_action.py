"""What administrators do with accounts, each in a dialog."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from engine.domain.account import Member, Tie
from engine.domain.actor import Actor, Role
from engine.services.accounts import accounts, links, roles, roster, second_factor, sessions, ties
from ui.once import attempt
from ui.parts.dialog import ask_reason, confirm
from ui.parts.words import counted, plain
from ui.session import platform

_GO_ON = "Give this link to the person, over a way that you trust. It opens once."


@st.dialog("Add somebody", icon=":material/person_add:")
def add(person: Actor) -> None:
    """Ask who it is, add the account, and show the link of the invitation."""
    name = st.text_input("Name", key="add:name")
    username = st.text_input("User name", key="add:username")
    held = st.multiselect("Roles", roles.GIVEN, format_func=_title, key="add:roles")
    if Role.ADMINISTRATOR in held:
        st.markdown(":small[A second administrator has to say yes to that role.]")
    if not st.button("Add", type="primary", key="add:do"):
        return
    if attempt(
        "add",
        lambda _id: accounts.add(
            platform(), actor=person, username=username.strip(), name=name, roles=held
        ),
    ):
        _show_link(person, username.strip())


@st.dialog("Manage an account", icon=":material/manage_accounts:")
def manage(person: Actor, member: Member) -> None:
    """Let an administrator choose what to do with an account, and do it."""
    st.markdown(f"**{plain(member.actor.name)}** {plain(member.actor.username)}")
    possible = _possible(member)
    chosen = st.selectbox("What to do", list(possible), key=f"do:{member.actor.username}")
    possible[chosen](person, member)


def _possible(member: Member) -> dict[str, Callable[[Actor, Member], None]]:
    if not member.is_active:
        return {"Reopen the account": _reopen}
    first = "Link to set a new password" if member.has_password else "Another invitation"
    told: dict[str, Callable[[Actor, Member], None]] = {
        "Change roles": _change_roles,
        first: _link,
        "Sign out everywhere": _sign_out,
    }
    if platform().policy.accounts.provider.issuer:
        told[f"Sign-in with {platform().policy.accounts.provider.name}"] = _ties
    if member.has_second_factor:
        told["Remove the second factor"] = _reset_factor
    return told | {"Close the account": _close}


def _change_roles(person: Actor, member: Member) -> None:
    username = member.actor.username
    now_has = [role for role in roles.GIVEN if role in member.actor.roles]
    held = st.multiselect(
        "Roles", roles.GIVEN, now_has, format_func=_title, key=f"roles:{username}"
    )
    if Role.ADMINISTRATOR in set(held) - member.actor.roles:
        st.markdown(":small[A second administrator has to say yes to that role.]")
    reason = ask_reason(f"roles:reason:{username}", note="Their sessions end.")
    ends: list[bool] = []
    confirm(
        "Change roles",
        key="roles:do",
        command=f"roles:{username}",
        act=lambda _id: ends.append(
            roles.change(platform(), actor=person, username=username, roles=held, reason=reason)
        ),
        done=lambda: (
            "The roles are changed."
            if ends[-1]
            else "What needs one yes is changed; a second administrator has to say the other."
        ),
    )


def _link(person: Actor, member: Member) -> None:
    st.markdown("The password of now goes on until the link is used; one made before ends.")
    if st.button("Make a link", type="primary", key="link:do"):
        _show_link(person, member.actor.username)


def _sign_out(person: Actor, member: Member) -> None:
    username = member.actor.username
    confirm(
        "Sign out everywhere",
        key="signout:do",
        command=f"signout:{member.actor.username}",
        act=lambda _id: sessions.end_all(platform(), actor=person, username=username),
        done="Every session is ended.",
    )


def _reset_factor(person: Actor, member: Member) -> None:
    st.markdown("For somebody who lost both the device and the recovery codes.")
    username = member.actor.username
    confirm(
        "Remove the second factor",
        key="factor:reset",
        command=f"factor:{member.actor.username}",
        act=lambda _id: second_factor.reset(platform(), actor=person, username=username),
        done="The second factor is removed.",
    )


def _ties(person: Actor, member: Member) -> None:
    username = member.actor.username
    for tied in ties.of_person(platform(), actor=person, username=username):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(tied.subject)}**  \n:small[at {plain(tied.issuer)}]")
            st.space("stretch")
            _untie(person, username, tied)
    st.markdown("The provider calls each person by a subject; who has it comes in as this account.")
    subject = st.text_input("Subject", key=f"tie:{username}")
    confirm(
        "Tie",
        key="tie:do",
        command=f"tie:{username}",
        act=lambda _id: ties.tie(platform(), actor=person, username=username, subject=subject),
        done="It is tied.",
    )


def _untie(person: Actor, username: str, tied: Tie) -> None:
    known = {"username": username, "issuer": tied.issuer, "subject": tied.subject}
    confirm(
        "Untie",
        key=f"untie:{tied.issuer}:{tied.subject}",
        command=f"untie:{username}:{tied.issuer}:{tied.subject}",
        act=lambda _id: ties.untie(platform(), actor=person, **known),
        done="It is untied; the sessions that began so are ended.",
    )


def _close(person: Actor, member: Member) -> None:
    username = member.actor.username
    st.markdown("Sessions and keys end at once. The name stays where it stands in complaints.")
    reason = ask_reason(f"close:reason:{username}")
    confirm(
        "Close the account",
        key="close:do",
        command=f"close:{username}",
        act=lambda _id: accounts.close(platform(), actor=person, username=username, reason=reason),
        done="The account is closed.",
    )


def _reopen(person: Actor, member: Member) -> None:
    username = member.actor.username
    confirm(
        "Reopen the account",
        key="reopen:do",
        command=f"reopen:{member.actor.username}",
        act=lambda _id: accounts.reopen(platform(), actor=person, username=username),
        done="The account is open again.",
    )


@st.dialog("Add people from a table", icon=":material/upload:", width="large")
def import_people(person: Actor) -> None:
    """Ask for a table, say what would happen, and do it when told to."""
    st.markdown("A CSV file with the columns username, name and roles; competences if you like.")
    file = st.file_uploader("Table", type=["csv"], key="people:file", max_upload_size=2)
    if file is None:
        return
    read: list[Sequence[roster.Line]] = []
    if not attempt("people:read", lambda _id: read.append(_read(file.getvalue()))):
        return
    told = roster.plan(platform(), actor=person, lines=read[0])
    number = sum(line.verdict is roster.Verdict.ADD for line in told)
    label = f"Add {counted(number, 'person', 'people')}"
    if number and st.button(label, type="primary", key="people:do"):
        done: list[Sequence[roster.Line]] = []
        if attempt(
            "people:do",
            lambda _id: done.append(roster.carry_out(platform(), actor=person, lines=read[0])),
        ):
            told = tuple(done[0])
            st.markdown(plain(_GO_ON))
    _draw_lines(told)


def _draw_lines(lines: Sequence[roster.Line]) -> None:
    """Draw what becomes of each line; no grid, which would let a table out with its formulas."""
    columns = {
        "Line": [str(line.number) for line in lines],
        "User name": [plain(line.username) for line in lines],
        "Name": [plain(line.name) for line in lines],
        "What happens": [plain(f"{line.verdict.value} {line.why}".strip()) for line in lines],
    }
    st.table(columns, border="horizontal", hide_index=True)
    made = [f"{line.username} {_address(line.link)}" for line in lines if line.link]
    if made:
        st.code("\n".join(made), language=None)


def _read(content: bytes) -> Sequence[roster.Line]:
    """Return the lines of a table that was handed in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_bytes(content)
        return roster.read(path)


def _show_link(person: Actor, username: str) -> None:
    made: list[str] = []
    if attempt(
        f"link:{username}",
        lambda _id: made.append(links.make(platform(), actor=person, username=username)),
    ):
        st.markdown(plain(_GO_ON))
        st.code(_address(made[0]), language=None, wrap_lines=True)


def _address(token: str) -> str:
    """Return where a link leads, under the name by which this page was reached."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{links.PATH}{token}"


def _title(role: Role) -> str:
    return role.title.capitalize()
