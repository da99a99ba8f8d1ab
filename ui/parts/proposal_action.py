"""What an approver does with a proposal, each in a dialog."""

import streamlit as st

from engine.services.proposing import publishing
from engine.services.proposing.publishing import Proposed
from ui.once import attempt, say
from ui.parts.dialog import ask_reason
from ui.parts.waiting import changed_at
from ui.session import actor, platform
from ui.way import go


@st.dialog("Approve the change", icon=":material/check:")
def approve(made: Proposed, live: int) -> None:
    """Ask whether it is meant, and publish it instead of the version that it was compared with."""
    st.markdown(
        "New complaints take it from then on. Complaints that run stay on their version. Your name "
        "is kept as that of whoever approved it."
    )
    if st.button("Approve", type="primary", key="approve:do") and attempt(
        f"proposal:approve:{made.number}",
        lambda _id: publishing.approve(
            platform(), actor=actor(), number=made.number, instead_of=live
        ),
    ):
        changed_at("proposals")
        say("The change is approved.")
        go("proposals")


@st.dialog("Send the change back", icon=":material/undo:")
def reject(made: Proposed) -> None:
    """Ask why, and refuse it."""
    reason = ask_reason(f"reject:reason:{made.number}", note="Kept in the journal, with your name.")
    if st.button("Send back", type="primary", key="reject:do") and attempt(
        f"proposal:reject:{made.number}",
        lambda _id: publishing.reject(platform(), actor=actor(), number=made.number, reason=reason),
    ):
        changed_at("proposals")
        say("The change is sent back.")
        go("proposals")
