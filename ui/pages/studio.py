"""The process studio: versions and drafts, and one draft with everything that is done to it."""

import re

import streamlit as st

from engine.domain.process_draft import ProcessDraft
from engine.errors import RedressError
from engine.services.studio import process_drafts, process_versions
from engine.services.studio.process_drafts import ListedDraft
from ui.once import tell
from ui.parts import studio_action, words
from ui.parts.process_version import draw_versions, overtaken
from ui.parts.studio_offer import draw_offer
from ui.parts.studio_views import VIEWS
from ui.parts.studio_way import prepare_view, view_key
from ui.parts.words import plain
from ui.session import actor, platform
from ui.way import go, link

_NUMBER = re.compile(r"[0-9]{1,9}")


def show() -> None:
    """Draw the page: the draft that the address names, or all there is."""
    tell()
    asked = str(st.query_params.get("draft", ""))
    if not asked:
        _draw_overview()
        return
    try:
        number = int(asked) if _NUMBER.fullmatch(asked) else 0
        draft = process_drafts.process_draft(platform(), actor=actor(), number=number)
    except RedressError as refusal:
        st.title("Process studio")
        st.error(plain(str(refusal)), icon=":material/error:")
        link("studio", "All drafts", icon=":material/arrow_back:")
        return
    _draw_draft(draft)


def _draw_overview() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Process studio", width="content")
        st.space("stretch")
        if st.button("Upload a diagram", icon=":material/upload:", key="studio:upload"):
            studio_action.upload()
        label = "New draft from the live version"
        if st.button(label, icon=":material/edit_square:", type="primary", key="studio:new"):
            studio_action.open_from(0)
    st.markdown(
        ":small[Change the process in a draft, try it out, and propose it. A second person "
        "approves it before complaints run on it.]"
    )
    for each in process_versions.process_versions(platform(), actor=actor()):
        if each.is_own and each.overtaken_by:
            st.warning(plain(f"You proposed it: {overtaken(each)}"), icon=":material/event_busy:")
    _draw_drafts(process_drafts.process_drafts(platform(), actor=actor()))
    st.header("Versions")
    draw_versions()


def _draw_drafts(found: tuple[ListedDraft, ...]) -> None:
    st.header("Drafts")
    if not found:
        st.markdown("Nobody works on a change at present.")
    now = platform().now()
    for each in found:
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"draft:{each.number}"
        ):
            link("studio", plain(each.title), icon=":material/draft:", draft=str(each.number))
            st.badge(plain(f"Draft {each.number}"), color="gray")
            if each.present:
                st.badge(plain(f"{', '.join(each.present)}"), icon=":material/edit:", color="blue")
            st.space("stretch")
            said = f"saved {words.ago(each.edited_at, now)} by {each.edited_by}"
            base = f"from version {each.based_on}, " if each.based_on else ""
            st.markdown(f":small[{plain(base + said)}]", width="content")


def _draw_draft(draft: ProcessDraft) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "All drafts", icon=":material/arrow_back:", type="tertiary", key="studio:back"
        ):
            go("studio")
        st.space("stretch")
        _draw_presence(draft.number)
        studio_action.draw_menu(draft)
    st.title(plain(draft.title))
    views = {view.name: view for view in VIEWS if view.is_needed(draft)}
    prepare_view(draft.number, list(views), str(st.query_params.get("view", "")))
    st.segmented_control(
        "View",
        list(views),
        format_func=lambda name: views[name].title,
        required=True,
        label_visibility="collapsed",
        key=view_key(draft.number),
    )
    chosen: str = st.session_state[view_key(draft.number)]
    st.query_params.from_dict({"draft": str(draft.number), "view": chosen})
    try:
        if chosen not in {"draw", "repairs"}:
            draw_offer(draft)
        views[chosen].show(draft)
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")


@st.fragment(run_every="20s", key="studio:presence")
def _draw_presence(number: int) -> None:
    """Draw who else has the draft open, and say that this person has."""
    try:
        others = process_drafts.attend_process_draft(platform(), actor=actor(), number=number)
    except RedressError as refusal:
        st.badge(plain(str(refusal)), color="orange")
        return
    if others:
        verb = "has" if len(others) == 1 else "have"
        said = f"{', '.join(others)} {verb} it open too"
        st.badge(plain(said), icon=":material/group:", color="orange")
