"""What the heat map shows: a measure and a version of the process; the address keeps both."""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.heat import TITLES, HeatMeasure
from engine.services.figures.heat import PublishedVersion
from ui.parts.words import day, plain
from ui.session import platform
from ui.way import address

_MEASURE, _VERSION, _ALONE = "process.measure", "process.version", "process.alone"
_LONGEST = 10
"""Digits of a number in an address."""
_STEP = "step"


class Chosen(NamedTuple):
    """Whose diagram is shown, and whether only cases on it are counted; None for the live one."""

    version: int | None
    is_alone: bool


def choose_measure() -> HeatMeasure:
    """Draw the choice of a measure, and return it."""
    if _MEASURE not in st.session_state:
        said = st.query_params.get("measure", "")
        known = said in {measure.value for measure in HeatMeasure}
        st.session_state[_MEASURE] = HeatMeasure(said) if known else HeatMeasure.WAITING
    chosen = st.segmented_control(
        "What is shown",
        list(HeatMeasure),
        format_func=TITLES.__getitem__,
        key=_MEASURE,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
        on_change=lambda: _say("measure", st.session_state[_MEASURE].value),
    )
    return chosen or HeatMeasure.WAITING


def wish_measure(measure: HeatMeasure) -> None:
    """Ask for a measure, to be shown in the next run."""
    st.session_state[_MEASURE] = measure
    _say("measure", measure.value)


def choose_version(versions: Sequence[PublishedVersion]) -> Chosen:
    """Draw the choice of a version where there are several, and return it."""
    live = next(each.number for each in versions if each.is_live)
    by_number = {each.number: each for each in versions}
    if st.session_state.get(_VERSION) not in by_number:
        said = st.query_params.get("version", "")
        number = int(said) if said.isdecimal() and len(said) < _LONGEST else live
        st.session_state[_VERSION] = number if number in by_number else live
    if _ALONE not in st.session_state:
        st.session_state[_ALONE] = st.query_params.get("only") == "1"
    if len(versions) == 1:
        st.badge(plain(f"Version {live}"), color="gray")
        return Chosen(None, is_alone=False)
    number = st.selectbox(
        "Version",
        list(by_number),
        format_func=lambda number: _named(by_number[number]),
        key=_VERSION,
        label_visibility="collapsed",
        width=240,
        persist_state="session",
        on_change=lambda: _say("version", str(st.session_state[_VERSION])),
    )
    is_alone = st.toggle(
        "Only its complaints",
        key=_ALONE,
        help="Count only complaints that run on this version. Otherwise a step is counted "
        "whatever version its complaint runs on.",
        persist_state="session",
        on_change=lambda: _say("only", "1" if st.session_state[_ALONE] else ""),
    )
    return Chosen(None if number == live else number, is_alone)


def _named(version: PublishedVersion) -> str:
    since = day(version.published_at, ZoneInfo(platform().policy.calendar.zone))
    return f"Version {version.number}, {'live' if version.is_live else f'of {since}'}"


def address_of(step: str) -> str:
    """Return the address of this page, as it is, with the list of a step open."""
    return address("process", **{**st.query_params.to_dict(), _STEP: step})


def named_step() -> str:
    """Return the step whose list the address asks for, once; empty for none."""
    said = st.query_params.get(_STEP, "")
    if said:
        _say(_STEP, "")
    return said


def _say(name: str, value: str) -> None:
    """Let the address say a choice; an empty one is not said."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]
