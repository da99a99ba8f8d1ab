"""Who is signed in, and the way out."""

import streamlit as st

from engine.domain.actor import Actor
from ui.parts.source import source

_account = st.components.v2.component(
    "redress_account", js=source("account.js"), css=source("account.css")
)


def account(actor: Actor, *, token: str) -> None:
    """Draw the account menu and keep watch over the session.

    The form is a real one: signing out is a POST that replaces the page, so that nothing of
    it stays behind on the screen. When the session ends elsewhere, the page leads to the
    sign-in as soon as something is clicked or the page is looked at again, else within half a
    minute.

    Args:
        actor: Who is signed in.
        token: Hidden token of the sign-out form.
    """
    roles = ", ".join(sorted(role.title for role in actor.roles)).capitalize()
    data = {"name": actor.name, "initial": actor.name[:1].upper(), "roles": roles, "token": token}
    _account(key="account", data=data)
