"""What a draft would change, on the canvas and in words."""

import streamlit as st

from engine.domain.process_draft import ProcessDraft
from engine.services.studio import process_comparison, process_versions
from ui.parts.comparison import show_compared
from ui.session import actor, platform


def show(draft: ProcessDraft) -> None:
    """Draw what differs between a draft and the version that is chosen."""
    versions = process_versions.process_versions(platform(), actor=actor())
    titles = {each.number: f"Version {each.number}" for each in versions}
    titles |= {each.number: f"Version {each.number}, live" for each in versions if each.is_live}
    base = next((each.number for each in versions if each.digest == draft.based_on), None)
    live = next(each.number for each in versions if each.is_live)
    chosen = st.selectbox(
        "Compared with",
        list(titles),
        index=list(titles).index(base or live),
        format_func=titles.__getitem__,
        key=f"compare:with:{draft.number}",
    )
    found = process_comparison.compare_draft(
        platform(), actor=actor(), number=draft.number, version=chosen
    )
    show_compared(found, key=f"compare-{draft.number}")
