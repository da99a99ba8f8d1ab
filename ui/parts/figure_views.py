"""The views of the performance page beside the overview: figures by what tells complaints apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from engine.domain.case_fact import Trait
from engine.domain.kpi import MEASURE, Period, Unit
from engine.services.figures import breakdown
from engine.services.figures.measuring import ALL, Slice
from engine.services.figures.reporting import Report, Shown
from ui.parts.address_choice import choose_by_address
from ui.parts.assurance_view import draw_assurance
from ui.parts.behind import open_cases
from ui.parts.figure import value_of
from ui.parts.fresh import fresh
from ui.parts.measured import draw_cards
from ui.parts.tally import lines_of, tally
from ui.parts.time_view import draw_time
from ui.parts.trend import trend
from ui.parts.words import plain
from ui.session import actor, platform

OVERVIEW = "overview"
VIEWS = {
    OVERVIEW: "Overview",
    "service": "Service levels",
    "causes": "Causes",
    "load": "People and load",
    "time": "Where time goes",
    "outcomes": "Outcomes",
    "fairness": "Fairness",
    "assurance": "Assurance",
}
_FRESH = 30.0
"""Seconds."""
_MOST = 12
"""Lines of one tally."""


def choose_view() -> str:
    """Draw the choice of a view, which the address keeps, and return it."""
    return choose_by_address("View", VIEWS, key="performance.view", name="view")


def draw_view(view: str, told: Report, of: Slice) -> None:
    """Draw one of the views, of some complaints."""
    _DRAWN[view](told, of)


def _service(told: Report, of: Slice) -> None:
    draw_cards(told, ("acknowledged_on_time", "answered_on_time", "answered_on_time_first"))
    draw_cards(told, ("late_answers", "extended", "updates_on_time", "stage_two_on_time"))
    with st.grid(2, min_column_width=320):
        for title, measure, trait in (
            ("Final responses, by regime", "answered_on_time", Trait.REGIME),
            ("Acknowledgements, by regime", "acknowledged_on_time", Trait.REGIME),
            ("Final responses, by team", "answered_on_time", Trait.TEAM),
            ("Final responses, by category", "answered_on_time", Trait.CATEGORY),
        ):
            _by_trait(title, measure, trait, told.period, of)


def _causes(told: Report, _of: Slice) -> None:
    draw_cards(told, ("systemic", "cause_came_again", "upheld", "first_contact"))
    with st.grid(2, min_column_width=320):
        with st.container(border=True, height="stretch"):
            st.header("Causes", help=plain(MEASURE["by_cause"].sentence))
            _lines("causes", told.causes, _share_of_all(told.causes), "causes")
        with st.container(border=True, height="stretch"):
            st.header("Received by category", help=plain(MEASURE["by_category"].sentence))
            _lines("category", told.categories, _share_of_all(told.categories), "complaints")


def _load(told: Report, of: Slice) -> None:
    draw_cards(told, ("backlog", "backlog_weeks", "flow", "escalated"))
    with st.container(border=True):
        st.header("Received and closed per week")
        trend(told.weeks)
    with st.grid(2, min_column_width=320):
        _by_trait("Open, by handler", "backlog", Trait.HANDLER, told.period, of)
        _by_trait("Open, by team", "backlog", Trait.TEAM, told.period, of)


def _outcomes(told: Report, of: Slice) -> None:
    draw_cards(told, ("upheld", "reopened", "second_stage_changed", "complained_before"))
    draw_cards(told, ("referred", "overturned", "remedies_on_time", "median_days_to_remedy"))
    draw_cards(told, ("remedy_paid", "median_remedy", "remedy_spread"))
    with st.grid(2, min_column_width=320):
        _by_trait("Closed, by outcome", "closed", Trait.OUTCOME, told.period, of)
        _by_trait("Upheld, by category", "upheld", Trait.CATEGORY, told.period, of)
        for measure in ("remedy_spread", "complained_before"):
            title = f"{MEASURE[measure].title}, by category"
            _by_trait(title, measure, Trait.CATEGORY, told.period, of)


def _fairness(told: Report, _of: Slice) -> None:
    few = platform().policy.figures.small_number
    said = (
        f"Always of all complaints. Of a group of fewer than {few}, nothing but the number is "
        "told, so that nobody can be recognised. Where only one group would be left out, the next "
        "one is, too."
    )
    st.markdown(f":small[{plain(said)}]")
    with st.grid(3, min_column_width=230):
        for trait, by in (
            (Trait.VULNERABLE, "by need for care"),
            (Trait.CHANNEL, "by channel"),
            (Trait.LANGUAGE, "by language"),
        ):
            for measure, title in (
                ("answered_on_time", "On time"),
                ("upheld", "Upheld"),
                ("satisfied", "Satisfied"),
            ):
                _by_trait(f"{title}, {by}", measure, trait, told.period, ALL)


_DRAWN: Mapping[str, Callable[[Report, Slice], None]] = {
    "service": _service,
    "causes": _causes,
    "load": _load,
    "time": draw_time,
    "outcomes": _outcomes,
    "fairness": _fairness,
    "assurance": lambda told, _of: draw_assurance(told.period),
}


def _by_trait(title: str, measure: str, trait: Trait, period: Period, of: Slice) -> None:
    """Draw a figure for each value of a trait; each leads to its complaints."""
    person = actor()
    groups: tuple[Shown, ...] = fresh(
        f"performance.{measure}.{trait}",
        seconds=_FRESH,
        of=(person, period, of),
        read=lambda: breakdown.by_trait(
            platform(), actor=person, measure=measure, trait=trait, period=period, of=of
        ),
    )
    with st.container(border=True, height="stretch"):
        st.header(plain(title), help=plain(MEASURE[measure].sentence))
        is_share = MEASURE[measure].unit in {Unit.SHARE, Unit.TIMES}
        notes = [_share(each) for each in groups] if is_share else _share_of_all(groups)
        _lines(f"{measure}.{trait}", groups, notes, "complaints")


def _share(shown: Shown) -> str:
    return "too few to tell" if shown.figure.value is None else value_of(shown)


def _share_of_all(groups: Sequence[Shown]) -> list[str]:
    whole = sum(each.figure.n for each in groups)
    return [f"{100 * each.figure.n / whole:.0f}%" if whole else "" for each in groups]


def _lines(name: str, groups: Sequence[Shown], notes: Sequence[str], noun: str) -> None:
    if not groups:
        st.markdown("Nothing to count in this period.")
        return
    drawn = lines_of([(each.figure.group, each.title, each.figure.n) for each in groups])
    lines = [replace(line, note=note) for line, note in zip(drawn, notes, strict=True)][:_MOST]
    chosen = tally(lines, key=f"performance.{name}", caption=groups[0].measure.title, noun=noun)
    found = next((e for e in groups if e.figure.group == chosen), None)
    if found:
        open_cases(found)
    if len(groups) > _MOST:
        st.markdown(f":small[The {_MOST} with the most of {len(groups)}.]")
