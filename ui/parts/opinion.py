"""What complainants think of how they were treated: who was asked, who answered, and what."""

import streamlit as st

from engine.domain.case_set import CaseSet, SetName
from engine.domain.kpi import FEW, MEASURE, Figure, Measure, Period
from engine.domain.survey import QUESTIONS, ItemFigure, Opinion
from engine.services.door import survey
from engine.services.figures.reporting import Shown
from ui.parts.behind import open_cases
from ui.parts.figure import NOTHING
from ui.parts.fresh import fresh
from ui.parts.response_bias import draw_response_bias
from ui.parts.words import counted, plain
from ui.session import actor, platform

_NUMBERS: dict[SetName, Measure] = {
    "survey_sent": MEASURE["survey_sent"],
    "survey_answered": MEASURE["survey_answered"],
    "survey_responses": MEASURE["survey_responses"],
}
_FRESH = 30.0
"""Seconds."""


def draw_opinion(period: Period) -> None:
    """Draw what complainants answered in a period, and who was not asked."""
    person = actor()
    told: Opinion = fresh(
        "opinion",
        seconds=_FRESH,
        of=(person, period),
        read=lambda: survey.figures(platform(), actor=person, period=period),
    )
    with st.container(border=True, key="performance:opinion"):
        st.header("What complainants think")
        if not (told.sent or told.responses or told.left_out):
            st.markdown(plain(_why_nothing()))
            return
        _draw_numbers(told)
        if told.items:
            _draw_items(told)
        if told.sent:
            draw_response_bias(period)
        if told.left_out:
            st.markdown(f":small[{plain(_not_asked(told))}]")


def _why_nothing() -> str:
    policy = platform().policy
    if not policy.survey.sends or not policy.portal.address:
        return "Nobody is invited: invitations are off, or the policy names no public address."
    return "Nobody was asked in this period, and nobody answered."


def _draw_numbers(told: Opinion) -> None:
    rate = ""
    if told.rate is not None:
        is_enough = told.sent >= FEW
        rate = f"{100 * told.rate:.0f}%" if is_enough else f"{told.answered} of {told.sent}"
    numbers = ((told.sent, _came_back(told)), (told.answered, rate), (told.responses, ""))
    with st.grid(len(_NUMBERS), min_column_width=190):
        for (name, measure), (n, note) in zip(_NUMBERS.items(), numbers, strict=True):
            _draw_number(measure, n, note, told.cases.but(name=name))


def _draw_number(measure: Measure, n: int, note: str, cases: CaseSet) -> None:
    with st.container(gap=None):
        st.metric(plain(measure.title), f"{n:,}", help=plain(measure.sentence))
        if note:
            st.markdown(plain(note))
        if n and st.button(
            counted(n, "complaint"),
            type="tertiary",
            key=f"performance.open.{measure.id}",
            icon=":material/list:",
        ):
            open_cases(Shown(measure, measure.title, Figure(measure.id, n, n), None, cases))


def _came_back(told: Opinion) -> str:
    return f"{told.returned:,} came back" if told.returned else ""


def _draw_items(told: Opinion) -> None:
    """Draw each question with all answers together, and by outcome where somebody asks."""
    few = plain(str(platform().policy.figures.small_number))
    st.markdown(
        f":small[From 1, not at all, to 5, fully. Told from {few} answers on, so that nobody's own "
        "answers can be read from them.]"
    )
    whole = [each for each in told.items if each.outcome is None]
    st.table([_line(each) for each in whole], border="horizontal")
    with st.expander("By outcome of the complaint"):
        st.markdown(":small[Who did not get what they wanted judges everything else harder, too.]")
        parts = [each for each in told.items if each.outcome is not None]
        st.table([_line(each, by_outcome=True) for each in parts], border="horizontal")


def _line(figure: ItemFigure, *, by_outcome: bool = False) -> dict[str, str]:
    found = {"Question": QUESTIONS[figure.item]}
    if by_outcome:
        found["Outcome"] = (figure.outcome or "None").replace("_", " ").capitalize()
    mean, median, good = figure.mean, figure.median, figure.good
    return found | {
        "Answers": f"{figure.count:,}",
        "Mean": NOTHING if mean is None else f"{mean:.1f}",
        "Median": NOTHING if median is None else f"{median:g}",
        "4 or 5": NOTHING if good is None else f"{100 * good:.0f}%",
    }


def _not_asked(told: Opinion) -> str:
    parts = [f"{n:,} since {why.words}" for why, n in told.left_out.items()]
    return f"Not asked: {'; '.join(parts)}."
