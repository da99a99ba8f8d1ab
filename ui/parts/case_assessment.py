"""How a complaint was judged: what the table suggests, what was chosen, and judging it anew."""

from decimal import Decimal

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.assessment import Assessment
from engine.domain.form import AssessForm
from engine.domain.permission import judge
from engine.errors import InvalidInputError
from engine.services.handling import assessing
from ui.parts.look import Look
from ui.parts.statement import draw_words
from ui.parts.task import Task, draw_tasks
from ui.parts.words import money, plain
from ui.session import platform

_JUDGED = ("severity", "safety", "complexity", "amount", "vulnerable")


def draw_suggestion(look: Look, *, key: str) -> None:
    """Draw what the table suggests for what is typed into a form and not saved yet.

    Args:
        look: The case.
        key: Of the form.
    """
    typed = {name: st.session_state.get(f"{key}.{name}") for name in _JUDGED}
    if None in typed.values():
        return
    answers = typed | {"amount": str(Decimal(str(typed["amount"])).quantize(Decimal("0.01")))}
    known = {"actor": look.person, "reference": look.reference}
    try:
        found = assessing.suggest(platform(), answers=answers, **known)  # type: ignore[arg-type] # by name
    except InvalidInputError:
        return  # the form says itself what is wrong with a field
    if found is None:
        return
    with st.container(border=True, gap="xxsmall", key=f"{key}:suggestion"):
        st.markdown(f"**Suggested: {_way(found.route, found.priority)}**")
        for words in found.words:
            st.markdown(f":small[{plain(words)}]")


def draw_assessments(look: Look) -> None:
    """Draw every assessment, the latest first, and offer to assess the complaint anew."""
    found = assessing.of_case(platform(), actor=look.person, reference=look.reference)
    if not found:
        return
    st.header("Assessment")
    for assessment in reversed(found):
        with st.container(border=True, key=f"assessment:{assessment.number}"):
            _draw_assessment(look, assessment)
    is_at_work = look.case.is_open and not look.case.is_suspended
    if is_at_work and judge(Deed.STATE_ISSUES, look.person.roles, look.file.relation).allowed:
        last = found[-1]
        known = {
            "severity": int(last.severity),
            "safety": last.safety.value,
            "complexity": last.complexity.value,
            "amount": str(last.amount),
            "vulnerable": last.vulnerable,
        }
        done = "The complaint is assessed anew."
        new = Task("Assess it anew", assessing.reassess, done, AssessForm, known)
        draw_tasks(look, [new], of=f"assessment:{look.reference}", choices={})


def _draw_assessment(look: Look, assessment: Assessment) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        way = _way(assessment.route, assessment.priority)
        st.markdown(f"**{way}**", width="content")
        if assessment.is_overridden and assessment.suggested_route:
            suggested = _way(assessment.suggested_route, assessment.suggested_priority)
            st.badge(f"Suggested: {suggested}", color="orange")
    facts = {
        "Severity": assessment.severity.title,
        "Safety": assessment.safety.title,
        "Complexity": assessment.complexity.title,
        "Amount at stake": money(assessment.amount, look.currency),
        "Vulnerable": "Yes" if assessment.vulnerable else "No",
    }
    st.table({title: plain(said) for title, said in facts.items()}, border="horizontal")
    if assessment.reason:
        draw_words("Reason", assessment.reason)
    st.markdown(f":small[{look.name(assessment.by)}, {look.moment(assessment.at)}]")


def _way(route: str, priority: int | None) -> str:
    said = f"{route or 'no'} route".capitalize()
    return plain(said if priority is None else f"{said}, priority {priority}")
