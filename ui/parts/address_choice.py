"""One of a few things to look at on a page, chosen by a press and kept in the address."""

from collections.abc import Mapping

import streamlit as st

from ui.parts.address_part import AddressPart


def choose_by_address(label: str, titles: Mapping[str, str], *, key: str, name: str) -> str:
    """Draw the choice and return what is chosen: the first, until somebody chooses another.

    Args:
        label: What is chosen, for whoever does not see the page.
        titles: What can be chosen, each with what it is called. The bare address means the first.
        key: Stable name of the field.
        name: By which the address calls the choice.
    """
    part, usual = AddressPart(f"{key}.seen", frozenset({name})), next(iter(titles))
    if key not in st.session_state or part.is_another():
        said = part.said().get(name, "")
        st.session_state[key] = said if said in titles else usual
    part.see()

    def say() -> None:
        chosen = st.session_state[key]
        part.say({} if chosen == usual else {name: chosen})

    chosen = st.segmented_control(
        label,
        list(titles),
        format_func=titles.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
        on_change=say,
    )
    return chosen or usual
