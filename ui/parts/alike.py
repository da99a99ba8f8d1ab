"""Complaints that may be the same, shown before one more is recorded."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import streamlit as st

from engine.services.links.likeness import Alike
from ui.parts import words
from ui.parts.words import plain
from ui.way import link

_BY = {
    "email": "the same e-mail",
    "phone": "the same telephone",
    "words": "similar words",
}


@st.dialog("Has this come before?", width="medium", icon=":material/content_copy:")
def ask_alike(alike: Sequence[Alike], zone: ZoneInfo, record: Callable[[], None]) -> None:
    """Show what may be the same, and record the complaint all the same where somebody says so.

    Args:
        alike: At least one.
        zone: Of the reader.
        record: Records it.
    """
    one = "This complaint" if len(alike) == 1 else "These complaints"
    st.markdown(f"{one} may be the same. Open one to add to it, or record a new one.")
    for each in alike:
        with st.container(border=True, gap="xxsmall"):
            link("case", each.reference, icon=":material/open_in_new:", ref=each.reference)
            st.text(each.summary)
            said = " and ".join(_BY[kind] for kind in each.by)
            state = "open" if each.is_open else "closed"
            received = words.day(each.received_at, zone)
            st.markdown(
                f":small[{plain(each.complainant)}, received {plain(received)}, {state}: {said}]"
            )
    if st.button("Record it all the same", type="primary", key="alike:record"):
        record()
