"""A figure on a page: its value, its definition, its change, and the way to its complaints."""

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from engine.domain.kpi import Better, Unit
from engine.services.figures.reporting import Report, Shown
from ui.parts.behind import open_cases
from ui.parts.figure import (
    behind,
    between,
    change_of,
    former_of,
    missing,
    target_of,
    value_of,
)
from ui.parts.office_way import lead_on
from ui.parts.words import plain
from ui.session import platform

_Tone = Literal["normal", "inverse", "off"]
_TONES: Mapping[Better, _Tone] = {
    Better.MORE: "normal",
    Better.LESS: "inverse",
    Better.NEITHER: "off",
}
"""A change has a colour where its direction is good or bad."""


def draw_cards(told: Report, names: Sequence[str]) -> None:
    """Draw some figures of a report beside each other, by their ids."""
    figures = {shown.measure.id: shown for shown in told.figures}
    with st.grid(len(names), min_column_width=190):
        for name in names:
            with st.container(border=True, height="stretch"):
                draw_figure(figures[name])


def draw_figure(shown: Shown) -> None:
    """Draw a number with all that belongs to it."""
    measure = shown.measure
    currency = platform().policy.organisation.currency
    title = f"{shown.title} ({currency})" if measure.unit is Unit.MONEY else shown.title
    with st.container(gap=None):
        st.metric(
            plain(title),
            value_of(shown),
            delta=change_of(shown),
            delta_color=_TONES[measure.better],
            help=plain(f"{measure.sentence} {measure.code}, version {measure.version}."),
        )
        said = filter(None, (missing(shown), between(shown), former_of(shown), target_of(shown)))
        if told := " ".join(said):
            st.markdown(f":small[{plain(told)}]")
        if shown.cases is None:
            lead_on(shown)
        elif shown.figure.n and st.button(
            behind(shown),
            type="tertiary",
            key=f"performance.open.{measure.id}",
            icon=":material/list:",
        ):
            open_cases(shown)
