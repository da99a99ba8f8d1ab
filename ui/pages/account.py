"""Who I am here, and what I am trusted with."""

import streamlit as st

from engine.domain.actor import Deed
from ui.parts.words import plain
from ui.session import actor


def show() -> None:
    """Draw the page."""
    person = actor()
    st.title("Your account")
    roles = ", ".join(sorted(role.title for role in person.roles)).capitalize()
    st.table(
        {"Name": plain(person.name), "User name": plain(person.username), "Roles": plain(roles)},
        border="horizontal",
    )
    st.header("What you may do")
    st.markdown("\n".join(f"- {plain(deed.capitalize())}" for deed in Deed if person.may(deed)))
