"""The tracking code of a case: shown once, to be read out or printed for the complainant."""

import streamlit as st

from engine.domain.tracking import shown
from engine.services.handling import tracking
from ui.parts.dialog import confirm, known
from ui.parts.look import Look
from ui.parts.words import plain

_KEPT = "tracking"


def keep_code(reference: str, code: str) -> None:
    """Keep a code until whoever sits here has passed it on; nothing where there is none."""
    if code:
        st.session_state[f"{_KEPT}:{reference}"] = code


def draw_code(reference: str) -> None:
    """Draw the code of a case that was just given out, until somebody says that it is passed on."""
    code = st.session_state.get(f"{_KEPT}:{reference}")
    if not code:
        return
    with st.container(border=True, key="case:tracking"):
        st.markdown(
            f"**Tracking code for the complainant**, with the reference {plain(reference)}:"
        )
        st.code(shown(code), language=None)
        st.markdown(
            ":small[Read it out, or print this page. With it the complainant follows the complaint "
            "on the public pages. It is shown only once.]"
        )
        st.button("Passed on", key="tracking:done", on_click=_forget, args=(reference,))


def _forget(reference: str) -> None:
    st.session_state.pop(f"{_KEPT}:{reference}", None)


@st.dialog("New tracking code", icon=":material/key:")
def renew(look: Look) -> None:
    """Ask whether the complainant gets a new code."""
    st.markdown("The code before ends at once. Make sure that this is the complainant.")
    confirm(
        "Give out a new code",
        key="dialog:code:do",
        command=f"code:{look.reference}",
        act=lambda command_id: keep_code(
            look.reference, tracking.renew(**known(look), command_id=command_id)
        ),
        done="The new code stands at the head of the page.",
    )
