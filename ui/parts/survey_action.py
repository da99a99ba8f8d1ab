"""Whether a complainant is asked how the complaint was handled: what was settled, and a wish."""

import streamlit as st

from engine.domain.invitation import Invitation, LeftOut
from engine.services.door import inviting
from ui.parts import words
from ui.parts.dialog import ask_reason, confirm, known
from ui.parts.look import Look


def is_refused(look: Look) -> bool:
    """Tell whether the complainant does not want to be asked."""
    found = look.file.invitation
    return found is not None and found.left_out is LeftOut.WISH


def told(look: Look) -> str:
    """Return whether the complainant was asked, or why not; empty while nothing is settled."""
    found = look.file.invitation
    if found is None:
        return ""
    if found.left_out is not None:
        return f"Not asked: {found.left_out.words}"
    return ", ".join(_went(look, found))


def _went(look: Look, found: Invitation) -> list[str]:
    moments = (
        ("Asked", found.invited_at),
        ("reminded", found.reminded_at),
        ("came back", found.returned_at),
    )
    return [f"{what} {words.moment(at, look.zone)}" for what, at in moments if at is not None]


@st.dialog("Asking how it was handled", icon=":material/rate_review:")
def wish(look: Look) -> None:
    """Ask what the complainant says to being asked, and record it."""
    refuses = not is_refused(look)
    st.markdown(
        "The complainant does not want to be asked how the complaint was handled. Nobody is "
        "invited or reminded, and a link that was sent ends."
        if refuses
        else "The complainant may be asked after all. Whoever was invited before is not again."
    )
    said = ask_reason("survey:reason", label="What was said, and when")
    confirm(
        "Do not ask" if refuses else "May be asked",
        key="survey:wish",
        command=f"survey-wish:{look.reference}:{refuses}",
        act=lambda command_id: inviting.wish(
            **known(look), may_be_asked=not refuses, reason=said, command_id=command_id
        ),
        done="It is recorded.",
    )
