"""Giving a complaint to another owner."""

import streamlit as st

from engine.services.accounts import accounts
from engine.services.staffing import ownership
from ui.parts.dialog import ask_reason, confirm, known
from ui.parts.look import Look
from ui.session import platform


@st.dialog("Give to another owner", icon=":material/person:")
def give(look: Look) -> None:
    """Ask who owns the complaint from now on and why, and give it."""
    owner = look.case.owner
    if owner:
        st.markdown(f"{look.name(owner)} owns it now. Open steps stay with those who have them.")
    else:
        st.markdown("Nobody owns it now. Open steps stay with those who have them.")
    people = accounts.colleagues(platform(), actor=look.person, roles=("handler", "investigator"))
    to = st.selectbox(
        "New owner",
        [name for name in people if name != owner],
        index=None,
        format_func=people.__getitem__,
        placeholder="Choose a colleague",
        key="dialog:owner",
    )
    reason = ask_reason("dialog:give", note="The reason becomes a note on the case.")
    is_whole = to is not None and bool(reason.strip())
    confirm(
        "Give the complaint",
        key="dialog:give:do",
        command=f"give:{look.reference}:{to}",
        act=lambda command_id: ownership.give(
            **known(look), to=str(to), reason=reason, command_id=command_id
        ),
        done=lambda: f"The complaint is given to {people[str(to)]}.",
        problem="" if is_whole else "Choose a colleague and say why.",
    )
