"""Closed cases led over a draft: which would have gone another way."""

import streamlit as st

from engine.domain.process_draft import ProcessDraft
from engine.services.tryout import replaying, trial_running
from engine.services.tryout.replaying import Replayed, Shadow, Way
from ui.parts.words import counted, plain
from ui.session import actor, platform
from ui.way import link

_TITLES = {
    Way.OTHER: "Another way",
    Way.UNKNOWN: "Nobody can tell",
}
_SHOWN = 50


def show(draft: ProcessDraft) -> None:
    """Draw the question, and the last answer to it."""
    st.header("Closed cases on this draft")
    st.markdown(
        ":small[The cases that were closed last are led over the draft with the answers that they "
        "had then. Nothing about them changes. Whoever approves sees what became of them, as long "
        "as the draft is not changed afterwards.]"
    )
    key = f"tryout:replayed:{draft.number}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = st.number_input(
            "How many", 1, replaying.MOST_CASES, 100, 50, key=f"{key}:most", width=140
        )
        wants = st.button("Lead them over the draft", icon=":material/history:", key=f"{key}:do")
    if wants:
        st.session_state[key] = (draft.rev, _replay(draft, int(most)))
    rev, found = st.session_state.get(key, (0, None))
    if found is None:
        return
    if rev != draft.rev:
        st.info("The draft was changed since.", icon=":material/info:")
    _draw(found)


def _replay(draft: ProcessDraft, most: int) -> Replayed:
    """Lead the cases over the draft, saying how far it is; any other click ends it."""
    bar = st.progress(0.0, "Reading the closed cases")
    stop = st.empty()
    stop.button("Stop", key="tryout:replay:stop")

    def proceed(done: int, of_all: int) -> bool:
        bar.progress(done / of_all, f"{done} of {counted(of_all, 'case')}")
        return True

    found = trial_running.replay_process_draft(
        platform(), actor=actor(), number=draft.number, most=most, proceed=proceed
    )
    bar.empty()
    stop.empty()
    return found


def _draw(found: Replayed) -> None:
    for sentence in found.words:
        st.markdown(plain(sentence))
    for way, title in _TITLES.items():
        shadows = found.of(way)
        if shadows:
            st.subheader(plain(f"{title} ({len(shadows)})"))
            _draw_shadows(shadows)


def _draw_shadows(shadows: tuple[Shadow, ...]) -> None:
    named = [each for each in shadows if each.reference]
    for each in named[:_SHOWN]:
        with st.container(key=f"shadow:{each.reference}"):
            link("case", each.reference, icon=":material/open_in_new:", ref=each.reference)
            st.markdown(f":small[{plain(each.where)}]")
    if len(named) > _SHOWN:
        st.markdown(f":small[and {len(named) - _SHOWN} more that you may read.]")
    hidden = [each for each in shadows if not each.reference]
    places: dict[str, int] = {}
    for each in hidden:
        places[each.place or "by hand"] = places.get(each.place or "by hand", 0) + 1
    for place, number in sorted(places.items(), key=lambda item: -item[1]):
        st.markdown(plain(f"{counted(number, 'case')} at “{place}”"))
    if hidden:
        st.markdown(":small[These are counted; you may not read them.]")
