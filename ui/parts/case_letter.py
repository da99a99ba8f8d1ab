"""The letter that waits for approval: its words, what it has and lacks, how it looks on paper."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.domain.completeness import Completeness, Requirement
from engine.errors import InvalidInputError
from engine.services.handling import letter_gate
from engine.services.handling.approvals import Draft
from engine.services.post import printing
from ui.parts.look import Look
from ui.parts.words import counted, plain
from ui.session import platform


def draw_letter(look: Look, draft: Draft) -> None:
    """Draw a draft word for word, and the pages it will be printed on where they are asked for."""
    with st.container(border=True, key="case:letter"):
        st.text(draft.letter.body)
    found = letter_gate.look(platform(), actor=look.person, reference=look.reference)
    if found is not None:
        _draw_completeness(found)
    if st.toggle("Show it as it will be printed", key=f"case:printed:{look.reference}"):
        _draw_pages(look)


def draw_gate(look: Look, content: Mapping[str, Any]) -> None:
    """Draw what a decision has and lacks while it is still written."""
    found = letter_gate.look(
        platform(), actor=look.person, reference=look.reference, content=content
    )
    if found is not None:
        _draw_completeness(found)


def _draw_completeness(found: Completeness) -> None:
    """Draw what a letter must have: what it lacks first, each with what to do."""
    total = len([each for each in found.requirements if not each.is_advice])
    if found.is_complete:
        title = f":green[:material/check_circle:] It has all {total} things that it must have"
    else:
        title = f":red[:material/error:] **It lacks {len(found.missing)} of {total} things**"
    hints = f", and {counted(len(found.advice), 'hint')}" if found.advice else ""
    with st.expander(f"{title}{plain(hints)}{_ease(found)}", expanded=not found.is_complete):
        for each in sorted(found.requirements, key=lambda each: (each.is_met, each.is_advice)):
            _draw_requirement(each)
        if found.ease is not None:
            said = f"{found.ease.ease:.0f} of 100 for ease of reading. {found.ease.hint}"
            st.markdown(plain(said))


def _draw_requirement(each: Requirement) -> None:
    lacks = ":orange[:material/info:]" if each.is_advice else ":red[:material/close:]"
    mark = ":green[:material/check:]" if each.is_met else lacks
    title = plain(each.title) if each.is_met else f"**{plain(each.title)}**"
    with st.container(gap="xxsmall"):
        st.markdown(f"{mark} {title} :small[{plain(_source(each.source))}]")
        if not each.is_met:
            st.markdown(plain(each.todo))


def _ease(found: Completeness) -> str:
    return f"; ease of reading {found.ease.ease:.0f} of 100" if found.ease else ""


def _source(source: str) -> str:
    return f"ISO 10002, {source}" if source[0].isdigit() else source


def _draw_pages(look: Look) -> None:
    try:
        pages = printing.draft_pages(platform(), actor=look.person, reference=look.reference)
    except InvalidInputError as refusal:
        st.markdown(f"{plain(str(refusal))} It can be sent by e-mail all the same.")
        return
    for number, page in enumerate(pages, 1):
        caption = f"Page {number} of {len(pages)}"
        with st.container(border=True, key=f"case:page:{number}"):
            st.image(page, caption=caption, width="stretch")
