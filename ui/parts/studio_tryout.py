"""Trying a draft out: its scenarios, what they leave out, a case clicked through, closed cases."""

import streamlit as st

from engine.domain.kept_scenario import KeptScenario
from engine.domain.process_draft import ProcessDraft
from engine.services.tryout import playbooks
from engine.services.tryout.playbooks import Played, Tried
from ui.parts import studio_tryout_click, studio_tryout_replay
from ui.parts.diagram import Focus, show_coverage
from ui.parts.studio_tryout_scenario import draw_waiting, edit, record
from ui.parts.words import counted, plain
from ui.session import actor, platform

_SECTIONS = {
    "scenarios": "Scenarios",
    "untried": "What is untried",
    "click": "Click through",
    "closed": "Closed cases",
}
_FEW = 10
"""Scenarios that are shown unfolded where all are green."""
_SHOWN = 60
"""Lines of what is untried that are drawn before the rest is counted."""


def show(draft: ProcessDraft) -> None:
    """Draw the section that was chosen."""
    chosen = st.segmented_control(
        "Try out",
        list(_SECTIONS),
        format_func=lambda name: _SECTIONS[name],
        default="scenarios",
        required=True,
        label_visibility="collapsed",
        key=f"tryout:section:{draft.number}",
    )
    draw_waiting(draft)
    if chosen == "click":
        studio_tryout_click.show(draft)
    elif chosen == "closed":
        studio_tryout_replay.show(draft)
    else:
        known = playbooks.kept_scenarios(platform(), actor=actor(), number=draft.number)
        tried = _tried(draft, known)
        (_draw_untried if chosen == "untried" else _draw_scenarios)(draft, known, tried)


def _tried(draft: ProcessDraft, known: tuple[KeptScenario, ...]) -> Tried:
    """Play all scenarios, once for each state of the draft and of the scenarios."""
    state = (draft.number, draft.rev, *((each.number, each.rev) for each in known))
    kept = st.session_state.get("tryout:tried")
    if kept is None or kept[0] != state:
        found = playbooks.try_scenarios(platform(), actor=actor(), number=draft.number)
        kept = st.session_state["tryout:tried"] = (state, found)
    found_before: Tried = kept[1]
    return found_before


def _draw_scenarios(draft: ProcessDraft, known: tuple[KeptScenario, ...], tried: Tried) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Scenarios", width="content")
        if known:
            red = len(tried.red)
            word = f"{counted(red, 'differs', 'differ')}" if red else "All green"
            st.badge(plain(word), color="red" if red else "green")
        st.space("stretch")
        if st.button("Record from a case", icon=":material/fiber_manual_record:", key="try:record"):
            record(draft)
        if st.button("New scenario", icon=":material/add:", key="try:new"):
            edit(draft, None)
    st.markdown(f":small[{plain(tried.words)}]")
    pairs = list(zip(known, tried.played, strict=True))
    for each, played in pairs:
        if not played.is_green:
            _draw_scenario(draft, each, played)
    green = [(each, played) for each, played in pairs if played.is_green]
    if green:
        label = f"{len(green)} green" if tried.red else counted(len(green), "scenario")
        is_open = not tried.red and len(green) <= _FEW
        with st.expander(plain(label), expanded=is_open, key="try:green"):
            for each, played in green:
                _draw_scenario(draft, each, played)


def _draw_scenario(draft: ProcessDraft, each: KeptScenario, played: Played) -> None:
    icon = ":green[:material/check_circle:]" if played.is_green else ":red[:material/cancel:]"
    with st.container(horizontal=True, vertical_alignment="center", key=f"try:row:{each.number}"):
        st.markdown(f"{icon} {plain(each.title)}", width="content")
        st.space("stretch")
        st.markdown(f":small[{plain(each.origin.words)}]", width="content")
        if st.button("Open", key=f"try:open:{each.number}"):
            edit(draft, each)
    if not played.is_green:
        st.markdown(f":small[:red[{plain(played.first_difference)}]]")


def _draw_untried(draft: ProcessDraft, known: tuple[KeptScenario, ...], tried: Tried) -> None:
    del known
    cover = tried.coverage
    st.header("What is untried")
    parts = (("elements", cover.elements), ("flows", cover.flows), ("rules", cover.rules))
    said = ", ".join(f"{done} of {of_all} {noun}" for noun, (done, of_all) in parts)
    st.markdown(plain(f"The scenarios try {said}."))
    wanted = st.session_state.get("tryout:focus")
    show_coverage(
        tried.xml,
        key=f"tryout.coverage.{draft.number}",
        alt=f"Diagram of the draft. The scenarios try {said}. The list names what is untried.",
        covered=sorted(cover.touched),
        missed=[each.id for each in cover.untried if each.kind != "rule"],
        focus=Focus(*wanted) if wanted else None,
        height=420,
    )
    if cover.is_whole:
        st.markdown("Every element, every flow and every rule of a table is tried.")
    for each in cover.untried[:_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"untried:{each.id}"):
            st.markdown(f"{plain(each.words)}", width="content")
            st.badge(plain(each.kind), color="gray")
            st.space("stretch")
            if each.kind != "rule" and st.button("Show", key=f"untried:show:{each.id}"):
                count = wanted[1] + 1 if wanted else 1
                st.session_state["tryout:focus"] = (each.id, count)
                st.rerun()
    if len(cover.untried) > _SHOWN:
        st.markdown(f":small[and {len(cover.untried) - _SHOWN} more.]")
