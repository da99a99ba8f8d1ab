"""Says how much stands in the way of a draft, and offers to make it runnable."""

import streamlit as st

from engine.domain.process_draft import FileKind, ProcessDraft, RepairKind
from engine.errors import DiagramRejectedError
from engine.services.studio import draft_repairing, repairing
from ui.once import attempt, say
from ui.parts.studio_findings import findings_of
from ui.parts.studio_way import wish_view
from ui.parts.words import counted, plain
from ui.session import actor, platform


def draw_offer(draft: ProcessDraft) -> None:
    """Draw what stands in the way, with the button that mends it; nothing where nothing does."""
    said, is_worth_it = _ahead(draft)
    if not said:
        return
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        key=f"offer:{draft.number}",
    ):
        st.markdown(f":material/block: {plain(said)}", width="stretch")
        if (
            is_worth_it
            and st.button(
                "Make it runnable", type="primary", icon=":material/build:", key="offer:repair"
            )
            and repair(draft)
        ):
            st.rerun()


def repair(draft: ProcessDraft) -> bool:
    """Make a draft runnable, and tell whether anything was done."""
    made: list[ProcessDraft] = []
    if not attempt(
        f"draft:repair:{draft.number}:{draft.rev}",
        lambda _id: made.append(
            draft_repairing.repair_process_draft(
                platform(), actor=actor(), number=draft.number, rev=draft.rev
            )
        ),
    ):
        return False
    number = len(made[0].repairs) - len(draft.repairs)
    say(f"{counted(number, 'change')} made. The original is kept.")
    wish_view(draft.number, "repairs")
    return True


def _ahead(draft: ProcessDraft) -> tuple[str, bool]:
    """Return what stands in the way in words, and whether a repair helps; once for each state."""
    key = f"ahead:{draft.number}"
    known: tuple[int, tuple[str, bool]] | None = st.session_state.get(key)
    if known is None or known[0] != draft.rev:
        known = (draft.rev, _looked(draft))
        st.session_state[key] = known
    return known[1]


def _looked(draft: ProcessDraft) -> tuple[str, bool]:
    blocking = any(str(each.severity) == "blocking" for each in findings_of(draft))
    drawn = all("Shape" in file.content for file in draft.of(FileKind.DIAGRAM))
    is_open = any(each.kind is RepairKind.OPEN for each in draft.repairs)
    if drawn and not blocking and not is_open:
        return "", False
    try:
        seen = draft_repairing.process_draft_outlook(platform(), actor=actor(), number=draft.number)
    except DiagramRejectedError:
        return "", False
    return repairing.way_ahead(seen), seen.is_worth_it
