"""The view of the performance page that is about the office: is it watched and looked into?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.case_fact import TITLES, Trait
from engine.domain.kpi import MEASURE, Period
from engine.services.figures import breakdown, reporting
from engine.services.figures.reporting import Shown
from ui.once import tell
from ui.parts import stated_numbers
from ui.parts.behind import open_cases
from ui.parts.figure import NOTHING, value_of
from ui.parts.fresh import fresh
from ui.parts.measured import draw_figure
from ui.parts.tally import lines_of, tally
from ui.parts.words import plain
from ui.session import actor, platform

_FRESH = 30.0
"""Seconds."""
_SECTIONS: Mapping[str, Sequence[str]] = {
    "Signals and samples": ("signals_raised", "signals_answered", "unrecorded"),
    "Conformity and records": (
        "conformity",
        "records_complete",
        "journal_proven",
        "journal_findings",
    ),
    "Separation of duties": ("sod_breaches", "sod_waived", "waivers_given"),
    "Training and improvement": ("trained", "policy_known", "improvements_proposed"),
    "Audits, reviews and actions": ("reviews_on_time", "actions_overdue", "action_age"),
}
"""Figures under what they have in common."""
_PER = ("per_1000_customers", "per_1000_contracts", "per_1000_transactions")
_REVIEWS = "reviews_in_order"
_REVIEWED = (_REVIEWS, "decisions_correct", "letters_complete", "objectivity_in_order")
_BY = (Trait.CATEGORY, Trait.OUTCOME, Trait.SEVERITY)
_MOST = 12
"""Lines of one tally."""


def draw_assurance(period: Period) -> None:
    """Draw the figures about the office; for whoever may not see the evidence, a sentence."""
    tell()
    person = actor()
    if not person.may(Deed.SEE_EVIDENCE):
        st.markdown("These figures are for managers, the management representative and auditors.")
        return
    told = fresh(
        stated_numbers.FIGURES,
        seconds=_FRESH,
        of=(person, period),
        read=lambda: reporting.report(platform(), actor=person, period=period),
    )
    st.markdown(":small[Always of the whole office and of all complaints.]")
    figures = {shown.measure.id: shown for shown in told.told}
    for title, names in _SECTIONS.items():
        _draw_cards(title, [figures[name] for name in names])
    _draw_per(figures)
    _draw_reviews(figures, period)


def _draw_cards(title: str, figures: Sequence[Shown]) -> None:
    st.header(plain(title))
    with st.grid(len(figures), min_column_width=190):
        for shown in figures:
            with st.container(border=True, height="stretch"):
                draw_figure(shown)


def _draw_per(figures: Mapping[str, Shown]) -> None:
    """Draw complaints by what they are measured by: what is stated, else customers."""
    stated = [figures[name] for name in _PER if figures[name].figure.value is not None]
    st.space("xsmall")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Complaint rate", width="content")
        st.space("stretch")
        if actor().may(Deed.STATE_NUMBER) and st.button(
            "State a month", icon=":material/edit_calendar:", key="assurance.state"
        ):
            stated_numbers.ask(actor())
    shown = stated or [figures[_PER[0]]]
    with st.grid(len(shown), min_column_width=190):
        for each in shown:
            with st.container(border=True, height="stretch"):
                draw_figure(each)


def _draw_reviews(figures: Mapping[str, Shown], period: Period) -> None:
    """Draw what reviewers found in the complaints that chance drew for them."""
    _draw_cards("Quality reviews", [figures[name] for name in _REVIEWED])
    with st.grid(2, min_column_width=320):
        for trait in _BY if figures[_REVIEWS].figure.n else ():
            with st.container(border=True, height="stretch"):
                _draw_by(trait, period)


def _draw_by(trait: Trait, period: Period) -> None:
    person = actor()
    groups: tuple[Shown, ...] = fresh(
        f"performance.{_REVIEWS}.{trait}",
        seconds=_FRESH,
        of=(person, period),
        read=lambda: breakdown.by_trait(
            platform(), actor=person, measure=_REVIEWS, trait=trait, period=period
        ),
    )
    title = f"In order, by {TITLES[trait].lower()}"
    st.header(plain(title), help=plain(MEASURE[_REVIEWS].sentence))
    if not groups:
        st.markdown("Nothing was reviewed in this period.")
        return
    named = [(each.figure.group, each.title, each.figure.n) for each in groups[:_MOST]]
    notes = ["" if value_of(each) == NOTHING else value_of(each) for each in groups]
    lines = lines_of(named)
    drawn = [replace(line, note=note) for line, note in zip(lines, notes, strict=False)]
    chosen = tally(drawn, key=f"assurance.{trait}", caption=title, noun="reviews")
    found = next((each for each in groups if each.figure.group == chosen), None)
    if found:
        open_cases(found)
