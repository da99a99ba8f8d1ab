"""One scenario in a dialog: written, tried, kept, dropped; or recorded from a case."""

import streamlit as st

from engine.domain.kept_scenario import KeptScenario, Origin
from engine.domain.playbook_writer import write_line, write_playbook
from engine.domain.process_draft import FileKind, ProcessDraft
from engine.errors import InvalidInputError, RedressError
from engine.services.tryout import playbooks, recording
from engine.services.tryout.playbooks import Played, Told
from ui.once import attempt, say
from ui.parts.words import plain
from ui.session import actor, platform

_BEGIN = """Scenario: What this scenario shows
Known: category = Other

somebody does "Register the complaint" (register) with scope = complaint
waits for: nobody
"""
_ICONS = {
    "ok": ":green[:material/check:]",
    "differs": ":red[:material/close:]",
    "not reached": ":gray[:material/remove:]",
}


def edit(draft: ProcessDraft, known: KeptScenario | None) -> None:
    """Open a scenario, or a new one."""
    text = known.text if known else _BEGIN
    _open(draft, known, text, Origin.WRITTEN, known.title if known else "New scenario")


def keep(draft: ProcessDraft, text: str, origin: Origin) -> None:
    """Open a scenario that came about elsewhere, so that it can be kept."""
    _open(draft, None, text, origin, "Keep as scenario")


def _open(
    draft: ProcessDraft, known: KeptScenario | None, text: str, origin: Origin, title: str
) -> None:
    st.session_state["scenario:text"] = text
    st.session_state.pop("scenario:played", None)
    st.dialog(plain(title), width="large", icon=":material/article:")(_draw)(draft, known, origin)


def _draw(draft: ProcessDraft, known: KeptScenario | None, origin: Origin) -> None:
    text = st.text_area("Scenario", key="scenario:text", height=320, help=_HELP)
    with st.container(horizontal=True):
        wants_keep = st.button("Keep", type="primary", key="scenario:keep")
        if st.button("Try", icon=":material/play_arrow:", key="scenario:try"):
            st.session_state["scenario:played"] = (text, _try(draft, text))
        st.space("stretch")
        wants_drop = known is not None and st.button("Drop", key="scenario:drop")
    if wants_keep and _keep(draft, known, text, origin):
        say("The scenario is kept with the draft. The live process keeps its own until then.")
        st.rerun()
    if wants_drop and known is not None and _drop(draft, known):
        say("The scenario is dropped.")
        st.rerun()
    tried, played = st.session_state.get("scenario:played", ("", None))
    if played is not None and tried == text:
        _draw_played(played)


_HELP = (
    'One line for each thing that happens: ROLE does "STEP" (id) with name = value; time passes: '
    '3 working days; message arrives: NAME; waits for: "STEP"; ends at: "END"; public status: '
    "decision sent."
)


def _try(draft: ProcessDraft, text: str) -> Played | None:
    try:
        return playbooks.try_text(
            platform(),
            actor=actor(),
            text=text,
            diagrams=draft.contents(FileKind.DIAGRAM),
            tables=draft.contents(FileKind.TABLE),
            forms=draft.contents(FileKind.FORM),
        )
    except InvalidInputError as refusal:
        for line, why in refusal.problems.items():
            st.error(plain(f"{line}: {why}" if line else why), icon=":material/error:")
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")
    return None


def _keep(draft: ProcessDraft, known: KeptScenario | None, text: str, origin: Origin) -> bool:
    return attempt(
        f"scenario:keep:{known.number if known else 'new'}",
        lambda _id: playbooks.save_scenario(
            platform(),
            actor=actor(),
            draft=draft.number,
            text=text,
            number=known.number if known else None,
            rev=known.rev if known else 0,
            origin=origin,
        ),
    )


def _drop(draft: ProcessDraft, known: KeptScenario) -> bool:
    return attempt(
        f"scenario:drop:{known.number}",
        lambda _id: playbooks.drop_scenario(
            platform(), actor=actor(), draft=draft.number, number=known.number, rev=known.rev
        ),
    )


def _draw_played(played: Played) -> None:
    """Draw what became of each line, and which decisions were taken on the way."""
    if played.broken:
        st.error(plain(played.broken), icon=":material/error:")
    st.markdown("  \n".join(text for told in played.told for text in _told(told)))
    for taken in played.decisions:
        rules = ", ".join(map(str, taken.numbers)) or "none"
        outputs = ", ".join(f"{name} = {value}" for name, value in taken.outputs.items())
        st.markdown(
            f":small[:material/table_chart: {plain(f'{taken.label}, rule {rules}: {outputs}')}]"
        )


def _told(told: Told) -> list[str]:
    """Return a line and what is to be said about it."""
    line = f":small[{_ICONS[told.verdict]} {plain(write_line(told.line))}]"
    color = "red" if told.verdict == "differs" else "gray"
    return [line, f":small[:{color}[{plain(told.said)}]]"] if told.said else [line]


def record(draft: ProcessDraft) -> None:
    """Ask for a case, and open what happened to it as a scenario."""
    st.dialog("Record from a case", icon=":material/fiber_manual_record:")(_ask_case)(draft)


def _ask_case(draft: ProcessDraft) -> None:
    st.markdown(
        "Its steps, times and the answers that decide the way become a scenario. Names, reasons "
        "and letters do not. You need to be able to read the complaint."
    )
    reference = st.text_input("Reference", key="record:reference", placeholder="C-2026-000123")
    if not st.button("Record", type="primary", key="record:do", disabled=not reference.strip()):
        return
    try:
        told = recording.record_scenario(
            platform(), actor=actor(), reference=reference.strip().upper()
        )
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")
        return
    st.session_state["tryout:keep"] = (draft.number, write_playbook(told), Origin.RECORDED)
    st.rerun()


def draw_waiting(draft: ProcessDraft) -> None:
    """Open the scenario that came about in another dialog or view, once."""
    wanted = st.session_state.pop("tryout:keep", None)
    if wanted is not None and wanted[0] == draft.number:
        keep(draft, wanted[1], wanted[2])
