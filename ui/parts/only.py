"""The choice of some complaints for figures, which the address of the page keeps."""

from collections.abc import Mapping

import streamlit as st

from engine.domain.case_fact import TITLES, Trait
from engine.services.figures import breakdown
from engine.services.figures.measuring import ALL, Slice
from ui.parts.address_part import AddressPart
from ui.parts.fresh import fresh
from ui.parts.words import capital, plain
from ui.session import actor, platform

_BY, _OF = "performance.by", "performance.of"
_ADDRESS = AddressPart("performance.only.seen", frozenset({"by", "of"}))
_FRESH = 30.0
"""Seconds."""
_TRAITS = tuple(trait for trait in Trait if trait not in breakdown.SPARED)
"""By traits of people complaints are compared, and nobody is looked up by them."""


def choose_only() -> Slice:
    """Draw the choice of a trait and a value of it, and return what was chosen.

    It stays across views and pages, and in the address, until it is taken back.
    """
    if _BY not in st.session_state or _ADDRESS.is_another():
        _read_address()
    _ADDRESS.see()
    of = _chosen()
    label = plain(_title(of)) if of != ALL else "All complaints"
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        with st.popover(label, icon=":material/filter_alt:"):
            _draw_choice()
        if of != ALL:
            st.button(
                "Show all complaints",
                icon=":material/close:",
                type="tertiary",
                key="performance.all",
                on_click=_forget,
            )
    return of


def _draw_choice() -> None:
    trait = st.selectbox(
        "Complaints by their",
        _TRAITS,
        format_func=lambda each: TITLES[each].lower(),
        index=None,
        placeholder="Choose what tells them apart",
        key=_BY,
        persist_state="session",
        on_change=_forget_value,
    )
    if trait is None:
        return
    titles = _titles(trait)
    if st.session_state.get(_OF) not in titles:
        st.session_state[_OF] = None
    st.selectbox(
        "Only those with",
        list(titles),
        format_func=lambda value: capital(titles[value]),
        index=None,
        placeholder="Choose one",
        key=_OF,
        persist_state="session",
        on_change=_say,
    )


def _chosen() -> Slice:
    trait, value = st.session_state.get(_BY), st.session_state.get(_OF)
    return Slice(Trait(trait), value) if trait and value else ALL


def _title(of: Slice) -> str:
    trait = Trait(of.trait)
    return f"{TITLES[trait]}: {capital(_titles(trait).get(of.value, of.value))}"


def _titles(trait: Trait) -> Mapping[str, str]:
    """Return the values that can be chosen with their titles, at most half a minute old."""
    person = actor()
    return fresh(
        f"performance.only.{trait}",
        seconds=_FRESH,
        of=person,
        read=lambda: dict(breakdown.traited(platform(), actor=person, trait=trait)),
    )


def _read_address() -> None:
    said = _ADDRESS.said()
    by, of = said.get("by", ""), said.get("of", "")
    trait = next((each for each in _TRAITS if each.value == by), None)
    is_known = trait is not None and of in _titles(trait)
    st.session_state[_BY] = trait if is_known else None
    st.session_state[_OF] = of if is_known else None
    if said and not is_known:
        _ADDRESS.refuse("The address names complaints that there are none of. All are shown.")


def _say() -> None:
    of = _chosen()
    if of == ALL:
        _say_nothing()
    else:
        _ADDRESS.say({"by": of.trait, "of": of.value})


def _say_nothing() -> None:
    _ADDRESS.say({})


def _forget_value() -> None:
    st.session_state[_OF] = None
    _say_nothing()


def _forget() -> None:
    st.session_state[_BY] = None
    _forget_value()
