"""What the rules say about a draft, in a list by what it is about; each leads to its element."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol

import streamlit as st

from engine.domain.process_draft import ProcessDraft
from engine.services.studio import process_drafts, process_mending
from engine.services.studio.draft_naming import MEND
from ui.once import attempt
from ui.parts.sheet import Remark
from ui.parts.studio_way import wish_element
from ui.parts.words import counted, plain
from ui.session import actor, platform

_LAYERS = {
    "running": "Will it run?",
    "complaints": "Does it handle complaints properly?",
    "drawing": "Is it drawn well?",
}
_SEVERITIES: Mapping[str, tuple[str, str, Literal["red", "orange", "blue"]]] = {
    "blocking": ("Must be mended", ":material/block:", "red"),
    "rewritten": ("Is rewritten", ":material/autorenew:", "orange"),
    "advice": ("Advice", ":material/lightbulb:", "blue"),
}
_NAME = "Give the process the right id"
_SHOWN = 25
"""Findings of a layer that are listed; whoever has more begins with these."""


class Found(Remark, Protocol):
    """A finding, as far as it is shown."""

    @property
    def layer(self) -> str:
        """What it is about."""

    @property
    def mend(self) -> str:
        """Name of what mends it; empty where a person must decide."""

    @property
    def label(self) -> str:
        """What a reader calls the element."""

    @property
    def problem(self) -> str:
        """What is wrong."""


def findings_of(draft: ProcessDraft) -> Sequence[Found]:
    """Return what the rules say about a draft; asked once for each state of it."""
    key = f"findings:{draft.number}"
    known: tuple[int, Sequence[Found]] | None = st.session_state.get(key)
    if known is None or known[0] != draft.rev:
        found = process_drafts.check_process_draft(platform(), actor=actor(), number=draft.number)
        known = (draft.rev, found)
        st.session_state[key] = known
    return known[1]


def draw_findings(found: Sequence[Found], *, draft: ProcessDraft, key: str) -> None:
    """Draw the list; a click mends, or asks for an element (see ``wished_element``)."""
    st.header("Findings")
    if not found:
        st.markdown(":material/check_circle: Nothing is found.")
        return
    for layer, title in _LAYERS.items():
        own = [finding for finding in found if finding.layer == layer]
        if own:
            _draw_layer(title, own, draft, key=f"{key}:{layer}", focus=key)


def _draw_layer(
    title: str, found: Sequence[Found], draft: ProcessDraft, *, key: str, focus: str
) -> None:
    blocking = sum(finding.severity == "blocking" for finding in found)
    said = plain(f"{title} ({_summary(len(found), blocking)})")
    with st.expander(said, expanded=blocking > 0):
        for number, finding in enumerate(found[:_SHOWN]):
            _draw(finding, draft, key=f"{key}:{number}", focus=focus)
        if len(found) > _SHOWN:
            st.markdown(f":small[and {len(found) - _SHOWN:,} more]")


def _summary(number: int, blocking: int) -> str:
    said = counted(number, "finding")
    return f"{said}, {blocking} must be mended" if blocking else said


def _draw(finding: Found, draft: ProcessDraft, *, key: str, focus: str) -> None:
    title, icon, color = _SEVERITIES.get(str(finding.severity), _SEVERITIES["advice"])
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.badge(title, icon=icon, color=color)
        st.markdown(plain(finding.sentence), width="stretch")
        if finding.element:
            st.button(
                "Show",
                key=f"{key}:show",
                type="tertiary",
                on_click=wish_element,
                args=(focus, finding.element),
            )
        mend = _NAME if finding.mend == MEND else process_mending.title_of(finding)
        # Named after what it mends: a list that changed meanwhile has another button in its place.
        own = f"{key}:{finding.mend}:{finding.element}"
        if mend and st.button(plain(mend), key=own, icon=":material/build:"):
            _mend(draft, finding)


def _mend(draft: ProcessDraft, finding: Found) -> None:
    """Mend a finding, and keep the draft as it was before as an earlier state."""

    def save(_id: object) -> None:
        if finding.mend == MEND:
            process_drafts.name_main_process(
                platform(), actor=actor(), number=draft.number, rev=draft.rev
            )
            return
        done = process_mending.mended(draft, finding)
        process_drafts.save_process_draft(
            platform(),
            actor=actor(),
            number=draft.number,
            rev=draft.rev,
            files=done.files,
            repairs=[done.repair],
            is_apart=True,
        )

    if attempt(f"draft:mend:{draft.number}:{draft.rev}:{finding.element}", save):
        st.rerun()


def about(found: Iterable[Found], content: str) -> list[Found]:
    """Return the findings about elements of a file."""
    return [finding for finding in found if finding.element and f'"{finding.element}"' in content]
