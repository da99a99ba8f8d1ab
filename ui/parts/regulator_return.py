"""A return to a regulator: its numbers, the complaints behind each, and what is wrong."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.kpi import Period
from engine.domain.regulator_return import ALL, KeptReturn, ReturnKind
from engine.domain.return_due import Look
from engine.services.exports import kept_returns
from engine.services.exports.return_making import RegulatorReturn
from ui.once import attempt
from ui.parts import return_due
from ui.parts.words import calendar_day, counted, moment, plain
from ui.session import platform, zone
from ui.way import link

_SHOWN = 50
"""Complaints and problems that are shown; the others are counted."""
_DAY = timedelta(days=1)
_KEPT = 12
"""Returns that are shown, the latest ones."""


def draw(made: RegulatorReturn) -> None:
    """Draw a return as it would be sent now."""
    _draw_wrong(made)
    st.markdown(f"**{plain(counted(made.cases, 'complaint'))}**")
    if made.beside:
        said = counted(made.beside, "complaint")
        st.markdown(f":small[{plain(said)} beside, under other rules.]")
    if made.kind is ReturnKind.DISP:
        _draw_cells(made)
    elif made.rows:
        titles = {each.title: each.name for each in made.fields}
        rows = made.rows[:_SHOWN]
        shown = {title: [plain(str(row[name])) for row in rows] for title, name in titles.items()}
        st.table(shown, border="horizontal", hide_index=True)
        _draw_more(len(made.rows), "complaint")


def file_name(kind: ReturnKind, period: Period) -> str:
    """Return what the file of a return is called."""
    return f"{kind.value.replace('_', '-')}-{(period.end - _DAY):%Y-%m}.csv"


def draw_kept(person: Actor, otherwise: Mapping[int, Look]) -> None:
    """Draw the returns that were sent; each can be taken again as it was.

    Args:
        person: Who looks.
        otherwise: What was prepared, by the number of the return that was sent otherwise.
    """
    kept = kept_returns.kept_returns(platform(), actor=person)
    if not kept:
        return
    st.header("Sent before")
    for each in kept[:_KEPT]:
        with st.container(border=True, gap="xsmall", key=f"kept:{each.number}"):
            _draw_one_kept(person, each, otherwise.get(each.number))
    if len(kept) > _KEPT:
        st.markdown(f":small[And {plain(counted(len(kept) - _KEPT, 'return'))} before.]")


def _draw_one_kept(person: Actor, kept: KeptReturn, prepared: Look | None) -> None:
    begin, end = (
        platform().calendar.day_of(at) for at in (kept.period.begin, kept.period.end - _DAY)
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        days = f"{calendar_day(begin)} to {calendar_day(end)}"
        st.markdown(f"**{plain(f'{kept.kind.title}, {days}')}**", width="content")
        st.space("stretch")
        is_asked = st.button("Take it again", key=f"kept:{kept.number}:take")
    told = f"{counted(kept.cases, 'complaint')}, made {moment(kept.made_at, zone())}"
    st.markdown(f":small[{plain(f'{told}; SHA-256 {kept.sha256}')}]")
    if prepared is not None:
        held = f"{moment(prepared.at, zone())}: {return_due.found(prepared)}"
        st.markdown(f":small[{plain(f'It was prepared otherwise, {held}')}]")
    if not is_asked:
        return
    taken: list[bytes] = []

    def act(_command_id: object) -> None:
        taken.append(kept_returns.take_kept_return(platform(), actor=person, number=kept.number))

    if attempt(f"kept:{kept.number}", act):
        st.download_button(
            "Save the file",
            taken[0],
            file_name=file_name(kept.kind, kept.period),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"kept:{kept.number}:save",
        )


def _draw_wrong(made: RegulatorReturn) -> None:
    """Say what does not add up, and what is wrong with which complaint; each leads to it."""
    for sentence in made.untied:
        st.error(plain(sentence), icon=":material/error:")
    if not made.problems:
        return
    st.error(
        plain(f"{counted(len(made.problems), 'problem')}: no file is made until they are mended."),
        icon=":material/error:",
    )
    for number, problem in enumerate(made.problems[:_SHOWN]):
        with st.container(horizontal=True, key=f"return:problem:{number}"):
            st.markdown(plain(str(problem)))
            link("case", "Open", ref=problem.reference)
    _draw_more(len(made.problems), "problem")


def _draw_cells(made: RegulatorReturn) -> None:
    """Show the numbers of one category beside all, and the complaints behind one number."""
    categories = list(made.table)
    category = st.selectbox(
        "Category", categories, index=len(categories) - 1, key="return:category", width=320
    )
    shown = {"Field": [plain(each.title) for each in made.fields]}
    for name in dict.fromkeys((category, ALL)):
        cells = made.table[name]
        shown[plain(name)] = [f"{cells[each.name].value:,}" for each in made.fields]
    st.table(shown, border="horizontal", hide_index=True)
    titles = {each.name: each.title for each in made.fields}
    field = st.selectbox(
        "Complaints behind",
        list(titles),
        format_func=titles.__getitem__,
        key="return:field",
        width=320,
    )
    rules = {each.name: each.rule for each in made.fields}
    st.markdown(f":small[{plain(rules[field])}]")
    _draw_complaints(made.table[category][field].references)


def _draw_complaints(references: Sequence[str]) -> None:
    if not references:
        st.markdown("No complaint belongs here.")
    with st.container(horizontal=True, key="return:complaints"):
        for reference in references[:_SHOWN]:
            link("case", plain(reference), ref=reference)
    _draw_more(len(references), "complaint")


def _draw_more(number: int, noun: str) -> None:
    if number > _SHOWN:
        st.markdown(f":small[And {plain(counted(number - _SHOWN, noun))} more.]")
